"""Exact counts of any size: sums of 64-bit limbs on diagrams, residues modulo primes on other circuits."""

from __future__ import annotations

from functools import cache, lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Ints
from usine.kernel.compiled import CompiledRange
from usine.kernel.jit import jit
from usine.kernel.model import Choices
from usine.kernel.passes import find_broken

Limbs = NDArray[np.uint64]
Residues = NDArray[np.int64]


def count_all(compiled: CompiledRange) -> int:
    """How many configurations there are; counted once for a compiled range and kept with it."""
    kept: int | None = compiled.__dict__.get("_configurations")
    if kept is None:
        nothing = np.zeros(compiled.circuit.slot_count, np.int32)
        kept = compiled.__dict__["_configurations"] = _count(compiled, nothing, count_combinations(compiled))
    return kept


def count_combinations(compiled: CompiledRange) -> int:
    """How many configurations there would be without any rule: what a count cannot exceed."""
    return prod(np.diff(compiled.circuit.slot_start).tolist())


def count_chosen(compiled: CompiledRange, chosen: Ints) -> int:
    """How many configurations keep the choices (an index for each variable, -1 for none)."""
    bound = count_all(compiled)
    if not bound or (chosen < 0).all():
        return bound
    broken = find_broken(*compiled.layout.arrays, chosen, compiled.circuit.slot_count)
    return _count(compiled, broken, bound)


def count_modulo(compiled: CompiledRange, prime: int) -> int:
    """How many configurations there are, modulo a prime below 2**31; one pass over any circuit."""
    if compiled.is_empty:
        return 0
    nothing = np.zeros(compiled.circuit.slot_count, np.int32)
    return int(_multiply_up(*compiled.circuit.arrays, nothing, np.array([prime], np.int64))[0])


def count_values(compiled: CompiledRange, choices: Choices) -> dict[str, dict[str, int]]:
    """For each variable, how many configurations keep the choices and have each value; exact, 0 for an invalid value.

    For a variable already chosen, the other values are counted with that one choice let go. Two passes a prime of 31
    bits. Raises UnknownVariable or UnknownValue.
    """
    chosen = compiled.number(choices)
    circuit, layout = compiled.circuit, compiled.layout
    if circuit.is_empty:
        return {name: dict.fromkeys(values, 0) for name, values in compiled.domains.items()}
    broken = find_broken(*layout.arrays, chosen, circuit.slot_count)
    primes = _primes(count_all(compiled).bit_length())
    by_slot = _count_slots(*circuit.arrays, broken, np.array(primes, np.int64))
    exact = [_recombine(residues, primes) for residues in by_slot.T.tolist()]

    @cache
    def total(own: int, breaks: int) -> int:
        return sum(exact[slot] for slot in layout.slots(own).tolist() if broken[slot] == breaks)

    counts: dict[str, dict[str, int]] = {}
    for place, (name, values) in enumerate(compiled.domains.items()):
        sets = layout.set_of[layout.first_group[place] : layout.first_group[place + 1]].tolist()
        breaks = [int(chosen[place] not in (-1, index)) for index in range(len(values))]
        counts[name] = dict(zip(values, map(total, sets, breaks), strict=True))
    return counts


def _count(compiled: CompiledRange, broken: Ints, bound: int) -> int:
    """The count, known not to exceed `bound`."""
    circuit = compiled.circuit
    if circuit.is_empty:
        return 0
    if circuit.is_diagram:
        limbs = bound.bit_length() // 64 + 1
        total = _add_up(circuit.node_edges, circuit.slots, circuit.child, broken, limbs)
        return sum(int(limb) << (64 * i) for i, limb in enumerate(total))
    primes = _primes(bound.bit_length())
    residues = _multiply_up(*circuit.arrays, broken, np.array(primes, np.int64))
    return _recombine(residues.tolist(), primes)


