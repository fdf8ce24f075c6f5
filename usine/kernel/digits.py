"""Whole numbers as digits, however many: Python's own conversions end at 4300 digits, to be safe from foreign text."""

from __future__ import annotations

from decimal import Decimal


def write_digits(number: int) -> str:
    """A number as decimal digits."""
    return format(Decimal(number), "f")


def read_digits(text: str, limit: int) -> int:
    """The number from 0 that digits stand for, not more than `limit`. Raises ValueError."""
    if not (text.isascii() and text.isdecimal()) or len(text) > limit.bit_length() // 3 + 1:
        raise ValueError("These are not the digits of such a number.")
    number = int(Decimal(text))
    if number > limit:
        raise ValueError(f"The number is more than a number of {limit.bit_length()} bits can be.")
    return number
