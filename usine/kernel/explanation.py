"""Why not: which authored rules contradict some choices. A smallest set of them, or every minimal set, smallest first.

A satisfiability solver (Glucose, through python-sat) holds one literal a value and one switch a rule. Smallest sets
are found by implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest MUS extraction with minimal
hitting set dualization", CP 2015); where that takes too many rounds, the sets left come as MARCO finds them (Liffiton,
Previti, Malik, Marques-Silva, "Fast, flexible MUS enumeration", Constraints 2016). Deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, takewhile

from pysat.examples.hitman import Hitman
from pysat.solvers import Solver

from usine.kernel.clauses import Clauses
from usine.kernel.errors import Impossible
from usine.kernel.model import Choices, Model

ENGINE = "glucose4"
MAX_ROUNDS = 400
MAX_ALIKE = 64


class Explainer:
    """Explains choices of one model; builds its clauses once. Each question has its own solver: answers do not depend
    on what was asked before, and threads may share an explainer."""

    def __init__(self, model: Model):
        self._clauses = Clauses(model)
        self._name_of = {literal: name for name, literal in self._clauses.switch.items()}
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
        return next(self.iterate_explanations(choices), ())

    def explain_first(self, choices: Choices) -> tuple[str, ...]:
        """Of all smallest sets, the first by the names of its rules: every engine gives this one.

        One of them where there are more than 64. Raises Impossible as `explain`.
        """
        found = self.iterate_explanations(choices)
        first = next(found, ())
        return min([first, *islice(takewhile(lambda names: len(names) == len(first), found), MAX_ALIKE - 1)])

    def iterate_explanations(self, choices: Choices) -> Iterator[tuple[str, ...]]:
        """Every set of rule names that contradicts the choices and of which none can be left out, smallest first.

        Lazy, as there may be very many: take as many as are wanted. Nothing comes when nothing is contradicted. After
        400 rounds without a next smallest set, the rest comes in no order of size. Raises Impossible as `explain`.
        """
        fixed = self._clauses.literals(choices)
        with Solver(name=ENGINE, bootstrap_with=self._clauses.hard) as solver:
            for found in _Search(solver, fixed, sorted(self._name_of)).run():
                yield tuple(sorted(self._name_of[literal] for literal in found))


class _Search:
    """One question: the minimal sets of switches that contradict the fixed literals."""

    def __init__(self, solver: Solver, fixed: list[int], switches: list[int]):
        self._solver = solver
        self._fixed = fixed
        self._switches = switches
        self._corrections: list[
            list[int]
        ] = []  # without these switches, nothing is contradicted: each set is hit
        self._found: list[list[int]] = []

    def run(self) -> Iterator[list[int]]:
        if self._holds(self._switches):
            return
        first = self._shrink(sorted(set(self._solver.get_core() or ()) & set(self._switches)))
        if not first:
            raise Impossible("These choices are outside the range, whatever its rules.")
        if len(first) == 1:  # nothing is smaller than one rule
            yield self._note(first)
        self._solver.set_phases(self._switches)  # models then keep many rules: fewer questions to grow a set
        yield from self._smallest_first(first)
        yield from self._others()

    def _note(self, minimal: list[int]) -> list[int]:
        self._found.append(minimal)
        return minimal

    def _smallest_first(self, known: list[int]) -> Iterator[list[int]]:
        """Sets in order of size; ends when there is no other, or after too many rounds. `known` is a minimal set."""
        with Hitman(solver=ENGINE, htype="sorted") as hitting:
            for found in self._found:
                hitting.block(found)
            rounds = 0
            while rounds < MAX_ROUNDS:
                kept: list[int] | None = hitting.get()
                if kept is None:
                    return
                if len(kept) >= len(known) and known not in self._found:
                    kept = known
                elif self._holds(kept):
                    rounds += 1
                    self._corrections.append(self._left_out(sorted(kept)))
                    hitting.hit(self._corrections[-1])
                    continue
                rounds = 0
                yield self._note(sorted(kept))
                hitting.block(self._found[-1])
        if known not in self._found:
            yield self._note(known)

    def _others(self) -> Iterator[list[int]]:
        """The sets that are not found yet, in any order (MARCO); each model of `open_` is a set not yet judged."""
        with Solver(name=ENGINE, bootstrap_with=self._corrections) as open_:
            open_.set_phases(self._switches)
            for found in self._found:
                open_.add_clause([-literal for literal in found])
            while open_.solve():
                model = set(open_.get_model() or ())
                kept = [literal for literal in self._switches if -literal not in model]
                if self._holds(kept):
                    open_.add_clause(self._left_out(kept))
                else:
                    core = sorted(set(self._solver.get_core() or ()) & set(kept))
                    yield self._note(self._shrink(core))
                    open_.add_clause([-literal for literal in self._found[-1]])

    def _holds(self, kept: list[int]) -> bool:
        return bool(self._solver.solve(assumptions=[*self._fixed, *kept]))

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

    def _kept_by_model(self) -> list[int]:
        """The rules that the model found last keeps."""
        model = self._solver.get_model() or []
        return [literal for literal in self._switches if model[literal - 1] > 0]

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
