"""An address that answers nothing any more leads where the live releases say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from django.http import FileResponse, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from usine.launches import store
from usine.launches.buckets import BucketRefused
from usine.launches.contracts import LiveSite
from usine.launches.queries import ReleaseNotFound, list_live_sites
from usine.launches.sources.redirects import MAP, list_addresses, read_map

OF_A_SITE = re.compile(r"/([a-z]{2}(?:-[a-z]{2})?)/", re.IGNORECASE)
REMEMBERED = "public, max-age=3600"
"""Browsers keep a 301 for ever unless they are told otherwise, and a redirect may be mended."""

MOST_KEPT = 1000
"""So many releases' maps a process remembers."""

_maps: dict[str, Mapping[str, str]] = {}


class FollowRedirects:
    """Middleware: where the address of a site answers 404, in whichever room, look whether it leads on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        target = ""
        with suppress(BucketRefused):  # what the room said stands until the bucket answers again
            target = find_target(request.path)
        if not target:
            return response
        if isinstance(response, FileResponse) and response.file_to_stream:
            response.file_to_stream.close()  # the page of wrong addresses, which nobody reads now
        query = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
        moved.headers["Cache-Control"] = REMEMBERED
        return moved


def find_target(path: str) -> str:
    """Where an address leads by the live releases, that of its own market first; empty when it leads nowhere."""
    start = OF_A_SITE.match(path)
    if start is None:
        return ""
    old, own = path.lower(), start[1].lower()
    targets = [
        (_is_of(site, own), read_release_map(site.release_key).get(old, "")) for site in list_live_sites()
    ]
    return max(targets, key=lambda found: (bool(found[1]), found[0]), default=(False, ""))[1]


def _is_of(site: LiveSite, locale: str) -> bool:
    return any(at.path == locale for at in site.locales)


def read_release_map(key: str) -> Mapping[str, str]:
    """Where old addresses lead by a release, which never changes; one that is not there is asked for again."""
    found = _maps.get(key)
    if found is None:
        if store.read_note(key, store.MANIFEST) is None:
            return {}
        file = store.find_file(key, MAP)
        found = read_map(file.read_text("utf-8")) if file else {}
        if len(_maps) > MOST_KEPT:
            _maps.clear()
        _maps[key] = found
    return found


def list_served() -> dict[str, str]:
    """Where the old addresses of all live sites lead, for another server: none that is a page of a live site.

    Raises ReleaseNotFound when a live release is not there: a map without its addresses would be taken for a whole one.
    """
    sites = list_live_sites()
    pages: set[str] = set()
    for site in sites:
        manifest = store.read_note(site.release_key, store.MANIFEST)
        if manifest is None:
            raise ReleaseNotFound(
                f"{store.find_damage(site.release_key)} {site.vehicle} in {site.market} is served from it: "
                "publish it again, then ask for the redirects."
            )
        pages |= list_addresses(site.vehicle, manifest)
    found: dict[str, str] = {}
    for site in sites:
        moved = read_release_map(site.release_key)
        whole = {
            old: new for old, new in moved.items() if f"{old}/" not in moved
        }  # not the one that lacks its slash
        found |= {old: new for old, new in whole.items() if old not in pages}
    return found
