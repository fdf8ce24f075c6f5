"""Which decisions need slots of their own, which follow from another, and which slots a literal fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Outputs:
    """`kept`: places of the decisions with slots; `slot_start` as in a circuit; `fixed`: slots in every configuration.

    `slots_of[literal]`: the slots that a kept variable's literal fixes. A *unit* is what is open together: a decision,
    or several between the same two literals. `unit_of[k]`: the unit of the decision kept as number k; `choices[unit]`:
    the slots of each of its values that is not ruled out.
    """

    kept: tuple[int, ...]
    determined: Mapping[int, tuple[int, tuple[int, ...]]]
    slot_start: list[int]
    fixed: list[int]
    slots_of: Mapping[int, list[int]]
    unit_of: list[int]
    choices: list[list[list[int]]]


def outputs(decisions: tuple[tuple[int, ...], ...], hidden: int, same: list[int]) -> Outputs:
    """Read the decisions over the kept variables; `same` as in Prepared, `hidden` as in Clauses."""
    true = len(same)
    rows = [[same[x] if x > 0 else -same[-x] for x in decision] for decision in decisions]
    determined = _determined(rows[: len(rows) - hidden], true)
    kept = tuple(place for place in range(len(rows)) if place not in determined)
    slot_start, fixed = [0], []
    slots_of: dict[int, list[int]] = {}
    for place in kept:
        first = slot_start[-1]
        slot_start.append(first + len(rows[place]))
        for at, literal in enumerate(rows[place]):
            if literal == true:
                fixed.append(first + at)
            elif literal != -true:
                slots_of.setdefault(literal, []).append(first + at)
    unit_of, choices = _units(
        [[x for x in rows[place] if x != -true] for place in kept], slot_start, slots_of
    )
    return Outputs(kept, determined, slot_start, fixed, slots_of, unit_of, choices)


def _units(
    rows: list[list[int]], slot_start: list[int], slots_of: Mapping[int, list[int]]
) -> tuple[list[int], list[list[list[int]]]]:
    """The unit of each row of literals not ruled out, and the choices of each unit."""
    known: dict[int, int] = {}  # by the variable of two opposite literals
    unit_of: list[int] = []
    choices: list[list[list[int]]] = []
    for row in rows:
        if len(row) == 2 and abs(row[0]) in known:
            unit_of.append(known[abs(row[0])])
            continue
        unit_of.append(len(choices))
        if len(row) == 2:
            known[abs(row[0])] = len(choices)
            choices.append([slots_of[literal] for literal in row])
        else:  # tied together by clauses while it is open: never a choice of its own
            choices.append([])
    return unit_of, choices


def _determined(rows: list[list[int]], true: int) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Decisions that another one decides: (that decision, this one's value for each of its values)."""
    open_ = [tuple(sorted(x for x in row if x != -true)) for row in rows]
    whole: dict[tuple[int, ...], int] = {}
    home: dict[int, int] = {}
    found = {}
    for place in sorted(range(len(rows)), key=lambda place: -len(open_[place])):
        literals = open_[place]
        if len(literals) < 2:
            continue
        owner = whole.get(literals)
        if owner is None and len(literals) == 2:
            owner = home.get(abs(literals[0]))
        if owner is not None:
            found[place] = (owner, _values(rows[place], rows[owner], true))
            continue
        whole[literals] = place
        for literal in literals:
            home.setdefault(abs(literal), place)
    return found


def _values(row: list[int], owner: list[int], true: int) -> tuple[int, ...]:
    """This row's value for each value of its owner; any for the owner's impossible ones."""
    values = []
    for chosen in owner:
        holds = {chosen} | {-other for other in owner if other != chosen}
        values.append(next((at for at, x in enumerate(row) if x in holds and x != -true), 0))
    return tuple(values)
