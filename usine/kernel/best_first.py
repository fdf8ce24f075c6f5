"""Configurations one after the other, best first: k cheapest, cheapest under wishes, best of one figure within another.

A* over partly built configurations: what is already fixed costs what it costs, what is open at least the least cost
below it, which one upward pass gives exactly. Every configuration is one derivation in the circuit, so each comes once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from itertools import count as numbers

import numpy as np

from usine.kernel import passes
from usine.kernel.circuit import Circuit
from usine.kernel.compiled import Amounts, PricedRange
from usine.kernel.errors import Impossible, ModelInvalid, TooLarge
from usine.kernel.model import Choices
from usine.kernel.passes import INFINITY
from usine.kernel.queries import MAX_PRICES, Completion, find_allowed, values_of

Wishes = Mapping[tuple[str, str], int]
"""(variable, value) to what it is worth, in the unit of prices."""

STEPS = 1_000_000  # of a search within a budget: some seconds, some hundred megabytes

_Path = tuple[int, "_Path"] | None


def iterate_cheapest(priced: PricedRange, choices: Choices) -> Iterator[Completion]:
    """Every configuration that keeps the choices, cheapest first; among equals, in the order of the circuit.

    Lazy: the first costs one pass, the next ones little each. Nothing comes when the choices contradict.
    """
    compiled = priced.compiled
    cost = np.where(find_allowed(compiled, choices), priced.slot_price, INFINITY)
    for slots, total in derive(compiled.circuit, cost):
        yield Completion(values_of(compiled, slots), total)


def fulfil(priced: PricedRange, choices: Choices, wishes: Wishes) -> Completion:
    """The configuration that keeps the choices and has the least price plus worth of the wishes it leaves unfulfilled.

    The completion's price is the price alone. Raises Impossible when the choices contradict, ModelInvalid when the
    worths are too large to be added exactly or negative.
    """
    check_wishes(wishes)
    compiled = priced.compiled
    cost = priced.slot_price.copy()
    for (name, value), worth in wishes.items():
        cost += np.where(compiled.allowed_slots({name: (value,)}), 0, worth)
    cost[~find_allowed(compiled, choices)] = INFINITY
    return _first(priced, derive(compiled.circuit, cost))


def check_wishes(wishes: Wishes) -> None:
    """Raise ModelInvalid when worths are too large to be added exactly, or negative."""
    if any(worth < 0 for worth in wishes.values()) or sum(wishes.values()) > MAX_PRICES:
        raise ModelInvalid("Wishes are worth between 0 and what prices can add up to: choose a larger unit.")


def optimise(
    priced: PricedRange, choices: Choices, figure: PricedRange, *, budget: int, steps: int = STEPS
) -> Completion:
    """The configuration with the least `figure` (a mass; a range with its sign turned) whose price is within budget.

    `figure` is the same compiled range with other amounts. The completion's price is the price. Exact. Of two ways to
    the same rest, only one that is cheaper or better is followed; the time can still be exponential, as in every
    knapsack. Raises Impossible when none is within the budget, TooLarge after so many `steps`.
    """
    if figure.compiled is not priced.compiled:
        raise ModelInvalid("The figure must be on the same compiled range as the prices.")
    compiled = priced.compiled
    barred = ~find_allowed(compiled, choices)
    cost, limited = figure.slot_price.copy(), priced.slot_price.copy()
    cost[barred] = limited[barred] = INFINITY
    search = _Search(compiled.circuit, cost, limited, budget, steps)
    return _first(priced, search.run())


def _first(priced: PricedRange, found: Iterator[tuple[list[int], int]]) -> Completion:
    first = next(found, None)
    if first is None:
        raise Impossible("No configuration of this range has what is wanted.")
    slots, _ = first
    return Completion(values_of(priced.compiled, slots), int(priced.slot_price[slots].sum()))


def derive(circuit: Circuit, cost: Amounts) -> Iterator[tuple[list[int], int]]:
    """The slots and the cost of each configuration, least cost first; INFINITY bars a slot."""
    yield from _Search(circuit, cost).run()


class _Search:
    """The edges that can be gone through, with their least totals.

    With `limited`, only configurations whose sum of `limited` is at most `limit`, and only the first one is sure to
    come: of two beginnings with the same rest ahead, the one found later (not better) is dropped unless it is cheaper.
    """

    def __init__(
        self, circuit: Circuit, cost: Amounts, limited: Amounts | None = None, limit: int = 0, steps: int = 0
    ):
        self._circuit = circuit
        self._limit, self._steps = limit, steps
        self._up, self._totals = _totals(circuit, cost)
        second = (self._up, self._totals) if limited is None else _totals(circuit, limited)
        self._low, self._low_totals = second
        self._has_limit = limited is not None
        self._reached: dict[tuple[int, ...], int] = {}
        self._edges: dict[int, list[tuple[int, int, int, tuple[int, ...]]]] = {}

    def run(self) -> Iterator[tuple[list[int], int]]:
        if not len(self._up) or self._up[0] >= INFINITY:
            return
        serial = numbers()
        heap: list[tuple[int, int, int, int, tuple[int, ...], _Path]] = [
            (int(self._up[0]), 0, next(serial), int(self._low[0]), (0,), None)
        ]
        while heap:
            total, depth, _, low, waiting, path = heapq.heappop(heap)
            if self._has_limit and not self._is_worth_following(waiting, low):
                continue
            if not waiting:
                yield self._slots(path), total
                continue
            for edge, more, more_low, children in self._open(waiting[-1]):
                ahead = (*waiting[:-1], *children)
                state = (total + more, depth - 1, next(serial), low + more_low, ahead, (edge, path))
                heapq.heappush(heap, state)

    def _is_worth_following(self, waiting: tuple[int, ...], low: int) -> bool:
        """Whether the limit can be kept and no beginning seen before is as cheap and as good."""
        if low > self._limit or self._reached.get(waiting, INFINITY) <= low:
            return False
        self._reached[waiting] = low
        self._steps -= 1
        if self._steps < 0:
            raise TooLarge(
                "The best configuration within the budget was not found in the steps allowed: "
                "choose more, or give rounder amounts."
            )
        return True

    def _open(self, node: int) -> list[tuple[int, int, int, tuple[int, ...]]]:
        """The edges of a node: number, how much dearer than the node's least, the same of the limited sum, children."""
        found = self._edges.get(node)
        if found is None:
            circuit, found = self._circuit, []
            for edge in range(int(circuit.node_edges[node]), int(circuit.node_edges[node + 1])):
                if self._totals[edge] < INFINITY:
                    children = circuit.children[circuit.edge_children[edge] : circuit.edge_children[edge + 1]]
                    more = int(self._totals[edge] - self._up[node])
                    more_low = int(self._low_totals[edge] - self._low[node])
                    found.append((edge, more, more_low, tuple(reversed(children.tolist()))))
            self._edges[node] = found
        return found

    def _slots(self, path: _Path) -> list[int]:
        circuit, slots = self._circuit, []
        while path is not None:
            edge, path = path
            slots.extend(circuit.slots[circuit.edge_slots[edge] : circuit.edge_slots[edge + 1]].tolist())
        return slots


def _totals(circuit: Circuit, cost: Amounts) -> tuple[Amounts, Amounts]:
    """The least cost of each node, and of each edge with what is below it; INFINITY where there is none."""
    up, _ = passes.least_up(*circuit.arrays, cost)
    return up, passes.edge_totals(
        circuit.edge_slots, circuit.slots, circuit.edge_children, circuit.children, cost, up
    )
