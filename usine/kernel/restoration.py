"""Conflicts and restorations: what stands in the way of a wanted value, and the nearest way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from usine.kernel.compiled import CompiledRange, PricedRange
from usine.kernel.errors import Impossible
from usine.kernel.model import Choices
from usine.kernel.passes import INFINITY
from usine.kernel.queries import Completion, is_possible, trace

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restoration:
    """The nearest way out: the choices kept (with the wanted one), those given up, and the cheapest configuration."""

    choices: Mapping[str, str]
    given_up: tuple[str, ...]
    completion: Completion


def conflict(
    compiled: CompiledRange | PricedRange, choices: Choices, wanted: tuple[str, str]
) -> tuple[str, ...]:
    """A minimal set of own choices (variable names) that, together, exclude the wanted value.

    Empty when the value is possible. A choice of the wanted variable itself does not count. Earlier choices are
    rather left out than later ones. QuickXplain (Junker, AAAI 2004). Raises Impossible when nothing can be done:
    the range itself excludes the value.
    """
    compiled = compiled.compiled if isinstance(compiled, PricedRange) else compiled
    name, value = wanted
    compiled.check({**choices, name: value})
    others = {key: chosen for key, chosen in choices.items() if key != name}

    def consistent(kept: Names) -> bool:
        return is_possible(compiled, {**{k: others[k] for k in kept}, name: value})

    if not consistent(()):
        raise Impossible(f"The value {value} of {name} is in no configuration of this range.")
    if consistent(tuple(others)):
        return ()
    found = set(_quick_xplain(tuple(others), consistent))
    return tuple(key for key in others if key in found)


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
    priced: PricedRange,
    choices: Choices,
    wanted: tuple[str, str] | None = None,
    *,
    locked: Collection[str] = (),
) -> Restoration:
    """Give up the fewest choices so that the wanted value is possible; among those, the cheapest configuration.

    Without a wanted value: repair choices that contradict each other. `locked` variables keep their choice. One
    least-cost pass where letting a choice go costs more than any price: optimal, not a heuristic. Raises Impossible.
    """
    compiled = priced.compiled
    asked = {**choices, **({wanted[0]: wanted[1]} if wanted else {})}
    compiled.check(asked)
    hard = {name: asked[name] for name in (*locked, *(wanted[:1] if wanted else ())) if name in asked}
    soft = {name: value for name, value in choices.items() if name not in hard}
    slot_cost = priced.slot_price.copy()
    for name, value in soft.items():
        slot_cost += np.where(compiled.allowed_slots({name: (value,)}), 0, priced.spread)
    slot_cost[~compiled.allowed_slots({name: (value,) for name, value in hard.items()})] = INFINITY
    found = trace(compiled, slot_cost)
    if found is None:
        raise Impossible("No configuration of this range has what is wanted.")
    values, cost = found
    given_up = tuple(name for name, value in soft.items() if values[name] != value)
    kept_choices = {name: value for name, value in asked.items() if name not in given_up}
    return Restoration(kept_choices, given_up, Completion(values, cost - priced.spread * len(given_up)))
