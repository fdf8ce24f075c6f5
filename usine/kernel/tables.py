"""Tables of numbers: rows of value indices over variables; sets of rows, made smaller without losing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from usine.kernel.errors import TooLarge
from usine.kernel.jit import jit

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
MAX_ROWS = 4_000_000


@dataclass(frozen=True, eq=False)
class Grid:
    """The variables of `scope` (numbers, distinct) take the values of one of `rows` (one row each, distinct)."""

    scope: tuple[int, ...]
    rows: Ints


def pack(parts: Sequence[Ints], sizes: Sequence[int]) -> list[Longs]:
    """One number a row, the same for equal rows of all parts, in the order of the rows' values."""
    rows = np.concatenate(parts)
    code, range_ = np.zeros(len(rows), np.int64), 1
    for column, size in enumerate(sizes):
        if range_ * size >= 2**62:
            known, code = np.unique(code, return_inverse=True)
            range_ = len(known)
        code = code * size + rows[:, column]
        range_ *= size
    return np.split(code, np.cumsum([len(part) for part in parts])[:-1])


def distinct(rows: Ints, sizes: Sequence[int]) -> Ints:
    """The rows sorted, each once."""
    if rows.shape[1] == 0:
        return rows[:1]
    _, kept = np.unique(pack([rows], sizes)[0], return_index=True)
    return np.ascontiguousarray(rows[kept])


def reduce_domains(grids: Sequence[Grid], sizes: Sequence[int]) -> tuple[list[Grid], list[NDArray[np.bool_]]]:
    """Drop rows whose values another table excludes, until nothing changes (generalised arc consistency).

    Gives the tables and, for each variable, which values are left.
    """
    grids = list(grids)
    allowed = [np.ones(size, np.bool_) for size in sizes]
    touching: dict[int, list[int]] = {}
    for g, grid in enumerate(grids):
        for v in grid.scope:
            touching.setdefault(v, []).append(g)
    waiting = dict.fromkeys(range(len(grids)))
    while waiting:
        g = next(iter(waiting))
        del waiting[g]
        grid = grids[g]
        kept = np.ones(len(grid.rows), np.bool_)
        for column, v in enumerate(grid.scope):
            kept &= allowed[v][grid.rows[:, column]]
        if not kept.all():
            grid = grids[g] = Grid(grid.scope, np.ascontiguousarray(grid.rows[kept]))
        for column, v in enumerate(grid.scope):
            present = np.zeros(sizes[v], np.bool_)
            present[grid.rows[:, column]] = True
            present &= allowed[v]
            if not np.array_equal(present, allowed[v]):
                allowed[v] = present
                waiting.update(dict.fromkeys(other for other in touching[v] if other != g))
    return grids, allowed


def merge_scopes(grids: Sequence[Grid], sizes: Sequence[int]) -> list[Grid]:
    """One table a scope; and a table within another's scope only filters that one."""
    widest = sorted(range(len(grids)), key=lambda g: (-len(grids[g].scope), g))
    kept: list[Grid] = []
    holding: dict[int, list[int]] = {}
    for g in widest:
        grid = grids[g]
        hosts = min((holding.get(v, []) for v in grid.scope), key=len, default=[])
        wider = next((h for h in hosts if set(grid.scope) <= set(kept[h].scope)), None)
        if wider is None:
            for v in grid.scope:
                holding.setdefault(v, []).append(len(kept))
            kept.append(grid)
        else:
            kept[wider] = _filter(kept[wider], grid, sizes)
    return kept


def _filter(wide: Grid, narrow: Grid, sizes: Sequence[int]) -> Grid:
    columns = [wide.scope.index(v) for v in narrow.scope]
    of_wide, of_narrow = pack([wide.rows[:, columns], narrow.rows], [sizes[v] for v in narrow.scope])
    return Grid(wide.scope, np.ascontiguousarray(wide.rows[np.isin(of_wide, of_narrow)]))


def as_function(rows: Ints, a: int, b: int, size: int) -> Ints | None:
    """The value of column b for each value of column a (-1 where there is none), if it depends on that alone."""
    image = np.full(size, -1, np.int32)
    return image if _fill_image(rows, a, b, image) else None


@jit
def _fill_image(rows: Ints, a: int, b: int, image: Ints) -> bool:
    """Note column b by column a; False at the first row that contradicts an earlier one."""
    for row in range(len(rows)):
        found = image[rows[row, a]]
        if found < 0:
            image[rows[row, a]] = rows[row, b]
        elif found != rows[row, b]:
            return False
    return True


def substitute(grid: Grid, key: int, images: dict[int, Ints], sizes: Sequence[int]) -> Grid:
    """The same rows with the variables of `images` replaced by the key that determines them.

    `images[v]` is v's value for each value of the key. Raises TooLarge where the rows would be too many.
    """
    taken = [c for c, v in enumerate(grid.scope) if v in images]
    if not taken:
        return grid
    rest = [c for c, v in enumerate(grid.scope) if v not in images]
    if key in grid.scope:
        own = grid.rows[:, grid.scope.index(key)]
        agrees = np.ones(len(grid.rows), np.bool_)
        for c in taken:
            agrees &= images[grid.scope[c]][own] == grid.rows[:, c]
        scope, rows = tuple(grid.scope[c] for c in rest), grid.rows[agrees][:, rest]
    else:
        scope, rows = (key, *(grid.scope[c] for c in rest)), _expand(grid, taken, rest, images, sizes)
    return Grid(scope, distinct(rows, [sizes[v] for v in scope]))


def _expand(
    grid: Grid, taken: list[int], rest: list[int], images: dict[int, Ints], sizes: Sequence[int]
) -> Ints:
    """One row for each value of the key that gives the taken values."""
    image = np.stack([images[grid.scope[c]] for c in taken], axis=1)
    valid = np.flatnonzero((image >= 0).all(axis=1))
    of_key, of_rows = pack(
        [image[valid], np.ascontiguousarray(grid.rows[:, taken])], [sizes[grid.scope[c]] for c in taken]
    )
    order = np.argsort(of_key, kind="stable")
    low = np.searchsorted(of_key[order], of_rows, side="left")
    many = np.searchsorted(of_key[order], of_rows, side="right") - low
    if many.sum() > MAX_ROWS:
        raise TooLarge(f"A table over {len(grid.scope)} variables grows past {MAX_ROWS} rows.")
    source = np.repeat(np.arange(len(grid.rows)), many)
    within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
    keys = valid[order[low[source] + within]].astype(np.int32)
    return np.concatenate((keys[:, None], grid.rows[source][:, rest]), axis=1)
