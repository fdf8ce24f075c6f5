"""The public error pages: in the visitor's language, in the frame of the site they were on, with ways on.

What a site is belongs to rooms further down the line: `find_surroundings` is declared here and wired in `config`
(the setting PUBLIC_SURROUNDINGS names the function).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from usine.commons.languages import find_spoken

log = logging.getLogger(__name__)

Words = tuple[str | Promise, str | Promise]
BY_STATUS: dict[int, Words] = {
    403: (gettext_lazy("This page is not open to you"), gettext_lazy("It belongs to our teams.")),
    404: (
        gettext_lazy("There is nothing at this address"),
        gettext_lazy("The page may have moved, or the link was cut on its way."),
    ),
    429: (
        gettext_lazy("A short pause, please"),
        gettext_lazy("Many requests came from here in a short time. Please try again a little later."),
    ),
    500: (
        gettext_lazy("Something failed on our side"),
        gettext_lazy("Please try again in a moment. What you had saved is kept."),
    ),
}
BY_CODE: dict[str, Words] = {
    "csrf": (
        gettext_lazy("This page was open for a long time"),
        gettext_lazy("For your safety nothing was sent and nothing changed. Open the page again and repeat."),
    ),
    "link_invalid": (
        gettext_lazy("This link is not complete"),
        gettext_lazy("Open it again from your mail: the whole line belongs to it."),
    ),
    "configuration_not_found": (
        gettext_lazy("No car is saved under this code"),
        gettext_lazy("Check its seven signs, which look like this: 7K4-MR2P."),
    ),
    "frame_not_published": (
        gettext_lazy("This car has no site here yet"),
        gettext_lazy("Other countries and languages already have one."),
    ),
    "locale_not_found": (
        gettext_lazy("There is no site at this address"),
        gettext_lazy("Choose your country and your language from the list."),
    ),
}
OTHERWISE: Words = (
    gettext_lazy("This could not be done"),
    gettext_lazy("Please go back, check what you entered and try again."),
)


class FrameLike(Protocol):
    """What dresses a page: see `launches.contracts.Frame`."""

    @property
    def tag(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def head_html(self) -> str: ...
    @property
    def body_start_html(self) -> str: ...
    @property
    def body_end_html(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a visitor is. `base` is the address of a vehicle's site, as /nl-be/<vehicle>/; "" when none is known."""

    language: str
    tag: str
    direction: str
    base: str = ""
    frame: FrameLike | None = None


class FindSurroundings(Protocol):
    """Reads a request's address, then its languages; never raises for an address that leads nowhere."""

    def __call__(self, request: HttpRequest) -> Surroundings: ...


def render_error(
    request: HttpRequest, *, status: int, code: str = "", retry_after_s: int = 0, again: str = ""
) -> HttpResponse:
    """One sentence in the visitor's language and the ways on; `again` is a page to open again."""
    find: FindSurroundings = import_string(settings.PUBLIC_SURROUNDINGS)
    around = find(request)
    with translation.override(find_spoken(around.language)):
        title, sentence = BY_CODE.get(code) or BY_STATUS.get(status, OTHERWISE)
        if retry_after_s:
            minutes = max(1, round(retry_after_s / 60))
            sentence = ngettext(
                "Many requests came from here in a short time. Please try again in a minute.",
                "Many requests came from here in a short time. Please try again in %(count)s minutes.",
                minutes,
            ) % {"count": minutes}
        context = {
            "around": around,
            "frame": around.frame,
            "status": status,
            "title": title,
            "sentence": sentence,
            "links": _list_ways_on(around),
            "again": again,
        }
        response = render(request, "public_error.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Whatever broke may break this page too: then a page that needs nothing."""
    try:
        return render_error(request, status=500)
    except Exception:
        log.exception("The error page itself failed")
        return HttpResponse(BARE.replace("%(brand)s", escape(settings.BRAND)), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A public form that Django refused: its token is too old or missing. Leads back to the form's page."""
    back = request.headers.get("Referer", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return render_error(
        request, status=403, code="csrf", again=urlsplit(back).path if is_own else request.path
    )


def _list_ways_on(around: Surroundings) -> list[tuple[str, str]]:
    """Addresses with their names; only those that exist today."""
    links = [
        (around.base, _("The car")),
        (f"{around.base}configurator/", _("Configure")),
        (f"{around.base}test-drive/", _("Book a test drive")),
    ]
    return [(address, name) for address, name in links if around.base and _exists(address)]


def _exists(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


BARE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>%(brand)s</title>
<style>:root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:18vh auto;
padding:0 1.5rem}</style></head><body><main><h1>Something failed on our side</h1>
<p>Please try again in a moment.</p>
<p lang="fr">Une erreur est survenue de notre côté. Merci de réessayer dans un instant.</p>
<p lang="nl">Er ging aan onze kant iets mis. Probeer het zo dadelijk opnieuw.</p>
<p lang="de">Bei uns ist etwas schiefgelaufen. Bitte versuchen Sie es gleich noch einmal.</p>
<p lang="ar" dir="rtl">حدث خطأ من جانبنا. يُرجى المحاولة مجددًا بعد قليل.</p>
<p lang="es">Algo ha fallado por nuestra parte. Vuelva a intentarlo en un momento.</p>
<p lang="it">Qualcosa non ha funzionato da parte nostra. Riprovi tra un momento.</p>
<p lang="pt">Algo falhou do nosso lado. Tente de novo dentro de momentos.</p>
<p lang="pl">Coś poszło nie tak po naszej stronie. Prosimy spróbować ponownie za chwilę.</p>
<p lang="tr">Bizden kaynaklanan bir sorun oluştu. Lütfen birazdan yeniden deneyin.</p>
<p lang="ja">当方で問題が発生しました。しばらくしてからもう一度お試しください。</p>
<p lang="ko">저희 쪽에서 문제가 발생했습니다. 잠시 후 다시 시도해 주십시오.</p></main></body></html>"""
