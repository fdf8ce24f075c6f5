"""The car that an address asks for, for the pages of other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils import translation

from usine.journeys.addresses import encode
from usine.journeys.cars import build_car, repair
from usine.journeys.contracts import ConfigurationNotFound, ConfiguredCar
from usine.journeys.energy import find_energy
from usine.journeys.queries import get_configuration
from usine.journeys.wording import Words, find_car_picture
from usine.markets.contracts import Locale
from usine.offers.contracts import Offer


def read_car(offer: Offer, query: Mapping[str, str], *, locale: Locale) -> ConfiguredCar:
    """The car of a query, by its short code (`c`) or its choices; what the offer has not is left out.

    An unknown code is the car without choices: whoever wants to say so asks `get_configuration`.
    """
    asked = {name: value for name, value in query.items() if name in offer.catalogue.features}
    if code := query.get("c"):
        try:
            asked = dict(get_configuration(code).choices)
        except ConfigurationNotFound:
            asked = {}
    choices = repair(offer, asked).choices
    car = build_car(offer, choices)
    words = Words(offer, locale)
    with translation.override(locale.language):
        energy = find_energy(offer, car.values, locale=locale)
        return ConfiguredCar(
            choices=choices,
            values=car.values,
            state=encode(choices),
            query=urlencode(choices),
            title=words.title(car.values),
            subtitle=words.value("powertrain", car.values["powertrain"]),
            price=words.money(car.price_minor),
            picture_url=find_car_picture(offer, car.values),
            shared_picture_url=find_car_picture(offer, car.values, shared=True),
            picture_alt=words.picture_alt(car.values, car.values["colour"]),
            energy=energy.lines if energy else (),
        )
