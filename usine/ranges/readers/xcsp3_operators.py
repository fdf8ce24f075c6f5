"""What the operators of XCSP3's formulas compute, over arrays of whole numbers that hold all combinations at once.

Truth is a number other than zero, as the standard has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
LIMIT = 2**62
MAX_DIFFERENT = 64
TOO_LARGE = "The formula reaches numbers that are too large: write smaller ones."


class Undefined(Exception):
    """Why a formula has no value, as a sentence."""


def is_known(name: str, count: int) -> bool:
    """Whether the operator takes so many operands; that of “in” must be a set, which is not asked here."""
    if name == "ne":
        return 2 <= count <= MAX_DIFFERENT
    if name in FOLDED or name in ("eq", "iff"):
        return count >= 2
    return name == "set" or count == (
        1 if name in UNARY else 2 if name in BINARY else 3 if name == "if" else -1
    )


def apply(name: str, values: list[Numbers]) -> Numbers:
    """The value of a known operator for its operands' values. Raises Undefined."""
    result: Numbers
    if name in UNARY:
        result = UNARY[name](values[0])
    elif name in BINARY:
        result = BINARY[name](values[0], values[1])
    elif name in FOLDED:
        result = values[0]
        for value in values[1:]:
            result = FOLDED[name](result, value).astype(np.int64)
    elif name == "if":
        result = np.where(values[0] != 0, values[1], values[2])
    elif name in ("eq", "iff", "ne"):
        result = _compare(name, values)
    else:
        raise Undefined("A set stands only as the second operand of “in”: correct the formula.")
    return result.astype(np.int64)


def _compare(name: str, values: list[Numbers]) -> Numbers:
    """All equal, all of the same truth, or all different."""
    if name == "iff":
        values = [value != 0 for value in values]
    first = values[:1] if name != "ne" else values
    result: Numbers = np.array(True)
    for place, value in enumerate(values):
        for other in first[:place]:
            result = result & ((value != other) if name == "ne" else (value == other))
    return result


def _divide(a: Numbers, b: Numbers) -> Numbers:
    """Towards zero."""
    if not b.all():
        raise Undefined("The formula divides by zero for some values: exclude them.")
    result: Numbers = np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))
    return result


def _multiply(a: Numbers, b: Numbers) -> Numbers:
    if int(np.abs(a).max()) * int(np.abs(b).max()) >= LIMIT:
        raise Undefined(TOO_LARGE)
    return a * b


def _add(a: Numbers, b: Numbers) -> Numbers:
    if int(np.abs(a).max()) + int(np.abs(b).max()) >= LIMIT:
        raise Undefined(TOO_LARGE)
    return a + b


UNARY: dict[str, Callable[[Numbers], Numbers]] = {
    "neg": np.negative,
    "abs": np.abs,
    "sqr": lambda a: _multiply(a, a),
    "not": lambda a: a == 0,
}
BINARY: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "sub": lambda a, b: _add(a, -b),
    "dist": lambda a, b: np.abs(_add(a, -b)),
    "div": _divide,
    "mod": lambda a, b: a - _multiply(_divide(a, b), b),
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "imp": lambda a, b: (a == 0) | (b != 0),
}
FOLDED: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "add": _add,
    "mul": _multiply,
    "min": np.minimum,
    "max": np.maximum,
    "and": lambda a, b: (a != 0) & (b != 0),
    "or": lambda a, b: (a != 0) | (b != 0),
    "xor": lambda a, b: (a != 0) ^ (b != 0),
}
