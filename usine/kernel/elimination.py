"""Take out the variables that another one determines, exactly.

Where a table makes one variable a function of another (versions and their attributes), it is replaced by that key in
every table; what comes back in answers is the key's image. Keys are taken one after the other, the one that determines
most first, as long as the tables do not grow by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from usine.kernel.errors import TooLarge
from usine.kernel.tables import Grid, Ints, as_function, merge_scopes, reduce_domains, substitute

# The first key may multiply the tables: it splits the range into versions. Later ones must not make them grow.
GROWTH = 20.0
Images = dict[int, tuple[int, Ints]]


def eliminate(
    grids: Sequence[Grid], sizes: Sequence[int], kept: frozenset[int] = frozenset()
) -> tuple[list[Grid], Images]:
    """Smaller tables with the same configurations, and for each variable taken out its key and its image.

    An image has the variable's value for each value of the key, -1 for a value of the key that is in no row.
    `kept` variables are not taken out.
    """
    grids = merge_scopes(reduce_domains(grids, sizes)[0], sizes)
    images: Images = {}
    refused: set[int] = set()
    growth = GROWTH
    while all(len(grid.rows) for grid in grids):
        functions = _find_functions(grids, sizes, kept)
        keys = [key for key in functions if key not in refused]
        if not keys:
            break
        key = max(keys, key=lambda v: (len(functions[v]), sizes[v], -v))
        smaller = _substitute_all(grids, key, functions[key], sizes, growth)
        if smaller is None:
            refused.add(key)
            continue
        grids, growth = smaller, 1.0
        _compose(images, key, functions[key])
    return grids, images


def _find_functions(
    grids: Sequence[Grid], sizes: Sequence[int], kept: frozenset[int]
) -> dict[int, dict[int, Ints]]:
    """For each variable, those that it determines by some table, with their images."""
    found: dict[int, dict[int, Ints]] = {}
    for grid in grids:
        for a, source in enumerate(grid.scope):
            for b, target in enumerate(grid.scope):
                if a == b or target in kept or target in found.get(source, {}):
                    continue
                image = as_function(grid.rows, a, b, sizes[source])
                if image is not None:
                    found.setdefault(source, {})[target] = image
    return found


def _substitute_all(
    grids: Sequence[Grid], key: int, images: dict[int, Ints], sizes: Sequence[int], growth: float
) -> list[Grid] | None:
    """The tables without the images' variables; None where they would grow too much."""
    try:
        made = [substitute(grid, key, images, sizes) for grid in grids]
    except TooLarge:
        return None
    made = merge_scopes(reduce_domains(made, sizes)[0], sizes)
    return made if _cells(made) <= growth * _cells(grids) + 1000 else None


def _cells(grids: Sequence[Grid]) -> int:
    return sum(grid.rows.size for grid in grids)


def _compose(images: Images, key: int, functions: dict[int, Ints]) -> None:
    """Note what the key determines, and what it determines through what it determines."""
    for variable, (middle, image) in list(images.items()):
        if middle in functions:
            through = functions[middle]
            images[variable] = key, np.where(through >= 0, image[through], np.int32(-1)).astype(np.int32)
    for variable, image in functions.items():
        images[variable] = key, image
