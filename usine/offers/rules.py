"""How an offer is made from a range: which part of it, at which amounts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product

from usine.kernel import CompiledRange, PriceTerm, is_possible, restrict
from usine.offers.contracts import Offer, PriceLine, PricesMissing
from usine.ranges.contracts import OFF, ON, FeatureKind, RangeRelease, read_text

Amounts = dict[str, dict[tuple[str, ...], int]]
SHOWN = 20


def restrict_to_market(release: RangeRelease, *, market: str, on: date) -> CompiledRange:
    """What the range allows in a market on a day."""
    period = f"p{sum(start <= on for start in release.period_starts)}"
    return restrict(
        release.compiled, {"market": {market if market in release.markets else "other"}, "period": {period}}
    )


def collect_amounts(release: RangeRelease, *, market: str, on: date) -> tuple[str, Amounts]:
    """The currency and the amounts of a market's price list on a day. Raises PricesMissing when it has none then."""
    amounts: Amounts = {}
    currency = ""
    for row in release.price_rows:
        begun = row.valid_from is None or row.valid_from <= on
        if row.market == market and begun and (row.valid_until is None or on <= row.valid_until):
            amounts.setdefault(row.term, {})[row.row] = row.amount_minor
            currency = row.currency
    if not currency:
        raise PricesMissing(
            f"{release.vehicle} has no price list for {market} on {on}: add it to range.yaml."
        )
    return currency, amounts


def check_complete(
    release: RangeRelease, sold: CompiledRange, amounts: Amounts, *, market: str, currency: str
) -> None:
    """Raise PricesMissing, naming market, options and currency, when something can be chosen and has no amount."""
    missing = [
        f"{term.name} ({', '.join(f'{name} = {value}' for name, value in zip(term.scope, row, strict=True))})"
        for term in release.model.price_terms
        for row in _chargeable(release, term)
        if row not in amounts.get(term.name, {})
        and is_possible(sold, dict(zip(term.scope, row, strict=True)))
    ]
    if missing:
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        raise PricesMissing(f"{market} has no price in {currency} for: {'; '.join(missing[:SHOWN])}{more}.")


def itemise(offer: Offer, values: Mapping[str, str]) -> tuple[PriceLine, ...]:
    """The price of a whole configuration line by line, in the order of the price list; the lines add up to its price.

    What is free of charge has no line. The first line is the car itself.
    """
    lines = []
    for term, (scope, _) in offer.priced.compiled.terms.items():
        amount = offer.amounts.get(term, {}).get(tuple(values[name] for name in scope), 0)
        if amount:
            lines.append(PriceLine(term, tuple((name, values[name]) for name in scope), amount))
    return tuple(lines)


def label(offer: Offer, variable: str, value: str, *, language: str) -> str:
    """What people call a choice: the value's label, or for an option its own; in English when a language lacks it."""
    feature = offer.catalogue.features[variable]
    if feature.kind is FeatureKind.SWITCH:
        return read_text(feature.label, language)
    return read_text(feature.get_value(value).label, language)


def _chargeable(release: RangeRelease, term: PriceTerm) -> Iterator[tuple[str, ...]]:
    """The combinations that must have an amount: not a switch left out, not a part that its pack brings."""
    features = release.catalogue.features
    own = features.get(term.name)
    packs = {name for name in term.scope if own and own.name in features[name].parts}
    for row in product(*(tuple(v.name for v in features[name].values) for name in term.scope)):
        chosen = dict(zip(term.scope, row, strict=True))
        left_out = own is not None and own.kind is FeatureKind.SWITCH and chosen[own.name] == OFF
        if not left_out and not any(chosen[pack] == ON for pack in packs):
            yield row
