"""Price tables to price terms: what an amount depends on, and the amounts of every market."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import product

from usine.kernel import PriceTerm
from usine.ranges.build import Builder
from usine.ranges.conditions import did_you_mean
from usine.ranges.contracts import PriceRow

Line = tuple[str, int, dict[str, str], str]  # file, line, row, value of the item ("" for a combination)
MAX_AMOUNT = Decimal(10**9)


def build_prices(builder: Builder) -> tuple[tuple[PriceTerm, ...], tuple[PriceRow, ...]]:
    """The terms (one an item, one a table of combinations) and every amount. Faults go to the builder."""
    terms, rows = [], []
    for name, (own, lines) in _group(builder).items():
        term, found = _term(builder, name, own, lines)
        terms.append(term)
        rows.extend(found)
    return tuple(terms), tuple(rows)


def _group(builder: Builder) -> dict[str, tuple[str, list[Line]]]:
    groups: dict[str, tuple[str, list[Line]]] = {}
    for file, line, row in builder.source.prices:
        wrong = [c for c in row if c != "item" and c not in builder.domains and c not in builder.lists]
        if wrong:
            hint = did_you_mean(wrong[0], (*builder.domains, *builder.lists))
            builder.fault(f"The column “{wrong[0]}” is neither a feature nor a market{hint}.", file, line)
            continue
        if "item" not in row:
            groups.setdefault(file.removeprefix("prices/").removesuffix(".csv"), ("", []))[1].append(
                (file, line, row, "")
            )
            continue
        feature, _, value = row["item"].partition("=")
        feature, value = feature.strip(), value.strip() or "yes"
        if feature not in builder.domains:
            hint = did_you_mean(feature, builder.domains)
            builder.fault(f"The item “{feature}” is not a feature{hint}.", file, line)
        elif value not in builder.domains[feature]:
            hint = did_you_mean(value, builder.domains[feature])
            builder.fault(f"The feature “{feature}” has no value “{value}”{hint}.", file, line)
        else:
            groups.setdefault(feature, (feature, []))[1].append((file, line, row, value))
    return groups


def _term(builder: Builder, name: str, own: str, lines: list[Line]) -> tuple[PriceTerm, list[PriceRow]]:
    packs = [f.name for f in builder.features.values() if own and own in f.parts]
    columns = [c for c in builder.domains if any(row.get(c) for _, _, row, _ in lines)]
    scope = tuple(dict.fromkeys(([own] if own else []) + columns + packs))
    seen: dict[tuple[str, ...], int] = {}
    rows: list[PriceRow] = []
    for file, line, row, value in lines:
        options = []
        for column in scope:
            if column == own:
                options.append([value])
            elif row.get(column):
                options.append(_values(builder, file, line, column, row[column]))
            elif column in packs and column not in row:
                options.append(["no"])  # a part costs nothing on top of the pack that brings it
            else:
                options.append(list(builder.domains[column]))
        for key in product(*options):
            if key in seen:
                builder.fault(f"This combination has a price on line {seen[key]} already.", file, line, name)
                break
            seen[key] = line
            rows.extend(_amounts(builder, name, key, file, line, row))
    return PriceTerm(name, scope, tuple(seen)), rows


def _values(builder: Builder, file: str, line: int, column: str, cell: str) -> list[str]:
    values = [value.strip() for value in cell.split("|")]
    for value in values:
        if value not in builder.domains[column]:
            hint = did_you_mean(value, builder.domains[column])
            builder.fault(f"“{column}” has no value “{value}”{hint}.", file, line)
    return [value for value in values if value in builder.domains[column]]


def _amounts(
    builder: Builder, term: str, key: tuple[str, ...], file: str, line: int, row: dict[str, str]
) -> list[PriceRow]:
    found = []
    for market, price_list in builder.lists.items():
        cell = row.get(market, "")
        if cell == "":
            continue
        try:
            amount = Decimal(cell)
        except InvalidOperation:
            amount = Decimal("NaN")
        minor = amount * 100
        if not amount.is_finite() or abs(amount) > MAX_AMOUNT or minor != minor.to_integral_value():
            builder.fault(
                f"“{cell}” is not an amount: write digits, a point and at most two decimals.", file, line
            )
            continue
        found.append(
            PriceRow(
                term=term,
                row=key,
                market=market,
                currency=str(price_list.get("currency", "")),
                amount_minor=int(minor),
                tax_included=price_list.get("tax", "included") == "included",
                valid_from=_date(price_list.get("from")),
                valid_until=_date(price_list.get("until")),
                file=file,
                line=line,
            )
        )
    return found


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None
