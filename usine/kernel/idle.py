"""Rules that never bite: without one of them, the range has the same configurations."""

from __future__ import annotations

from pysat.solvers import Solver

from usine.kernel.clauses import Clauses
from usine.kernel.model import Model
from usine.kernel.validate import validate


def find_idle_rules(model: Model) -> tuple[str, ...]:
    """The rule names, in the order of the model, that alone could be left out without one configuration more.

    Exact: a rule bites when some configuration breaks it and keeps all others, which a satisfiability solver is asked.
    Of two rules that say the same, both are idle. Raises ModelInvalid.
    """
    validate(model)
    clauses = Clauses(model)
    broken = {name: clauses.break_rule(name) for name in clauses.switch}
    with Solver(name="glucose4", bootstrap_with=clauses.hard) as solver:
        idle = {
            name
            for name in broken
            if not solver.solve(
                assumptions=[broken[name], *(s for n, s in clauses.switch.items() if n != name)]
            )
        }
    return tuple(dict.fromkeys(c.rule for c in model.constraints if c.rule in idle))
