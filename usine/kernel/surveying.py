"""What a range says and nobody wrote: values of none or all configurations, values that always or never go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from usine.kernel.budget import Report
from usine.kernel.solved import SolvedRange, search_literals

Item = tuple[str, str]
"""A variable and one of its values."""

NOTHING = ()


@dataclass(frozen=True)
class Survey:
    """What holds of all configurations of a range. Exact. A range without configurations has all values in `never`.

    `together` are groups of values of several variables: each configuration has all of a group or none. `apart` are
    pairs of values of two variables that no configuration has both. Of a variable with two values only the last one
    stands there; of a group the first one, for all.
    """

    never: tuple[Item, ...]
    always: tuple[Item, ...]
    together: tuple[tuple[Item, ...], ...]
    apart: tuple[tuple[Item, Item], ...] = ()


def survey(solved: SolvedRange, *, apart: bool = False, progress: Report | None = None) -> Survey:
    """The survey of a range; with the pairs of `apart` only where they are asked for: they need a question a value."""
    items = [(v.name, value) for v in solved.variables for value in v.values]
    if solved.is_empty:
        return Survey(tuple(items), NOTHING, NOTHING)
    literals = solved.literals.tolist()
    groups: dict[int, list[Item]] = {}
    for item, literal in zip(items, literals, strict=True):
        groups.setdefault(literal, []).append(item)
    true = solved.count
    always, never = groups.pop(true, []), groups.pop(-true, [])
    shown = {literal: groups[literal] for literal in _to_show(solved, groups)}
    return Survey(
        never=tuple(never),
        always=tuple(always),
        together=tuple(tuple(group) for group in shown.values() if len(group) > 1),
        apart=tuple(_find_apart(solved, shown, progress)) if apart else NOTHING,
    )


def _to_show(solved: SolvedRange, groups: dict[int, list[Item]]) -> list[int]:
    """One literal of each two that are opposite: that of a last value; both where some variable has more values."""
    kept = []
    for literal, group in groups.items():
        domains = [solved.domains[name] for name, _ in group]
        mirrored = all(len(domain) == 2 for domain in domains) and len(groups.get(-literal, ())) == len(group)
        if not mirrored or group[0][1] == domains[0][-1]:
            kept.append(literal)
    return kept


def _find_apart(
    solved: SolvedRange, shown: dict[int, list[Item]], progress: Report | None
) -> Iterator[tuple[Item, Item]]:
    wanted = search_literals(list(shown))
    first = [group[0] for group in shown.values()]
    for place, literal in enumerate(wanted):
        if progress and place % 16 == 0:
            progress(f"what never goes together: {place} of {len(wanted)} values")
        with solved.asking() as witnesses:
            found = witnesses.find(np.array([literal], np.int32), wanted[place + 1 :])
        assert found is not None, "a value that is not in `never` is in some configuration"
        for other in np.flatnonzero(~found).tolist():
            pair = first[place], first[place + 1 + other]
            if wanted[place] ^ 1 != wanted[place + 1 + other] and pair[0][0] != pair[1][0]:
                yield pair
