"""The passes over a circuit, compiled: from the leaves up and from the root down, one visit an edge.

Children have larger numbers than their parents, so a pass is a loop over the nodes, backward or forward. What may be
gone through is said by `broken`: for each slot, how many choices it violates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Ints
from usine.kernel.jit import jit

INFINITY = 2**61
"""Above every price: prices are checked to sum to less."""

Amounts = NDArray[np.int64]
Limbs = NDArray[np.uint64]
Flags = NDArray[np.bool_]


@jit
def find_broken(
    first_group: Ints, set_of: Ints, first_member: Ints, members: Ints, chosen: Ints, slot_count: int
) -> Ints:
    """For each slot, how many choices it violates."""
    broken = np.zeros(slot_count, np.int32)
    for v in range(len(chosen)):
        if chosen[v] >= 0:
            for g in range(first_group[v], first_group[v + 1]):
                if g - first_group[v] != chosen[v]:
                    for m in range(first_member[set_of[g]], first_member[set_of[g] + 1]):
                        broken[members[m]] += 1
    return broken


@jit
def is_feasible(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, broken: Ints
) -> bool:
    """Whether some configuration breaks nothing; there is at least one node."""
    open_ = np.zeros(len(node_edges) - 1, np.bool_)
    for n in range(len(node_edges) - 2, -1, -1):
        for e in range(node_edges[n], node_edges[n + 1]):
            live = True
            for i in range(edge_slots[e], edge_slots[e + 1]):
                if broken[slots[i]] != 0:
                    live = False
                    break
            if live:
                for i in range(edge_children[e], edge_children[e + 1]):
                    if not open_[children[i]]:
                        live = False
                        break
            if live:
                open_[n] = True
                break
    return bool(open_[0])


@jit
def least_up(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, cost: Amounts
) -> tuple[Amounts, Ints]:
    """The least cost of each node and its first edge of that cost (-1: none); INFINITY bars a slot."""
    up = np.full(len(node_edges) - 1, INFINITY, np.int64)
    best = np.full(len(node_edges) - 1, -1, np.int32)
    for n in range(len(node_edges) - 2, -1, -1):
        for e in range(node_edges[n], node_edges[n + 1]):
            total = np.int64(0)
            live = True
            for i in range(edge_slots[e], edge_slots[e + 1]):
                if cost[slots[i]] >= INFINITY:
                    live = False
                    break
                total += cost[slots[i]]
            if live:
                for i in range(edge_children[e], edge_children[e + 1]):
                    if best[children[i]] < 0:
                        live = False
                        break
                    total += up[children[i]]
            if live and (best[n] < 0 or total < up[n]):
                up[n], best[n] = total, e
    return up, best


@jit
def follow(
    edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, best: Ints, decisions: int
) -> Ints:
    """The slots of the configuration that takes the `best` edge of every node that it reaches: one a decision."""
    taken = np.empty(decisions, np.int32)
    reached = np.zeros(len(best), np.bool_)
    reached[0] = True
    found = 0
    for n in range(len(best)):
        if found == decisions:
            break
        if reached[n]:
            e = best[n]
            for i in range(edge_slots[e], edge_slots[e + 1]):
                taken[found] = slots[i]
                found += 1
            for i in range(edge_children[e], edge_children[e + 1]):
                reached[children[i]] = True
    return taken[:found]


@jit
def edge_totals(
    edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, cost: Amounts, up: Amounts
) -> Amounts:
    """The least cost through each edge, from the least costs of the nodes; INFINITY where it is barred."""
    totals = np.zeros(len(edge_slots) - 1, np.int64)
    for e in range(len(totals)):
        for i in range(edge_slots[e], edge_slots[e + 1]):
            part = cost[slots[i]]
            totals[e] = INFINITY if part >= INFINITY or totals[e] >= INFINITY else totals[e] + part
        for i in range(edge_children[e], edge_children[e + 1]):
            part = up[children[i]]
            totals[e] = INFINITY if part >= INFINITY or totals[e] >= INFINITY else totals[e] + part
    return totals


@jit
def sweep_diagram(
    node_edges: Ints, slots: Ints, child: Ints, broken: Ints, price: Amounts
) -> tuple[bool, int, int, Amounts, Amounts]:
    """Whether something is possible, its price bounds, and those of each slot with all choices but one it may break.

    For circuits whose edges have one slot and one child, the number of nodes standing for none.
    """
    nodes = len(node_edges) - 1
    low, high = np.full(nodes + 1, INFINITY, np.int64), np.full(nodes + 1, -INFINITY, np.int64)
    low[nodes] = high[nodes] = 0
    for n in range(nodes - 1, -1, -1):
        least, most = np.int64(INFINITY), np.int64(-INFINITY)
        for e in range(node_edges[n], node_edges[n + 1]):
            s, c = slots[e], child[e]
            if broken[s] == 0 and low[c] < INFINITY:
                least, most = min(least, low[c] + price[s]), max(most, high[c] + price[s])
        low[n], high[n] = least, most
    slot_low = np.full(len(broken), INFINITY, np.int64)
    slot_high = np.full(len(broken), -INFINITY, np.int64)
    if low[0] >= INFINITY:
        return False, 0, 0, slot_low, slot_high
    down_low, down_high = np.full(nodes + 1, INFINITY, np.int64), np.full(nodes + 1, -INFINITY, np.int64)
    down_low[0] = down_high[0] = 0
    for n in range(nodes):
        if down_low[n] < INFINITY:
            for e in range(node_edges[n], node_edges[n + 1]):
                s, c = slots[e], child[e]
                here_low, here_high = down_low[n] + price[s], down_high[n] + price[s]
                if broken[s] <= 1 and low[c] < INFINITY:
                    slot_low[s] = min(slot_low[s], here_low + low[c])
                    slot_high[s] = max(slot_high[s], here_high + high[c])
                if broken[s] == 0:  # also where the child is shut: what breaks one choice may be below
                    down_low[c] = min(down_low[c], here_low)
                    down_high[c] = max(down_high[c], here_high)
    return True, low[0], high[0], slot_low, slot_high


@jit
def sweep_circuit(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, broken: Ints,
    price: Amounts,
) -> tuple[bool, int, int, Amounts, Amounts]:  # fmt: skip
    """`sweep_diagram` for any circuit."""
    nodes, edges = len(node_edges) - 1, len(edge_slots) - 1
    low, high = np.full(nodes, INFINITY, np.int64), np.full(nodes, -INFINITY, np.int64)
    edge_low, edge_high = np.empty(edges, np.int64), np.empty(edges, np.int64)
    violated = np.zeros(edges, np.int32)  # choices broken, and children shut
    for n in range(nodes - 1, -1, -1):
        for e in range(node_edges[n], node_edges[n + 1]):
            total_low, total_high, breaks = np.int64(0), np.int64(0), 0
            for i in range(edge_slots[e], edge_slots[e + 1]):
                breaks += broken[slots[i]]
                total_low += price[slots[i]]
            total_high = total_low
            for i in range(edge_children[e], edge_children[e + 1]):
                if low[children[i]] >= INFINITY:
                    breaks += 1
                else:
                    total_low += low[children[i]]
                    total_high += high[children[i]]
            violated[e], edge_low[e], edge_high[e] = breaks, total_low, total_high
            if breaks == 0:
                low[n], high[n] = min(low[n], total_low), max(high[n], total_high)
    slot_low = np.full(len(broken), INFINITY, np.int64)
    slot_high = np.full(len(broken), -INFINITY, np.int64)
    if low[0] >= INFINITY:
        return False, 0, 0, slot_low, slot_high
    down_low, down_high = np.full(nodes, INFINITY, np.int64), np.full(nodes, -INFINITY, np.int64)
    down_low[0] = down_high[0] = 0
    for n in range(nodes):
        if down_low[n] >= INFINITY:
            continue
        for e in range(node_edges[n], node_edges[n + 1]):
            if violated[e] > 1:
                continue
            through_low, through_high = down_low[n] + edge_low[e], down_high[n] + edge_high[e]
            broken_here = False
            for i in range(edge_slots[e], edge_slots[e + 1]):
                s = slots[i]
                broken_here = broken_here or broken[s] > 0
                if broken[s] == violated[e]:
                    slot_low[s] = min(slot_low[s], through_low)
                    slot_high[s] = max(slot_high[s], through_high)
            if broken_here:
                continue
            for i in range(edge_children[e], edge_children[e + 1]):
                c = children[i]
                if low[c] >= INFINITY:  # the only one: what breaks one choice may be below
                    down_low[c] = min(down_low[c], through_low)
                    down_high[c] = max(down_high[c], through_high)
                elif violated[e] == 0:
                    down_low[c] = min(down_low[c], through_low - low[c])
                    down_high[c] = max(down_high[c], through_high - high[c])
    return True, low[0], high[0], slot_low, slot_high


@jit
def by_value(
    first_group: Ints, set_of: Ints, first_member: Ints, members: Ints, chosen: Ints, broken: Ints, slot_low: Amounts,
    slot_high: Amounts,
) -> tuple[Amounts, Amounts]:  # fmt: skip
    """The bounds of each value from those of its slots; a slot counts where it breaks no choice but its variable's."""
    sets = len(first_member) - 1
    set_low, set_high = np.full(sets, INFINITY, np.int64), np.full(sets, -INFINITY, np.int64)
    for k in range(sets):
        for m in range(first_member[k], first_member[k + 1]):
            s = members[m]
            if broken[s] == 0:
                set_low[k], set_high[k] = min(set_low[k], slot_low[s]), max(set_high[k], slot_high[s])
    low, high = set_low[set_of], set_high[set_of]
    for v in range(len(chosen)):
        if chosen[v] < 0:
            continue
        for g in range(first_group[v], first_group[v + 1]):
            if g - first_group[v] == chosen[v]:
                continue
            low[g], high[g] = INFINITY, -INFINITY
            for m in range(first_member[set_of[g]], first_member[set_of[g] + 1]):
                s = members[m]
                if broken[s] == 1:
                    low[g], high[g] = min(low[g], slot_low[s]), max(high[g], slot_high[s])
    return low, high


