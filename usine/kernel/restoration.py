"""Conflicts and restorations: what stands in the way of a wanted value, and the nearest way out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count as numbers

import numpy as np

from usine.kernel.compiled import PricedRange
from usine.kernel.engines import AnyPriced, AnyRange, bare, is_possible
from usine.kernel.errors import Impossible
from usine.kernel.model import Choices
from usine.kernel.passes import INFINITY
from usine.kernel.queries import Completion, find_allowed, trace
from usine.kernel.solved_prices import PricedSolved
from usine.kernel.solved_queries import find_nearest

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restoration:
    """The nearest way out: the choices kept (with the wanted one), those given up, and the cheapest configuration."""

    choices: Mapping[str, str]
    given_up: tuple[str, ...]
    completion: Completion


def conflict(anything: AnyRange | AnyPriced, choices: Choices, wanted: tuple[str, str]) -> tuple[str, ...]:
    """A minimal set of own choices (variable names) that, together, exclude the wanted value.

    Empty when the value is possible. A choice of the wanted variable itself does not count. Earlier choices are
    rather left out than later ones. QuickXplain (Junker, AAAI 2004). Raises Impossible when nothing can be done:
    the range itself excludes the value.
    """
    range_ = bare(anything)
    name, value = wanted
    range_.check({**choices, name: value})
    others = {key: chosen for key, chosen in choices.items() if key != name}

    def consistent(kept: Names) -> bool:
        return is_possible(range_, {**{k: others[k] for k in kept}, name: value})

    if not consistent(()):
        raise Impossible(f"The value {value} of {name} is in no configuration of this range.")
    if consistent(tuple(others)):
        return ()
    found = set(_quick_xplain(tuple(others), consistent))
    return tuple(key for key in others if key in found)


def find_contradiction(anything: AnyRange | AnyPriced, choices: Choices) -> Names:
    """A minimal set of choices (variable names) that no configuration has together; empty when all go together.

    Raises Impossible when the range has no configuration at all.
    """
    if is_possible(anything, choices):
        return ()
    if not is_possible(anything, {}):
        raise Impossible("This range has no configuration at all: its rules contradict each other.")
    found = set(
        _quick_xplain(tuple(choices), lambda kept: is_possible(anything, {k: choices[k] for k in kept}))
    )
    return tuple(name for name in choices if name in found)


def _quick_xplain(candidates: Names, consistent: Callable[[Names], bool]) -> Names:
    """A minimal inconsistent subset of `candidates`; the empty set is consistent."""

    def explain(base: Names, has_new: bool, parts: Names) -> Names:
        if has_new and not consistent(base):
            return ()
        if len(parts) == 1:
            return parts
        half = len(parts) // 2
        first, second = parts[:half], parts[half:]
        from_second = explain((*base, *first), True, second)
        from_first = explain((*base, *from_second), bool(from_second), first)
        return (*from_first, *from_second)

    return explain((), False, candidates)


def restore(
    priced: AnyPriced,
    choices: Choices,
    wanted: tuple[str, str] | None = None,
    *,
    locked: Collection[str] = (),
) -> Restoration:
    """Give up the fewest choices so that the wanted value is possible; among those, the cheapest configuration.

    Without a wanted value: repair choices that contradict each other. `locked` variables keep their choice. One
    least-cost pass where letting a choice go costs more than any price: optimal, not a heuristic. Raises Impossible.
    """
    asked, hard = _split(priced, choices, wanted, locked)
    found = _solve(priced, asked, hard)
    if found is None:
        raise Impossible("No configuration of this range has what is wanted.")
    return found


def iterate_restorations(
    priced: AnyPriced,
    choices: Choices,
    wanted: tuple[str, str] | None = None,
    *,
    locked: Collection[str] = (),
) -> Iterator[Restoration]:
    """Every way out, fewest choices given up first, then cheapest: `restore` is the first.

    A way out that gives up more than another one does is left out. Nothing comes where nothing can be done. Each step
    keeps one more of the choices that a way out gave up (the tree of Reiter, "A theory of diagnosis from first
    principles", AIJ 1987, best first), one pass each.
    """
    asked, hard = _split(priced, choices, wanted, locked)
    serial = numbers()
    heap: list[tuple[int, int, int, frozenset[str], Restoration]] = []
    seen: set[frozenset[str]] = set()
    found: list[frozenset[str]] = []

    def push(kept: frozenset[str]) -> None:
        if kept in seen:
            return
        seen.add(kept)
        made = _solve(priced, asked, hard | kept)
        if made is not None:
            heapq.heappush(heap, (len(made.given_up), made.completion.price, next(serial), kept, made))

    push(frozenset())
    while heap:
        _, _, _, kept, way_out = heapq.heappop(heap)
        given_up = frozenset(way_out.given_up)
        if not any(earlier <= given_up for earlier in found):
            found.append(given_up)
            yield way_out
        for name in way_out.given_up:
            push(kept | {name})


def _split(
    priced: AnyPriced, choices: Choices, wanted: tuple[str, str] | None, locked: Collection[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """The choices with the wanted one, and which of them must hold."""
    asked = {**choices, **({wanted[0]: wanted[1]} if wanted else {})}
    bare(priced).check(asked)
    hard = (*locked, *(wanted[:1] if wanted else ()))
    return asked, frozenset(name for name in hard if name in asked)


def _solve(priced: AnyPriced, asked: Choices, hard: frozenset[str]) -> Restoration | None:
    if isinstance(priced, PricedSolved):
        found = find_nearest(priced, asked, hard)
    else:
        found = _find_nearest(priced, asked, hard)
    if found is None:
        return None
    given_up = tuple(name for name, value in asked.items() if found.values[name] != value)
    kept = {name: value for name, value in asked.items() if name not in given_up}
    return Restoration(kept, given_up, found)


def _find_nearest(priced: PricedRange, asked: Choices, hard: frozenset[str]) -> Completion | None:
    """The configuration that leaves the fewest of the choices, the `hard` ones never; among those, the cheapest."""
    compiled = priced.compiled
    slot_cost = priced.slot_price.copy()
    for name, value in asked.items():
        if name not in hard:
            slot_cost += np.where(compiled.allowed_slots({name: (value,)}), 0, priced.spread)
    slot_cost[~find_allowed(compiled, {name: asked[name] for name in hard})] = INFINITY
    found = trace(compiled, slot_cost)
    if found is None:
        return None
    values, cost = found
    given_up = sum(values[name] != value for name, value in asked.items())
    return Completion(values, cost - priced.spread * given_up)
