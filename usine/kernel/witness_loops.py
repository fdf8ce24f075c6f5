"""Loops of the search for witnesses, compiled: what can be assumed together, and whether a model can be mended.

Literals are those of the decomposition's search: `2 * variable` (true) or `2 * variable + 1` (false). A pool keeps
models as bits: one row a variable, one bit a model.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.clauses import assign, back_to, open_level, propagate
from usine.kernel.decomposition.state import CLAUSES, I8, I32, I64, LEVELS, TRAIL, State, inner
from usine.kernel.jit import jit

U64 = NDArray[np.uint64]
OPEN, POSSIBLE, IMPOSSIBLE = 0, 1, -1


class Pool(NamedTuple):
    """Models met: `bits[variable]` has a bit for each, `filled` says which bits are models, `met[0]` how many were."""

    bits: U64
    filled: U64
    met: I64


class Occurrences(NamedTuple):
    """The clauses of each literal: `clause[start[literal] : start[literal + 1]]`."""

    start: I32
    clause: I32


@inner
def hold(s: State, literal: int) -> bool:
    """Make a literal true on the level at hand; False where it is false."""
    if s.value[literal] == 0:
        assign(s, literal, -1)
    holds: bool = s.value[literal] > 0
    return holds


@jit
def settle(s: State) -> bool:
    """Draw the consequences of the clauses of one literal; False where they contradict."""
    for clause in range(s.registers[CLAUSES]):
        first = s.clauses[clause, 0]
        if s.clauses[clause, 1] - first == 1 and not hold(s, s.literals[first]):
            return False
    conflict: bool = propagate(s) < 0
    return conflict


@inner
def assume(s: State, literals: I32, first: int, last: int) -> bool:
    """Make literals true on a new level and draw the consequences; False where they contradict."""
    r = s.registers
    s.level_start[r[LEVELS]] = r[TRAIL]
    r[LEVELS] += 1
    for index in range(first, last):
        if not hold(s, literals[index]):
            return False
    agrees: bool = propagate(s) < 0
    return agrees


@inner
def pack(s: State, given: I32, wanted: I32, found: I8, limit: int) -> int:
    """Assume the given literals and then, one after the other, wanted ones still OPEN, as far as propagation allows.

    What propagation refutes under the given literals alone becomes IMPOSSIBLE. Returns how many wanted literals were
    assumed, `limit` at most. The given ones have a model.
    """
    r = s.registers
    back_to(s, 0)
    assume(s, given, 0, len(given))
    taken = 0
    for place in range(len(wanted)):
        literal = wanted[place]
        if found[place] != OPEN:
            continue
        if s.value[literal] < 0:
            if s.level[literal >> 1] <= 1:
                found[place] = IMPOSSIBLE
        elif s.value[literal] == 0 and taken < limit:
            open_level(s, literal)
            if propagate(s) < 0:
                taken += 1
                continue
            back_to(s, r[LEVELS] - 1)
            if taken == 0:
                found[place] = IMPOSSIBLE
    return taken


@inner
def mend(s: State, occurrences: Occurrences, model: I8, mended: I8) -> bool:
    """Write what is assumed, with its consequences, over a model; whether what comes out is a model again."""
    r = s.registers
    mended[:] = model
    for index in range(r[TRAIL]):
        mended[s.trail[index] >> 1] = 1 - (s.trail[index] & 1)
    for index in range(r[TRAIL]):
        literal = s.trail[index]
        if model[literal >> 1] == mended[literal >> 1]:
            continue
        for place in range(occurrences.start[literal ^ 1], occurrences.start[(literal ^ 1) + 1]):
            clause = occurrences.clause[place]
            holds = False
            for at in range(s.clauses[clause, 0], s.clauses[clause, 1]):
                other = s.fixed_literals[at]
                if mended[other >> 1] == 1 - (other & 1):
                    holds = True
                    break
            if not holds:
                return False
    return True


@jit
def keep(pool: Pool, model: I8) -> None:
    """Put a model into the pool, in the place of the oldest one where it is full."""
    size = pool.filled.shape[0]
    place = pool.met[0] % (64 * size)
    pool.met[0] += 1
    word, bit = place // 64, np.uint64(1) << np.uint64(place % 64)
    pool.filled[word] |= bit
    for variable in range(len(model)):
        if model[variable]:
            pool.bits[variable, word] |= bit
        else:
            pool.bits[variable, word] &= ~bit


@jit
def note(model: I8, wanted: I32, found: I8) -> None:
    """What is OPEN and true in the model becomes POSSIBLE."""
    for place in range(len(wanted)):
        if found[place] == OPEN and model[wanted[place] >> 1] == 1 - (wanted[place] & 1):
            found[place] = POSSIBLE


@inner
def shows(pool: Pool, mask: U64, literal: int) -> bool:
    """Whether a model of the mask has the literal."""
    for word in range(len(mask)):
        bits = pool.bits[literal >> 1, word]
        if literal & 1:
            bits = ~bits
        if bits & mask[word]:
            return True
    return False


@jit
def see(pool: Pool, mask: U64, wanted: I32, found: I8) -> None:
    """What is OPEN and true in a model of the mask becomes POSSIBLE."""
    for place in range(len(wanted)):
        if found[place] == OPEN and shows(pool, mask, wanted[place]):
            found[place] = POSSIBLE


@jit
def settle_open(
    s: State, occurrences: Occurrences, pool: Pool, given: I32, wanted: I32, found: I8, base: I8, limit: int
) -> int:
    """Pack and mend until nothing is OPEN: 0; or until a pack needs a search: how many were assumed (`assumed`)."""
    mended = np.empty_like(base)
    while True:
        taken = pack(s, given, wanted, found, limit)
        if taken == 0 or not mend(s, occurrences, base, mended):
            return taken
        keep(pool, mended)
        note(mended, wanted, found)


@jit
def assumed(s: State) -> I32:
    """The wanted literals that were assumed last."""
    levels = s.registers[LEVELS]
    literals = np.empty(levels - 1, np.int32)
    for level in range(1, levels):
        literals[level - 1] = s.trail[s.level_start[level]]
    return literals


@jit
def let_go(
    s: State, occurrences: Occurrences, pool: Pool, given: I32, start: I32, wanted: I32, found: I8, base: I8
) -> None:
    """Judge the wanted literals of each given one (`wanted[start[i] : start[i + 1]]`) while all other given ones hold.

    All but one are assumed for each in turn, halves being shared: k log k assumptions in all. What neither propagation
    nor a mended model decides stays OPEN.
    """
    r = s.registers
    back_to(s, 0)
    mended = np.empty_like(base)
    stack = [
        (0, len(given), 0, 0, 0)
    ]  # from, to: what is judged; level below; from, to: what is assumed first
    while stack:
        first, last, level, other_first, other_last = stack.pop()
        back_to(s, level)
        assume(s, given, other_first, other_last)
        if last - first > 1:
            middle = (first + last) // 2
            stack.append((first, middle, r[LEVELS], middle, last))
            stack.append((middle, last, r[LEVELS], first, middle))
        elif last > first:
            for place in range(start[first], start[last]):
                literal = wanted[place]
                if found[place] != OPEN or s.value[literal] > 0:
                    continue
                if s.value[literal] < 0:
                    found[place] = IMPOSSIBLE
                    continue
                open_level(s, literal)
                if propagate(s) >= 0:
                    found[place] = IMPOSSIBLE
                elif mend(s, occurrences, base, mended):
                    found[place] = POSSIBLE
                    keep(pool, mended)
                back_to(s, r[LEVELS] - 1)


@jit
def see_let_go(pool: Pool, given: I32, start: I32, wanted: I32, found: I8) -> None:
    """What the models of the pool show that break one given literal alone becomes POSSIBLE for that one."""
    size = len(pool.filled)
    once, twice, alone = np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for literal in given:
        for word in range(size):
            broken = pool.bits[literal >> 1, word]
            if not literal & 1:
                broken = ~broken
            twice[word] |= once[word] & broken
            once[word] |= broken
    for place in range(len(given)):
        literal = given[place]
        for word in range(size):
            broken = pool.bits[literal >> 1, word]
            if not literal & 1:
                broken = ~broken
            alone[word] = broken & ~twice[word] & pool.filled[word]
        for index in range(start[place], start[place + 1]):
            if shows(pool, alone, wanted[index]):
                found[index] = POSSIBLE
