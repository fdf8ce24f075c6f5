"""Price tables to price terms: what an amount depends on, and the amounts of every market."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import NamedTuple

from usine.kernel import PriceTerm
from usine.ranges.build import Builder, PriceList
from usine.ranges.conditions import did_you_mean
from usine.ranges.contracts import OFF, ON, PriceRow
from usine.ranges.source import PriceTable

MAX_COMBINATIONS = 100_000
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?", re.ASCII)


class Line(NamedTuple):
    """A line of a price table; `value` is that of its item, empty in a table of combinations."""

    file: str
    number: int
    cells: dict[str, str]
    value: str


def build_prices(builder: Builder) -> tuple[tuple[PriceTerm, ...], tuple[PriceRow, ...]]:
    """The terms (one an item, one a table of combinations) and every amount. Faults go to the builder."""
    terms, rows = [], []
    for name, (own, lines) in _group(builder).items():
        term, found = _term(builder, name, own, lines)
        terms.append(term)
        rows.extend(found)
    if terms:
        _check_lists(builder, {row.market for row in rows})
    return tuple(terms), tuple(rows)


def _check_lists(builder: Builder, priced: set[str]) -> None:
    """Every price list has amounts."""
    for market in builder.lists:
        if market not in priced:
            line = builder.source.head_file.find_line(("price_lists", market))
            builder.fault(
                "The price list has no amounts: no price table has this market's.", line=line, rule=market
            )


def _group(builder: Builder) -> dict[str, tuple[str, list[Line]]]:
    """The lines of each term, with the feature that it prices (none for a table of combinations)."""
    groups: dict[str, tuple[str, list[Line]]] = {}
    for table in builder.source.prices:
        if not _check_columns(builder, table):
            continue
        for number, cells in table.lines:
            if "item" not in cells:
                group = groups.setdefault(table.name, ("", []))
                group[1].append(Line(table.file, number, cells, ""))
                continue
            feature, value = _read_item(builder, table.file, number, cells["item"])
            if feature:
                group = groups.setdefault(feature, (feature, []))
                group[1].append(Line(table.file, number, cells, value))
    return groups


def _check_columns(builder: Builder, table: PriceTable) -> bool:
    """Whether the columns are features and markets, with something to price and somebody to pay."""
    known = ("item", *builder.domains, *builder.lists)
    wrong = [column for column in table.columns if column not in known]
    if wrong:
        hint = did_you_mean(wrong[0], known)
        builder.fault(
            f"The column “{wrong[0]}” is neither a feature nor a market with a price list{hint}.",
            table.file,
        )
    elif not any(column in builder.lists for column in table.columns):
        builder.fault("No column is a market with a price list in range.yaml.", table.file)
    elif all(column in builder.lists for column in table.columns):
        builder.fault("No column says what is priced: add “item”, or features.", table.file)
    elif "item" not in table.columns and table.name in builder.domains:
        builder.fault("A table without “item” cannot have the name of a feature: rename it.", table.file)
    else:
        return True
    return False


def _read_item(builder: Builder, file: str, line: int, item: str) -> tuple[str, str]:
    """Feature and value of an item; empty, with a fault, when they do not exist."""
    feature, equals, value = (part.strip() for part in item.partition("="))
    domain = builder.domains.get(feature)
    if domain is None:
        hint = did_you_mean(feature, builder.domains)
        builder.fault(f"The item “{feature}” is not a feature{hint}.", file, line)
    elif not equals and domain != (OFF, ON):
        builder.fault(f"“{feature}” has values: say which, as in {feature}={domain[0]}.", file, line)
    elif (value or ON) not in domain:
        hint = did_you_mean(value, domain)
        builder.fault(f"The feature “{feature}” has no value “{value}”{hint}.", file, line)
    else:
        return feature, value or ON
    return "", ""


def _term(builder: Builder, name: str, own: str, lines: list[Line]) -> tuple[PriceTerm, list[PriceRow]]:
    packs = [f.name for f in builder.features.values() if own and own in f.parts]
    columns = [c for c in builder.domains if any(line.cells.get(c) for line in lines)]
    scope = tuple(dict.fromkeys(([own] if own else []) + columns + packs))
    seen: dict[tuple[str, ...], int] = {}
    rows: list[PriceRow] = []
    for line in lines:
        options = []
        for column in scope:
            if column == own:
                options.append([line.value])
            elif line.cells.get(column):
                options.append(_values(builder, line, column))
            elif column in packs and column not in line.cells:
                options.append([OFF])  # a part costs nothing on top of the pack that brings it
            else:
                options.append(list(builder.domains[column]))
        if prod(map(len, options)) > MAX_COMBINATIONS:
            message = f"This line stands for more than {MAX_COMBINATIONS} combinations: fill in more columns."
            builder.fault(message, line.file, line.number, name)
            continue
        for key in product(*options):
            if key in seen:
                message = f"This combination has a price on line {seen[key]} already."
                builder.fault(message, line.file, line.number, name)
                break
            seen[key] = line.number
            rows.extend(_amounts(builder, name, key, line))
    return PriceTerm(name, scope, tuple(seen)), rows


def _values(builder: Builder, line: Line, column: str) -> list[str]:
    """The values in a cell; those that the feature does not have are faults."""
    domain = builder.domains[column]
    values = [value.strip() for value in line.cells[column].split("|")]
    for value in values:
        if value not in domain:
            hint = did_you_mean(value, domain)
            builder.fault(f"“{column}” has no value “{value}”{hint}.", line.file, line.number)
    return [value for value in values if value in domain]


def _amounts(builder: Builder, term: str, key: tuple[str, ...], line: Line) -> Iterator[PriceRow]:
    """The amounts of a line, one a market, in minor units."""
    found: dict[str, int | None] = {}
    for market, prices in sorted(builder.lists.items(), key=lambda entry: bool(entry[1].like)):
        found[market] = _read_amount(builder, market, prices, line, found)
    for market, prices in builder.lists.items():
        minor = found[market]
        if minor is not None and minor < 0 and not line.value:
            builder.fault(f"A car cannot cost less than nothing in {market}.", line.file, line.number)
        elif minor is not None:
            yield PriceRow(
                term=term,
                row=key,
                market=market,
                currency=prices.currency,
                amount_minor=minor,
                tax_included=prices.tax_included,
                tax_rate=prices.tax_rate,
                valid_from=prices.valid_from,
                valid_until=prices.valid_until,
                file=line.file,
                line=line.number,
            )


def _read_amount(
    builder: Builder, market: str, prices: PriceList, line: Line, found: Mapping[str, int | None]
) -> int | None:
    """A market's amount on a line, its own or derived from the list that it is like; None where there is none.

    `found` are the amounts of the lists that are like no other.
    """
    cell = line.cells.get(market, "")
    if cell == "" and prices.like in builder.lists:
        amount = found.get(prices.like)
        return None if amount is None else derive_amount(amount, builder.lists[prices.like], prices)
    return _read_cell(builder, prices, cell, line)


def derive_amount(amount_minor: int, basis: PriceList, prices: PriceList) -> int:
    """An amount of one list in another that is like it: times its factor, to the nearest step, halves away from zero.

    What is free stays free.
    """
    over: int = abs(amount_minor) * prices.factor.numerator * 10**prices.digits
    under: int = 10**basis.digits * prices.factor.denominator * prices.step_minor
    steps = (2 * over + under) // (2 * under)
    return steps * prices.step_minor * (-1 if amount_minor < 0 else 1)


def _read_cell(builder: Builder, prices: PriceList, cell: str, line: Line) -> int | None:
    """Minor units of a cell, None for an empty one; a wrong one is a fault."""
    if cell == "":
        return None
    message, minor = "", Fraction(0)
    if not AMOUNT.fullmatch(cell):
        message = f"“{cell}” is not an amount: write digits, with a point before decimals."
    else:
        minor = Fraction(cell) * 10**prices.digits
        if minor.denominator != 1:
            decimals = f"{prices.digits or 'no'} decimal{'s' if prices.digits != 1 else ''}"
            message = f"“{cell}” has more than the {decimals} of {prices.currency}."
    if message:
        builder.fault(message, line.file, line.number)
    return None if message else int(minor)
