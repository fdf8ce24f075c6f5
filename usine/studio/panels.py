"""A surface cut into named parts along lines: panes, lamps, doors, the gaps between them."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats
from usine.studio.mesh import Triangles

Region = Callable[[Floats], Floats]
"""From points (n, 3) to their signed distance from a line on the surface, negative inside."""

TOUCHING = 2e-5  # metres: a point so near a line is on it, so that no splinters are cut


class Panels:
    """Every triangle has the name of one part. Cuts split the triangles that a line goes through."""

    def __init__(self, points: Floats, triangles: Triangles, part: str):
        self.points, self.triangles = points, triangles
        self._names = [part]
        self._part = np.zeros(len(triangles), np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that have triangles, in the order in which they were first named."""
        return tuple(name for place, name in enumerate(self._names) if (self._part == place).any())

    def part(self, *names: str) -> NDArray[np.bool_]:
        """Which triangles are of some parts."""
        return np.isin(self._part, [self._names.index(name) for name in names if name in self._names])

    def cut(self, region: Region, name: str, *, within: Collection[str] = ()) -> None:
        """Give what is inside a region to a part; only what is `within` some parts, where those are named."""
        distance = self._split(region(self.points))
        self._assign(distance[self.triangles].mean(axis=1) < 0, name, within)

    def groove(
        self, region: Region, width: float, name: str, *, lip: float = 0.0, within: Collection[str] = ()
    ) -> None:
        """Give a strip of this width along a region's edge to a part; `lip` metres beside it get points."""
        sides = {width / 2, width / 2 + lip}
        for side in sorted({-side for side in sides} | sides):
            self._split(region(self.points) - side)
        middle = self.points[self.triangles].mean(axis=1)
        self._assign(np.abs(region(middle)) < width / 2, name, within)

    def split(self, region: Region) -> None:
        """Give a region's edge points of its own, without naming anything."""
        self._split(region(self.points))

    def drop(self, name: str) -> None:
        """Remove a part's triangles."""
        kept = ~self.part(name)
        self.triangles, self._part = self.triangles[kept], self._part[kept]

    def _assign(self, chosen: NDArray[np.bool_], name: str, within: Collection[str]) -> None:
        if name not in self._names:
            self._names.append(name)
        if within:
            chosen = chosen & self.part(*within)
        self._part[chosen] = self._names.index(name)

    def _split(self, distance: Floats) -> Floats:
        """Split every triangle that the line (distance 0) goes through; the distance of all points, new ones last."""
        distance = np.where(np.abs(distance) < TOUCHING, 0.0, distance)
        sign = np.sign(distance)[self.triangles]
        mixed = (sign.max(axis=1) > 0) & (sign.min(axis=1) < 0)
        if not mixed.any():
            return distance
        middle = self._add_crossings(self.triangles[mixed], distance)
        pieces, owner = _pieces(self.triangles[mixed], middle)
        self.triangles = np.concatenate([self.triangles[~mixed], pieces])
        self._part = np.concatenate([self._part[~mixed], self._part[mixed][owner]])
        return np.concatenate([distance, np.zeros(len(self.points) - len(distance))])

    def _add_crossings(self, triangles: Triangles, distance: Floats) -> Triangles:
        """Add a point where the line crosses an edge; for each triangle its three edges' points, -1 for none."""
        sides = np.sort(np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1)
        edges, place = np.unique(sides, axis=0, return_inverse=True)
        one, other = edges.T
        crossed = distance[one] * distance[other] < 0
        number = np.full(len(edges), -1)
        number[crossed] = len(self.points) + np.arange(crossed.sum())
        one, other = one[crossed], other[crossed]
        share = (distance[one] / (distance[one] - distance[other]))[:, None]
        self.points = np.concatenate(
            [self.points, self.points[one] * (1 - share) + self.points[other] * share]
        )
        return np.asarray(number[place.ravel()].reshape(3, -1).T)


def _pieces(triangles: Triangles, middle: Triangles) -> tuple[Triangles, NDArray[np.int64]]:
    """The triangles that split ones become, and which one each was; turned as they were."""
    found, owner = [], []
    for k in range(3):
        a, b, c = triangles[:, k], triangles[:, (k + 1) % 3], triangles[:, (k + 2) % 3]
        ab, bc, ca = middle[:, k], middle[:, (k + 1) % 3], middle[:, (k + 2) % 3]
        alone = np.flatnonzero((ab >= 0) & (ca >= 0))  # corner a on one side, b and c on the other
        for corners in ((a, ab, ca), (ab, b, c), (ab, c, ca)):
            found.append(np.stack(corners, axis=1)[alone])
            owner.append(alone)
        through = np.flatnonzero((ab >= 0) & (bc < 0) & (ca < 0))  # the line goes through corner c
        for corners in ((a, ab, c), (ab, b, c)):
            found.append(np.stack(corners, axis=1)[through])
            owner.append(through)
    return np.concatenate(found), np.concatenate(owner)