@jit
def answer_diagram(
    node_edges: Ints, slots: Ints, child: Ints, first_group: Ints, set_of: Ints, first_member: Ints, members: Ints,
    chosen: Ints, price: Amounts,
) -> tuple[bool, int, int, Amounts, Amounts]:  # fmt: skip
    """Whether the choices are possible, their price bounds, and the bounds of each value."""
    broken = find_broken(first_group, set_of, first_member, members, chosen, len(price))
    possible, least, most, slot_low, slot_high = sweep_diagram(node_edges, slots, child, broken, price)
    low, high = by_value(first_group, set_of, first_member, members, chosen, broken, slot_low, slot_high)
    return possible, least, most, low, high


@jit
def answer_circuit(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, first_group: Ints,
    set_of: Ints, first_member: Ints, members: Ints, chosen: Ints, price: Amounts,
) -> tuple[bool, int, int, Amounts, Amounts]:  # fmt: skip
    """`answer_diagram` for any circuit."""
    broken = find_broken(first_group, set_of, first_member, members, chosen, len(price))
    possible, least, most, slot_low, slot_high = sweep_circuit(
        node_edges, edge_slots, slots, edge_children, children, broken, price
    )
    low, high = by_value(first_group, set_of, first_member, members, chosen, broken, slot_low, slot_high)
    return possible, least, most, low, high
