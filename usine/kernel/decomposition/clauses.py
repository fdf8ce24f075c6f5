"""Propagation with two watched literals, learning at the first unique implication point, a check of satisfiability."""

from __future__ import annotations

from usine.kernel.decomposition.state import (
    BUMP,
    CLAUSES,
    HEAD,
    LEVELS,
    LIMIT,
    LITERALS,
    POINTER,
    TRAIL,
    WORK,
    State,
    inner,
)
from usine.kernel.jit import jit

UNSATISFIABLE, SATISFIABLE, UNKNOWN = 0, 1, 2


@inner
def assign(s: State, literal: int, reason: int) -> None:
    """Make an open literal true on the current level."""
    r = s.registers
    s.value[literal] = 1
    s.value[literal ^ 1] = -1
    s.level[literal >> 1] = r[LEVELS]
    s.reason[literal >> 1] = reason
    s.trail[r[TRAIL]] = literal
    r[TRAIL] += 1


@inner
def open_level(s: State, literal: int) -> None:
    """Decide a literal on a level of its own."""
    r = s.registers
    s.level_start[r[LEVELS]] = r[TRAIL]
    r[LEVELS] += 1
    assign(s, literal, -1)


@inner
def back_to(s: State, level: int) -> None:
    """Undo all levels above `level`."""
    r = s.registers
    level = level if level > 0 else 0
    if r[LEVELS] <= level:
        return
    start = s.level_start[level]
    for index in range(start, r[TRAIL]):
        literal = s.trail[index]
        s.value[literal] = 0
        s.value[literal ^ 1] = 0
    r[TRAIL] = start
    r[HEAD] = start
    r[LEVELS] = level


@inner
def propagate(s: State) -> int:
    """Draw all unit consequences; returns the clause that failed, or -1."""
    r = s.registers
    value, literals, follow, heads = s.value, s.literals, s.watch_next, s.watch_head
    work = 0
    conflict = -1
    while r[HEAD] < r[TRAIL] and conflict < 0:
        false = s.trail[r[HEAD]] ^ 1
        r[HEAD] += 1
        watch = heads[false]
        kept = -1
        while watch >= 0:
            work += 1
            after = follow[watch]
            clause = watch >> 1
            start = s.clauses[clause, 0]
            side = start + (watch & 1)
            other = literals[start + 1 - (watch & 1)]
            moved = False
            if value[other] != 1:
                for index in range(start + 2, s.clauses[clause, 1]):
                    candidate = literals[index]
                    if value[candidate] >= 0:
                        literals[index] = false
                        literals[side] = candidate
                        follow[watch] = heads[candidate]
                        heads[candidate] = watch
                        moved = True
                        break
            if not moved:
                follow[watch] = kept
                kept = watch
                if value[other] < 0:
                    conflict = clause
                    watch = after
                    break
                if value[other] == 0:
                    assign(s, other, clause)
            watch = after
        while watch >= 0:
            after = follow[watch]
            follow[watch] = kept
            kept = watch
            watch = after
        heads[false] = kept
    r[WORK] += work
    return conflict


@inner
def _collect(s: State, clause: int, skip: int, size: int, bump: float) -> tuple[int, int]:
    """Mark a clause's literals for analysis: (literals of the current level met, size of the learnt clause)."""
    here = 0
    for index in range(s.clauses[clause, 0], s.clauses[clause, 1]):
        literal = s.literals[index]
        variable = literal >> 1
        if literal == skip or s.seen[variable] or s.level[variable] == 0:
            continue
        s.seen[variable] = 1
        s.activity[variable] += bump
        if s.level[variable] == s.registers[LEVELS]:
            here += 1
        else:
            s.learnt[size] = literal
            size += 1
    return here, size


@inner
def _implied(s: State, literal: int) -> bool:
    """Whether the other literals of the learnt clause already imply this one's falsity."""
    reason = s.reason[literal >> 1]
    if reason < 0:
        return False
    for index in range(s.clauses[reason, 0], s.clauses[reason, 1]):
        other = s.literals[index] >> 1
        if not s.seen[other] and s.level[other] > 0:
            return False
    return True


@inner
def analyse(s: State, conflict: int) -> int:
    """Resolve the failure to its first unique implication point into `learnt`; returns the clause's size."""
    r = s.registers
    bump = 1.0 + r[BUMP] * 0.01
    r[BUMP] += 1
    size, open_here, index, clause, literal = 1, 0, r[TRAIL] - 1, conflict, -1
    while True:
        here, size = _collect(s, clause, literal, size, bump)
        open_here += here
        while not s.seen[s.trail[index] >> 1]:
            index -= 1
        literal = s.trail[index]
        index -= 1
        s.seen[literal >> 1] = 0
        open_here -= 1
        if open_here <= 0:
            break
        clause = s.reason[literal >> 1]
    s.learnt[0] = literal ^ 1
    total = size
    kept = 1
    for position in range(1, size):
        candidate = s.learnt[position]
        if not _implied(s, candidate):
            s.learnt[position] = s.learnt[kept]
            s.learnt[kept] = candidate
            kept += 1
    for position in range(1, total):
        s.seen[s.learnt[position] >> 1] = 0
    r[WORK] += total + r[TRAIL] - index
    return kept


