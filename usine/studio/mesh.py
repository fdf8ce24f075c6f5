"""Triangles of a body's surface, with the normals of its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats

Triangles = NDArray[np.int64]
FEW = 0.012  # metres: smaller radii are rounded in one step


@dataclass(frozen=True, eq=False)
class Mesh:
    """`points` and unit `normals` are (n, 3), in metres; `triangles` (m, 3) turn anticlockwise seen from outside."""

    points: Floats
    normals: Floats
    triangles: Triangles

    def mirrored(self) -> Mesh:
        """The other half of a symmetrical car: y becomes -y."""
        flip = np.array([1.0, -1.0, 1.0])
        return Mesh(self.points * flip, self.normals * flip, self.triangles[:, ::-1])

    def moved(self, by: Floats) -> Mesh:
        return replace(self, points=self.points + by)

    def part(self, chosen: NDArray[np.bool_]) -> Mesh:
        """Some of its triangles, with their points alone."""
        used, places = np.unique(self.triangles[chosen], return_inverse=True)
        return Mesh(self.points[used], self.normals[used], places.reshape(-1, 3))


def open_edges(triangles: Triangles) -> Triangles:
    """The edges (k, 2) that only one of the triangles has."""
    sides = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    edges, count = np.unique(np.sort(sides, axis=1), axis=0, return_counts=True)
    return np.asarray(edges[count == 1])


def off_middle(points: Floats, edges: Triangles) -> Triangles:
    """The edges that do not lie in the middle of the car (y = 0), where the other half goes on."""
    return np.asarray(edges[(np.abs(points[edges][:, :, 1]) > 1e-9).any(axis=1)])


def strip(one: Floats, other: Floats, normals: Floats, edges: Triangles) -> Mesh:
    """Quadrilaterals between two rows of points (n, 3) along edges of the first one, turned as `normals` say."""
    used, places = np.unique(edges, return_inverse=True)
    a, b = places.reshape(edges.shape).T
    count = len(used)
    triangles = np.concatenate(
        [np.stack([a, b, b + count], axis=1), np.stack([a, b + count, a + count], axis=1)]
    )
    turned = normals[used]
    return facing(np.concatenate([one[used], other[used]]), np.concatenate([turned, turned]), triangles)


def facing(points: Floats, normals: Floats, triangles: Triangles) -> Mesh:
    """A mesh whose triangles are turned, one by one, the way their normals say."""
    agree = (face_normals(points, triangles) * normals[triangles].mean(axis=1)).sum(axis=1) >= 0
    return Mesh(points, normals, np.where(agree[:, None], triangles, triangles[:, ::-1]))


def combine(meshes: list[Mesh]) -> Mesh:
    """Several meshes as one; nothing is welded."""
    shift = np.cumsum([0, *(len(mesh.points) for mesh in meshes[:-1])])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.triangles + s for mesh, s in zip(meshes, shift, strict=True)]),
    )


def box_mesh(half: Sequence[float], radius: float) -> Mesh:
    """A box about the origin by its half sizes, its edges rounded, in few triangles."""
    steps = (0.0, 1.0) if radius < FEW else (0.0, 0.41, 1.0)
    line = [(-step, -1.0) for step in reversed(steps)] + [(step, 1.0) for step in steps]
    value, side = np.array(line).T
    u, v = np.meshgrid(value, value, indexing="ij")
    a, b = np.meshgrid(side, side, indexing="ij")
    number = np.arange(u.size).reshape(u.shape)
    corners = [number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]]
    quads = np.stack([corner.ravel() for corner in corners], axis=1)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    core = np.asarray(half, float) - radius
    found = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            order = [(axis + 1) % 3, (axis + 2) % 3, axis]
            out, at = np.empty((u.size, 3)), np.empty((u.size, 3))
            out[:, order] = np.stack([u.ravel(), v.ravel(), np.full(u.size, sign)], axis=1)
            at[:, order] = np.stack([a.ravel(), b.ravel(), np.full(u.size, sign)], axis=1)
            out /= np.linalg.norm(out, axis=1, keepdims=True)
            turned = triangles if sign > 0 else triangles[:, ::-1]
            found.append(Mesh(at * core + radius * out, out, turned))
    return weld(combine(found))


def join_halves(half: Mesh) -> Mesh:
    """A mesh with y >= 0 and its mirror image as one: points in the middle of the car (y = 0) are shared, so that no
    simplification opens a crack there."""
    middle = np.abs(half.points[:, 1]) < 1e-9
    points, normals = half.points.copy(), half.normals.copy()
    points[middle, 1] = 0.0
    flat = normals[middle] * [1.0, 0.0, 1.0]
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    normals[middle] = np.where(length > 0.5, flat / np.maximum(length, 1e-9), normals[middle])
    whole = Mesh(points, normals, half.triangles)
    return weld(combine([whole, whole.mirrored()]))


def weld(mesh: Mesh, tolerance: float = 1e-7) -> Mesh:
    """Points at the same place with the same normal become one."""
    keys = np.round(np.concatenate([mesh.points, mesh.normals], axis=1) / tolerance).astype(np.int64)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return Mesh(mesh.points[first], mesh.normals[first], place.ravel()[mesh.triangles])


def face_normals(points: Floats, triangles: Triangles) -> Floats:
    """For each triangle its normal, as long as twice its area."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    return np.asarray(np.cross(b - a, c - a))


def turned_out(mesh: Mesh) -> float:
    """The share of the area whose triangles turn the way their normals say: 1 in a sound mesh."""
    faces = face_normals(mesh.points, mesh.triangles)
    area = np.linalg.norm(faces, axis=1)
    agree = (faces * mesh.normals[mesh.triangles].mean(axis=1)).sum(axis=1) > 0
    return float(area[agree].sum() / max(area.sum(), 1e-12))
