"""Configurations by number: any page of them, and exactly uniform samples.

The configurations of a circuit are numbered by counting what lies below each edge; number i is found by one walk down
(unranking; Nijenhuis, Wilf, "Combinatorial algorithms", 1978). So a page costs no more at the end than at the start,
and a uniform number gives a uniform configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from usine.kernel.compiled import CompiledRange
from usine.kernel.model import Choices
from usine.kernel.queries import find_allowed, values_of

Configuration = dict[str, str]


class Configurations:
    """The configurations of a range that keep some choices, in a fixed order; holds one exact number an edge.

    Raises UnknownVariable or UnknownValue.
    """

    def __init__(self, compiled: CompiledRange, choices: Choices):
        self._compiled = compiled
        circuit = compiled.circuit
        allowed = find_allowed(compiled, choices)
        self._node_edges = circuit.node_edges.tolist()
        self._below = [0] * circuit.edge_count
        self._children = [
            circuit.children[first:last].tolist()
            for first, last in zip(circuit.edge_children[:-1], circuit.edge_children[1:], strict=True)
        ]
        totals = [0] * circuit.node_count
        slots, starts = circuit.slots, circuit.edge_slots.tolist()
        for node in range(circuit.node_count - 1, -1, -1):
            for edge in range(self._node_edges[node], self._node_edges[node + 1]):
                if allowed[slots[starts[edge] : starts[edge + 1]]].all():
                    product = 1
                    for child in self._children[edge]:
                        product *= totals[child]
                    self._below[edge] = product
                    totals[node] += product
        self._totals = totals
        self.total = totals[0] if totals else 0

    def at(self, number: int) -> Configuration:
        """The configuration with this number, from 0. Raises IndexError outside `0..total - 1`."""
        if not 0 <= number < self.total:
            raise IndexError(f"There are {self.total} configurations; number {number} is not among them.")
        taken: list[int] = []
        waiting = [(0, number)]
        circuit = self._compiled.circuit
        while waiting:
            node, rest = waiting.pop()
            edge = self._node_edges[node]
            while rest >= self._below[edge]:
                rest -= self._below[edge]
                edge += 1
            taken.extend(circuit.slots[circuit.edge_slots[edge] : circuit.edge_slots[edge + 1]].tolist())
            for child in self._children[edge]:
                rest, own = divmod(rest, self._totals[child])
                waiting.append((child, own))
        return values_of(self._compiled, taken)

    def page(self, start: int, limit: int) -> list[Configuration]:
        """Up to `limit` configurations from number `start` on; empty past the end."""
        return [self.at(number) for number in range(max(start, 0), min(start + limit, self.total))]

    def sample(self, random: Random) -> Iterator[Configuration]:
        """Configurations drawn one by one, each with the same probability; none when there is none."""
        while self.total:
            yield self.at(random.randrange(self.total))
