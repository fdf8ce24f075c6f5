"""What is taken out before the search: fixed literals and literals that always go together, exactly.

Only what keeps every model of every variable is done: the count over all variables stays the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pysat.solvers import Solver

from usine.kernel.solver import ENGINE, solve

Clause = tuple[int, ...]
Tick = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """`same[v]` is the literal that variable v always equals: +-TRUE for a fixed one; `clauses` are over the kept."""

    satisfiable: bool
    same: list[int]
    clauses: list[Clause]


def prepare(clauses: list[Clause], variable_count: int, tick: Tick) -> Prepared:
    """Find the fixed literals and the equivalent ones (by models and proofs) and rewrite the clauses over the rest."""
    true = variable_count + 1
    with Solver(name=ENGINE, bootstrap_with=clauses) as solver:
        if not solve(solver, (), lambda: tick("a first configuration")):
            return Prepared(False, [], [])
        models = _Models(solver, variable_count, tick)
        fixed = _fixed(models, tick)
        for literal in fixed:
            solver.add_clause([literal])
        same = list(range(variable_count + 1))
        for literal in fixed:
            same[abs(literal)] = true if literal > 0 else -true
        rest = rewrite(clauses, same, true)
        _merge(same, _cycles(rest, variable_count))
        candidates = [v for v in range(1, variable_count + 1) if same[v] == v]
        _merge(same, _proved(models, candidates, tick))
    return Prepared(True, same, thin(rewrite(clauses, same, true)))


class _Models:
    """Models met so far, as rows of signs; each new one splits what was thought equal."""

    def __init__(self, solver: Solver, variable_count: int, tick: Tick) -> None:
        self.solver, self.count, self._tick = solver, variable_count, tick
        self.rows: list[NDArray[np.bool_]] = []
        self._keep()
        # From now on the solver tries the opposite first: one model then rules out many fixed literals at once.
        first = self.rows[0]
        solver.set_phases([-v if first[v] else v for v in range(1, variable_count + 1)])

    def _keep(self) -> None:
        model = np.array(self.solver.get_model() or [], np.int64)
        row = np.zeros(self.count + 1, np.bool_)
        row[np.abs(model[model > 0])] = True
        self.rows.append(row)

    def possible(self, *literals: int) -> bool:
        """Whether some model has all of the literals; keeps it."""
        if not solve(self.solver, literals, lambda: self._tick("what is fixed, what goes together")):
            return False
        self._keep()
        return True


def _fixed(models: _Models, tick: Tick) -> list[int]:
    """Literals true in every model."""
    first = models.rows[0]
    open_ = np.ones(models.count + 1, np.bool_)
    open_[0] = False
    found = []
    used = 0
    for variable in range(1, models.count + 1):
        while used < len(models.rows):
            open_ &= models.rows[used] == first
            used += 1
        if not open_[variable]:
            continue
        literal = variable if first[variable] else -variable
        if not models.possible(-literal):
            found.append(literal)
            models.solver.add_clause([literal])
        if variable % 64 == 0:
            tick("fixed values")
    return found


def _proved(models: _Models, candidates: list[int], tick: Tick) -> list[tuple[int, int]]:
    """Pairs (variable, literal that equals it) among the candidates: what no model parts, proved by refutation."""
    if not candidates:
        return []
    table = np.array(models.rows)[:, candidates]
    groups: dict[bytes, list[int]] = defaultdict(list)
    signs = table ^ table[0]
    for index, variable in enumerate(candidates):
        groups[signs[:, index].tobytes()].append(variable)
    pairs = []
    pending = [group for group in groups.values() if len(group) > 1]
    while pending:
        group = pending.pop()
        first = models.rows[0]
        head, other = group[0], group[1]
        literal = other if first[head] == first[other] else -other
        tick("values that go together")
        if models.possible(head, -literal) or models.possible(-head, literal):
            row = models.rows.pop() ^ first
            pending = [part for old in [*pending, group] for part in _parted(old, row)]
        else:
            pairs.append((other, head if literal > 0 else -head))
            if len(group) > 2:
                pending.append([head, *group[2:]])
    return pairs


def _parted(group: list[int], row: NDArray[np.bool_]) -> list[list[int]]:
    """The group in two where the model parts it; parts of one are dropped."""
    parts = [[v for v in group if row[v]], [v for v in group if not row[v]]]
    return [part for part in parts if len(part) > 1]


def _cycles(clauses: Iterable[Clause], variable_count: int) -> list[tuple[int, int]]:
    """Literals in one strongly connected component of the implications: pairs (variable, literal it equals)."""
    size = 2 * variable_count + 2
    ahead: list[list[int]] = [[] for _ in range(size)]
    for clause in clauses:
        if len(clause) == 2:
            one, other = (2 * abs(x) + (x < 0) for x in clause)
            ahead[one ^ 1].append(other)
            ahead[other ^ 1].append(one)
    number, low, closed = [0] * size, [0] * size, [False] * size
    stack: list[int] = []
    pairs, clock = [], 0
    for start in range(2, size):
        if number[start]:
            continue
        work = [(start, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                clock += 1
                number[node] = low[node] = clock
                stack.append(node)
            elif not closed[ahead[node][at - 1]]:
                low[node] = min(low[node], low[ahead[node][at - 1]])
            while at < len(ahead[node]):
                other = ahead[node][at]
                at += 1
                if not number[other]:
                    work.append((node, at))
                    work.append((other, 0))
                    break
                if not closed[other]:
                    low[node] = min(low[node], number[other])
            else:
                if low[node] == number[node]:
                    part: list[int] = []
                    while not part or part[-1] != node:
                        part.append(stack.pop())
                        closed[part[-1]] = True
                    head = min(part)
                    if not head & 1:
                        pairs += [(x >> 1, (head >> 1) * (-1 if x & 1 else 1)) for x in part if x != head]
    return pairs


def _merge(same: list[int], pairs: list[tuple[int, int]]) -> None:
    """Note that each variable of a pair equals the literal with it."""
    for variable, literal in pairs:
        same[variable] = literal
    for variable in range(1, len(same)):
        target = same[variable]
        if abs(target) < len(same) and same[abs(target)] != abs(target):
            same[variable] = same[abs(target)] if target > 0 else -same[abs(target)]


def rewrite(clauses: Iterable[Clause], same: list[int], true: int) -> list[Clause]:
    """The clauses over the kept variables, satisfied and repeated ones left out."""
    seen: dict[Clause, None] = {}
    for clause in clauses:
        new = set()
        for literal in clause:
            target = same[abs(literal)] if literal > 0 else -same[abs(literal)]
            if target == true or -target in new:
                break
            if target != -true:
                new.add(target)
        else:
            seen[tuple(sorted(new))] = None
    return list(seen)


def thin(clauses: list[Clause]) -> list[Clause]:
    """Without clauses that a shorter one implies, and without literals that a shorter one resolves away."""
    kept: list[Clause] = []
    filed: dict[int, list[frozenset[int]]] = defaultdict(list)
    load: dict[int, int] = defaultdict(int)
    for clause in sorted(clauses, key=len):
        # Two literals are shortened by nothing but a fixed literal, and those are gone.
        now = _shortened(set(clause), filed) if len(clause) > 2 else set(clause)
        if now is None:
            continue
        short = frozenset(now)
        kept.append(tuple(sorted(short)))
        home = min(kept[-1], key=lambda literal: load[literal])
        load[home] += 1
        filed[home].append(short)
    return kept


def _shortened(now: set[int], filed: dict[int, list[frozenset[int]]]) -> set[int] | None:
    """The clause without what the filed ones resolve away; None where one of them is part of it."""
    again = True
    while again:
        again = False
        for literal in [sign * x for x in now for sign in (1, -1)]:
            for short in filed.get(literal, ()):
                if len(short) > len(now):
                    continue
                missing = short - now
                if not missing:
                    return None
                if len(missing) == 1:
                    (gone,) = missing
                    if -gone in now:
                        now.discard(-gone)
                        again = True
            if again:
                break
    return now
