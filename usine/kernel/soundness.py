"""What a compiled range from a file must fulfil before compiled loops, which check no bounds, go over it.

The numbers of a file may fit its checksum and still be no range: written by another program, or altered and signed
again. The laws of circuits are checked by sums: every decision has a number of 64 bits that this process drew, every
node the sum of what it decides, and how many that are. Where all edges of all nodes agree and the root has the sum and
the number of all decisions, each is decided once, whatever way is gone (fingerprints of multisets; Clarke, Devadas, van
Dijk, Gassend, Suh, "Incremental multiset hash functions", ASIACRYPT 2003). One visit an edge. The numbers of slots are
exact, so that no loop leaves its arrays; the sums miss a wrong set of decisions once in 2**64, which nobody can aim at.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit, Ints
from usine.kernel.compiled import CompiledRange
from usine.kernel.counting import count_modulo
from usine.kernel.encode import hidden_name
from usine.kernel.errors import ArtefactCorrupted
from usine.kernel.jit import jit

Words = NDArray[np.uint64]


def check_range(compiled: CompiledRange, configurations: int) -> None:
    """Raise ArtefactCorrupted where a compiled range contradicts itself, or has not so many configurations.

    Not checked is that two edges of a node lead to different configurations where that shows only further down.
    """
    compiled.circuit.check()
    _check_names(compiled)
    _check_terms(compiled)
    _check_laws(compiled.circuit)
    prime = 2**31 - 1
    if count_modulo(compiled, prime) != configurations % prime:
        raise altered("configurations")


def altered(what: str) -> ArtefactCorrupted:
    """The refusal of a compiled range whose numbers contradict each other."""
    return ArtefactCorrupted(f"This compiled range is altered ({what}): compile the range again.")


def _check_names(compiled: CompiledRange) -> None:
    """Each variable is a decision with its values as slots, or determined by one with a value a slot."""
    widths = np.diff(compiled.circuit.slot_start).tolist()
    if len(compiled.decision_of) != len(widths) or len(compiled.decisions) != len(widths):
        raise altered("decisions")
    if len(compiled.domains) != len(compiled.variables) or 0 in widths:
        raise altered("variables")
    known = {compiled.determined.get(v.name, (v.name,))[0] for v in compiled.variables}
    known |= {hidden_name(name) for name in compiled.terms}
    nameless = sum(w for name, w in zip(compiled.decisions, widths, strict=True) if name not in known)
    if nameless > len(compiled.circuit.slots):  # of what has no name, every value occurs
        raise altered("decisions")
    for variable in compiled.variables:
        size = len(variable.values)
        if len(set(variable.values)) != size:
            raise altered("values")
        key, image = compiled.determined.get(variable.name, (variable.name, tuple(range(size))))
        if key not in compiled.decision_of or len(image) != widths[compiled.decision_of[key]]:
            raise altered("variables")
        if not 0 <= min(image, default=0) <= max(image, default=0) < size:
            raise altered("determined")


def _check_terms(compiled: CompiledRange) -> None:
    """The rows of each price term are values of its scope; over several variables each row has a slot, and no row."""
    for name, (scope, rows) in compiled.terms.items():
        if not scope or any(variable not in compiled.domains for variable in scope):
            raise altered("terms")
        known = [compiled.value_index[variable] for variable in scope]
        if any(
            len(row) != len(scope) or any(v not in k for v, k in zip(row, known, strict=True)) for row in rows
        ):
            raise altered("terms")
        hidden = hidden_name(name)
        if len(scope) > 1 and (
            hidden not in compiled.decision_of or len(compiled.slots_of(hidden)) != len(rows) + 1
        ):
            raise altered("terms")


def _check_laws(circuit: Circuit) -> None:
    """Decomposable and smooth; and, in a diagram, deterministic."""
    if circuit.is_empty:
        return
    widths = np.diff(circuit.slot_start)
    words = np.frombuffer(os.urandom(8 * len(widths)), np.uint64)
    if not _is_smooth(*circuit.arrays, np.repeat(words, widths), words.sum(), len(words)):
        raise altered("laws")
    if circuit.is_diagram:
        rises = np.diff(circuit.slots) > 0
        rises[circuit.node_edges[1:-1] - 1] = True  # the next slot is another node's
        if not rises.all():
            raise altered("laws")


@jit
def _is_smooth(
    node_edges: Ints,
    edge_slots: Ints,
    slots: Ints,
    edge_children: Ints,
    children: Ints,
    word: Words,
    whole: int,
    decisions: int,
) -> bool:
    """Whether all edges of each node decide the same, and the root everything once; `word` by slot."""
    nodes = len(node_edges) - 1
    decided = np.zeros(nodes, np.uint64)
    many = np.zeros(nodes, np.int64)
    for n in range(nodes - 1, -1, -1):
        if node_edges[n] == node_edges[n + 1]:
            return False
        for e in range(node_edges[n], node_edges[n + 1]):
            total, number = np.uint64(0), edge_slots[e + 1] - edge_slots[e]
            for i in range(edge_slots[e], edge_slots[e + 1]):
                total += word[slots[i]]
            for i in range(edge_children[e], edge_children[e + 1]):
                total += decided[children[i]]
                number += many[children[i]]
                if number > decisions:
                    return False
            if number > decisions:
                return False
            if e == node_edges[n]:
                decided[n], many[n] = total, number
            elif decided[n] != total or many[n] != number:
                return False
    return bool(decided[0] == whole and many[0] == decisions)
