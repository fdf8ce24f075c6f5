"""LogicNG formula files: one formula a line, all of which hold; pseudo-Boolean sums may stand wherever a formula may.

The grammar is LogicNG's own (its PseudoBooleanParser): `~ & | => <=>`, `$true`, `$false`, `2*a + -3*~b - c <= 1`.
"""

from __future__ import annotations

import math
import re

from usine.kernel import Constraint, Model
from usine.ranges.readers.booleans import (
    FALSE,
    MAX_RULES,
    MAX_VARIABLES,
    TRUE,
    Literals,
    Signed,
    between,
    constraints_of,
)
from usine.ranges.readers.content import MAX_NAME, Content
from usine.ranges.readers.expressions import Grammar, Unreadable, parse_formula

TOKEN = re.compile(r"\$true\b|\$false\b|~?[A-Za-z0-9_@#][A-Za-z0-9_#]*|<=>|=>|<=|>=|\S")
LINE = re.compile(r"[\sA-Za-z0-9_@#$~&|()<>=+*-]+")
NAME = re.compile(r"~?[A-Za-z0-9_@#][A-Za-z0-9_#]*")
OPERATORS = {"~": "not", "&": "and", "|": "or", "=>": "implies", "<=>": "same"}
COMPARISONS = {"=", "<=", "<", ">=", ">"}
GOES_ON = COMPARISONS | {"+", "-", "*"}
MAX_WEIGHT = 1000  # of a sum, in all
MAX_REPEATED = 5_000_000  # of all sums of a file


def is_logicng(text: str) -> bool:
    """Whether the first line that is not blank is written as a formula."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    if not LINE.fullmatch(line):
        return False
    tokens = TOKEN.findall(line)
    return len(tokens) == 1 or any(
        token in COMPARISONS or token in OPERATORS or token[0] in "~(" for token in tokens
    )


def read_logicng(text: str, content: Content) -> Model:
    """A model from the text of a file; the rules are named by their lines. Raises RangeInvalid."""
    literals = Literals()
    grammar = Grammar(OPERATORS, leans_right=True, operand=_Operands(literals).read)
    constraints: list[Constraint] = []
    for number, line in enumerate(text.split("\n"), 1):
        tokens = TOKEN.findall(line)
        if not tokens:
            continue
        try:
            formula = parse_formula(tokens, grammar)
        except Unreadable as error:
            raise content.invalid(str(error), number) from error
        constraints.extend(constraints_of(formula, f"line {number}"))
        if len(constraints) > MAX_RULES or len(literals) > MAX_VARIABLES:
            raise content.invalid(
                f"Up to {MAX_RULES} rules over {MAX_VARIABLES} variables are read: split the file.", number
            )
    variables = literals.list_variables()
    if not variables:
        raise content.invalid("The formulas name no variable: this is not a range.", 1)
    return Model(variables, tuple(constraints))


class _Operands:
    """Reads variables, constants and sums."""

    def __init__(self, literals: Literals):
        self._literals = literals
        self._repeated = 0

    def read(self, tokens: list[str], place: int) -> tuple[Signed, int]:
        """The formula that starts at `place`, and where it ends."""
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token == "-" or (following in GOES_ON and NAME.fullmatch(token)):
            return self._sum(tokens, place)
        if token == "$true":
            return TRUE, place + 1
        if token == "$false":
            return FALSE, place + 1
        return self._literal(token), place + 1

    def _literal(self, token: str) -> Signed:
        if not NAME.fullmatch(token):
            raise Unreadable(f"“{token[:40]}” is not the name of a variable: correct it.")
        if len(token) > MAX_NAME:
            raise Unreadable(f"A name has more than {MAX_NAME} characters: shorten it.")
        literal = self._literals.get(token.lstrip("~"))
        return ~literal if token.startswith("~") else literal

    def _sum(self, tokens: list[str], place: int) -> tuple[Signed, int]:
        """`2*a + -3*~b <= 1`."""
        weights: dict[str, int] = {}  # of a variable where it holds
        moved = 0  # to the other side
        sign = 1
        while True:
            if _at(tokens, place) == "-":
                sign, place = -sign, place + 1
            factor = 1
            if _at(tokens, place + 1) == "*":
                factor, place = _whole(_at(tokens, place)), place + 2
            token = _at(tokens, place)
            self._literal(token)
            weight, name = sign * factor, token.lstrip("~")
            if token.startswith("~"):  # w (1 - x) = w - w x
                moved += weight
                weight = -weight
            weights[name] = weights.get(name, 0) + weight
            place += 1
            operator = _at(tokens, place)
            place += 1
            if operator in COMPARISONS:
                break
            if operator not in ("+", "-"):
                raise Unreadable("A sum needs a comparison such as “<= 1”: complete it.")
            sign = -1 if operator == "-" else 1
        sign = 1
        if _at(tokens, place) == "-":
            sign, place = -1, place + 1
        bound = sign * _whole(_at(tokens, place)) - moved
        return self._compare(weights, operator, bound), place + 1

    def _compare(self, weights: dict[str, int], operator: str, bound: int) -> Signed:
        """Weights become repetitions: those below zero count their variable's absence, common factors go."""
        parts = [(self._literals.get(name), weight) for name, weight in weights.items() if weight]
        total = 0
        low, high = bound, bound
        for _, weight in parts:
            total += abs(weight)
        shift = sum(weight for _, weight in parts if weight < 0)
        low, high = low - shift, high - shift
        low = low + 1 if operator == ">" else low if operator in ("=", ">=") else 0
        high = high - 1 if operator == "<" else high if operator in ("=", "<=") else total
        common = math.gcd(*(weight for _, weight in parts)) or 1
        low, high = -(-low // common), high // common
        if total // common > MAX_WEIGHT:
            raise Unreadable(
                f"The weights of this sum are {total // common} in all: up to {MAX_WEIGHT} are read."
            )
        self._repeated += total // common
        if self._repeated > MAX_REPEATED:
            raise Unreadable(
                f"The weights of all sums up to here are more than {MAX_REPEATED}: split the file."
            )
        counted = [
            literal if weight > 0 else ~literal
            for literal, weight in parts
            for _ in range(abs(weight) // common)
        ]
        return between(counted, low, high)


def _at(tokens: list[str], place: int) -> str:
    if place >= len(tokens):
        raise Unreadable("The sum ends too early: complete it with a comparison such as “<= 1”.")
    return tokens[place]


def _whole(token: str) -> int:
    if not token.isdecimal() or not token.isascii() or len(token) > 12:
        raise Unreadable(f"“{token[:40]}” stands where a sum needs a whole number below 10^12: correct it.")
    return int(token)
