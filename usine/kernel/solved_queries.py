"""What one asks of a range that is not compiled: valid values at once, prices where they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pysat.solvers import Solver

from usine.kernel.errors import Impossible, Uncounted
from usine.kernel.model import Choices
from usine.kernel.queries import EMPTY, IMPOSSIBLE, Bounds, Completion
from usine.kernel.solved import SolvedRange, search_literals
from usine.kernel.solved_prices import PricedSolved, find_least
from usine.kernel.solver import ENGINE, solve

MOST_COUNTED = 1_000


class SolvedAnswer:
    """What is still possible under some choices; bounds are searched for when they are read, as each is a search.

    `values[variable][value]` is there for each valid value, with the price bounds of the configurations that have it.
    For a variable already chosen, the other values listed are those possible when that one choice is let go.
    """

    __slots__ = ("_choices", "_priced", "values")

    def __init__(self, priced: PricedSolved, choices: Choices, flags: NDArray[np.bool_]):
        self._priced = priced
        self._choices = dict(choices)
        self.values: Mapping[str, Mapping[str, Bounds]] = _Values(priced, self._choices, flags)

    @property
    def minimum(self) -> int:
        """The least price of the configurations that keep the choices."""
        return _bound(self._priced, self._choices, 1)

    @property
    def maximum(self) -> int:
        """Their greatest price."""
        return _bound(self._priced, self._choices, -1)

    @property
    def count(self) -> int:
        """How many configurations keep the choices. Raises Uncounted where they are more than a thousand."""
        return count_solved(self._priced.solved, self._choices)


class _Values(Mapping[str, Mapping[str, Bounds]]):
    """Variable to its valid values; laid out when it is read."""

    __slots__ = ("_choices", "_flags", "_found", "_priced")

    def __init__(self, priced: PricedSolved, choices: Choices, flags: NDArray[np.bool_]):
        self._priced, self._choices, self._flags = priced, choices, flags
        self._found: dict[str, _Bounded] = {}

    def __getitem__(self, name: str) -> Mapping[str, Bounds]:
        found = self._found.get(name)
        if found is None:
            solved = self._priced.solved
            place = solved.variable_of[name]
            first, last = solved.first_value[place : place + 2].tolist()
            flags = zip(solved.domains[name], self._flags[first:last].tolist(), strict=True)
            found = _Bounded(self._priced, self._choices, name, [value for value, valid in flags if valid])
            self._found[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._priced.solved.domains)

    def __len__(self) -> int:
        return len(self._priced.solved.variables)


class _Bounded(Mapping[str, Bounds]):
    """The valid values of a variable, each with its price bounds; its own choice is let go."""

    __slots__ = ("_choices", "_priced", "_valid", "_variable")

    def __init__(self, priced: PricedSolved, choices: Choices, variable: str, valid: list[str]):
        self._priced, self._choices, self._variable = priced, choices, variable
        self._valid = dict.fromkeys(valid)

    def __getitem__(self, value: str) -> Bounds:
        if value not in self._valid:
            raise KeyError(value)
        choices = {**self._choices, self._variable: value}
        return Bounds(_bound(self._priced, choices, 1), _bound(self._priced, choices, -1))

    def __contains__(self, value: object) -> bool:
        return value in self._valid

    def __iter__(self) -> Iterator[str]:
        return iter(self._valid)

    def __len__(self) -> int:
        return len(self._valid)


def ask_solved(priced: PricedSolved, choices: Choices) -> SolvedAnswer:
    """Every valid value of every variable. Raises Impossible when the choices contradict."""
    solved = priced.solved
    places = solved.places(choices)
    if solved.is_empty:
        raise Impossible(EMPTY)
    literals = search_literals(solved.literals)
    wanted, place_of = np.unique(literals, return_inverse=True)
    given = literals[places]
    with solved.asking() as witnesses:
        found = witnesses.find(given, wanted)
        if found is None:
            raise Impossible(IMPOSSIBLE)
        flags = found[place_of]
        owners = np.searchsorted(solved.first_value, places, side="right") - 1
        spans = [range(*solved.first_value[owner : owner + 2].tolist()) for owner in owners]
        others = [[p for p in span if p != place] for span, place in zip(spans, places, strict=True)]
        alternatives = witnesses.find_alternatives(given, [literals[span] for span in others])
    for span, valid in zip(others, alternatives, strict=True):
        flags[span] = valid
    return SolvedAnswer(priced, choices, flags)


def is_possible_solved(solved: SolvedRange, choices: Choices) -> bool:
    """Whether some configuration keeps the choices."""
    given = search_literals(solved.literals[solved.places(choices)])
    if solved.is_empty:
        return False
    with solved.asking() as witnesses:
        return witnesses.is_possible(given)


def count_solved(solved: SolvedRange, choices: Choices) -> int:
    """How many configurations keep the choices. Raises Uncounted where they are more than a thousand."""
    given = solved.literals_of(choices)
    own = sorted({abs(literal) for literal in solved.literals.tolist()})
    with Solver(name=ENGINE, bootstrap_with=solved.clauses) as solver, solved.asking() as witnesses:
        for number in range(MOST_COUNTED + 1):
            if not solve(solver, given, witnesses.check):
                return number
            model = solver.get_model()
            solver.add_clause([-model[variable - 1] for variable in own])
    raise Uncounted(
        f"These rules were not compiled: that more than {MOST_COUNTED} configurations are left is all that is known."
    )


def iterate_cheapest_solved(priced: PricedSolved, choices: Choices) -> Iterator[Completion]:
    """Every configuration that keeps the choices, cheapest first. Nothing comes when the choices contradict."""
    given = priced.solved.literals_of(choices)
    for values in find_least(priced.solved, priced.cost, given):
        yield Completion(values, priced.total(values))


def cheapest_solved(priced: PricedSolved, choices: Choices) -> Completion:
    """The cheapest configuration that keeps the choices. Raises Impossible when they contradict."""
    found = next(iterate_cheapest_solved(priced, choices), None)
    if found is None:
        raise Impossible(IMPOSSIBLE)
    return found


def fulfil_solved(
    priced: PricedSolved, choices: Choices, wishes: Mapping[tuple[str, str], int]
) -> Completion:
    """The least price plus worth of the wishes left unfulfilled; the completion's price is the price alone."""
    solved = priced.solved
    extra = [
        (-literal, worth)
        for (n, v), worth in wishes.items()
        for literal in solved.literals_of({n: v})
        if worth
    ]
    for values in islice(find_least(solved, priced.cost, solved.literals_of(choices), extra), 1):
        return Completion(values, priced.total(values))
    raise Impossible("No configuration of this range has what is wanted.")


def find_nearest(priced: PricedSolved, asked: Choices, hard: Collection[str]) -> Completion | None:
    """The configuration that leaves the fewest of the choices, the `hard` ones never; among those, the cheapest."""
    solved = priced.solved
    given = solved.literals_of({name: asked[name] for name in hard})
    soft = solved.literals_of({name: value for name, value in asked.items() if name not in hard})
    extra = [(-literal, priced.spread) for literal in soft]
    for values in islice(find_least(solved, priced.cost, given, extra), 1):
        return Completion(values, priced.total(values))
    return None


def _bound(priced: PricedSolved, choices: Choices, sign: int) -> int:
    """The least price under some choices that go together, or the greatest."""
    cost = priced.cost if sign > 0 else priced.gain
    if not cost.weights:
        return sign * cost.base
    given = priced.solved.literals_of(choices)
    return priced.total(next(find_least(priced.solved, cost, given)))
