"""A numbered model as clauses: one literal a value; whatever helps besides is a function of those literals.

Every definition is written in both directions, so that the clauses have exactly one model a configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain, combinations, product
from math import prod

import numpy as np

from usine.kernel.decomposition.compile import Clauses
from usine.kernel.decomposition.prepare import Clause
from usine.kernel.encode import Encoded
from usine.kernel.model import Among, And, Constraint, Count, Excludes, Formula, Holds, Implies, Is, Not
from usine.kernel.tables import Grid

PAIRWISE = 48  # literals of which no two may hold, written pair by pair; more are taken in groups
SPREAD = 24  # clauses that a disjunction of conjunctions may become before a part of it gets a literal
MANY = 4096  # new variables between two checks
TRUE = 1  # a variable that always holds, so that constants are literals too


Check = Callable[[int], None]


def encode_clauses(encoded: Encoded, check: Check = lambda _: None) -> Clauses:
    """The clauses of a model; the decisions are those of `encoded.names`, in their order.

    `check` is told, time and again, how many clauses there are, and may raise to stop.
    """
    made = _Encoding(encoded, check)
    for grid in encoded.grids:
        made.table(grid)
        made.check()
    for constraint in encoded.formulas:
        made.constraint(constraint)
        made.check()
    return made.finish([made.hidden(grid) for grid in encoded.hidden])


class _Encoding:
    """Collects clauses; literals are numbers as in DIMACS."""

    def __init__(self, encoded: Encoded, check: Check):
        self._check = check
        self._clauses: list[Clause] = [(TRUE,)]
        self._count = TRUE
        self._sizes = encoded.sizes
        self._gates: dict[Clause, int] = {}
        self._parts: dict[int, Clause] = {}
        self._known: dict[int, int] = {}  # formulas with a literal, by identity: the model keeps them alive
        self._atoms: dict[tuple[int, bool], list[Clause]] = {}
        authored = len(encoded.names) - len(encoded.hidden)
        self._own = {
            name: self._decision(encoded.sizes[v]) for v, name in enumerate(encoded.names[:authored])
        }
        self._literals = list(self._own.values())
        self._value = {
            name: {value: i for i, value in enumerate(encoded.domains[name])} for name in self._own
        }

    def check(self) -> None:
        """Whether to go on."""
        self._check(len(self._clauses))

    def finish(self, hidden: Sequence[Clause]) -> Clauses:
        """All clauses, all decisions."""
        start = np.zeros(len(self._clauses) + 1, np.int32)
        np.cumsum([len(clause) for clause in self._clauses], out=start[1:])
        flat = np.fromiter(chain.from_iterable(self._clauses), np.int32, int(start[-1]))
        names = {
            abs(literal): f"{name}={value}"
            for name, literals in self._own.items()
            for value, literal in zip(self._value[name], literals, strict=True)
        }
        decisions = (*self._literals, *hidden)
        return Clauses(flat, start, self._count, decisions, len(hidden), names, self._parts)

    def constraint(self, constraint: Constraint) -> None:
        """It is kept."""
        if isinstance(constraint, Implies):
            self._clauses += self._either([(constraint.condition, False), (constraint.consequence, True)])
        elif isinstance(constraint, Holds):
            self._clauses += self._formula(constraint.formula, True)
        else:
            assert isinstance(constraint, (Excludes, Count))
            low, high = 0, 1
            if isinstance(constraint, Count):
                low, high = constraint.at_least, constraint.at_most
            operands = [self._literal(formula) for formula in constraint.formulas]
            if high == 1 and low <= 1:
                self._at_most_one(operands)
                self._clauses += [tuple(operands)] if low == 1 else []
            else:
                self._clauses += [(literal,) for literal in self._between(operands, low, high)]

    def table(self, grid: Grid) -> None:
        """The scope has the values of some row."""
        own = [self._literals[v] for v in grid.scope]
        rows = grid.rows.tolist()
        if len(own) == 1 or prod(map(len, own)) <= 2 * len(rows):
            known = set(map(tuple, rows))  # few are barred: each by a clause
            for values in product(*(range(len(literals)) for literals in own)):
                if values not in known:
                    self._clauses.append(tuple(-own[c][value] for c, value in enumerate(values)))
            return
        support: list[list[list[int]]] = [[[] for _ in literals] for literals in own]
        for row in rows:
            if len(own) == 2:
                support[0][row[0]].append(own[1][row[1]])
                support[1][row[1]].append(own[0][row[0]])
                continue
            chosen = self._new()  # a function of the scope: no two rows are alike, and some row holds
            self._parts[-chosen] = tuple(-own[c][value] for c, value in enumerate(row))
            for c, value in enumerate(row):
                self._clauses.append((-chosen, own[c][value]))
                support[c][value].append(chosen)
        for literals, supports in zip(own, support, strict=True):
            self._clauses += [(-x, *found) for x, found in zip(literals, supports, strict=True)]

    def hidden(self, grid: Grid) -> Clause:
        """The literals of a hidden decision: one for each row of the price term, and a last one for no row."""
        found: list[list[int]] = [[] for _ in range(self._sizes[grid.scope[-1]] - 1)]
        for *values, row in grid.rows.tolist():
            own = zip(grid.scope[:-1], values, strict=True)
            found[row].append(self._all([self._literals[v][value] for v, value in own]))
        rows = [self._any(literals) for literals in found]
        return (*rows, -self._any(rows))

    def _new(self) -> int:
        self._count += 1
        if self._count % MANY == 0:
            self.check()
        return self._count

    def _decision(self, size: int) -> Clause:
        """The literals of the values of a new variable."""
        self.check()
        if size <= 2:
            variable = self._new() if size == 2 else TRUE
            return (-variable, variable)[2 - size :]
        literals = tuple(self._new() for _ in range(size))
        self._clauses.append(literals)
        self._at_most_one(literals)
        return literals

    def _at_most_one(self, literals: Sequence[int]) -> None:
        if len(literals) <= PAIRWISE:
            self._clauses += [(-a, -b) for a, b in combinations(literals, 2)]
            return
        groups = [literals[at : at + PAIRWISE // 2] for at in range(0, len(literals), PAIRWISE // 2)]
        for group in groups:
            self._at_most_one(group)
        self._at_most_one([self._any(group) for group in groups])

    def _formula(self, formula: Formula, holds: bool) -> list[Clause]:
        """Clauses that all hold exactly where the formula does (or does not)."""
        if isinstance(formula, Is):
            known = self._atoms.get((id(formula), holds))
            if known is None:
                known = self._atoms[id(formula), holds] = self._atom(formula, holds)
            return known
        if isinstance(formula, Not):
            return self._formula(formula.operand, not holds)
        if isinstance(formula, Among):
            literals = self._among(formula)
            return [(literal,) for literal in literals] if holds else [tuple(-x for x in literals)]
        if isinstance(formula, And) == holds:
            return [clause for operand in formula.operands for clause in self._formula(operand, holds)]
        return self._either([(operand, holds) for operand in formula.operands])

    def _atom(self, atom: Is, holds: bool) -> list[Clause]:
        """None or one clause: the fewest literals that say it."""
        own = self._own[atom.variable]
        wanted = {self._value[atom.variable][value] for value in atom.values}
        wanted = wanted if holds else set(range(len(own))) - wanted
        if len(wanted) == len(own):
            return []
        if len(wanted) == len(own) - 1:
            return [tuple(-literal for i, literal in enumerate(own) if i not in wanted)]
        return [tuple(own[i] for i in sorted(wanted))]

    def _either(self, parts: Sequence[tuple[Formula, bool]]) -> list[Clause]:
        """Clauses that say that some part holds: multiplied out while they stay few."""
        factors = [self._formula(formula, holds) for formula, holds in parts]
        if not all(factors):
            return []
        while prod(map(len, factors)) > SPREAD:
            longest = max(range(len(factors)), key=lambda i: len(factors[i]))
            formula, holds = parts[longest]
            factors[longest] = [(self._literal(formula) * (1 if holds else -1),)]
        return [tuple(chain.from_iterable(choice)) for choice in product(*factors)]

    def _literal(self, formula: Formula) -> int:
        """A literal that is true exactly where the formula is."""
        if isinstance(formula, Not):
            return -self._literal(formula.operand)
        if isinstance(formula, Is):
            found = self._formula(formula, True)
            return self._any(found[0]) if found else TRUE
        known = self._known.get(id(formula))
        if known is None:
            if isinstance(formula, Among):
                known = self._all(self._among(formula))
            else:
                operands = [self._literal(operand) for operand in formula.operands]
                known = self._all(operands) if isinstance(formula, And) else self._any(operands)
            self._known[id(formula)] = known
        return known

    def _all(self, literals: Iterable[int]) -> int:
        return -self._any([-literal for literal in literals])

    def _any(self, literals: Collection[int]) -> int:
        """A literal that is true exactly where one of these is."""
        parts = set(literals) - {-TRUE}
        if TRUE in parts or any(-literal in parts for literal in parts):
            return TRUE
        if len(parts) < 2:
            return parts.pop() if parts else -TRUE
        key = tuple(sorted(parts))
        found = self._gates.get(key)
        if found is None:
            found = self._gates[key] = self._new()
            self._parts[found] = key
            self._clauses.append((-found, *key))
            self._clauses += [(found, -literal) for literal in key]
        return found

    def _among(self, formula: Among) -> list[int]:
        operands = [self._literal(operand) for operand in formula.operands]
        return self._between(operands, formula.at_least, formula.at_most)

    def _between(self, operands: Sequence[int], low: int, high: int) -> list[int]:
        """Literals that are all true exactly where between low and high of the operands are."""
        low, high = max(low, 0), min(high, len(operands))
        if low > high:
            return [-TRUE]
        if len(operands) - low < high:  # count what is missing: the table below is narrower
            return self._between([-x for x in operands], len(operands) - high, len(operands) - low)
        if high == 0:
            return [-x for x in operands]
        reached = self._count_up(operands, high + 1 if high < len(operands) else low)
        bounds = [reached[low]] if low else []
        return [*bounds, -reached[high + 1]] if high < len(operands) else bounds

    def _count_up(self, operands: Sequence[int], width: int) -> list[int]:
        """Literals by number j up to `width`: at least j of the operands are true."""
        reached = [TRUE] + [-TRUE] * width
        for operand in operands:
            for j in range(width, 0, -1):
                both = self._all([reached[j - 1], operand])
                reached[j] = self._any([reached[j], both])
        return reached
