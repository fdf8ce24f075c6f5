"""Clicks that a browser answered itself, as it hands them over: numbers, without an identifier, a time or an order.

Nothing of it is believed: every value must be on sale in the offer, every conflict must be one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from usine.commons.errors import Forbidden, UsineError
from usine.journeys.cars import Car, find_part, find_way_out, list_sold
from usine.journeys.contracts import Clicks, Conflict
from usine.kernel import is_possible
from usine.offers.contracts import Offer

MAX_BYTES = 32_000
MAX_CHOICES = 300
MAX_CONFLICTS = 50
MAX_COUNT = 1000
TOKEN = re.compile(r"[0-9a-f]{32}")
OFFER_KEY = re.compile(r"[0-9a-f]{64}")
KEYS = frozenset({"token", "offer", "choices", "conflicts"})
CONFLICT_KEYS = frozenset({"wanted", "in_the_way", "count"})

Pair = tuple[str, str]


class ClicksInvalid(UsineError):
    code = "clicks_invalid"


class ClicksNotAllowed(Forbidden):
    code = "clicks_not_allowed"


class ClicksTooLarge(UsineError):
    code = "clicks_too_large"
    http_status = 413


def parse_batch(body: bytes) -> Mapping[str, Any]:
    """A batch as it was posted, `token` and `offer` checked for their form. Raises ClicksInvalid, ClicksTooLarge."""
    if len(body) > MAX_BYTES:
        raise ClicksTooLarge(f"A batch has at most {MAX_BYTES} bytes: post it in parts.")
    try:
        batch = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ClicksInvalid("This is not JSON.") from error
    if not isinstance(batch, dict) or set(batch) != KEYS:
        raise ClicksInvalid(f"A batch has the keys {', '.join(sorted(KEYS))}.")
    if not isinstance(batch["token"], str) or not TOKEN.fullmatch(batch["token"]):
        raise ClicksInvalid("A token has 32 hexadecimal digits.")
    if not isinstance(batch["offer"], str) or not OFFER_KEY.fullmatch(batch["offer"]):
        raise ClicksInvalid("The offer is named by its key.")
    return batch


def check_batch(batch: Mapping[str, Any], offer: Offer) -> Clicks:
    """The clicks of a parsed batch, held against its offer. Raises ClicksInvalid."""
    choices, conflicts = batch["choices"], batch["conflicts"]
    if not isinstance(choices, dict) or len(choices) > MAX_CHOICES:
        raise ClicksInvalid(f"The choices are at most {MAX_CHOICES} values with their counts.")
    if not isinstance(conflicts, list) or len(conflicts) > MAX_CONFLICTS:
        raise ClicksInvalid(f"The conflicts are a list of at most {MAX_CONFLICTS}.")
    if not choices and not conflicts:
        raise ClicksInvalid("There is nothing in this batch.")
    return Clicks(
        {_check_value(name, offer): _check_count(count) for name, count in choices.items()},
        tuple(_check_conflict(found, offer) for found in conflicts),
    )


def _check_conflict(found: Any, offer: Offer) -> Conflict:
    if (
        not isinstance(found, dict)
        or set(found) != CONFLICT_KEYS
        or not isinstance(found["in_the_way"], list)
    ):
        raise ClicksInvalid(f"A conflict has the keys {', '.join(sorted(CONFLICT_KEYS))}.")
    wanted = _check_value(found["wanted"], offer)
    own = dict(_split(_check_value(name, offer)) for name in found["in_the_way"])
    feature, value = _split(wanted)
    together = {**own, feature: value}
    if not own or feature in own or len(own) != len(found["in_the_way"]):
        raise ClicksInvalid("A conflict is between a wanted value and choices of other features.")
    if is_possible(find_part(offer, together), together):
        raise ClicksInvalid(f"{wanted} goes together with {', '.join(found['in_the_way'])}.")
    return Conflict(wanted, tuple(found["in_the_way"]), _check_count(found["count"]))


def _check_value(name: Any, offer: Offer) -> str:
    if not isinstance(name, str):
        raise ClicksInvalid("A value is written feature.value.")
    feature, value = _split(name)
    sold = list_sold(offer).get(feature, {})
    if feature not in offer.catalogue.features or value not in sold or len(sold) < 2:
        raise ClicksInvalid(f"There is no choice {name[:80]} in this offer.")
    return name


def _check_count(count: Any) -> int:
    if type(count) is not int or not 1 <= count <= MAX_COUNT:
        raise ClicksInvalid(f"A count is a whole number from 1 to {MAX_COUNT}.")
    return count


def _split(name: str) -> Pair:
    feature, _, value = name.partition(".")
    return feature, value


def note_step(car: Car, picked: Mapping[str, str]) -> Clicks:
    """The clicks of one step that the server answers: what a browser would have noted."""
    sold = list_sold(car.offer)
    made = {name: value for name, value in picked.items() if value in sold.get(name, {})}
    return Clicks({f"{n}.{v}": 1 for n, v in made.items()}, tuple(_list_conflicts(car, made)))


def _list_conflicts(car: Car, made: Mapping[str, str]) -> Iterator[Conflict]:
    for name, value in made.items():
        in_the_way = () if value in car.bounds[name] else find_way_out(car, name, value).in_the_way
        if in_the_way:
            yield Conflict(f"{name}.{value}", tuple(f"{n}.{car.choices[n]}" for n in in_the_way), 1)
