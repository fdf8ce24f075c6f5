"""A compiled range: the circuit of all its configurations, and what its slots mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit, Ints
from usine.kernel.model import Rows, Variable
from usine.kernel.vocabulary import Vocabulary

Flags = NDArray[np.bool_]
Amounts = NDArray[np.int64]
Terms = dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...] | Rows]]


@dataclass(frozen=True, eq=False)
class Layout:
    """Which slots stand for which values. Value groups are numbered through, variable after variable.

    The groups of variable v are `first_group[v]:first_group[v + 1]`. Group g has the slots of the set k = `set_of[g]`,
    `members[first_member[k]:first_member[k + 1]]`: values of several variables that always go together share a set.
    """

    first_group: Ints
    set_of: Ints
    first_member: Ints
    members: Ints

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints]:
        """What the passes take."""
        return self.first_group, self.set_of, self.first_member, self.members

    def slots(self, own: int) -> Ints:
        """The slots of a set."""
        return self.members[self.first_member[own] : self.first_member[own + 1]]


@dataclass(frozen=True, eq=False)
class CompiledRange(Vocabulary):
    """Everything that can be configured. Immutable; `key` is derived from the content.

    `variables` are the authored ones in their order. `decisions` names what has slots in the circuit, in the order of
    `circuit.slot_start`: authored variables, and hidden ones of price terms (they start with a dollar sign).
    `determined` maps a variable without slots to (decision, value index for each value of the decision). `terms` maps
    a price term to its scope and rows.
    """

    key: str
    variables: tuple[Variable, ...]
    decisions: tuple[str, ...]
    circuit: Circuit
    determined: dict[str, tuple[str, tuple[int, ...]]]
    terms: Terms

    @property
    def node_count(self) -> int:
        """Nodes of the circuit."""
        return self.circuit.node_count

    @property
    def edge_count(self) -> int:
        """Edges of the circuit: what a query visits."""
        return self.circuit.edge_count

    @property
    def is_empty(self) -> bool:
        """No configuration at all."""
        return self.circuit.is_empty

    @property
    def form(self) -> str:
        """What the circuit is: a "diagram", or the "decomposition" of a rule set."""
        return "diagram" if self.circuit.is_diagram else "decomposition"

    @cached_property
    def decision_of(self) -> dict[str, int]:
        """The place of each decision."""
        return {name: i for i, name in enumerate(self.decisions)}

    @cached_property
    def readings(self) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """For each variable, the decision that says its value, and what each of that decision's values says."""
        found = []
        for variable in self.variables:
            key, image = self.determined.get(variable.name, (variable.name, range(len(variable.values))))
            values = tuple(variable.values[value] for value in image)
            found.append((variable.name, self.decision_of[key], values))
        return tuple(found)

    @cached_property
    def layout(self) -> Layout:
        """Which slots stand for which values."""
        sets: dict[bytes, int] = {}
        set_of: list[int] = []
        for variable in self.variables:
            slots = self.slots_of(variable.name)
            places = np.arange(slots.start, slots.stop, dtype=np.int32)
            image = np.array(self.determined.get(variable.name, ("", range(len(slots))))[1])
            for value in range(len(variable.values)):
                own = places[image == value].tobytes()
                set_of.append(sets.setdefault(own, len(sets)))
        return Layout(
            first_group=_starts([len(variable.values) for variable in self.variables]),
            set_of=np.array(set_of, np.int32),
            first_member=_starts([len(own) // 4 for own in sets]),
            members=np.frombuffer(b"".join(sets), np.int32),
        )

    def slots_of(self, name: str) -> range:
        """The slots of the decision that a variable is, or that determines it."""
        place = self.decision_of[self.determined.get(name, (name,))[0]]
        return range(int(self.circuit.slot_start[place]), int(self.circuit.slot_start[place + 1]))

    def allowed_slots(self, allowed: Mapping[str, Collection[str]]) -> Flags:
        """For each slot, whether it keeps every variable to its allowed values. Raises as `number` does."""
        kept = np.ones(self.circuit.slot_count, np.bool_)
        for name, values in allowed.items():
            wanted = self.indices(name, values)
            slots = self.slots_of(name)
            image = self.determined[name][1] if name in self.determined else range(len(slots))
            kept[slots.start : slots.stop] &= [value in wanted for value in image]
        return kept


def _starts(lengths: list[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(np.array(lengths, np.int64)))).astype(np.int32)


@dataclass(frozen=True, eq=False)
class PricedRange:
    """A compiled range with the amounts of one price list on its slots; integers in the caller's unit."""

    compiled: CompiledRange
    key: str
    slot_price: Amounts

    @cached_property
    def spread(self) -> int:
        """More than any two configurations can differ by; one decision adds at most its widest difference."""
        starts = self.compiled.circuit.slot_start[:-1]
        if not len(starts):
            return 1
        widest = np.maximum.reduceat(self.slot_price, starts) - np.minimum.reduceat(self.slot_price, starts)
        return int(widest.sum()) + 1
