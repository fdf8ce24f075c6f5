"""The list of countries on the first page: by region, in the visitor's language, with what suits the visitor first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from usine.launches.contracts import LiveSite
from usine.markets.contracts import MASTER_MARKET, Locale
from usine.markets.public import get_market, market_name

REGIONS = {
    "World": _("International"),
    "Western Europe": _("Western Europe"),
    "Northern Europe": _("Northern Europe"),
    "Southern Europe": _("Southern Europe"),
    "Central and Eastern Europe": _("Central and Eastern Europe"),
    "Caucasus and Central Asia": _("Caucasus and Central Asia"),
    "Middle East and North Africa": _("Middle East and North Africa"),
    "Africa": _("Africa"),
    "Asia-Pacific": _("Asia-Pacific"),
    "North America": _("North America"),
    "Latin America": _("Latin America"),
    "Overseas territories": _("Overseas territories"),
}
"""The regions of markets.csv as people read them."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the list: its name in the visitor's language, and an address for each language spoken there."""

    name: str
    links: tuple[tuple[Locale, str], ...]


def list_regions(sites: Iterable[LiveSite], *, language: str) -> list[tuple[str, list[Country]]]:
    """Regions in the order of markets, the international site last."""
    regions: dict[str, list[Country]] = {}
    for site in sorted(sites, key=lambda site: site.market == MASTER_MARKET):
        regions.setdefault(get_market(site.market).region, []).append(_show_country(site, language))
    return [(str(REGIONS.get(name, name)), countries) for name, countries in regions.items()]


def _show_country(site: LiveSite, language: str) -> Country:
    return Country(
        market_name(site.market, language=language),
        tuple((locale, f"/{locale.path}/{site.vehicle}/") for locale in site.locales),
    )


def list_suggestions(sites: Iterable[LiveSite], accept_language: str) -> list[tuple[Country, Locale, str]]:
    """At most three sites that speak a language of the visitor's browser, the same country first."""
    wanted = list(_read_accepted(accept_language))
    ranked = []
    for site in sites:
        for locale in site.locales:
            for place, tag in enumerate(wanted):
                same_country = locale.tag.lower() == tag
                if (
                    same_country
                    or ("-" not in tag and locale.language == tag)
                    or tag.split("-")[0] == locale.language
                ):
                    ranked.append((not same_country, place, site, locale))
                    break
    ranked.sort(key=lambda item: item[:2])
    return [
        (_show_country(site, locale.language), locale, f"/{locale.path}/{site.vehicle}/")
        for _rank, _place, site, locale in ranked[:3]
    ]


def _read_accepted(header: str) -> Iterator[str]:
    """The tags of an Accept-Language header, in lower case, in the order of preference (RFC 9110, 12.5.4)."""
    weighed = []
    for number, part in enumerate(header.lower().split(",")[:20]):
        tag, _sign, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), number, tag.strip()))
        except ValueError:
            continue
    return (tag for weight, _number, tag in sorted(weighed) if tag and weight)
