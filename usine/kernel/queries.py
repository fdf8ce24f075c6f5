"""What one asks of a compiled range: counts, valid values with their prices, the cheapest configuration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from usine.kernel.compiled import CompiledRange, Ints, PricedRange
from usine.kernel.encode import hidden_name
from usine.kernel.errors import Impossible, ModelInvalid
from usine.kernel.model import Choices, Prices
from usine.kernel.passes import INFINITY, count_paths, feasible, least_down, least_up

MAX_PRICES = 2**58
"""Of all amounts times the variables: a restoration may weigh each choice by more than all prices together."""

TOO_LARGE = "The prices of this range are too large to be added exactly: choose a larger unit."


class Bounds(NamedTuple):
    """The least and the greatest total price of the configurations with a value."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is still possible under some choices.

    `values[variable][value]` is there for each valid value, with the price bounds of the configurations that have it.
    For a variable already chosen, the other values listed are those possible when that one choice is let go.
    """

    values: Mapping[str, Mapping[str, Bounds]]
    count: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole configuration and its price."""

    values: Mapping[str, str]
    price: int


def price(compiled: CompiledRange, prices: Prices) -> PricedRange:
    """Put the amounts of a price list on a compiled range. Raises ModelInvalid on an unknown term or row."""
    _check_prices(compiled, prices)
    slot_price = np.zeros(int(compiled.slot_start[-1]), dtype=np.int64)
    for name, amounts in prices.items():
        scope, rows = compiled.terms[name]
        if len(scope) > 1:
            start = int(compiled.slot_start[compiled.level_of[hidden_name(name)]])
            for i, row in enumerate(rows):
                slot_price[start + i] += amounts.get(row, 0)
        else:
            _price_values(compiled, slot_price, scope[0], {row[0]: amount for row, amount in amounts.items()})
    if sum(map(abs, slot_price.tolist())) * (len(compiled.variables) + 1) > MAX_PRICES:
        raise ModelInvalid(TOO_LARGE)
    listed = [
        [name, sorted((list(row), amount) for row, amount in a.items())] for name, a in sorted(prices.items())
    ]
    key = hashlib.sha256(f"{compiled.key} priced {json.dumps(listed)}".encode()).hexdigest()
    return PricedRange(compiled, key, slot_price)


def _check_prices(compiled: CompiledRange, prices: Prices) -> None:
    """Every term and row exists, and no sum of amounts can leave 64 bits."""
    for name, amounts in prices.items():
        if name not in compiled.terms:
            raise ModelInvalid(f"This range has no price term {name}.")
        known = set(compiled.terms[name][1])
        unknown = next((row for row in amounts if row not in known), None)
        if unknown is not None:
            raise ModelInvalid(f"The price term {name} has no row {', '.join(unknown)}.")
    if sum(abs(amount) for amounts in prices.values() for amount in amounts.values()) > MAX_PRICES:
        raise ModelInvalid(TOO_LARGE)


def _price_values(compiled: CompiledRange, slot_price: Ints, name: str, amounts: Mapping[str, int]) -> None:
    domain = compiled.domains[name]
    if name in compiled.determined:
        key, mapping = compiled.determined[name]
        start = int(compiled.slot_start[compiled.level_of[key]])
        for i, value in enumerate(mapping):
            slot_price[start + i] += amounts.get(domain[value], 0)
        return
    start = int(compiled.slot_start[compiled.level_of[name]])
    for i, label in enumerate(domain):
        slot_price[start + i] += amounts.get(label, 0)


def count(compiled: CompiledRange | PricedRange, choices: Choices) -> int:
    """How many configurations keep the choices; 0 when they contradict. Exact for any size."""
    compiled = _bare(compiled)
    compiled.check(choices)
    return count_paths(compiled, compiled.allowed_slots(choices))


def is_possible(compiled: CompiledRange | PricedRange, choices: Choices) -> bool:
    """Whether some configuration keeps the choices."""
    compiled = _bare(compiled)
    compiled.check(choices)
    return feasible(compiled, compiled.allowed_slots(choices))


def ask(priced: PricedRange, choices: Choices) -> Answer:
    """Every valid value of every variable with its price bounds, in two passes over the diagram.

    Raises Impossible when the choices contradict.
    """
    compiled = priced.compiled
    compiled.check(choices)
    broken, alone = _violations(compiled, choices)
    allowed = broken == 0
    cost = np.stack((priced.slot_price, -priced.slot_price))
    limited = np.where(allowed, cost, INFINITY)
    if compiled.is_empty:
        raise Impossible("This range has no configuration at all: its rules contradict each other.")
    up = least_up(compiled, limited)
    if up[0, 0] >= INFINITY // 2:  # negative prices may take a little off a bar
        raise Impossible("These choices cannot go together: use restore() to find the nearest configuration.")
    best = _by_slot(compiled, least_down(compiled, limited), up) + cost
    return Answer(
        _values(compiled, choices, best, broken, alone),
        count_paths(compiled, allowed),
        int(up[0, 0]),
        -int(up[1, 0]),
    )


def _violations(compiled: CompiledRange, choices: Choices) -> tuple[Ints, dict[str, Ints]]:
    """For each slot, how many choices it violates; and for each variable that shares its level with determined ones,
    which slots violate that choice."""
    broken = np.zeros(int(compiled.slot_start[-1]), dtype=np.int64)
    alone = {}
    for name, value in choices.items():
        level_name, kept = compiled.kept_values(name, {compiled.value_index[name][value]})
        start = int(compiled.slot_start[compiled.level_of[level_name]])
        alone[name] = (~kept).astype(np.int64)
        broken[start : start + len(kept)] += alone[name]
    return broken, alone


