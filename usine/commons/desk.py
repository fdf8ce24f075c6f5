"""The desk's shell: the line of rooms in its head, the reader's language and theme, its error pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, path, resolve
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from usine.commons import pages
from usine.commons.errors import UsineError

LANGUAGES = {"en": "English", "fr": "Français"}
THEMES = ("light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "usine_desk_language", "usine_desk_theme"
YEAR_S = 365 * 86_400
PREFIX = "/desk/"


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """A room as the head shows it. `letter` opens it after `g`."""

    key: str
    label: str | Promise
    address: str
    letter: str
    icon: str  # path data on a 16 x 16 grid


LINE = (
    DeskRoom("floor", _("Floor"), "/desk/", "f", "M2.5 7.5 8 2.8l5.5 4.7M4 6.5v7h8v-7"),
    DeskRoom("ranges", _("Range"), "/desk/ranges/", "r", "M8 2.5v4M8 6.5 4 10v3.5M8 6.5l4 3.5v3.5"),
    DeskRoom("offers", _("Offers"), "/desk/offers/", "p", "M2.5 8.5v-6h6l5 5-6 6zM5.5 5.5v.1"),
    DeskRoom("dealers", _("Dealers"), "/desk/dealers/", "d", "M8 14.5 3.5 9a5 5 0 1 1 9 0zM8 5v2"),
    DeskRoom("launches", _("Sites"), "/desk/launches/", "s", "M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11"),
    DeskRoom("journeys", _("Journeys"), "/desk/journeys/", "j", "M3 13.5c6 0-1-11 5-11h5"),
    DeskRoom("leads", _("Leads"), "/desk/leads/", "l", "M2.5 3h11v8H7.2L4 13.6V11H2.5z"),
    DeskRoom(
        "reputation", _("Reputation"), "/desk/reputation/", "e", "M2.5 9.5v-3l8-3.5v10zM5 10v3.5M12.5 6.5v3"
    ),
)
"""The rooms in the order of the line; only those whose address exists are shown."""


def list_rooms() -> Iterator[DeskRoom]:
    """The rooms of the line that have a desk screen today."""
    for room in LINE:
        try:
            resolve(room.address)
        except Resolver404:
            continue
        yield room


def get_language(request: HttpRequest) -> str:
    """The reader's choice; without one, the best of their browser's languages that the desk speaks."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = translation.get_language_from_request(request)[:2]
    return wanted if wanted in LANGUAGES else "en"


class DeskLanguage:
    """Middleware: pages under /desk/ speak the reader's language and are never cached on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        with translation.override(get_language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Expected refusals, in the shell."""
        is_page = "application/json" not in request.headers.get("Accept", "")
        if request.path.startswith(PREFIX) and is_page and isinstance(error, UsineError):
            return render_refusal(request, status=error.http_status, sentence=str(error))
        return None


def render_refusal(request: HttpRequest, *, status: int, sentence: str = "") -> HttpResponse:
    """The error page of the desk: what happened in one sentence, and the way back."""
    return render(request, "desk/error.html", {"status": status, "sentence": sentence}, status=status)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404: the desk's page below /desk/, else the public one."""
    if request.path.startswith(PREFIX):
        with translation.override(get_language(request)):
            return render_refusal(request, status=404)
    return pages.render_error(request, status=404)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    if request.path.startswith(PREFIX):
        with translation.override(get_language(request)):
            return render_refusal(request, status=403)
    return pages.render_error(request, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form that was open for too long, or sent from elsewhere."""
    if request.path.startswith(PREFIX):
        with translation.override(get_language(request)):
            sentence = _("This page was open for a long time: nothing changed. Open it again and repeat.")
            return render_refusal(request, status=409, sentence=str(sentence))
    return pages.csrf_failure(request, reason)


@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language or theme for a year, then go back to where they were."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = PREFIX
    response = HttpResponseRedirect(back)
    if request.POST.get("language") in LANGUAGES:
        _keep(response, request, LANGUAGE_COOKIE, request.POST["language"])
    if "theme" in request.POST:
        theme = request.POST["theme"]
        if theme in THEMES:
            _keep(response, request, THEME_COOKIE, theme)
        else:
            response.delete_cookie(THEME_COOKIE, path=PREFIX)
    return response


def _keep(response: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR_S, path=PREFIX, httponly=True, samesite="Lax", secure=request.is_secure()
    )


urlpatterns = [path("desk/preferences/", set_preferences, name="desk_preferences")]
