"""How an offer is made from a range: which part of it, at which amounts. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

from usine.kernel import CompiledRange, PriceTerm, explain, is_possible, model_key, restrict
from usine.markets.contracts import Market
from usine.offers.contracts import NothingSold, Offer, PriceLine, PricesMissing, Taxed
from usine.offers.taxes import split_lines, split_tax
from usine.ranges.contracts import OFF, ON, OTHER, FeatureKind, PriceRow, RangeRelease, read_text

Amounts = dict[str, dict[tuple[str, ...], int]]
SHOWN = 20


def find_context(release: RangeRelease, *, market: str, on: date) -> dict[str, str]:
    """The values of the variables that the market and the day fix."""
    return {
        "market": market if market in release.markets else OTHER,
        "period": f"p{sum(start <= on for start in release.period_starts)}",
    }


def restrict_to_market(release: RangeRelease, *, market: str, on: date) -> CompiledRange:
    """What the range allows in a market on a day. Raises NothingSold, naming the rules, when that is nothing."""
    context = find_context(release, market=market, on=on)
    sold = restrict(release.compiled, {name: {value} for name, value in context.items()})
    if sold.is_empty:
        rules = ", ".join(explain(release.model, context))
        raise NothingSold(
            f"No {release.vehicle} can be sold in {market} on {on}: these rules leave none: {rules}."
        )
    return sold


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """A market's price list on a day, as it is listed; `tax_rate` is None where the market's own rate holds."""

    currency: str
    amounts: Amounts
    tax_included: bool
    tax_rate: Fraction | None
    valid_until: date | None


def collect_amounts(release: RangeRelease, *, market: str, on: date) -> PriceSheet:
    """The price list of a market on a day. Raises PricesMissing when it has none then."""
    listed = _list_rows(release, market)
    rows = [row for row in listed if _is_valid(row, on)]
    if not rows:
        days = ", ".join(sorted({_say_days(row) for row in listed}))
        known = f"its amounts are valid {days}" if days else "add it to range.yaml"
        raise PricesMissing(f"{release.vehicle} has no price list for {market} on {on}: {known}.")
    amounts: Amounts = {}
    for row in rows:
        amounts.setdefault(row.term, {})[row.row] = row.amount_minor
    first = rows[0]
    return PriceSheet(first.currency, amounts, first.tax_included, first.tax_rate, first.valid_until)


_rows: dict[str, tuple[Sequence[PriceRow], dict[str, list[PriceRow]]]] = {}


def _list_rows(release: RangeRelease, market: str) -> Sequence[PriceRow]:
    """The rows of a market, sorted out once for a release: every market of a publication asks."""
    rows, by_market = _rows.get(release.key, ((), {}))
    if rows is not release.price_rows:
        by_market = {}
        for row in release.price_rows:
            by_market.setdefault(row.market, []).append(row)
        _rows.clear()
        _rows[release.key] = (release.price_rows, by_market)
    return by_market.get(market, ())


def _is_valid(row: PriceRow, on: date) -> bool:
    return (row.valid_from or on) <= on <= (row.valid_until or on)


def _say_days(row: PriceRow) -> str:
    parts = (("from", row.valid_from), ("until", row.valid_until))
    return " ".join(f"{word} {day}" for word, day in parts if day)


def digest_terms(release: RangeRelease, about: Market, *, on: date) -> str:
    """Everything that an offer made on a day would say, the day apart, in one digest, without asking the kernel.

    While it stays, a market's offer goes on, whatever changed in other markets. Raises PricesMissing.
    """
    sheet = collect_amounts(release, market=about.code, on=on)
    said = [
        _digest_range(release),
        *find_context(release, market=about.code, on=on).values(),
        [sheet.currency, sheet.tax_included, str(sheet.tax_rate), str(sheet.valid_until)],
        [about.code, about.currency, str(about.tax_rate), about.tax_display],
        [[term, sorted(rows.items())] for term, rows in sorted(sheet.amounts.items())],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


_digests: dict[str, str] = {}


def _digest_range(release: RangeRelease) -> str:
    """A release's rules and labels without its prices; kept, as the same release is asked about for every market."""
    if release.key not in _digests:
        content = f"{model_key(release.model)} {release.catalogue!r}"
        _digests[release.key] = hashlib.sha256(content.encode()).hexdigest()
    return _digests[release.key]


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


def split_price(offer: Offer, amount_minor: int) -> Taxed:
    """Net, tax and gross of a price of the offer: private people are shown gross, companies may be shown net.

    Ask it of a total, and `itemise` for the lines: rounding each of many amounts would not add up.
    """
    return split_tax(amount_minor, rate=offer.tax_rate, tax_included=offer.tax_included)


def itemise(offer: Offer, values: Mapping[str, str]) -> tuple[PriceLine, ...]:
    """The price of a whole configuration line by line, in the order of the price list.

    The lines add up to its price, and their parts to those of its price. What is free of charge has no line. The first
    line is the car itself.
    """
    found = []
    for term, (scope, _) in offer.priced.compiled.terms.items():
        amount = offer.amounts.get(term, {}).get(tuple(values[name] for name in scope), 0)
        if amount:
            found.append((term, tuple((name, values[name]) for name in scope), amount))
    parts = split_lines(
        (amount for _, _, amount in found), rate=offer.tax_rate, tax_included=offer.tax_included
    )
    return tuple(PriceLine(*line, taxed) for line, taxed in zip(found, parts, strict=True))


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
