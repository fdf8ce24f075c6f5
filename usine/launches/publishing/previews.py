"""The page that an editor is writing, as a market's site would show it once published."""

from __future__ import annotations

from django.utils import translation

from usine.launches.content.figures import Figures
from usine.launches.models import MasterPage
from usine.launches.pages.making import Making
from usine.launches.pages.render import render_page
from usine.launches.queries import list_live_sites
from usine.launches.sources.masters import LaunchNotFound, list_overlays, read_master, read_page
from usine.launches.sources.releases import Content, read_content, resolve_sites
from usine.markets.contracts import Locale
from usine.markets.public import MASTER_LOCALE, get_locale, market_name
from usine.offers.public import get_current_offer


def list_preview_modes(vehicle: str) -> list[tuple[str, str]]:
    """The locales that the editor may look at: the master's first, then those of the live sites."""
    locales = [locale for site in list_live_sites(vehicle) for locale in site.locales]
    others = [locale for locale in locales if locale != MASTER_LOCALE]
    return [
        (locale.path, f"{market_name(locale.market, language='en')}, {locale.language_name}")
        for locale in (MASTER_LOCALE, *others)
    ]


def render_adapted(vehicle: str, kind: str, locale: Locale) -> str:
    """A page of a locale with what its overlays say now and its market's current offer.

    Raises LaunchNotFound, OfferNotFound, ContentInvalid.
    """
    return _render(read_content(vehicle), kind, locale)


def render_preview(page: MasterPage, *, path: str) -> str:
    """The page at a locale's path with the market's current offer. Raises OfferNotFound, ContentInvalid."""
    vehicle, locale = page.get_parent().slug, get_locale(path or MASTER_LOCALE.path)
    content = Content(vehicle, {**read_master(vehicle), page.slug: read_page(page)}, list_overlays(vehicle))
    return _render(content, page.slug, locale)


def _render(content: Content, kind: str, locale: Locale) -> str:
    offer = get_current_offer(content.vehicle, market=locale.market)
    figures = Figures(offer)
    sites = resolve_sites(content, offer, figures)
    site = next(site for site in sites if site.locale.path == locale.path)
    if kind not in site.pages:
        raise LaunchNotFound(
            f"/{locale.path}/{content.vehicle}/ has no page {kind}: use one of {', '.join(site.pages)}."
        )
    with translation.override(locale.language):
        return render_page(site.pages[kind], Making(site, figures))
