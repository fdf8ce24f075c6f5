"""Formulas with the operators not, and, or, implies, same as: operator precedence, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from usine.ranges.readers.booleans import MAX_DEPTH, TOO_DEEP, Signed, all_of, any_of, implies, same

OPEN, CLOSE, NOT, SAME = "(", ")", "not", "same"
BINDING = {SAME: 1, "implies": 2, "or": 3, "and": 4, NOT: 5, OPEN: 0}
MEANING: Mapping[str, Callable[[Signed, Signed], Signed]] = {"implies": implies, SAME: same}


class Unreadable(Exception):
    """Why a formula cannot be read, as a sentence."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a format calls the operators, and whether chains of implications lean to the right.

    `operand(tokens, i)` reads what is no operator: its formula, and where to go on. It raises Unreadable.
    """

    operators: Mapping[str, str]
    leans_right: bool
    operand: Callable[[list[str], int], tuple[Signed, int]]


def parse_formula(tokens: list[str], grammar: Grammar) -> Signed:
    """Raises Unreadable."""
    parse = _Parse(grammar)
    place = 0
    while place < len(tokens):
        place = parse.take(tokens, place)
    return parse.finish()


class _Parse:
    """Two stacks: formulas read, and operators that still wait for their right side."""

    def __init__(self, grammar: Grammar):
        self._grammar = grammar
        self._formulas: list[Signed] = []
        self._waiting: list[str] = []
        self._nesting = 0
        self._wants_operand = True

    def take(self, tokens: list[str], place: int) -> int:
        """Read one token, or one operand of several; where to go on."""
        token = tokens[place]
        operator = token if token in (OPEN, CLOSE) else self._grammar.operators.get(token)
        if self._wants_operand:
            if operator in (OPEN, NOT):
                self._push(operator or "")
                return place + 1
            if operator:
                raise Unreadable(f"A formula is missing before “{token}”: write it.")
            formula, place = self._grammar.operand(tokens, place)
            self._formulas.append(formula)
            self._wants_operand = False
            return place
        if operator is None or operator in (OPEN, NOT):
            raise Unreadable(f"An operator is missing before “{token[:40]}”: write it.")
        if operator == CLOSE:
            self._close()
        else:
            leans_right = self._grammar.leans_right and operator in MEANING
            self._reduce(BINDING[operator] + (1 if leans_right else 0), keep=operator)
            self._push(operator)
            self._wants_operand = True
        return place + 1

    def finish(self) -> Signed:
        """The formula, all tokens read."""
        if self._wants_operand:
            raise Unreadable("The formula ends too early: complete it.")
        self._reduce(1)
        if self._waiting:
            raise Unreadable("A parenthesis does not close: close it.")
        return self._formulas[0]

    def _push(self, operator: str) -> None:
        self._waiting.append(operator)
        if operator not in ("and", "or"):
            self._nesting += 1
            if self._nesting > MAX_DEPTH:
                raise Unreadable(TOO_DEEP)

    def _close(self) -> None:
        self._reduce(1)
        if not self._waiting:
            raise Unreadable("A parenthesis closes that was not opened: remove it.")
        self._waiting.pop()
        self._nesting -= 1

    def _reduce(self, binding: int, keep: str = "") -> None:
        """Apply what waits and binds at least as much; a run of one and or one or waits until it ends (`keep`)."""
        while self._waiting and BINDING[self._waiting[-1]] >= binding:
            operator = self._waiting[-1]
            if operator in ("and", "or"):
                if operator == keep:
                    return
                self._join_run(operator)
                continue
            self._waiting.pop()
            self._nesting -= 1
            right = self._formulas.pop()
            made = ~right if operator == NOT else MEANING[operator](self._formulas.pop(), right)
            self._keep(made)

    def _join_run(self, operator: str) -> None:
        count = 1
        while self._waiting and self._waiting[-1] == operator:
            self._waiting.pop()
            count += 1
        parts = self._formulas[-count:]
        del self._formulas[-count:]
        self._keep(all_of(parts) if operator == "and" else any_of(parts))

    def _keep(self, formula: Signed) -> None:
        if formula.depth > MAX_DEPTH:
            raise Unreadable(TOO_DEEP)
        self._formulas.append(formula)
