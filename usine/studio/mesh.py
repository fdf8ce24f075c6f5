"""Triangles of a body's surface, with the normals of its field."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats

Triangles = NDArray[np.int64]


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
