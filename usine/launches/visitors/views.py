"""What the public sees of the sites: files of the live release, the list of countries, what machines read."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from usine.commons.languages import find_spoken
from usine.launches import store
from usine.launches.contracts import LiveSite
from usine.launches.papers.cards import take_card
from usine.launches.papers.shelf import take_paper
from usine.launches.queries import find_publication, list_live_sites
from usine.launches.rules import PATHS
from usine.launches.visitors.chooser import list_regions, list_suggestions
from usine.markets.contracts import Locale
from usine.markets.public import get_locale

PAGE_CACHE = "public, max-age=0, must-revalidate"
SECURITY_HOLDS = timedelta(days=364)
FOR_EVER = f"public, max-age={365 * 86_400}, immutable"
BUILT_BY_VITE = {
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".js": "text/javascript",
}


@require_safe
def show_page(request: HttpRequest, locale_path: str, vehicle: str, kind: str) -> HttpResponseBase:
    """A page of the live release, from its file; the answer to a known version is 304."""
    locale, key = _find_live(locale_path, vehicle)
    etag = f'"{key[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _send_page(request, key, f"{locale.path}/{PATHS[kind]}index.html")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = PAGE_CACHE
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


@require_safe
def show_missing(request: HttpRequest, locale_path: str, vehicle: str, rest: str) -> HttpResponseBase:
    """The site's own page for an address that leads nowhere; an address that lacks its last slash is mended."""
    locale, key = _find_live(locale_path, vehicle)
    if f"{rest}/" in PATHS.values():
        return HttpResponsePermanentRedirect(f"/{locale.path}/{vehicle}/{rest}/")
    response = _send_page(request, key, f"{locale.path}/{PATHS['not-found']}index.html")
    response.status_code = 404
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _find_live(locale_path: str, vehicle: str) -> tuple[Locale, str]:
    """The locale of an address and the key of the release that is served there; Http404 without one."""
    locale = get_locale(locale_path)
    live = find_publication(vehicle, locale.market)
    if live is None or live.release is None:
        raise Http404
    return locale, live.release.key


def _send_page(request: HttpRequest, key: str, path: str) -> HttpResponseBase:
    zipped = (
        store.find_file(key, f"{path}.gz") if "gzip" in request.headers.get("Accept-Encoding", "") else None
    )
    file = zipped or store.find_file(key, path)
    if file is None:
        raise Http404
    response = _send(file, "text/html; charset=utf-8")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


@require_safe
def send_shared(request: HttpRequest, kind: str, path: str) -> HttpResponseBase:
    """A picture, or a built file that a live release still names though the front end was built again since."""
    file = store.find_shared(kind, path)
    if file is None:
        raise Http404
    response = _send(file, _guess_type(file))
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _send(file: Path, content_type: str) -> FileResponse:
    """A file under the name that its address ends with: its name on disk is nobody's business."""
    response = FileResponse(file.open("rb"), content_type=content_type)
    del response.headers["Content-Disposition"]
    return response


@require_safe
def send_paper(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """A brochure or a price list; typeset now if nobody wanted it before."""
    file = take_paper(digest, name)
    if file is None:
        raise Http404
    response = FileResponse(file.open("rb"), content_type="application/pdf", filename=name)
    response.headers["Cache-Control"] = FOR_EVER
    return response


@require_safe
def send_card(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The picture of a shared link; drawn now if nobody passed it on before."""
    file = take_card(digest)
    if file is None:
        raise Http404
    response = _send(file, "image/jpeg")
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _guess_type(file: Path) -> str:
    return BUILT_BY_VITE.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


@require_safe
def show_chooser(request: HttpRequest) -> HttpResponse:
    """The list of countries by vehicle, that of most countries first, in the visitor's language; nobody is sent
    anywhere without a click."""
    sites = list_live_sites()
    language = find_spoken(translation.get_language_from_request(request))
    with translation.override(language):
        context = {
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "vehicles": [
                (
                    of_vehicle[0].cover,
                    list_regions(of_vehicle, language=language),
                    list_suggestions(of_vehicle, request.headers.get("Accept-Language", "")),
                )
                for of_vehicle in sorted(_group_by_vehicle(sites), key=len, reverse=True)
            ],
        }
        response = render(request, "launches/chooser.html", context)
    patch_vary_headers(response, ("Accept-Language",))
    return response


@require_safe
def open_locale(request: HttpRequest, locale_path: str) -> HttpResponse:
    """`/fr-be/` leads to the vehicle that is launched there, when there is one only; else to the list."""
    locale = get_locale(locale_path)
    sites = [site for site in list_live_sites() if locale in site.locales]
    return HttpResponseRedirect(f"/{locale.path}/{sites[0].vehicle}/" if len(sites) == 1 else "/")


def _group_by_vehicle(sites: Iterable[LiveSite]) -> list[list[LiveSite]]:
    return [list(of_vehicle) for _, of_vehicle in groupby(sites, key=lambda site: site.vehicle)]
