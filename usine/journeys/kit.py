"""The kit of an offer: all that a browser needs to answer every click of the configurator by itself, in one language.

One JSON document, made of the offer and the catalogue alone: the same content has the same key, so an address that
holds the key never changes its meaning. It names only what visitors of the market may see. Its reader is
frontend/src/configurator/local/; docs/decisions/configurator.md tells why.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, ngettext

from usine.commons.errors import NotFound
from usine.journeys.cars import find_context, find_private_part, is_for_companies, list_sold
from usine.journeys.energy import describe_energy
from usine.journeys.pages import FIRST_WORDS, find_layout
from usine.journeys.skeleton import read_skeleton
from usine.journeys.wording import Words, find_picture, tell_prices
from usine.kernel import CompiledRange, list_rules, rules_to_bytes, to_bytes, trim
from usine.markets.contracts import CO2_CLASSES, Locale
from usine.markets.public import currency_sign, find_money_notation, find_number_notation, get_market
from usine.offers.contracts import Offer
from usine.offers.public import get_offer
from usine.ranges.contracts import OFF, Feature, FeatureKind
from usine.ranges.public import get_release

Json = Any
MAX_BYTES = 1_000_000
"""Compressed. A range whose kit is larger is no load for a phone: the server answers its clicks."""

SENTENCES = (
    ", ",
    "%(car)s in %(colour)s, seen from the front at an angle",
    "%(count)s of %(total)s",
    "%(feature)s: %(value)s",
    "Added: %(name)s",
    "Do without: %(amount)s",
    "For companies",
    "Impossible together with the rest, so given up: %(names)s.",
    "Make it possible: %(amount)s",
    "New price: %(name)s",
    "Not sold here, so left out: %(names)s.",
    "Price: %(price)s.",
    "Removed: %(name)s",
    "current choice",
    "included",
)
"""What the browser says besides the templates' own sentences, as `gettext` knows it."""

COUNTED = (
    ("Make it possible: %(amount)s, %(count)s other change", "Make it possible: %(amount)s, %(count)s other changes"),
    ("This step changed %(count)s thing: %(total)s", "This step changed %(count)s things: %(total)s"),
)  # fmt: skip
"""As `ngettext` knows it."""

FACTS = ("hex", "spokes", "spoke_on", "spoke_off", "spoke_turn", "upper_hex", "lower_hex")
"""The attributes of values that the templates draw with."""


@dataclass(frozen=True, slots=True)
class Kit:
    key: str
    body: bytes
    compressed: bytes


class KitNotFound(NotFound):
    code = "kit_not_found"


def get_kit(offer: Offer, locale: Locale) -> Kit | None:
    """The kit of an offer in a locale, kept in memory; None where it would be too large to be worth its load."""
    colours = tuple((colour, find_picture(offer, colour)) for colour in list_sold(offer)["colour"])
    kit = _make_kit(offer.key, locale, colours)
    return kit if len(kit.compressed) <= MAX_BYTES else None


@lru_cache(maxsize=256)
def _make_kit(offer_key: str, locale: Locale, pictures: tuple[tuple[str, str], ...]) -> Kit:
    """The addresses of `pictures` change when the front end is built again; all else follows from offer and locale."""
    offer = get_offer(offer_key)
    with translation.override(locale.language):
        content = _describe(offer, locale, pictures)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Kit(hashlib.sha256(body).hexdigest()[:32], body, gzip.compress(body, mtime=0))


def _describe(offer: Offer, locale: Locale, pictures: tuple[tuple[str, str], ...]) -> Json:
    words = Words(offer, locale)
    features = list(list_features(offer))
    names = {feature.name for feature in features}
    whole = trim(offer.priced.compiled, names)
    private = find_private_part(offer)
    release = get_release(offer.range_key)
    sold = list_sold(offer)
    rules = rules_to_bytes(release.model, find_context(offer), {name: sold[name] for name in names})
    return {
        "offer": offer.key,
        "valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
        "tax_included": offer.tax_included,
        "vehicle": words.text(offer.catalogue.label),
        "currency": currency_sign(offer.currency, locale=locale),
        "money": asdict(find_money_notation(offer.currency, locale=locale)),
        "number": asdict(
            find_number_notation(digits=get_market(locale.market).currency_digits, locale=locale)
        ),
        **tell_prices(offer, locale),
        "co2_classes": CO2_CLASSES,
        "sentences": {sentence: gettext(sentence) for sentence in SENTENCES},
        "counted": {one: _list_forms(one, many, len(features)) for one, many in COUNTED},
        "templates": read_skeleton(),
        "steps": [[step.name, words.text(step.label)] for step in offer.catalogue.steps],
        "features": [_describe_feature(feature, words) for feature in features],
        "pictures": pictures,
        "prices": _list_prices(whole, offer),
        "range": _encode(whole),
        "private": None if private is offer.priced else _encode(trim(private.compiled, names)),
        "rules": b64encode(rules).decode(),
        "reasons": {name: words.text(release.catalogue.rules[name].text) for name in list_rules(rules)},
    }


def list_features(offer: Offer) -> Iterator[Feature]:
    """What visitors may see: not what the market fixes, not options that nobody there can have."""
    sold = list_sold(offer)
    for feature in offer.catalogue.features.values():
        if feature.kind is not FeatureKind.CONTEXT and set(sold[feature.name]) != {OFF}:
            yield feature


def _describe_feature(feature: Feature, words: Words) -> Json:
    sold = list_sold(words.offer)[feature.name]
    return {
        "name": feature.name,
        "kind": str(feature.kind),
        "step": feature.step,
        "group": words.text(feature.group),
        "label": words.text(feature.label),
        "note": words.text(feature.note),
        "layout": find_layout(feature),
        "standard": feature.values[0].name if feature.values[0].name in sold else "",
        "values": [
            {
                "name": value.name,
                "label": words.text(value.label),
                "note": words.text(value.note),
                "in_short": FIRST_WORDS.split(words.value(feature.name, value.name))[0],
                "is_for_companies": is_for_companies(words.offer, feature.name, value.name),
                "facts": {name: str(value.attributes[name]) for name in FACTS if name in value.attributes},
                "energy": _describe_energy(value.attributes, words),
            }
            for value in feature.values
            if value.name in sold
        ],
    }


def _describe_energy(facts: Mapping[str, str | int | float | bool], words: Words) -> Json:
    found = describe_energy(facts, locale=words.locale)
    return {**asdict(found), "short": found.short} if found else None


def _list_forms(one: str, many: str, greatest: int) -> Json:
    """The forms of a counted sentence, and which of them goes with 0, 1, 2… of it: a language has up to six."""
    said = [ngettext(one, many, count) for count in range(greatest + 1)]
    forms = list(dict.fromkeys(said))
    return [forms, [forms.index(text) for text in said]]


def _list_prices(trimmed: CompiledRange, offer: Offer) -> Json:
    """Term, then its trimmed rows with their amounts, in minor units."""
    sold = list_sold(offer)
    listed = []
    for term, (scope, rows) in trimmed.terms.items():
        whole_scope = offer.priced.compiled.terms[term][0]
        amounts = {
            tuple(value for name, value in zip(whole_scope, row, strict=True) if name in scope): amount
            for row, amount in offer.amounts.get(term, {}).items()
            if all(value in sold[name] for name, value in zip(whole_scope, row, strict=True))
        }
        listed.append([term, [[row, amounts[row]] for row in rows if row in amounts]])
    return [[term, rows] for term, rows in listed if rows]


def _encode(compiled: CompiledRange) -> str:
    return b64encode(to_bytes(compiled)).decode()
