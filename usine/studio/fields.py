"""Bodies as fields: a function of points that is negative inside, zero on the surface, near the distance elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from usine.studio.curves import Floats

Field = Callable[[Floats], Floats]
"""From points (n, 3), in metres, to n values."""

LEAD_IN = 2.4  # 2 would be an arc of a circle; more lets the curvature rise slowly, as on real sheet metal
STEP = 1e-3


def meet(one: Floats, other: Floats, radius: float) -> Floats:
    """What is in both bodies, their edge rounded."""
    near, far = np.maximum(one + radius, 0), np.maximum(other + radius, 0)
    return np.asarray(
        np.minimum(-radius, np.maximum(one, other)) + (near**LEAD_IN + far**LEAD_IN) ** (1 / LEAD_IN)
    )


def join(one: Floats, other: Floats, radius: float) -> Floats:
    """What is in either body, the groove between them filled."""
    return -meet(-one, -other, radius)


def rounded_box(centre: Sequence[float], half: Sequence[float], radius: float) -> Field:
    """A box by its half sizes, edges rounded. Exact distance outside (Quilez, "distance functions")."""
    middle, size = np.asarray(centre, float), np.asarray(half, float) - radius

    def field(points: Floats) -> Floats:
        beyond = np.abs(points - middle) - size
        outside = np.linalg.norm(np.maximum(beyond, 0), axis=1)
        return np.asarray(outside + np.minimum(beyond.max(axis=1), 0) - radius)

    return field


def gradient(field: Field, points: Floats, step: float = STEP) -> Floats:
    """The field's gradient by central differences."""
    found = np.empty_like(points)
    for axis in range(3):
        move = np.zeros(3)
        move[axis] = step
        found[:, axis] = (field(points + move) - field(points - move)) / (2 * step)
    return found


def normals(field: Field, points: Floats) -> Floats:
    """Unit normals out of the body. From the field and not from triangles: this is what makes paint look right."""
    slope = gradient(field, points, 2.5 * STEP)
    length = np.linalg.norm(slope, axis=1, keepdims=True)
    return np.asarray(slope / np.maximum(length, 1e-12))


def project(field: Field, points: Floats, steps: int = 4, reach: float = 0.01) -> Floats:
    """Points moved onto the surface by Newton steps of at most `reach` metres each; the plane y = 0 is kept."""
    on_plane = np.abs(points[:, 1]) < 1e-9
    for _ in range(steps):
        slope = gradient(field, points)
        length = np.maximum((slope * slope).sum(axis=1), 0.05)
        move = np.clip(field(points) / length, -reach, reach)
        points = points - move[:, None] * slope
        points[on_plane, 1] = 0.0
    return points
