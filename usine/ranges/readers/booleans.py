"""Boolean variables and formulas over them, built with their negations so that none is left around a whole formula.

A `Signed` carries a formula and its negation, both with the negations pushed down to the variables. Each is made from
its parts once, so that the size stays linear however deep the formula is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from usine.kernel import Among, And, Constraint, Count, Formula, Holds, Is, Not, Or, Variable

OFF, ON = "0", "1"
VALUES = (OFF, ON)
SMALL = 64  # atoms of an equivalence that is written out
MAX_VARIABLES = 1_000_000
MAX_RULES = 2_000_000
MAX_DEPTH = 190  # the kernel takes 200
TOO_DEEP = f"This formula is nested more than {MAX_DEPTH} deep: split it into several rules."


@dataclass(frozen=True, slots=True)
class Signed:
    """A formula, its negation, how many atoms it has, and how deep it is."""

    yes: Formula
    no: Formula
    size: int
    depth: int

    def __invert__(self) -> Signed:
        return Signed(self.no, self.yes, self.size, self.depth)


TRUE = Signed(And(()), Or(()), 0, 1)
FALSE = ~TRUE


class Literals:
    """The atoms of Boolean variables, one object each; variables in the order in which they were first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Signed] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def get(self, name: str) -> Signed:
        """The literal of a variable, known or new."""
        found = self._known.get(name)
        if found is None:
            yes, no = Is(name, frozenset({ON})), Is(name, frozenset({OFF}))
            found = self._known[name] = Signed(yes, no, 1, 1)
        return found

    def list_variables(self) -> tuple[Variable, ...]:
        """All variables so far."""
        return tuple(Variable(name, VALUES) for name in self._known)


def all_of(parts: Sequence[Signed]) -> Signed:
    """Every part holds."""
    if len(parts) == 1:
        return parts[0]
    return Signed(
        _join(And, (part.yes for part in parts)),
        _join(Or, (part.no for part in parts)),
        sum(part.size for part in parts),
        1 + max((part.depth for part in parts), default=0),
    )


def any_of(parts: Sequence[Signed]) -> Signed:
    """Some part holds."""
    return ~all_of([~part for part in parts])


def implies(condition: Signed, consequence: Signed) -> Signed:
    """Where the condition holds, the consequence does."""
    return any_of([~condition, consequence])


def same(a: Signed, b: Signed) -> Signed:
    """Both hold or none does; a long one is not written twice."""
    if a.size + b.size <= SMALL:
        return all_of([implies(a, b), implies(b, a)])
    one = Among((a.yes, b.yes), 1, 1)
    return Signed(Not(one), one, a.size + b.size, 2 + max(a.depth, b.depth))


def between(parts: Sequence[Signed], at_least: int, at_most: int) -> Signed:
    """Between `at_least` and `at_most` of the parts hold; as simple a formula as says that."""
    count = len(parts)
    at_least, at_most = max(at_least, 0), min(at_most, count)
    if at_least > at_most:
        return FALSE
    if at_least == 0 and at_most == count:
        return TRUE
    if at_least == count:
        return all_of(parts)
    if at_most == 0:
        return all_of([~part for part in parts])
    if at_least == 1 and at_most == count:
        return any_of(parts)
    if at_least == 0 and at_most == count - 1:
        return any_of([~part for part in parts])
    counted = Among(tuple(part.yes for part in parts), at_least, at_most)
    return Signed(counted, Not(counted), count, 2 + max(part.depth for part in parts))


def constraints_of(formula: Signed, rule: str) -> Iterable[Constraint]:
    """The formula as constraints that share the rule: one a part of a conjunction; none for what always holds."""
    parts = formula.yes.operands if isinstance(formula.yes, And) else (formula.yes,)
    for part in parts:
        if isinstance(part, Among):
            yield Count(part.operands, part.at_least, part.at_most, rule)
        elif isinstance(part, Or):
            yield Holds(part, rule)
        else:
            yield Holds(part if isinstance(part, Not) else Or((part,)), rule)


def _join(kind: type[And] | type[Or], parts: Iterable[Formula]) -> Formula:
    """One operator over all parts: those of the same kind are opened, so that the empty ones vanish."""
    absorbing = Or if kind is And else And
    joined: list[Formula] = []
    for part in parts:
        if isinstance(part, kind):
            joined.extend(part.operands)
        elif isinstance(part, absorbing) and not part.operands:
            return part
        else:
            joined.append(part)
    return joined[0] if len(joined) == 1 else kind(tuple(joined))
