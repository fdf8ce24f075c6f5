"""Which site welcomes somebody whose address names none: `/c/<code>` without a car behind it."""

from __future__ import annotations

from django.utils.translation.trans_real import parse_accept_lang_header

from usine.markets.contracts import MASTER_MARKET, Locale
from usine.markets.public import get_market
from usine.offers.public import list_offered


def find_site(accept_language: str) -> tuple[str, Locale] | None:
    """The vehicle and the locale that suit a browser's languages best; None when nothing is sold anywhere.

    The exact locale first (`nl-be`), then its language, then the master, then whatever is sold.
    """
    sites = [(vehicle, locale) for vehicle, market in list_offered() for locale in get_market(market).locales]
    for wanted, _quality in parse_accept_lang_header(accept_language.lower()):
        exact = [site for site in sites if site[1].path == wanted]
        akin = [site for site in sites if site[1].language == wanted.split("-")[0]]
        if exact or akin:
            return (exact or akin)[0]
    masters = [site for site in sites if site[1].market == MASTER_MARKET]
    return next(iter([*masters, *sites]), None)