@inner
def learn(s: State, size: int) -> tuple[int, int]:
    """Keep the clause in `learnt`: (its number, the level to go back to)."""
    r = s.registers
    back, best = 0, 1
    for position in range(1, size):
        if s.level[s.learnt[position] >> 1] > back:
            back, best = s.level[s.learnt[position] >> 1], position
    if size > 1:
        s.learnt[1], s.learnt[best] = s.learnt[best], s.learnt[1]
    clause = r[CLAUSES]
    start = r[LITERALS]
    for position in range(size):
        s.literals[start + position] = s.learnt[position]
    s.clauses[clause, 0] = start
    s.clauses[clause, 1] = start + size
    r[LITERALS] = start + size
    r[CLAUSES] = clause + 1
    watch(s, clause)
    return clause, back


@inner
def watch(s: State, clause: int) -> None:
    """Watch the first two literals of a clause."""
    start = s.clauses[clause, 0]
    if s.clauses[clause, 1] - start < 2:
        return
    for side in range(2):
        literal = s.literals[start + side]
        s.watch_next[2 * clause + side] = s.watch_head[literal]
        s.watch_head[literal] = 2 * clause + side


@inner
def satisfiable(s: State, first: int, last: int, base: int) -> int:
    """Look for a model of the variables `members[first:last]` above level `base`; UNKNOWN: call again.

    A model found is kept in `model`. The trail is back on level `base` unless the answer is UNKNOWN.
    """
    r = s.registers
    while True:
        if r[LITERALS] + len(s.level) + 4 > len(s.literals) or r[CLAUSES] + 2 > len(s.clauses):
            return UNKNOWN
        conflict = propagate(s)
        if conflict >= 0 and r[LEVELS] == 0:
            return UNSATISFIABLE
        if conflict >= 0:
            clause, back = learn(s, analyse(s, conflict))
            if r[LEVELS] == base:
                return UNSATISFIABLE
            back_to(s, back if back > base else base)
            assign(s, s.literals[s.clauses[clause, 0]], clause)
            r[POINTER] = first
            continue
        if r[WORK] > r[LIMIT]:
            return UNKNOWN
        pointer = r[POINTER]
        while pointer < last and s.value[2 * s.members[pointer]] != 0:
            pointer += 1
        r[POINTER] = pointer
        if pointer == last:
            break
        variable = s.members[pointer]
        open_level(s, 2 * variable + 1 - s.model[variable])
    for index in range(first, last):
        s.model[s.members[index]] = s.value[2 * s.members[index]] > 0
    r[WORK] += last - first
    back_to(s, base)
    return SATISFIABLE


@jit
def forget(s: State, given: int, given_literals: int, keep: int) -> None:
    """Drop the longer half of the learnt clauses that are no reason on the trail; `keep`: a length always kept."""
    r = s.registers
    for literal in range(len(s.watch_head)):
        s.watch_head[literal] = -1
    for index in range(r[TRAIL]):
        reason = s.reason[s.trail[index] >> 1]
        if reason >= given:
            s.clauses[reason, 1] = -s.clauses[reason, 1]
    middle = given + (r[CLAUSES] - given) // 2
    clause, end = given, given_literals
    for old in range(given, r[CLAUSES]):
        start, stop = s.clauses[old, 0], s.clauses[old, 1]
        if stop > 0 and stop - start > keep and old < middle:
            continue
        if stop < 0:
            stop = -stop
            for side in range(2 if stop - start > 1 else 1):
                variable = s.literals[start + side] >> 1
                if s.value[2 * variable] != 0 and s.reason[variable] == old:
                    s.reason[variable] = clause
        s.clauses[clause, 0] = end
        for index in range(start, stop):
            s.literals[end] = s.literals[index]
            end += 1
        s.clauses[clause, 1] = end
        clause += 1
    r[CLAUSES], r[LITERALS] = clause, end
    for index in range(clause):
        watch(s, index)


@jit
def watch_all(s: State) -> None:
    """Watch every clause."""
    for literal in range(len(s.watch_head)):
        s.watch_head[literal] = -1
    for clause in range(s.registers[CLAUSES]):
        watch(s, clause)
