"""Trim a compiled range: the same configurations without a word of what none of them has.

For handing a market's part of a range on: a restriction keeps the slots, values and rows of the whole range; here they
are left out, and variables that are fixed and not asked for lose their names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from usine.kernel.circuit import Circuit, Ints
from usine.kernel.compiled import CompiledRange, Flags, Terms
from usine.kernel.encode import hidden_name
from usine.kernel.model import Variable


def trim(compiled: CompiledRange, names: Collection[str]) -> CompiledRange:
    """The configurations of a range, with the values, price rows and slots that occur, in their order.

    A variable that is not among `names` and has one value left is not named any more, in price terms neither (save in
    one that depends on no other). Every answer about what is named is as before, ties included; prices have the rows of
    the trimmed terms. An empty range is returned as it is.
    """
    if compiled.is_empty:
        return compiled
    circuit = compiled.circuit
    used = np.zeros(circuit.slot_count, np.bool_)
    used[circuit.slots] = True
    for name, (scope, _rows) in compiled.terms.items():
        if len(scope) > 1:
            used[compiled.slots_of(hidden_name(name)).stop - 1] = True  # "no row" always has a slot
    variables = tuple(Variable(v.name, _find_values(compiled, v.name, used)) for v in compiled.variables)
    wanted = {*names, *(v.name for v in variables if len(v.values) > 1)}
    terms = _trim_terms(compiled, {v.name: v.values for v in variables}, used, wanted)
    wanted.update(name for scope, _ in terms.values() for name in scope)
    kept = tuple(v for v in variables if v.name in wanted)
    determined = {v.name: _trim_image(compiled, v, used) for v in kept if v.name in compiled.determined}
    named = {v.name for v in kept} | {key for key, _ in determined.values()} | {hidden_name(t) for t in terms}
    key = hashlib.sha256(f"{compiled.key} trimmed to {sorted(v.name for v in kept)}".encode()).hexdigest()
    return replace(
        compiled,
        key=key,
        variables=kept,
        decisions=tuple(
            name if name in named else hidden_name(f" {i}") for i, name in enumerate(compiled.decisions)
        ),
        circuit=_renumber(circuit, used),
        determined=determined,
        terms=terms,
    )


def _find_values(compiled: CompiledRange, name: str, used: Flags) -> tuple[str, ...]:
    """The values of a variable that occur."""
    slots = np.flatnonzero(used[_span(compiled, name)]).tolist()
    if name in compiled.determined:
        image = compiled.determined[name][1]
        slots = sorted({image[slot] for slot in slots})
    return tuple(compiled.domains[name][slot] for slot in slots)


def _trim_image(compiled: CompiledRange, variable: Variable, used: Flags) -> tuple[str, tuple[int, ...]]:
    key, image = compiled.determined[variable.name]
    place = {value: i for i, value in enumerate(variable.values)}
    domain = compiled.domains[variable.name]
    slots = np.flatnonzero(used[_span(compiled, variable.name)]).tolist()
    return key, tuple(place[domain[image[slot]]] for slot in slots)


def _trim_terms(
    compiled: CompiledRange, domains: dict[str, tuple[str, ...]], used: Flags, wanted: Collection[str]
) -> Terms:
    """The rows that occur; of a term over several variables, those whose slot of its hidden variable does."""
    found: Terms = {}
    for name, (scope, rows) in compiled.terms.items():
        if len(scope) > 1:
            flags = used[_span(compiled, hidden_name(name))].tolist()
            occurring = [row for row, occurs in zip(rows, flags, strict=False) if occurs]
        else:
            occurring = [row for row in rows if row[0] in domains[scope[0]]]
        places = [i for i, other in enumerate(scope) if other in wanted] or [0]
        if occurring:
            found[name] = (
                tuple(scope[i] for i in places),
                tuple(tuple(row[i] for i in places) for row in occurring),
            )
    return found


def _span(compiled: CompiledRange, name: str) -> slice:
    slots = compiled.slots_of(name)
    return slice(slots.start, slots.stop)


def _renumber(circuit: Circuit, used: Flags) -> Circuit:
    before = np.concatenate(([0], np.cumsum(used))).astype(np.int32)
    slots: Ints = before[circuit.slots]
    return replace(circuit, slot_start=before[circuit.slot_start], slots=slots)
