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
    """Explains choices of one model; builds its clauses once. Each question has its own solver: answers do not depend
    on what was asked before, and threads may share an explainer."""

    def __init__(self, model: Model):
        self._clauses = Clauses(model)
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

    def explain(self, choices: Choices) -> tuple[str, ...]:
        """A smallest set of rule names that contradict the choices; empty when nothing is contradicted.

        Raises Impossible when the choices contradict what has no rule name (tables of the range itself).
        """
        fixed = self._clauses.literals(choices)
        name_of = {literal: name for name, literal in self._clauses.switch.items()}
        with Solver(name="glucose4", bootstrap_with=self._clauses.hard) as solver:
            found = _Search(solver, fixed, sorted(name_of)).run()
        return tuple(sorted(name_of[literal] for literal in found))


class _Search:
    """One question: the smallest set of switches that contradicts the fixed literals."""

    def __init__(self, solver: Solver, fixed: list[int], switches: list[int]):
        self._solver = solver
        self._fixed = fixed
        self._switches = switches

    def run(self) -> list[int]:
        if self._holds(self._switches):
            return []
        core = self._shrink(sorted(set(self._solver.get_core() or ()) & set(self._switches)))
        if not core:
            raise Impossible("These choices are outside the range, whatever its rules.")
        return core if len(core) == 1 else self._smallest(core)  # nothing is smaller than one rule

    def _holds(self, kept: list[int]) -> bool:
        return bool(self._solver.solve(assumptions=[*self._fixed, *kept]))

    def _smallest(self, minimal: list[int]) -> list[int]:
        """The smallest set by implicit hitting sets; `minimal` when the search takes too long."""
        self._solver.set_phases(self._switches)  # models then keep many rules: fewer questions to grow a set
        with Hitman(solver="glucose4", htype="sorted") as hitting:
            for _ in range(MAX_ROUNDS):
                kept: list[int] = sorted(hitting.get() or ())
                if len(kept) == len(minimal):
                    return minimal
                if not self._holds(kept):
                    return kept
                hitting.hit(self._left_out(kept))
        return minimal

    def _left_out(self, kept: list[int]) -> list[int]:
        """The rules that cannot be added, one after the other, to those kept: a correction set."""
        grown = {*kept, *self._kept_by_model()}
        left_out = []
        for literal in self._switches:
            if literal in grown:
                continue
            if self._holds([*sorted(grown), literal]):
                grown.update(self._kept_by_model())
            else:
                left_out.append(literal)
        return left_out

    def _kept_by_model(self) -> set[int]:
        """The rules that the model found last keeps."""
        return set(self._solver.get_model()) & set(self._switches)

    def _shrink(self, core: list[int]) -> list[int]:
        """A minimal contradicting subset of a contradicting set."""
        kept = core
        for literal in core:
            rest = [other for other in kept if other != literal]
            if not self._holds(rest):
                kept = rest
        return kept


def explain(model: Model, choices: Choices) -> tuple[str, ...]:
    """`Explainer(model).explain(choices)` for a single question."""
    return Explainer(model).explain(choices)
