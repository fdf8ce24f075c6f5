"""One call of a satisfiability solver that can be stopped between two bursts of conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pysat.solvers import Solver

ENGINE = "glucose4"
BURST = 20_000  # conflicts: some seconds at most


def solve(solver: Solver, assumptions: Sequence[int], check: Callable[[], None]) -> bool:
    """Whether some model has all assumptions; `check` is called now and then and may raise to stop."""
    while True:
        solver.conf_budget(BURST)
        found = solver.solve_limited(assumptions=assumptions)
        if found is not None:
            return bool(found)
        check()
