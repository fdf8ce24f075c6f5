"""The compiled range: a reduced ordered multi-valued decision diagram in flat arrays.

Level i holds the nodes of one variable, numbered one after the other; every edge goes from a level to the next, so
that a query is two passes over the levels. An edge says: this node, with this value, leads to that node. Only edges
that lead to a configuration are there: a compiled range holds every valid configuration and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usine.kernel.errors import UnknownValue, UnknownVariable
from usine.kernel.model import Choices, Variable

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CompiledRange:
    """Everything that can be configured. Immutable; `key` is derived from the content.

    `variables` are the authored ones in their order. `levels` names the variable of each level (hidden price
    variables start with a dollar sign) and `level_sizes` the size of its domain. `node_start[i]` is the first node of
    level i (one entry more: the terminal); `edge_start[n]` the first edge of node n. `edge_value` and `edge_target`
    are one entry an edge. `determined` maps a variable that has no level to (key variable, value index for each
    value of the key). `terms` maps a price term to its scope and rows.
    """

    key: str
    variables: tuple[Variable, ...]
    levels: tuple[str, ...]
    level_sizes: tuple[int, ...]
    node_start: Ints
    edge_start: Ints
    edge_value: Ints
    edge_target: Ints
    determined: dict[str, tuple[str, tuple[int, ...]]]
    terms: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]

    @property
    def node_count(self) -> int:
        """Nodes, the terminal left out."""
        return int(self.node_start[-1])

    @property
    def edge_count(self) -> int:
        """Edges of all levels: what a query visits."""
        return len(self.edge_value)

    @property
    def is_empty(self) -> bool:
        """No configuration at all."""
        return self.edge_count == 0 and bool(self.levels)

    @cached_property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """The values of each authored variable."""
        return {v.name: v.values for v in self.variables}

    @cached_property
    def level_of(self) -> dict[str, int]:
        """The level of each variable that has one."""
        return {name: i for i, name in enumerate(self.levels)}

    @cached_property
    def value_index(self) -> dict[str, dict[str, int]]:
        """The place of each value in its variable's domain."""
        return {name: {value: i for i, value in enumerate(values)} for name, values in self.domains.items()}

    @cached_property
    def slot_start(self) -> Ints:
        """First slot of each level; a slot is a (level, value) pair, numbered through."""
        return np.concatenate(([0], np.cumsum(self.level_sizes))).astype(np.int64)

    @cached_property
    def edge_level(self) -> Ints:
        """Level of each edge, ascending."""
        nodes = np.repeat(np.arange(self.node_count), np.diff(self.edge_start))
        return (np.searchsorted(self.node_start, nodes, side="right") - 1).astype(np.int64)

    @cached_property
    def edge_source(self) -> Ints:
        """The node that each edge leaves."""
        return np.repeat(np.arange(self.node_count, dtype=np.int64), np.diff(self.edge_start))

    @cached_property
    def edge_slot(self) -> Ints:
        """Slot of each edge."""
        return self.slot_start[self.edge_level] + self.edge_value

    def check(self, choices: Choices) -> None:
        """Raise UnknownVariable or UnknownValue on the first choice that the range does not know."""
        for name, value in choices.items():
            known = self.value_index.get(name)
            if known is None:
                raise UnknownVariable(f"This range has no variable {name}.")
            if value not in known:
                raise UnknownValue(f"The variable {name} has no value {value}.")

    def allowed_slots(self, choices: Choices) -> Flags:
        """For each slot, whether it respects the choices (known to be valid names)."""
        allowed = np.ones(int(self.slot_start[-1]), dtype=np.bool_)
        for name, value in choices.items():
            self._keep(allowed, name, {self.value_index[name][value]})
        return allowed

    def _keep(self, allowed: Flags, name: str, values: set[int]) -> None:
        level_name, kept = self.kept_values(name, values)
        start = self.slot_start[self.level_of[level_name]]
        part = allowed[start : start + len(kept)]
        part &= kept

    def kept_values(self, name: str, values: set[int]) -> tuple[str, Flags]:
        """The level's variable that decides `name`, and which of its values agree with one of `values`."""
        if name in self.determined:
            key, mapping = self.determined[name]
            return key, np.array([value in values for value in mapping], dtype=np.bool_)
        size = self.level_sizes[self.level_of[name]]
        return name, np.array([value in values for value in range(size)], dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class PricedRange:
    """A compiled range with the amounts of one price list on its edges; integers in the caller's unit."""

    compiled: CompiledRange
    key: str
    slot_price: Ints

    @cached_property
    def spread(self) -> int:
        """More than any two configurations can differ by; one level adds at most its widest difference."""
        starts = self.compiled.slot_start[:-1]
        if not len(starts):
            return 1
        widest = np.maximum.reduceat(self.slot_price, starts) - np.minimum.reduceat(self.slot_price, starts)
        return int(widest.sum()) + 1
