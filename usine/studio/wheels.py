"""Wheels: a tyre and a disc turned on a lathe, a rim as a field; the face towards +y, the centre at the origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from usine.studio.curves import Floats
from usine.studio.fields import Field, join
from usine.studio.mesh import Mesh, face_normals
from usine.studio.surfacing import find_surface

HALF_WIDTH = 0.098
BOLTS, BOLT_CIRCLE, BOLT_RADIUS = 5, 0.037, 0.009
INCH = 0.0254
SEAT = 0.019  # metres from the nominal radius of a rim to its lip
CELL, COARSEST = 0.0055, 0.008  # metres; larger cells would miss the barrel's thin wall


@dataclass(frozen=True, slots=True)
class WheelDesign:
    """`inches` is the nominal diameter; a spoke is `width` of its share of the circle."""

    inches: float
    spokes: int
    width: float
    finish: str = "alloy"  # a material, or two: of the faces and of what lies between them
    behind: str = ""
    dish: float = 0.030  # how much the face lies in at the hub, metres

    @property
    def lip(self) -> float:
        """The radius of the rim's edge, metres."""
        return self.inches * INCH / 2 + SEAT


def build_wheel(
    design: WheelDesign, radius: float, *, cell: float = CELL, even: bool = True
) -> dict[str, Mesh]:
    """The parts of a wheel of a radius (metres, over the tyre), by material."""
    low, high = (-radius, -0.11, -radius), (radius, 0.11, radius)
    rim = find_surface(_rim(design), low, high, cell, even=even)
    return {
        "rubber": revolve(_tyre(design.lip, radius), 96),
        **_finish(design, rim),
        "hub": revolve([(1e-4, 0.049), (0.026, 0.049), (0.028, 0.046), (0.028, 0.030)], 32),
        "disc": revolve([(0.070, 0.0), (0.138, 0.0), (0.138, -0.020), (0.070, -0.020)], 64),
    }


def _finish(design: WheelDesign, rim: Mesh) -> dict[str, Mesh]:
    """The rim by material: turned faces shine, what lies between them is painted."""
    if not design.behind:
        return {design.finish: rim}
    middle = rim.points[rim.triangles].mean(axis=1)
    face = (rim.normals[rim.triangles].mean(axis=1)[:, 1] > 0.8) & (middle[:, 1] > 0.02)
    return {design.finish: rim.part(face), design.behind: rim.part(~face)}


def revolve(profile: Sequence[tuple[float, float]], steps: int) -> Mesh:
    """A profile of (radius, y) turned about the y axis. The outside is on the left of the way along the profile."""
    points = np.asarray(profile, float)
    angle = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    ring = np.stack(
        [
            np.outer(np.cos(angle), points[:, 0]),
            np.broadcast_to(points[:, 1], (steps, len(points))),
            np.outer(np.sin(angle), points[:, 0]),
        ],
        axis=-1,
    ).reshape(-1, 3)
    number = np.arange(steps * len(points)).reshape(steps, -1)
    following = np.roll(number, -1, axis=0)
    a, b, c, d = number[:, :-1], number[:, 1:], following[:, 1:], following[:, :-1]
    triangles = np.concatenate(
        [np.stack([p.ravel() for p in corners], axis=1) for corners in ((a, b, c), (a, c, d))]
    )
    return Mesh(ring, _smooth_normals(ring, triangles), triangles)


def _smooth_normals(points: Floats, triangles: np.ndarray) -> Floats:
    faces = face_normals(points, triangles)
    found = np.zeros_like(points)
    for corner in range(3):
        np.add.at(found, triangles[:, corner], faces)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))


def _tyre(lip: float, radius: float) -> list[tuple[float, float]]:
    """Bead, side wall and tread with four grooves; from the inner side (-y) to the outer one."""
    w, wall = HALF_WIDTH, radius - lip
    half = [
        (lip - 0.004, w - 0.010),
        (lip + 0.006, w),
        (lip + 0.42 * wall, w + 0.006),
        (radius - 0.022, w - 0.004),
        (radius - 0.007, w - 0.022),
        (radius, w - 0.045),
    ]
    tread = []
    for y in (-0.036, -0.012, 0.012, 0.036):
        tread += [
            (radius, y - 0.004),
            (radius - 0.007, y - 0.003),
            (radius - 0.007, y + 0.003),
            (radius, y + 0.004),
        ]
    return [*((r, -y) for r, y in half), *tread, *reversed(half)]


def _rim(design: WheelDesign) -> Field:
    lip = design.lip

    def field(points: Floats) -> Floats:
        x, y, z = points.T
        r = np.hypot(x, z)
        edge = _slab(np.abs(r - lip + 0.008) - 0.004, np.abs(y - 0.078) - 0.016, 0.006)
        barrel = _slab(np.abs(r - lip + 0.010), np.abs(y) - 0.085, 0.006)
        hub = _slab(r - 0.050, np.abs(y - 0.022) - 0.016, 0.008)
        found = join(join(_spokes(design, r, np.arctan2(z, x), y), hub, 0.018), edge, 0.012)
        found = np.minimum(found, barrel)
        for bolt in range(BOLTS):
            turn = 2 * np.pi * (bolt + 0.5) / BOLTS
            away = np.hypot(x - BOLT_CIRCLE * np.cos(turn), z - BOLT_CIRCLE * np.sin(turn))
            found = np.maximum(found, BOLT_RADIUS - np.hypot(away, np.maximum(0.038 - y, 0)))
        return np.asarray(found)

    return field


def _spokes(design: WheelDesign, r: Floats, angle: Floats, y: Floats) -> Floats:
    """All spokes at once: one, repeated about the axis, on a dished face."""
    share = 2 * np.pi / design.spokes
    off = np.mod(angle + share / 2, share) - share / 2
    along, across = r * np.cos(off), np.abs(r * np.sin(off))
    half = design.width * np.pi * design.lip / design.spokes / 2
    taper = 1.25 - 0.5 * np.clip(along / design.lip, 0, 1)
    face = 0.066 - design.dish * (1 - np.clip(r / design.lip, 0, 1) ** 1.6)
    spoke = _slab(across - half * taper + 0.005, np.abs(y - face + 0.013) - 0.008, 0.005)
    return np.asarray(np.maximum(spoke, r - design.lip + 0.010))


def _slab(one: Floats, other: Floats, radius: float) -> Floats:
    """Where both are negative, edges rounded from outside."""
    outside = np.hypot(np.maximum(one, 0), np.maximum(other, 0))
    return np.asarray(outside + np.minimum(np.maximum(one, other), 0) - radius)
