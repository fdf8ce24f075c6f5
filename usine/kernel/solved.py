"""A range that is not compiled: its rules as clauses, made small once, and answered by satisfiability.

For ranges that no circuit holds within its budget. What `solve` leaves are the clauses without what is fixed, and with
one literal for what always goes together; `solved_queries` asks them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.kernel.budget import Budget, Clock, Report
from usine.kernel.clauses import Clauses
from usine.kernel.compiled import Terms
from usine.kernel.decomposition.prepare import Clause, prepare
from usine.kernel.digest import digest_model, digest_restriction
from usine.kernel.model import Choices, Model, Variable
from usine.kernel.validate import validate
from usine.kernel.vocabulary import Vocabulary
from usine.kernel.witnesses import Witnesses

VERSION = 1
SECONDS = 60.0  # for one question, before it is given up
NOT_READY = "These rules are too intricate: they were not made ready to be asked within {seconds} s."
NOT_ANSWERED = "This question was not answered within {seconds} s: these rules are too intricate for it."
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class SolvedRange(Vocabulary):
    """A range answered by satisfiability; `why` it is not compiled. The same questions, the same answers, but no count.

    `clauses` are over the variables 1 to `count`, the last of which is always true; `literals` has one literal for each
    value, variable after variable. Threads may share it: they are answered one after the other.
    """

    key: str
    variables: tuple[Variable, ...]
    terms: Terms
    why: str
    clauses: tuple[Clause, ...]
    count: int
    literals: Ints
    seconds: float = SECONDS
    _lock: Any = field(default_factory=RLock, repr=False)

    @property
    def form(self) -> str:
        """How questions are answered, beside the forms of a compiled range."""
        return "satisfiability"

    @property
    def is_empty(self) -> bool:
        """No configuration at all."""
        return () in self.clauses

    @cached_property
    def first_value(self) -> Ints:
        """The place of each variable's first value in `literals`, and one entry more."""
        return np.cumsum([0, *(len(v.values) for v in self.variables)]).astype(np.int32)

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self.clauses, self.count)

    @contextmanager
    def asking(self) -> Iterator[Witnesses]:
        """What answers, for one question of one thread; searches end with OutOfTime after `seconds`."""
        with self._lock:
            witnesses = self._witnesses
            witnesses.check = Clock(Budget(seconds=self.seconds), sentence=NOT_ANSWERED).check
            yield witnesses

    def places(self, choices: Choices) -> Ints:
        """The places of the chosen values in `literals`, by variable. Raises UnknownVariable, UnknownValue."""
        chosen = self.number(choices)
        return (self.first_value[:-1] + chosen)[chosen >= 0]

    def literals_of(self, choices: Choices) -> list[int]:
        """The literals of the chosen values."""
        return [int(self.literals[place]) for place in self.places(choices)]

    def values_of(self, model: Collection[int]) -> dict[str, str]:
        """The configuration of a model, given as its true literals."""
        flat = iter(self.literals.tolist())
        found: dict[str, str] = {}
        for variable in self.variables:
            for value in variable.values:
                if next(flat) in model:
                    found[variable.name] = value
        return found


def solve(
    model: Model, *, why: str = "", progress: Report | None = None, budget: Budget | None = None
) -> SolvedRange:
    """Make a model ready to be asked without compiling it. Raises ModelInvalid, or OutOfTime."""
    validate(model)
    clock = Clock(budget or Budget(), progress, sentence=NOT_READY)
    clock.tick("clauses")
    made = Clauses(model, with_switches=False)
    literals = [literal for v in model.variables for literal in made.literals_of(v.name)]
    whole = SolvedRange(
        key=digest_model(model, f"solved {VERSION}"),
        variables=model.variables,
        terms={term.name: (term.scope, term.rows) for term in model.price_terms},
        why=why,
        clauses=tuple(map(tuple, made.hard)),
        count=made.count,
        literals=np.array(literals, np.int32),
    )
    return _made_small(whole, clock)


def restrict_solved(solved: SolvedRange, allowed: Mapping[str, Collection[str]]) -> SolvedRange:
    """The configurations whose variables keep to the `allowed` values. Raises as `number` does."""
    barred = []
    for name, values in allowed.items():
        kept = solved.indices(name, values)
        place = solved.variable_of[name]
        first, last = solved.first_value[place : place + 2].tolist()
        own = solved.literals[first:last].tolist()
        barred += [(-literal,) for index, literal in enumerate(own) if index not in kept]
    key = digest_restriction(solved.key, allowed)
    part = replace(solved, key=key, clauses=(*solved.clauses, *barred), _lock=RLock())
    return _made_small(part, Clock(Budget(seconds=solved.seconds), sentence=NOT_READY))


def _made_small(solved: SolvedRange, clock: Clock) -> SolvedRange:
    """The same range over the variables that are neither fixed nor always equal to another."""
    prepared = prepare(list(solved.clauses), solved.count, clock.tick)
    if not prepared.satisfiable:
        return replace(solved, clauses=((),), count=1, literals=np.ones_like(solved.literals))
    true = solved.count + 1
    kept = sorted({abs(x) for x in prepared.same[1:]} - {true})
    number = {variable: n for n, variable in enumerate(kept, 1)} | {true: len(kept) + 1}

    def renumber(literal: int) -> int:
        return number[literal] if literal > 0 else -number[-literal]

    same = [0, *map(renumber, prepared.same[1:])]
    return replace(
        solved,
        clauses=(*(tuple(map(renumber, clause)) for clause in prepared.clauses), (len(number),)),
        count=len(number),
        literals=np.array([same[x] if x > 0 else -same[-x] for x in solved.literals.tolist()], np.int32),
    )


def search_literals(literals: Sequence[int] | Ints) -> Ints:
    """Literals as `Witnesses` writes them."""
    signed = np.asarray(literals, np.int32)
    return (2 * np.abs(signed) - 2 + (signed < 0)).astype(np.int32)
