"""Tax on amounts: exact fractions, rounded to a whole minor unit once and never again. Pure.

The rounding rule is that of invoices: to the nearest minor unit, a half away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import accumulate, pairwise

from usine.offers.contracts import Taxed

Amounts = Mapping[str, Mapping[tuple[str, ...], int]]


def round_half_away(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero, so that a discount mirrors a price."""
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


def split_tax(amount_minor: int, *, rate: Fraction, tax_included: bool) -> Taxed:
    """Net and tax of an amount that includes the tax or not; together they are the gross amount, exactly."""
    if tax_included:
        net = round_half_away(amount_minor / (1 + rate))
        return Taxed(net, amount_minor - net)
    return Taxed(amount_minor, round_half_away(amount_minor * rate))


def split_lines(amounts_minor: Iterable[int], *, rate: Fraction, tax_included: bool) -> tuple[Taxed, ...]:
    """Net and tax of each line of a price; they add up, exactly, to those of the total.

    The total is rounded, not the lines: each line is what it adds to the rounded running total, and so differs by
    less than one minor unit from its own exact part.
    """
    running = [
        split_tax(total, rate=rate, tax_included=tax_included)
        for total in accumulate(amounts_minor, initial=0)
    ]
    return tuple(
        Taxed(after.net_minor - before.net_minor, after.tax_minor - before.tax_minor)
        for before, after in pairwise(running)
    )


def convert(
    amounts: Amounts, *, rate: Fraction, was_included: bool, tax_included: bool
) -> dict[str, dict[tuple[str, ...], int]]:
    """A price list, listed with tax or without, in the way that a market shows prices; each amount is rounded once."""

    def shown(amount: int) -> int:
        if was_included == tax_included:
            return amount
        taxed = split_tax(amount, rate=rate, tax_included=was_included)
        return taxed.gross_minor if tax_included else taxed.net_minor

    return {term: {row: shown(amount) for row, amount in rows.items()} for term, rows in amounts.items()}
