"""How a locale writes amounts and numbers, taken apart for programs without CLDR: affixes, marks, groups, digits.

Everything is read off what `cldr` writes for sample numbers, so that the parts put together are what it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import takewhile

from usine.markets import cldr
from usine.markets.contracts import Notation

Write = Callable[[Decimal], str]
SAMPLE = Decimal("1234567.89")


def find_money_notation(currency: str, tag: str) -> Notation:
    """How a locale writes amounts in a currency: with its sign."""
    digits = cldr.find_currency_digits(currency) or 0
    return _take_apart(
        digits,
        lambda value: cldr.money(int(value.scaleb(digits)), currency=currency, tag=tag, signed=False),
        lambda value: cldr.money(int(value.scaleb(digits)), currency=currency, tag=tag, signed=True),
    )


def find_number_notation(digits: int, tag: str) -> Notation:
    """How a locale writes numbers that have `digits` decimals when they are not whole."""

    def write(value: Decimal, *, signed: bool = False) -> str:
        shown = 0 if value == value.to_integral_value() else digits
        return cldr.number(value, digits=shown, tag=tag, signed=signed)

    return _take_apart(digits, write, lambda value: write(value, signed=True))


def _take_apart(digits: int, write: Write, write_signed: Write) -> Notation:
    sample = SAMPLE if digits else SAMPLE.to_integral_value()
    before, middle, after = _split(write(sample))
    whole, decimal = middle, ""
    if digits:
        figures = len(middle) - digits
        whole, decimal = middle[: figures - 1], middle[figures - 1]
    group = next(sign for sign in whole if not sign.isdigit())
    runs = [len(run) for run in whole.split(group)]
    return Notation(
        digits=digits,
        zero=write(Decimal(0))[_split_at(write(Decimal(0)))],
        decimal=decimal,
        group=group,
        group_sizes=(runs[-1], runs[-2]),
        positive=(before, after),
        negative=_affixes(write(-sample)),
        signed=_affixes(write_signed(sample)),
    )


def _split(text: str) -> tuple[str, str, str]:
    """What stands before the first digit, from it to the last one, and after that."""
    first = _split_at(text)
    last = len(text) - sum(1 for _ in takewhile(lambda sign: not sign.isdigit(), reversed(text)))
    return text[:first], text[first:last], text[last:]


def _split_at(text: str) -> int:
    return sum(1 for _ in takewhile(lambda sign: not sign.isdigit(), text))


def _affixes(text: str) -> tuple[str, str]:
    before, _, after = _split(text)
    return before, after
