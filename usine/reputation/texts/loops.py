"""The loop of the index of copies, compiled by Numba on its first call and kept beside the source. Checks no bounds."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

LONGEST_CHAIN = 300


@numba.njit(cache=True, nogil=True)
def count_shared(
    keys: NDArray[np.uint32],
    slots: NDArray[np.uint32],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
    kept: NDArray[np.uint32],
    shared: NDArray[np.int32],
    places: NDArray[np.int32],
) -> int:
    """Put into `places` the texts that have one of the keys, into `shared` how many; returns the number of texts.

    `shared` holds a number for each text and is 0 everywhere before; of each chain the newest nodes are looked at.
    """
    per_text, count = len(keys), 0
    for i in range(per_text):
        node, steps = first[slots[i]], 0
        while node >= 0 and steps < LONGEST_CHAIN:
            if kept[node] == keys[i]:
                place = node // per_text
                if shared[place] == 0:
                    places[count] = place
                    count += 1
                shared[place] += 1
            node, steps = following[node], steps + 1
    return count
