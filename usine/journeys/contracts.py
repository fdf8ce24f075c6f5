"""Values that cross the door of `journeys`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from usine.commons.errors import UsineError


@dataclass(frozen=True, slots=True)
class SavedConfiguration:
    """A visitor's car, with the key of the offer that it was made from. `code` is short and readable: 7K4MR2P."""

    code: str
    vehicle: str
    market: str
    language: str
    locale: str  # its path, "nl-be"
    offer_key: str
    choices: Mapping[str, str]  # what the visitor chose
    values: Mapping[str, str]  # the whole car: choices and the cheapest completion
    price_minor: int
    currency: str
    saved_at: datetime


class ConfigurationNotFound(UsineError):
    code = "configuration_not_found"
    http_status = 404


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that was wanted against own choices, and how often: `roof.glass` against `roof_bars.yes`."""

    wanted: str
    in_the_way: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Clicks:
    """What visitors chose (`trim.futaie`, how often) and which conflicts they met. It holds nothing about them."""

    choices: Mapping[str, int]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class ConfiguredCar:
    """A car of an offer as an address asks for it, in a visitor's words: for pages that do something with it."""

    choices: Mapping[str, str]  # what the visitor chose, as far as the offer has it
    values: Mapping[str, str]  # the whole car
    state: str  # the choices as one word, for the form that saves it
    query: str  # the choices as a query; empty without any
    title: str
    subtitle: str
    price: str
    picture_url: str
    shared_picture_url: str  # of links that are passed on
    picture_alt: str
    energy: tuple[tuple[str, str], ...]  # label and amount, WLTP combined


@dataclass(frozen=True, slots=True)
class CarSummary:
    """A saved car in a visitor's words, for pages that only show it: the booking, the lead, a mail."""

    code: str  # as printed: 7K4-MR2P
    address: str  # path that reopens it, /c/7K4MR2P
    title: str  # the vehicle and its trim
    subtitle: str  # Électrique 52 kWh, 110 kW
    price: str  # in the market's currency, as the locale writes it
    picture_url: str
    picture_alt: str
    lines: tuple[tuple[str, str], ...]  # itemised: label, amount
