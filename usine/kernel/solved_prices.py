"""A solved range with a price list: what each literal costs, and the least or greatest total by MaxSAT.

Core-guided search (RC2: Ignatiev, Morgado, Marques-Silva, "RC2: an efficient MaxSAT solver", JSAT 2019): exact. Each
question has a formula of its own, so that ties are decided the same way whatever was asked before.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Event, Timer

from pysat.examples.rc2 import RC2, RC2Stratified
from pysat.formula import WCNF

from usine.kernel.decomposition.prepare import Clause
from usine.kernel.errors import OutOfTime
from usine.kernel.model import Prices
from usine.kernel.queries import check_prices, digest_prices
from usine.kernel.solved import NOT_ANSWERED, SolvedRange
from usine.kernel.solver import ENGINE

Weights = Mapping[int, int]
"""Literal to what it costs where it is true; more than nothing."""


@dataclass(frozen=True)
class Cost:
    """`base` and, for each true literal of `weights`, its weight. `clauses` define literals past the range's own."""

    base: int
    weights: Weights
    clauses: tuple[Clause, ...]
    count: int


@dataclass(frozen=True, eq=False)
class PricedSolved:
    """A solved range with the amounts of one price list."""

    solved: SolvedRange
    key: str
    prices: Prices

    @cached_property
    def cost(self) -> Cost:
        """What is paid, least first."""
        return _cost(self.solved, self.prices, 1)

    @cached_property
    def gain(self) -> Cost:
        """What is paid, its sign turned."""
        return _cost(self.solved, self.prices, -1)

    @property
    def spread(self) -> int:
        """More than any two configurations can differ by."""
        return sum(self.cost.weights.values()) + 1

    def total(self, values: Mapping[str, str]) -> int:
        """The price of a configuration."""
        return sum(
            amounts.get(tuple(values[variable] for variable in self.solved.terms[name][0]), 0)
            for name, amounts in self.prices.items()
        )


def price_solved(solved: SolvedRange, prices: Prices) -> PricedSolved:
    """Put the amounts of a price list on a range. Raises ModelInvalid on an unknown term or row."""
    check_prices(solved.terms, prices)
    key = hashlib.sha256(f"{solved.key} priced {digest_prices(prices)}".encode()).hexdigest()
    return PricedSolved(solved, key, prices)


def find_least(
    solved: SolvedRange, cost: Cost, given: Sequence[int], extra: Iterable[tuple[int, int]] = ()
) -> Iterator[dict[str, str]]:
    """Configurations with the given literals, least cost first, each once. `extra` are literals and what each costs.

    Raises OutOfTime where one takes longer than a question may.
    """
    formula = WCNF()
    formula.hard = [list(c) for c in (*solved.clauses, *cost.clauses)] + [[literal] for literal in given]
    formula.nv = cost.count
    for literal, weight in (*cost.weights.items(), *extra):
        formula.append([-literal], weight=weight)
    own = sorted({abs(literal) for literal in solved.literals.tolist()})
    with _search(formula) as search:
        search.oracle.set_phases(_first_values_first(solved))
        while True:
            model = _compute(search, solved.seconds)
            if model is None:
                return
            true = {literal for literal in model if literal > 0}
            signed = [variable if variable in true else -variable for variable in own]
            yield solved.values_of({*signed})
            search.add_clause([-literal for literal in signed])


def _search(formula: WCNF) -> RC2:
    """Dearest weights first, where there are any, cores made small and exhausted: of the ways measured (plain, without
    either) the only one that is never slow. What a level proves is not hardened: that would bar the next best."""
    if formula.soft:
        return RC2Stratified(formula, solver=ENGINE, adapt=True, exhaust=True, minz=True, nohard=True)
    return RC2(formula, solver=ENGINE)


def _compute(search: RC2, seconds: float) -> list[int] | None:
    late = Event()  # of our own: an interrupted search may say that there is nothing, and forget why

    def stop() -> None:
        late.set()
        search.interrupt()

    watch = Timer(seconds, stop)
    watch.daemon = True
    watch.start()
    try:
        model: list[int] | None = search.compute(expect_interrupt=True)
    finally:
        watch.cancel()
    if late.is_set():
        raise OutOfTime(NOT_ANSWERED.format(seconds=f"{seconds:g}"))
    return model


def _first_values_first(solved: SolvedRange) -> list[int]:
    """The literals of first values, those of the first variables deciding; the others false."""
    preferred: dict[int, int] = {}
    first = set(solved.first_value.tolist())
    for place, literal in enumerate(solved.literals.tolist()):
        preferred.setdefault(abs(literal), literal if place in first else -literal)
    return list(preferred.values())


def _cost(solved: SolvedRange, prices: Prices, sign: int) -> Cost:
    made = _Costs(solved)
    for name, amounts in prices.items():
        scope = solved.terms[name][0]
        if len(scope) == 1:
            made.add_values(scope[0], {row[0]: sign * amount for row, amount in amounts.items()})
        else:
            for row, amount in amounts.items():
                made.add_row(dict(zip(scope, row, strict=True)), sign * amount)
    return made.finish()


class _Costs:
    """Adds up what literals cost."""

    def __init__(self, solved: SolvedRange):
        self._solved = solved
        self._count = solved.count
        self._base = 0
        self._sums: dict[int, int] = defaultdict(int)
        self._clauses: list[Clause] = []

    def add_values(self, variable: str, amounts: Mapping[str, int]) -> None:
        """The amounts of a variable's values; the least one is always paid."""
        values = self._solved.domains[variable]
        least = min(amounts.get(value, 0) for value in values)
        self._base += least
        for value in values:
            (literal,) = self._solved.literals_of({variable: value})
            self._sums[literal] += amounts.get(value, 0) - least

    def add_row(self, row: Mapping[str, str], amount: int) -> None:
        """An amount that is due where all values of a row are chosen: a literal of its own says so."""
        literals = self._solved.literals_of(row)
        if amount == 0 or -self._solved.count in literals:  # the last variable is always true
            return
        self._count += 1
        self._clauses.append((self._count, *(-literal for literal in literals)))
        self._clauses += [(-self._count, literal) for literal in literals]
        self._sums[self._count] += amount

    def finish(self) -> Cost:
        """Of a literal and its opposite, only the dearer one is weighed."""
        base, weights = self._base, {}
        for variable in sorted({abs(literal) for literal in self._sums}):
            true, false = self._sums.get(variable, 0), self._sums.get(-variable, 0)
            base += min(true, false)
            if true != false:
                weights[variable if true > false else -variable] = abs(true - false)
        true_variable = self._solved.count
        base += weights.pop(true_variable, 0)
        weights.pop(-true_variable, None)
        return Cost(base, weights, tuple(self._clauses), self._count)
