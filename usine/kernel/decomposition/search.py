"""The search: branch on a variable, split into components, look each up, go on; one loop, no recursion.

Every component on the stack is known to be satisfiable (`model` holds a model of each), so learnt clauses never
prune what is counted, and nothing false is ever remembered.
"""

from __future__ import annotations

from usine.kernel.decomposition.clauses import (
    UNKNOWN,
    UNSATISFIABLE,
    analyse,
    back_to,
    learn,
    open_level,
    propagate,
    satisfiable,
)
from usine.kernel.decomposition.keys import find_place, hash_key, put, put_signed
from usine.kernel.decomposition.state import (
    BASE,
    BRANCH,
    CLAUSES,
    EDGE_A,
    EDGE_B,
    EDGE_LITERALS,
    EDGES,
    ENTRIES,
    ENTRY,
    FIRST,
    FRAMES,
    HASH,
    KEY_BYTES,
    KEY_END,
    KEY_START,
    LAST,
    LEVELS,
    LIMIT,
    LINKS,
    LITERALS,
    MEMBERS,
    MEMBERS_BASE,
    NODE,
    NODES,
    PENDING,
    PENDING_BASE,
    POINTER,
    ROOT,
    STAMP,
    STATE,
    TOUCHED,
    TOUCHED_BASE,
    WORK,
    State,
    inner,
)
from usine.kernel.jit import jit

DONE, PAUSED, FULL = 0, 1, 2
# What a frame does next: its first branch, that branch's components, its other branch, ... , hand its node up.
START, IN_FIRST, OTHER, CHECK, IN_OTHER, FINISH = range(6)


@inner
def _grow_component(s: State, seed: int) -> None:
    """Walk everything that open clauses tie to `seed`; note the touched clauses in `touched`."""
    r = s.registers
    stamp = r[STAMP]
    value, mark = s.value, s.variable_mark
    s.queue[0] = seed
    mark[seed] = stamp
    size, at, work = 1, 0, 0
    while at < size:
        variable = s.queue[at]
        at += 1
        degree = 0
        for index in range(s.partner_start[variable], s.partner_start[variable + 1]):
            other = s.partners[2 * index + 1]
            if value[other] == 0:
                degree += 1
                if mark[other >> 1] != stamp:
                    mark[other >> 1] = stamp
                    s.queue[size] = other >> 1
                    size += 1
        for index in range(s.occurrence_start[variable], s.occurrence_start[variable + 1]):
            clause = s.occurrences[index]
            if s.clause_mark[clause] == stamp:
                degree += 1
                continue
            if s.clause_mark[clause] == -stamp:
                continue
            satisfied, false, before = False, 0, size
            start, end = s.clauses[clause, 0], s.clauses[clause, 1]
            work += end - start
            for position in range(start, end):
                literal = s.fixed_literals[position]
                if value[literal] > 0:
                    satisfied = True
                    break
                if value[literal] < 0:
                    false += 1
                elif mark[literal >> 1] != stamp:
                    s.queue[size] = literal >> 1
                    size += 1
            if satisfied:
                size = before
                s.clause_mark[clause] = -stamp
                continue
            for position in range(before, size):
                mark[s.queue[position]] = stamp
            s.clause_mark[clause] = stamp
            degree += 1
            if false:
                s.touched[r[TOUCHED]] = clause
                r[TOUCHED] += 1
        s.degree[variable] = degree
    r[POINTER] = size
    r[WORK] += work + size


@inner
def split(s: State, first: int, last: int, edge: int) -> None:
    """Put what the trail fixed of `members[first:last]` on the edge, and each component of the rest on `pending`."""
    r = s.registers
    end = r[EDGE_LITERALS]
    s.edges[edge, 0] = end
    s.edges[edge, 2] = -1
    base = r[STAMP] + 1
    for index in range(first, last):
        variable = s.members[index]
        if s.value[2 * variable] != 0:
            s.edge_literals[end] = 2 * variable + (s.value[2 * variable] < 0)
            end += 1
            continue
        if s.variable_mark[variable] >= base:
            continue
        r[STAMP] += 1
        touched = r[TOUCHED]
        _grow_component(s, variable)
        size = r[POINTER]
        if size == 1:
            r[TOUCHED] = touched
            continue
        waiting = r[PENDING]
        s.pending[waiting, 0], s.pending[waiting, 1] = r[MEMBERS], r[MEMBERS]
        r[MEMBERS] += size
        s.pending[waiting, 2], s.pending[waiting, 3] = touched, r[TOUCHED]
        r[PENDING] += 1
        s.frame_of[r[STAMP] - base] = r[PENDING] - 1
    for index in range(first, last):
        variable = s.members[index]
        if s.value[2 * variable] == 0 and s.degree[variable] > 0:
            waiting = s.frame_of[s.variable_mark[variable] - base]
            s.members[s.pending[waiting, 1]] = variable
            s.pending[waiting, 1] += 1
    s.edges[edge, 1] = end
    r[EDGE_LITERALS] = end
    r[WORK] += last - first


