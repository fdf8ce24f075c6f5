"""Rules that never bite: without one of them, the range has the same configurations."""

from __future__ import annotations

from collections.abc import Iterator

from pysat.solvers import Solver

from usine.kernel.budget import Report
from usine.kernel.clauses import Clauses
from usine.kernel.model import Model
from usine.kernel.validate import validate

BLOCK = 512
"""Rules asked of one solver: all others hold in it for good, so that a question assumes hundreds, not thousands."""


def find_idle_rules(model: Model, *, progress: Report | None = None) -> tuple[str, ...]:
    """The rule names, in the order of the model, that alone could be left out without one configuration more.

    Exact: a rule bites when some configuration breaks it and keeps all others, which a satisfiability solver is asked.
    Of two rules that say the same, both are idle. `progress` is told how many rules are done; what it raises comes
    through. Raises ModelInvalid.
    """
    validate(model)
    clauses = Clauses(model)
    names = list(clauses.switch)
    idle: set[str] = set()
    for start in range(0, len(names), BLOCK):
        idle.update(_find_in_block(clauses, names[start : start + BLOCK]))
        if progress:
            progress(f"rules that never bite: {min(start + BLOCK, len(names))} of {len(names)} asked")
    return tuple(dict.fromkeys(c.rule for c in model.constraints if c.rule in idle))


def _find_in_block(clauses: Clauses, block: list[str]) -> Iterator[str]:
    asked = set(block)
    with Solver(name="glucose4", bootstrap_with=clauses.hard) as solver:
        solver.append_formula([[literal] for name, literal in clauses.switch.items() if name not in asked])
        broken = []
        for name in block:
            literal, said = clauses.break_rule(name)
            solver.append_formula(said)
            broken.append(literal)
        switches = [clauses.switch[name] for name in block]
        for place, name in enumerate(block):
            if not solver.solve(assumptions=[broken[place], *switches[:place], *switches[place + 1 :]]):
                yield name