def _by_slot(compiled: CompiledRange, down: Ints, up: Ints) -> Ints:
    """The least cost of the paths through each slot, its own cost left out; INFINITY for a slot without edges."""
    source, target, starts, slots = _slots_of(compiled)
    through = down.take(source, axis=1)
    through += up.take(target, axis=1)
    best = np.full((2, int(compiled.slot_start[-1])), INFINITY)
    if len(starts):
        best[:, slots] = np.minimum.reduceat(through, starts, axis=1)
    return best


def _slots_of(compiled: CompiledRange) -> tuple[Ints, Ints, Ints, Ints]:
    """Source and target of the edges sorted by slot, the first edge of each slot, the slots; computed once."""
    kept: tuple[Ints, Ints, Ints, Ints] | None = compiled.__dict__.get("_slots")
    if kept is None:
        order = np.argsort(compiled.edge_slot, kind="stable")
        sorted_slots = compiled.edge_slot[order]
        starts = np.flatnonzero(np.diff(sorted_slots, prepend=-1))
        kept = compiled.edge_source[order], compiled.edge_target[order], starts, sorted_slots[starts]
        compiled.__dict__["_slots"] = kept
    return kept


def _values(
    compiled: CompiledRange, choices: Choices, best: Ints, broken: Ints, alone: Mapping[str, Ints]
) -> dict[str, dict[str, Bounds]]:
    """Slots to values. A slot counts for a variable when no other choice is violated there."""
    members, starts, first = _members_of(compiled)
    shut = np.full((2, 1), INFINITY)  # a last slot that is never open: no group of slots is empty
    reach = np.hstack((np.where(broken == 0, best, INFINITY), shut))
    bounds = np.minimum.reduceat(reach.take(members, axis=1), starts, axis=1)
    for name in choices:
        level = compiled.level_of[compiled.determined.get(name, (name, ()))[0]]
        own = slice(int(compiled.slot_start[level]), int(compiled.slot_start[level + 1]))
        relaxed = reach.copy()
        relaxed[:, own] = np.where(broken[own] == alone[name], best[:, own], INFINITY)
        groups = slice(first[name], first[name] + len(compiled.domains[name]))
        within = slice(
            int(starts[groups.start]), int(starts[groups.stop]) if groups.stop < len(starts) else None
        )
        mine = starts[groups] - starts[groups.start]
        bounds[:, groups] = np.minimum.reduceat(relaxed.take(members[within], axis=1), mine, axis=1)
    low, high = bounds[0].tolist(), (-bounds[1]).tolist()
    open_below = int(INFINITY // 2)
    return {
        name: {
            value: Bounds(low[i], high[i])
            for i, value in enumerate(domain, first[name])
            if low[i] < open_below
        }
        for name, domain in compiled.domains.items()
    }


def _members_of(compiled: CompiledRange) -> tuple[Ints, Ints, dict[str, int]]:
    """The slots that stand for each value of each variable, one group a value, after one slot that is never open;
    where each group starts; and the first group of each variable. Computed once."""
    kept: tuple[Ints, Ints, dict[str, int]] | None = compiled.__dict__.get("_members")
    if kept is None:
        never = int(compiled.slot_start[-1])
        members: list[int] = []
        starts: list[int] = []
        first: dict[str, int] = {}
        for name, domain in compiled.domains.items():
            first[name] = len(starts)
            key, mapping = compiled.determined.get(name, (name, tuple(range(len(domain)))))
            base = int(compiled.slot_start[compiled.level_of[key]])
            groups: list[list[int]] = [[never] for _ in domain]
            for i, image in enumerate(mapping):
                groups[image].append(base + i)
            for group in groups:
                starts.append(len(members))
                members.extend(group)
        kept = np.array(members, dtype=np.int64), np.array(starts, dtype=np.int64), first
        compiled.__dict__["_members"] = kept
    return kept


def cheapest(priced: PricedRange, choices: Choices) -> Completion:
    """The cheapest configuration that keeps the choices; among equals, the first values of the first variables.

    Raises Impossible when the choices contradict.
    """
    compiled = priced.compiled
    compiled.check(choices)
    found = trace(compiled, np.where(compiled.allowed_slots(choices), priced.slot_price, INFINITY))
    if found is None:
        raise Impossible("These choices cannot go together: use restore() to find the nearest configuration.")
    values, cost = found
    return Completion(values, cost)


def trace(compiled: CompiledRange, slot_cost: Ints) -> tuple[dict[str, str], int] | None:
    """The configuration of least cost and that cost; None when every one is barred (INFINITY)."""
    if compiled.is_empty:
        return None
    up = least_up(compiled, slot_cost)
    if up[0] >= INFINITY // 2:
        return None
    node, by_level = 0, {}
    for name in compiled.levels:
        edges = slice(int(compiled.edge_start[node]), int(compiled.edge_start[node + 1]))
        through = slot_cost[compiled.edge_slot[edges]] + up[compiled.edge_target[edges]]
        edge = edges.start + int(np.argmin(through))
        by_level[name] = int(compiled.edge_value[edge])
        node = int(compiled.edge_target[edge])
    return values_of(compiled, by_level), int(up[0])


def values_of(compiled: CompiledRange, by_level: Mapping[str, int]) -> dict[str, str]:
    """A path of the diagram as a configuration, determined variables included, hidden ones left out."""
    values = {}
    for variable in compiled.variables:
        if variable.name in compiled.determined:
            key, mapping = compiled.determined[variable.name]
            values[variable.name] = variable.values[mapping[by_level[key]]]
        else:
            values[variable.name] = variable.values[by_level[variable.name]]
    return values


def _bare(compiled: CompiledRange | PricedRange) -> CompiledRange:
    return compiled.compiled if isinstance(compiled, PricedRange) else compiled
