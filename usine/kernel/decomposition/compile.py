"""From clauses to a circuit: prepare, order, search, emit; within seconds and bytes, the same result every time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.emit import emit
from usine.kernel.decomposition.prepare import prepare
from usine.kernel.decomposition.setup import graph, set_up
from usine.kernel.decomposition.drive import search
from usine.kernel.decomposition.order import tree_depths
from usine.kernel.errors import TooLarge


@dataclass(frozen=True)
class Clauses:
    """A rule set in clauses (DIMACS literals, flat) and the decisions it is about.

    Every model makes exactly one literal of every decision true; no variable is in two decisions. Variables in no
    decision must be functions of the others.
    """

    literals: NDArray[np.int32]
    start: NDArray[np.int32]
    variable_count: int
    decisions: tuple[tuple[int, ...], ...]
