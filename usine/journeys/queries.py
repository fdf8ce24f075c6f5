"""Reads of the journeys' room."""

from __future__ import annotations

from usine.journeys.contracts import ConfigurationNotFound, SavedConfiguration
from usine.journeys.models import Configuration
from usine.markets.public import get_locale
from usine.offers.public import get_offer

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is read for something else: no 0 O, 1 I L, U."""
CODE_LENGTH = 7


def get_configuration(code: str) -> SavedConfiguration:
    """The saved car of a code, with or without its hyphen, in any case. Raises ConfigurationNotFound."""
    wanted = "".join(code.upper().split()).replace("-", "")
    is_code = len(wanted) <= CODE_LENGTH and set(wanted) <= set(ALPHABET)
    kept = Configuration.objects.filter(code=wanted).first() if is_code else None
    if kept is None:
        raise ConfigurationNotFound(f"No car was saved under the code {code[:20]}: check the seven signs.")
    return as_value(kept)


def find_code(digest: str) -> str:
    """The code under which exactly this car is saved, or ""."""
    return Configuration.objects.filter(digest=digest).values_list("code", flat=True).first() or ""


def as_value(kept: Configuration) -> SavedConfiguration:
    locale = get_locale(kept.locale)
    return SavedConfiguration(
        code=kept.code,
        vehicle=kept.vehicle,
        market=locale.market,
        language=locale.language,
        locale=kept.locale,
        offer_key=kept.offer_key,
        choices=kept.choices,
        values=kept.values,
        price_minor=kept.price_minor,
        currency=get_offer(kept.offer_key).currency,
        saved_at=kept.saved_at,
    )