@inner
def look_up(s: State, waiting: int) -> int:
    """The entry of a component: known if its node is, else new."""
    r = s.registers
    first, last = s.pending[waiting, 0], s.pending[waiting, 1]
    start = r[KEY_BYTES]
    at = put(s.keys, start, last - first)
    before = -1
    for index in range(first, last):
        at = put(s.keys, at, s.members[index] - before - 1)
        before = s.members[index]
    before = 0
    for index in range(s.pending[waiting, 2], s.pending[waiting, 3]):
        at = put_signed(s.keys, at, s.touched[index] - before)
        before = s.touched[index]
    r[WORK] += at - start
    code = hash_key(s.keys, start, at)
    place = find_place(s.keys, s.entries, s.table, code, start, at)
    entry: int = s.table[place]
    if entry < 0:
        entry = r[ENTRIES]
        r[ENTRIES] += 1
        r[KEY_BYTES] = at
        s.table[place] = entry
        s.entries[entry, HASH], s.entries[entry, NODE] = code, -1
        s.entries[entry, KEY_START], s.entries[entry, KEY_END] = start, at
    return entry


@inner
def _choose(s: State, first: int, last: int) -> int:
    """The variable to branch on: high in the tree decomposition, in many open clauses, often in failures."""
    best, choice = -1.0, -1
    for index in range(first, last):
        variable = s.members[index]
        score = s.rank[variable] + s.degree[variable] + s.activity[variable]
        if score > best:
            best, choice = score, variable
    return choice


@inner
def _branch(s: State, frame: int) -> None:
    """The literal of the frame is decided and consistent: open its edge and the components below it."""
    r = s.registers
    edge = r[EDGES]
    r[EDGES] += 1
    s.frames[frame, EDGE_A if s.frames[frame, STATE] == START else EDGE_B] = edge
    s.frames[frame, PENDING_BASE], s.frames[frame, MEMBERS_BASE], s.frames[frame, TOUCHED_BASE] = (
        r[PENDING],
        r[MEMBERS],
        r[TOUCHED],
    )
    s.frames[frame, STATE] = IN_FIRST if s.frames[frame, STATE] == START else IN_OTHER
    split(s, s.frames[frame, FIRST], s.frames[frame, LAST], edge)


@inner
def _link(s: State, edge: int, node: int) -> None:
    """Put a node under an edge."""
    r = s.registers
    link = r[LINKS]
    r[LINKS] += 1
    s.links[link, 0] = node
    s.links[link, 1] = s.edges[edge, 2]
    s.edges[edge, 2] = link


@inner
def _descend(s: State, frame: int) -> None:
    """Take the next component of the open edge, or close the edge."""
    r = s.registers
    edge = s.frames[frame, EDGE_A] if s.frames[frame, STATE] == IN_FIRST else s.frames[frame, EDGE_B]
    if r[PENDING] == s.frames[frame, PENDING_BASE]:
        back_to(s, s.frames[frame, BASE])
        r[MEMBERS], r[TOUCHED] = s.frames[frame, MEMBERS_BASE], s.frames[frame, TOUCHED_BASE]
        s.frames[frame, STATE] = OTHER if s.frames[frame, STATE] == IN_FIRST else FINISH
        return
    r[PENDING] -= 1
    entry = look_up(s, r[PENDING])
    if s.entries[entry, NODE] >= 0:
        _link(s, edge, s.entries[entry, NODE])
        return
    below = frame + 1
    s.frames[below, FIRST], s.frames[below, LAST] = s.pending[r[PENDING], 0], s.pending[r[PENDING], 1]
    s.frames[below, STATE], s.frames[below, EDGE_A], s.frames[below, EDGE_B], s.frames[below, ENTRY] = (
        START,
        -1,
        -1,
        entry,
    )
    s.frames[below, BASE] = r[LEVELS]
    r[FRAMES] += 1


