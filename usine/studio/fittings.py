"""What is fitted to a shell or stands in it: mirrors, handles, seats, the tablet; rounded shapes by the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from usine.studio.body import body_field
from usine.studio.curves import Floats
from usine.studio.fields import Field, join, meet, rounded_box
from usine.studio.mesh import Mesh, combine
from usine.studio.silhouette import Silhouette, SilhouetteInvalid
from usine.studio.surfacing import find_surface

WIDEST = 1.2  # metres from the middle: outside of every body
HALVINGS = 40
FINEST_WALL = 0.4  # of a wall's thickness: larger cells would go through it


@dataclass(frozen=True, eq=False)
class Fitting:
    """A mesh with its material and the node that it hangs on, both sides of the car where it has two."""

    node: str
    material: str
    mesh: Mesh


def build_fittings(car: Silhouette, *, detail: float = 1.0) -> list[Fitting]:
    """Every fitting of the file. `detail` multiplies the size of their cells. Raises SilhouetteInvalid."""
    body = body_field(car)
    return [_build(car, body, said, detail) for said in car.part("fittings")]


def _build(car: Silhouette, body: Field, said: Mapping[str, Any], detail: float) -> Fitting:
    try:
        node, material = str(said["node"]), str(said["material"])
        shapes = [_read_shape(body, shape) for shape in said["shapes"]]
        blend, cell = float(said.get("blend", 0.01)), float(said["cell"])
    except (KeyError, TypeError, ValueError) as error:
        raise SilhouetteInvalid(f"{car.name}: a fitting cannot be read ({error}): {dict(said)}.") from error
    field = _put_together(shapes, blend)
    low = np.min([shape.low for shape in shapes], axis=0) - 2 * cell
    high = np.max([shape.high for shape in shapes], axis=0) + 2 * cell
    thinnest = min(shape.thickness for shape in shapes)
    mesh = find_surface(field, low.tolist(), high.tolist(), min(cell * detail, FINEST_WALL * thinnest))
    return Fitting(node, material, combine([mesh, mesh.mirrored()]) if said.get("both") else mesh)


@dataclass(frozen=True, eq=False)
class _Shape:
    field: Field
    low: Floats
    high: Floats
    cuts: bool
    thickness: float


def _read_shape(body: Field, said: Mapping[str, Any]) -> _Shape:
    """A box or a ring at a place, leaning about the y axis; `stand` puts it so far out of the body's side."""
    centre = np.array([float(v) for v in said["at"]])
    if "stand" in said:
        centre[1] = find_side(body, centre[0], centre[2]) + float(said["stand"])
    half = np.array([float(v) for v in said["half"]])
    if said.get("ring"):
        own, reach = _ring(half), np.full(3, half.max())
    else:
        own, reach = rounded_box((0, 0, 0), half.tolist(), float(said.get("radius", 0.01))), half
    angle = np.radians(float(said.get("lean", 0.0)))
    turn = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
    room = np.abs(turn) @ reach

    def field(points: Floats) -> Floats:
        return own((points - centre) @ turn)

    cuts = bool(said.get("cuts"))
    return _Shape(field, centre - room, centre + room, cuts, np.inf if cuts else 2 * float(half.min()))


def _ring(half: Floats) -> Field:
    """A ring about the x axis: as thick as `half`'s x, as wide as its y."""
    thick, wide = half[0], half[1] - half[0]

    def field(points: Floats) -> Floats:
        return np.asarray(np.hypot(np.hypot(points[:, 1], points[:, 2]) - wide, points[:, 0]) - thick)

    return field


def _put_together(shapes: Sequence[_Shape], blend: float) -> Field:
    """All shapes joined, then what those that cut leave of them."""

    def field(points: Floats) -> Floats:
        solid = [shape.field(points) for shape in shapes if not shape.cuts]
        found = solid[0]
        for more in solid[1:]:
            found = join(found, more, blend)
        for shape in shapes:
            if shape.cuts:
                found = meet(found, -shape.field(points), blend)
        return found

    return field


def find_side(body: Field, x: float, z: float) -> float:
    """y of the body's side at a place of the side view; 0 where there is no body."""
    low, high = 0.0, WIDEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        inside = body(np.array([[x, middle, z]]))[0] < 0
        low, high = (middle, high) if inside else (low, middle)
    return low