@jit
def _add_up(node_edges: Ints, slots: Ints, child: Ints, broken: Ints, limbs: int) -> Limbs:
    """The count of the root, lowest limb first."""
    nodes = len(node_edges) - 1
    up = np.zeros((nodes + 1, limbs), np.uint64)
    up[nodes, 0] = 1
    for n in range(nodes - 1, -1, -1):
        for e in range(node_edges[n], node_edges[n + 1]):
            if broken[slots[e]] == 0:
                c = child[e]
                carry = np.uint64(0)
                for i in range(limbs):
                    part = up[c, i] + carry
                    carry = np.uint64(1) if part < carry else np.uint64(0)
                    total = up[n, i] + part
                    if total < part:
                        carry = np.uint64(1)
                    up[n, i] = total
    root: Limbs = up[0]
    return root


@jit
def _multiply_up(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, broken: Ints,
    primes: Residues,
) -> Residues:  # fmt: skip
    """The count of the root modulo each prime (all below 2**31)."""
    nodes = len(node_edges) - 1
    found = np.empty(len(primes), np.int64)
    up = np.empty(nodes, np.int64)
    for p in range(len(primes)):
        prime = primes[p]
        for n in range(nodes - 1, -1, -1):
            total = np.int64(0)
            for e in range(node_edges[n], node_edges[n + 1]):
                product = np.int64(1)
                for i in range(edge_slots[e], edge_slots[e + 1]):
                    if broken[slots[i]] != 0:
                        product = np.int64(0)
                        break
                if product:
                    for i in range(edge_children[e], edge_children[e + 1]):
                        product = product * up[children[i]] % prime
                    total += product
            up[n] = total % prime
        found[p] = up[0]
    return found


@jit
def _count_slots(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, broken: Ints,
    primes: Residues,
) -> Residues:  # fmt: skip
    """For each prime and slot, the configurations with the slot that break nothing else, modulo the prime."""
    nodes = len(node_edges) - 1
    found = np.zeros((len(primes), len(broken)), np.int64)
    up, down = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    for p in range(len(primes)):
        prime = primes[p]
        for n in range(nodes - 1, -1, -1):
            up[n] = 0
            for e in range(node_edges[n], node_edges[n + 1]):
                product = np.int64(1)
                for i in range(edge_slots[e], edge_slots[e + 1]):
                    if broken[slots[i]] != 0:
                        product = np.int64(0)
                for i in range(edge_children[e], edge_children[e + 1]):
                    product = product * up[children[i]] % prime
                up[n] = (up[n] + product) % prime
        down[:] = 0
        down[0] = 1
        for n in range(nodes):
            for e in range(node_edges[n], node_edges[n + 1]):
                breaks, below = 0, down[n]
                for i in range(edge_slots[e], edge_slots[e + 1]):
                    breaks += broken[slots[i]]
                if breaks > 1:
                    continue
                for i in range(edge_children[e], edge_children[e + 1]):
                    below = below * up[children[i]] % prime
                for i in range(edge_slots[e], edge_slots[e + 1]):
                    if broken[slots[i]] == breaks:
                        found[p, slots[i]] = (found[p, slots[i]] + below) % prime
                if breaks == 0:
                    for i in range(edge_children[e], edge_children[e + 1]):
                        others = down[n]  # few children an edge: the others' product is made anew for each
                        for k in range(edge_children[e], edge_children[e + 1]):
                            if k != i:
                                others = others * up[children[k]] % prime
                        down[children[i]] = (down[children[i]] + others) % prime
    return found


@lru_cache(maxsize=256)
def _primes(bits: int) -> tuple[int, ...]:
    """Enough primes just below 2**31 for their product to exceed 2**bits."""
    found: list[int] = []
    candidate = 2**31 - 1
    while len(found) * 30 <= bits:
        if _is_prime(candidate):
            found.append(candidate)
        candidate -= 2
    return tuple(found)


def _is_prime(n: int) -> bool:
    """Miller and Rabin with bases that decide every number below 3,215,031,751."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _recombine(residues: list[int], primes: tuple[int, ...]) -> int:
    """The number below the product of the primes that has these residues (Chinese remainder theorem)."""
    value, modulus = 0, 1
    for residue, prime in zip(residues, primes, strict=True):
        value += modulus * ((residue - value) * pow(modulus, -1, prime) % prime)
        modulus *= prime
    return value
