"""What machines read of the sites: sitemaps, robots.txt, security.txt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from usine.launches import store
from usine.launches.contracts import LiveSite
from usine.launches.pages.head import UNLISTED, absolute
from usine.launches.queries import list_live_sites
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.markets.contracts import Locale

XML = "application/xml; charset=utf-8"
SECURITY_HOLDS = timedelta(days=364)


@require_safe
def show_sitemaps(request: HttpRequest) -> HttpResponse:
    """The sitemap of every site that is live (sitemaps.org, sitemap index files).

    One file for all of them would grow with the square of their number, as each page names its other languages.
    """
    sites = [(site, locale) for site in list_live_sites() for locale in site.locales]
    context = {"sites": sites, "root": absolute("")}
    return render(request, "launches/sitemaps.xml", context, content_type=XML)


@require_safe
def show_sitemap(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """The pages of a site, each with its other languages and countries (hreflang as search engines read it)."""
    sites = list_live_sites(vehicle)
    found = [(site, locale) for site in sites for locale in site.locales if locale.path == locale_path]
    if not found:
        raise Http404
    own, locale = found[0]
    pages = [
        (_address(own, locale, page), list(_list_alternates(sites, page)))
        for page in PATHS
        if page not in UNLISTED and _has_page(own, locale, page)
    ]
    return render(request, "launches/sitemap.xml", {"pages": pages, "site": own}, content_type=XML)


def _list_alternates(sites: Sequence[LiveSite], page: str) -> list[tuple[str, str]]:
    """Language tag and address of a page in every locale that has it."""
    return [
        (locale.tag, _address(site, locale, page))
        for site in sites
        for locale in site.locales
        if _has_page(site, locale, page)
    ]


def _has_page(site: LiveSite, locale: Locale, page: str) -> bool:
    """Pages of other rooms, as the configurator, are there for every site."""
    is_released = page in PAGE_KINDS
    return not is_released or store.has_file(site.release_key, f"{locale.path}/{PATHS[page]}index.html")


def _address(site: LiveSite, locale: Locale, page: str) -> str:
    return absolute(f"/{locale.path}/{site.vehicle}/{PATHS[page]}")


@require_safe
def show_robots(request: HttpRequest) -> HttpResponse:
    lines = (
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /cms/",
        "Disallow: /c/",
        "Disallow: /staging/",
        f"Sitemap: {settings.SITE_URL.rstrip('/')}/sitemap.xml",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def show_security(request: HttpRequest) -> HttpResponse:
    """Where to report a vulnerability (RFC 9116); read again within a year, as its section 2.5.5 asks."""
    root = settings.SITE_URL.rstrip("/")
    expires = (timezone.now() + SECURITY_HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, fr",
        f"Canonical: {root}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
