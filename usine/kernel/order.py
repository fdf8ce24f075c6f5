"""Orders of variables: the size of a diagram is decided here.

FORCE (Aloul, Markov, Sakallah, "FORCE: a fast and easy-to-implement variable-ordering heuristic", GLSVLSI 2003) and
maximum-cardinality search (Tarjan, Yannakakis, 1984), each also reversed. Deterministic: ties go to the lower index.
"""

from __future__ import annotations

from collections.abc import Sequence

Scopes = Sequence[tuple[int, ...]]


def candidate_orders(count: int, scopes: Scopes, first: Sequence[int] = ()) -> list[tuple[int, ...]]:
    """Orders worth trying, best guess first, without repetition. `first` variables stay on top."""
    pinned = set(first)
    rest = [tuple(v for v in scope if v not in pinned) for scope in scopes]
    free = [v for v in range(count) if v not in pinned]
    components = _components(free, rest)
    orders = []
    for method in (_force, _maximum_cardinality):
        parts = [method(part, [s for s in rest if s and s[0] in set(part)]) for part in components]
        orders.append(tuple(first) + tuple(v for part in parts for v in part))
        orders.append(tuple(first) + tuple(v for part in parts for v in reversed(part)))
    return list(dict.fromkeys(orders))


def _components(variables: Sequence[int], scopes: Scopes) -> list[list[int]]:
    leader = {v: v for v in variables}

    def find(v: int) -> int:
        while leader[v] != v:
            leader[v] = leader[leader[v]]
            v = leader[v]
        return v

    for scope in scopes:
        for v in scope[1:]:
            a, b = find(scope[0]), find(v)
            leader[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for v in variables:
        groups.setdefault(find(v), []).append(v)
    return list(groups.values())


def _force(variables: Sequence[int], scopes: Scopes) -> list[int]:
    order = _maximum_cardinality(variables, scopes)
    best, best_span = order, _span(order, scopes)
    touching: dict[int, list[int]] = {v: [] for v in variables}
    for index, scope in enumerate(scopes):
        for v in scope:
            touching[v].append(index)
    for _ in range(60):
        place = {v: i for i, v in enumerate(order)}
        centre = [sum(place[v] for v in scope) / len(scope) for scope in scopes]
        pull = {
            v: (sum(centre[i] for i in touching[v]) / len(touching[v]) if touching[v] else float(place[v]))
            for v in variables
        }
        order = sorted(order, key=lambda v: (pull[v], place[v]))
        span = _span(order, scopes)
        if span < best_span:
            best, best_span = order, span
        elif [place[v] for v in order] == list(range(len(order))):
            break
    return list(best)


def _span(order: Sequence[int], scopes: Scopes) -> int:
    place = {v: i for i, v in enumerate(order)}
    return sum(max(place[v] for v in scope) - min(place[v] for v in scope) for scope in scopes)


def _maximum_cardinality(variables: Sequence[int], scopes: Scopes) -> list[int]:
    """Next comes the variable with the most constraints to those already placed."""
    neighbours: dict[int, dict[int, int]] = {v: {} for v in variables}
    for scope in scopes:
        for v in scope:
            for w in scope:
                if v != w:
                    neighbours[v][w] = neighbours[v].get(w, 0) + 1
    weight = dict.fromkeys(variables, 0)
    order: list[int] = []
    left = set(variables)
    while left:
        chosen = max(left, key=lambda v: (weight[v], len(neighbours[v]), -v))
        left.discard(chosen)
        order.append(chosen)
        for w, shared in neighbours[chosen].items():
            weight[w] += shared
    return order
