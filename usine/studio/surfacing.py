"""From a field to triangles: surface nets in a narrow band, then even triangles on the true surface.

A vertex in each cell that the surface goes through, a quadrilateral around each edge that it crosses (Gibson,
"Constrained elastic surface nets", MICCAI 1998), moved onto the surface, spread evenly along it, moved again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats
from usine.studio.fields import Field, normals, project
from usine.studio.mesh import Mesh, Triangles

COARSE = 4  # fine cells along one that is looked at first
BAND = 1.6  # of a coarse cell's half diagonal: fields rise by less than this a metre
CORNERS = [(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
ROUNDS = 4


def find_surface(
    field: Field,
    low: Sequence[float],
    high: Sequence[float],
    size: float,
    *,
    half: bool = False,
    even: bool = True,
) -> Mesh:
    """The surface of a field within a box, cells of `size` metres; `even`: its triangles alike, which takes longer.

    `half`: the field is the same at y and -y, and only y >= 0 is wanted, cut clean at y = 0.
    """
    start = np.asarray(low, float)
    if half:
        start[1] = -size / 2  # so that the cells at the middle have it at their centres
    cells = np.ceil((np.asarray(high, float) - start) / size / COARSE).astype(int) * COARSE
    values = _sample(field, start, cells, size)
    points, triangles = _nets(values, start, size)
    if half:
        points[np.abs(points[:, 1]) < size / 2 + 1e-9, 1] = 0.0
    points = project(field, points, reach=size)
    if even:
        points = _spread(field, points, triangles, size)
    return Mesh(points, normals(field, points), triangles)


def _sample(field: Field, start: Floats, cells: NDArray[np.int64], size: float) -> Floats:
    """The field at the grid's points; where the surface is far, only its sign."""
    centres = np.indices(tuple((cells // COARSE).tolist())).reshape(3, -1).T
    middle = field(start + (centres + 0.5) * COARSE * size)
    near = np.abs(middle) < BAND * np.sqrt(3) / 2 * COARSE * size
    values = np.empty(cells + 1)
    sign = np.where(middle < 0, -1.0, 1.0).reshape(cells // COARSE)
    for axis in range(3):
        sign = np.repeat(sign, COARSE, axis=axis)
    values[:-1, :-1, :-1] = sign
    values[-1], values[:, -1], values[:, :, -1] = values[-2], values[:, -2], values[:, :, -2]
    own = np.indices((COARSE + 1,) * 3).reshape(3, -1).T
    fine = np.unique((centres[near, None, :] * COARSE + own[None]).reshape(-1, 3), axis=0)
    values[tuple(fine.T)] = field(start + fine * size)
    return values


def _nets(values: Floats, start: Floats, size: float) -> tuple[Floats, Triangles]:
    inside = values < 0
    cells = tuple(n - 1 for n in inside.shape)
    count = np.zeros(cells, np.int8)
    for i, j, k in CORNERS:
        count += inside[i : i + cells[0], j : j + cells[1], k : k + cells[2]]
    crossed = (count > 0) & (count < 8)
    places = np.argwhere(crossed)
    number = np.full(crossed.shape, -1)
    number[tuple(places.T)] = np.arange(len(places))
    points = start + (places + _centres(values, places)) * size
    return points, np.concatenate([_around(inside, number, axis) for axis in range(3)])


def _centres(values: Floats, places: NDArray[np.int64]) -> Floats:
    """For each cell the mean of the points where its edges are crossed, from its lowest corner, in cells."""
    corner = {c: values[tuple((places + c).T)] for c in CORNERS}
    total, crossings = np.zeros((len(places), 3)), np.zeros(len(places))
    for one in CORNERS:
        for axis in range(3):
            if one[axis]:
                continue
            other = tuple(int(v or a == axis) for a, v in enumerate(one))
            a, b = corner[one], corner[(other[0], other[1], other[2])]
            crosses = (a < 0) != (b < 0)
            share = np.divide(a, a - b, out=np.zeros_like(a), where=crosses)
            at = np.tile(np.asarray(one, float), (len(places), 1))
            at[:, axis] = share
            total += np.where(crosses[:, None], at, 0.0)
            crossings += crosses
    return np.asarray(total / crossings[:, None])


def _around(inside: NDArray[np.bool_], number: NDArray[np.int64], axis: int) -> Triangles:
    """Two triangles for each edge along an axis that the surface crosses, turned outwards."""
    b, c = (axis + 1) % 3, (axis + 2) % 3
    first = np.moveaxis(inside, (axis, b, c), (0, 1, 2))
    cells = np.moveaxis(number, (axis, b, c), (0, 1, 2))
    before, after = first[:-1, 1:-1, 1:-1], first[1:, 1:-1, 1:-1]
    edges = np.argwhere(before != after)
    leaves = before[tuple(edges.T)]
    i, j, k = edges.T
    corners = np.stack(
        [cells[i, j, k], cells[i, j + 1, k], cells[i, j + 1, k + 1], cells[i, j, k + 1]], axis=1
    )
    corners = np.where(leaves[:, None], corners, corners[:, ::-1])
    corners = corners[(corners >= 0).all(axis=1)]
    return np.concatenate([corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]])


def _spread(field: Field, points: Floats, triangles: Triangles, size: float) -> Floats:
    """The same points, evenly apart: each moves towards its neighbours' mean along the surface."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    fixed = np.abs(points[:, 1]) < 1e-9
    degree = np.bincount(edges.ravel(), minlength=len(points))
    for _ in range(ROUNDS):
        total = np.zeros_like(points)
        for one, other in ((0, 1), (1, 0)):
            for axis in range(3):
                total[:, axis] += np.bincount(edges[:, one], points[edges[:, other], axis], len(points))
        move = total / degree[:, None] - points
        out = normals(field, points)
        move -= out * (move * out).sum(axis=1, keepdims=True)
        move[fixed, 1] = 0.0
        points = project(field, points + 0.6 * move, 2, size)
    return points
