"""The car of a drive: the one that the visitor configured, or the vehicle in its launch colour."""

from __future__ import annotations

from dataclasses import dataclass

from usine.commons.assets import get_asset
from usine.journeys.contracts import ConfigurationNotFound
from usine.journeys.public import summarise
from usine.markets.contracts import Locale
from usine.offers.contracts import OfferNotFound
from usine.offers.public import get_offer
from usine.ranges.contracts import read_text


@dataclass(frozen=True, slots=True)
class DriveCar:
    """What a page shows of a car; `code`, `address`, `subtitle` and `price` are empty without a configuration."""

    title: str
    picture_url: str
    picture_alt: str = ""
    code: str = ""
    address: str = ""
    subtitle: str = ""
    price: str = ""


def find_car(code: str, *, offer_key: str, locale: Locale) -> DriveCar | None:
    """The configured car of a code; the vehicle itself when there is no code, or an unknown one.

    None when the offer is not kept here: a page then shows no car.
    """
    if code:
        try:
            car = summarise(code, locale=locale)
        except ConfigurationNotFound:
            pass
        else:
            return DriveCar(
                title=car.title,
                picture_url=car.picture_url,
                picture_alt=car.picture_alt,
                code=car.code,
                address=car.address,
                subtitle=car.subtitle,
                price=car.price,
            )
    try:
        catalogue = get_offer(offer_key).catalogue
    except OfferNotFound:
        return None
    launch_colour = catalogue.features["colour"].values[0]
    return DriveCar(
        title=read_text(catalogue.label, locale.language),
        picture_url=get_asset(f"assets/cars/{launch_colour.attributes['picture']}.avif").url,
    )
