"""A saved car for the pages of other rooms."""

from __future__ import annotations

from django.utils import translation

from usine.journeys.contracts import CarSummary
from usine.journeys.queries import get_configuration
from usine.journeys.wording import Words, find_car_picture, print_code
from usine.markets.contracts import Locale
from usine.offers.public import get_offer


def summarise(code: str, *, locale: Locale) -> CarSummary:
    """The car of a code in a visitor's words, at the price of the offer that it was made from.

    Raises ConfigurationNotFound.
    """
    saved = get_configuration(code)
    words = Words(get_offer(saved.offer_key), locale)
    with translation.override(locale.language):
        return CarSummary(
            code=print_code(saved.code),
            address=f"/c/{saved.code}",
            title=words.title(saved.values),
            subtitle=words.value("powertrain", saved.values["powertrain"]),
            price=words.money(saved.price_minor),
            picture_url=find_car_picture(words.offer, saved.values),
            picture_alt=words.picture_alt(saved.values, saved.values["colour"]),
            lines=words.lines(saved.values),
        )
