"""Why not: the smallest set of authored rules that contradict some choices.

A satisfiability solver (Glucose, through python-sat) holds one literal a value and one switch a rule; the smallest
contradicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest MUS
extraction with minimal hitting set dualization", CP 2015). Deterministic.
"""

from __future__ import annotations

from pysat.examples.hitman import Hitman
from pysat.solvers import Solver

from usine.kernel.clauses import Clauses
from usine.kernel.errors import Impossible
from usine.kernel.model import Choices, Model

MAX_ROUNDS = 400


class Explainer:
    """Explains choices of one model; builds its clauses once. Not safe to share between threads: see `close`."""

    def __init__(self, model: Model):
        self._clauses = Clauses(model)
        self._solver = Solver(name="glucose4", bootstrap_with=self._clauses.hard)
        self.rules = tuple(self._clauses.switch)

    @property
    def clauses(self) -> list[list[int]]:
        """The model in conjunctive normal form, each named rule behind its switch."""
        return self._clauses.hard

    @property
    def rule_literals(self) -> tuple[int, ...]:
        """The switches, in the order of `rules`: assume them all for the whole range."""
        return tuple(self._clauses.switch.values())

    def literals(self, choices: Choices) -> list[int]:
        """The literals of some choices. Raises UnknownVariable or UnknownValue."""
        return self._clauses.literals(choices)

    def close(self) -> None:
        """Free the solver; the explainer is not to be used again."""
        self._solver.delete()

    def explain(self, choices: Choices) -> tuple[str, ...]:
        """A smallest set of rule names that contradict the choices; empty when nothing is contradicted.

        Raises Impossible when the choices contradict what has no rule name (tables of the range itself).
        """
        fixed = self._clauses.literals(choices)
        switch = self._clauses.switch
        if self._solver.solve(assumptions=[*fixed, *switch.values()]):
            return ()
        if not self._solver.solve(assumptions=fixed):
            raise Impossible("These choices are outside the range, whatever its rules.")
        return self._smallest(fixed)

    def _smallest(self, fixed: list[int]) -> tuple[str, ...]:
        name_of = {literal: name for name, literal in self._clauses.switch.items()}
        with Hitman(solver="glucose4", htype="sorted") as hitting:
            for _ in range(MAX_ROUNDS):
                kept: list[int] = sorted(hitting.get() or ())
                if not self._solver.solve(assumptions=[*fixed, *kept]):
                    return tuple(sorted(name_of[literal] for literal in kept))
                hitting.hit(self._left_out(fixed, kept, sorted(name_of)))
        return self._minimal(fixed, name_of)

    def _left_out(self, fixed: list[int], kept: list[int], switches: list[int]) -> list[int]:
        """The rules that cannot be added, one after the other, to those kept: a correction set."""
        grown, left_out = list(kept), []
        for literal in switches:
            if literal in grown:
                continue
            if self._solver.solve(assumptions=[*fixed, *grown, literal]):
                grown.append(literal)
            else:
                left_out.append(literal)
        return left_out

    def _minimal(self, fixed: list[int], name_of: dict[int, str]) -> tuple[str, ...]:
        """A minimal set, not proved smallest: the fall-back of a search that takes too long."""
        kept = sorted(name_of)
        for literal in sorted(name_of):
            rest = [other for other in kept if other != literal]
            if not self._solver.solve(assumptions=[*fixed, *rest]):
                kept = rest
        return tuple(sorted(name_of[literal] for literal in kept))


def explain(model: Model, choices: Choices) -> tuple[str, ...]:
    """`Explainer(model).explain(choices)` for a single question."""
    explainer = Explainer(model)
    try:
        return explainer.explain(choices)
    finally:
        explainer.close()
