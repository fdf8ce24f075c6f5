"""The desk's screens of this room: how far each language is, files to translators and back, the glossary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import NotFound
from usine.launches.public import list_seen_locales, list_written_scopes, render_retold
from usine.markets.contracts import Locale
from usine.markets.public import MASTER_LOCALE, find_locale, list_markets, market_name
from usine.translations.contracts import ImportRefused, Only, Progress
from usine.translations.exporting import check_texts, export_xliff, list_progress
from usine.translations.glossary import list_glossary
from usine.translations.importing import import_xliff
from usine.translations.models import Upload
from usine.translations.pseudo import pseudonymise
from usine.translations.rules import name_text
from usine.translations.xliff import LARGEST

KEPT = timedelta(days=1)
"""How long an upload waits for its confirmation."""


@require_GET
@staff_required
def show(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Each scope that I write: its texts said, stale, missing and to judge. And the glossary."""
    actor = get_actor(request.user)
    names = _list_scopes(vehicle, actor)
    counts = list_progress(vehicle, [scope for scope, _locale, _name in names], by=actor)
    rows = [(count, locale, name) for count, (_scope, locale, name) in zip(counts, names, strict=True)]
    languages, terms = list_glossary(vehicle)
    context = {
        "room": "launches",
        "vehicle": vehicle,
        "title": _say_title(counts),
        "rows": rows,
        "others": _list_other_languages({scope for scope, _locale, _name in names}, actor),
        "columns": languages,
        "terms": terms,
    }
    return render(request, "translations/desk/show.html", context)