@inner
def _start(s: State, frame: int) -> None:
    """Decide the chosen variable as in the known model: no check is needed."""
    variable = _choose(s, s.frames[frame, FIRST], s.frames[frame, LAST])
    s.frames[frame, BRANCH] = 2 * variable + 1 - s.model[variable]
    open_level(s, s.frames[frame, BRANCH])
    if propagate(s) >= 0:
        s.registers[ROOT] = -2
    _branch(s, frame)


@inner
def _other(s: State, frame: int) -> None:
    """Decide the branch's opposite; where that fails the node has one edge."""
    r = s.registers
    open_level(s, s.frames[frame, BRANCH] ^ 1)
    conflict = propagate(s)
    if conflict >= 0:
        learn(s, analyse(s, conflict))
        back_to(s, s.frames[frame, BASE])
        s.frames[frame, STATE] = FINISH
        return
    r[POINTER] = s.frames[frame, FIRST]
    s.frames[frame, STATE] = CHECK


@inner
def _check(s: State, frame: int) -> bool:
    """Go on with the satisfiability of the other branch; False: pause."""
    r = s.registers
    answer = satisfiable(s, s.frames[frame, FIRST], s.frames[frame, LAST], s.frames[frame, BASE] + 1)
    if answer == UNKNOWN:
        return False
    if answer == UNSATISFIABLE:
        back_to(s, s.frames[frame, BASE])
        s.frames[frame, STATE] = FINISH
    else:
        _branch(s, frame)
    r[POINTER] = 0
    return True


@inner
def _finish(s: State, frame: int) -> bool:
    """Make the frame's node and hand it to the edge above; True at the root."""
    r = s.registers
    node = r[NODES]
    r[NODES] += 1
    s.nodes[node, 0], s.nodes[node, 1] = s.frames[frame, EDGE_A], s.frames[frame, EDGE_B]
    if s.frames[frame, ENTRY] >= 0:
        s.entries[s.frames[frame, ENTRY], NODE] = node
    r[FRAMES] -= 1
    if frame == 0:
        r[ROOT] = node
        return True
    side = EDGE_A if s.frames[frame - 1, STATE] == IN_FIRST else EDGE_B
    _link(s, s.frames[frame - 1, side], node)
    return False


@inner
def _room(s: State) -> bool:
    """Whether every array has room for one more step."""
    r = s.registers
    variables, clauses = len(s.level), len(s.clause_mark)
    roomy: bool = (
        r[EDGES] + 2 < len(s.edges)
        and r[EDGE_LITERALS] + variables + 2 < len(s.edge_literals)
        and r[LINKS] + 2 < len(s.links)
        and r[NODES] + 2 < len(s.nodes)
        and r[KEY_BYTES] + 5 * (variables + clauses) + 16 < len(s.keys)
        and r[ENTRIES] + 2 < len(s.entries)
        and 2 * (r[ENTRIES] + 2) < len(s.table)
        and r[MEMBERS] + variables + 2 < len(s.members)
        and r[TOUCHED] + clauses + 2 < len(s.touched)
        and r[PENDING] + variables + 2 < len(s.pending)
        and r[LITERALS] + variables + 4 < len(s.literals)
        and r[CLAUSES] + 2 < len(s.clauses)
    )
    return roomy


@jit
def run(s: State, steps: int) -> int:
    """Search for about `steps` units of work: DONE (node in ROOT), PAUSED, or FULL (an array must grow)."""
    r = s.registers
    r[LIMIT] = r[WORK] + steps
    while r[WORK] < r[LIMIT]:
        if not _room(s):
            return FULL
        frame = r[FRAMES] - 1
        state = s.frames[frame, STATE]
        r[WORK] += 1
        if state == START:
            _start(s, frame)
        elif state in (IN_FIRST, IN_OTHER):
            _descend(s, frame)
        elif state == OTHER:
            _other(s, frame)
        elif state == CHECK:
            if not _check(s, frame):
                return PAUSED
        elif _finish(s, frame):
            return DONE
    return PAUSED