@require_GET
@staff_required
def export(request: HttpRequest, vehicle: str) -> HttpResponse:
    """The file of a scope: `?to=es&only=missing`."""
    scope, only = request.GET.get("to", ""), request.GET.get("only", "all")
    if only not in list(Only):
        raise NotFound(f"Texts are exported all, missing or stale, not {only}.")
    text = export_xliff(vehicle, scope, by=get_actor(request.user), only=Only(only))
    name = f"{vehicle}-{scope}{'' if only == Only.ALL else f'-{only}'}.xlf"
    return HttpResponse(
        text.encode(),
        content_type="application/xliff+xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@staff_required
def show_checks(request: HttpRequest, vehicle: str) -> HttpResponse:
    """What is to judge in what a scope says: `?to=fr`."""
    scope = request.GET.get("to", "")
    found = check_texts(vehicle, scope, by=get_actor(request.user))
    context = {"room": "launches", "vehicle": vehicle, "scope": scope, "found": found}
    return render(request, "translations/desk/checks.html", context)


@require_GET
@staff_required
def show_pseudo(request: HttpRequest, vehicle: str, how: str, path: str) -> HttpResponse:
    """A page of the launch, pseudo-localised: `longer`, or `mirrored` from right to left."""
    if how not in ("longer", "mirrored"):
        raise NotFound(f"Layouts are looked at longer or mirrored, not {how}.")
    is_mirrored = how == "mirrored"
    say = partial(pseudonymise, is_mirrored=is_mirrored)
    pages = render_retold(vehicle, say, is_mirrored=is_mirrored)
    if f"{path}index.html" not in pages:
        raise NotFound(f"The launch of {vehicle} has no page {path}.")
    return HttpResponse(pages[f"{path}index.html"])


@require_POST
@staff_required
def upload(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Keep a file, then show what it would change."""
    actor, file = get_actor(request.user), request.FILES.get("file")
    if file is None or file.size is None or file.size > LARGEST:
        messages.error(
            request,
            _("Choose an XLIFF file of at most %(size)d MB.") % {"size": LARGEST // 1024 // 1024},
        )
        return redirect("desk_translations", vehicle)
    Upload.objects.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
    row = Upload.objects.create(
        vehicle=vehicle,
        name=(file.name or "file.xlf")[:200],
        content=file.read(),
        uploaded_at=timezone.now(),
        user_id=actor.user_id or 0,
    )
    return redirect("desk_translations_upload", vehicle, row.pk)


@require_http_methods(["GET", "POST"])
@staff_required
def review(request: HttpRequest, vehicle: str, upload_id: int) -> HttpResponse:
    """What a file of mine would change; a post writes it, or throws it away."""
    actor = get_actor(request.user)
    row = Upload.objects.filter(pk=upload_id, vehicle=vehicle, user_id=actor.user_id or 0).first()
    if row is None:
        raise NotFound("This file is no longer here: upload it again.")
    if request.method == "POST" and request.POST.get("verb") == "drop":
        row.delete()
        messages.success(request, _("The file is thrown away; nothing changed."))
        return redirect("desk_translations", vehicle)
    if request.method == "POST" and request.POST.get("verb") != "take":
        raise Http404
    is_dry, accept_stale = request.method == "GET", "stale" in (request.POST or request.GET)
    context = {"room": "launches", "vehicle": vehicle, "upload": row, "accept_stale": accept_stale}
    try:
        report = import_xliff(
            row.name,
            bytes(row.content),
            by=actor,
            vehicle=vehicle,
            accept_stale=accept_stale,
            is_dry=is_dry,
        )
    except ImportRefused as error:
        return render(
            request, "translations/desk/review.html", {**context, "refusals": error.refusals}, status=422
        )
    if not is_dry:
        row.delete()
        messages.success(request, _say_taken(len(report.written), report.scope))
        return redirect("desk_translations", vehicle)
    written = [(name_text(entry.text), entry) for entry in report.written]
    warnings = [(name_text(entry.text), entry.findings) for entry in report.warnings]
    context |= {"report": report, "written": written, "warnings": warnings}
    return render(request, "translations/desk/review.html", context)


def _list_scopes(vehicle: str, actor: Actor) -> list[tuple[str, Locale, str]]:
    """The scopes that the actor writes, languages first: of the sites that are sold, and those that say something."""
    try:
        locales = {locale.path: locale for locale in list_seen_locales(vehicle, actor)}
    except NotFound:  # no range is released yet: texts can be translated before
        locales = {}
    written = list_written_scopes(vehicle) if actor.role is Role.CENTRAL else ()
    for scope in written:
        locale = find_locale(scope)
        if locale is not None and locale != MASTER_LOCALE:
            locales.setdefault(scope, locale)
    spoken = {locale.language: locale for locale in _list_spoken()}
    languages: list[str] = []
    if actor.role is Role.CENTRAL:
        wanted = {locale.language for locale in locales.values()} | {s for s in written if s in spoken}
        languages = sorted(wanted - {MASTER_LOCALE.language})
    reader = translation.get_language() or "en"
    return [
        *((language, spoken[language], spoken[language].language_name) for language in languages),
        *(
            (path, locale, f"{market_name(locale.market, language=reader)}, {locale.language_name}")
            for path, locale in locales.items()
        ),
    ]


def _list_spoken() -> Iterator[Locale]:
    for market in list_markets():
        yield from market.locales


def _list_other_languages(known: set[str], actor: Actor) -> list[tuple[str, str]]:
    """Languages that nothing is said in yet, by name; only the centre begins one."""
    if actor.role is not Role.CENTRAL:
        return []
    spoken = {locale.language: locale.language_name for locale in _list_spoken()}
    others = [(language, name) for language, name in spoken.items() if language not in known | {"en"}]
    return sorted(others, key=lambda pair: pair[1].casefold())


def _say_title(rows: list[Progress]) -> str:
    stale = sum(row.stale for row in rows)
    missing = sum(row.missing for row in rows if "-" not in row.scope)
    if stale:
        return ngettext(
            "%(count)s translation waits: the master changed since",
            "%(count)s translations wait: the master changed since",
            stale,
        ) % {"count": stale}
    if missing:
        return ngettext(
            "%(count)s text is not translated yet", "%(count)s texts are not translated yet", missing
        ) % {"count": missing}
    return _("Every text is translated beside the master of today")


def _say_taken(count: int, scope: str) -> str:
    return ngettext(
        "%(count)s text of %(scope)s is written. Publish the sites to show it.",
        "%(count)s texts of %(scope)s are written. Publish the sites to show them.",
        count,
    ) % {"count": count, "scope": scope}
