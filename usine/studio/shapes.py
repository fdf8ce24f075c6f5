"""The shapes that fittings are put together from: rounded boxes, rings, rods, strokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from usine.studio.curves import Floats
from usine.studio.fields import Field, join, meet, rounded_box
from usine.studio.mesh import Mesh, box_mesh
from usine.studio.outlines import line_distance
from usine.studio.silhouette import Silhouette

SIDES = {"stand": (1, 1), "front": (0, -1), "rear": (0, 1), "top": (2, 1)}  # the axis and its way out
MIDDLE = (2.0, 0.0, 0.5)  # a place inside every body
WIDEST = (6.0, 1.2, 2.4)  # metres along each axis: outside of every body
HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Shape:
    """A field with the box that holds it; one that `cuts` takes away. `thickness` is that of its thinnest wall."""

    field: Field
    low: Floats
    high: Floats
    cuts: bool
    thickness: float
    box: Mesh | None = None

    def as_box(self) -> Mesh:
        """The mesh of a shape that is a rounded box. Raises ValueError on another one."""
        if self.box is None or self.cuts:
            raise ValueError("only boxes can blend by 0")
        return self.box


def read_shape(car: Silhouette, body: Field, said: Mapping[str, Any]) -> Shape:
    """A shape at a place, leaning about the y axis and turned about the z axis, degrees.

    `stand`, `front`, `rear`, `top` put it so far out of the body. Raises KeyError, TypeError, ValueError.
    """
    centre = np.array([float(v) for v in said["at"]])
    for side in SIDES:
        if side in said:
            centre = stand_out(body, centre, side, float(said[side]))
    own, reach, thickness = _own_shape(car, said)
    turn = _turn(float(said.get("lean", 0.0)), float(said.get("turn", 0.0)))
    room = np.abs(turn) @ reach

    def field(points: Floats) -> Floats:
        return own((points - centre) @ turn)

    cuts = bool(said.get("cuts"))
    low, high = centre - room, centre + room
    return Shape(field, low, high, cuts, np.inf if cuts else thickness, _mesh_box(said, centre, turn))


def _mesh_box(said: Mapping[str, Any], centre: Floats, turn: Floats) -> Mesh | None:
    if "strokes" in said or "tube" in said or said.get("ring") or said.get("rod"):
        return None
    own = box_mesh([float(v) for v in said["half"]], float(said.get("radius", 0.01)))
    return Mesh(own.points @ turn.T + centre, own.normals @ turn.T, own.triangles)


def put_together(shapes: Sequence[Shape], blend: float) -> Field:
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


def stand_out(body: Field, place: Floats, side: str, by: float) -> Floats:
    """A place moved so far out of one of the body's SIDES, along that side's axis; at the axis' middle where there is
    no body."""
    axis, sign = SIDES[side]
    found = np.array(place, float)
    near, far = (0.0 if axis == 1 else MIDDLE[axis]), sign * WIDEST[axis]
    for _ in range(HALVINGS):
        found[axis] = (near + far) / 2
        if body(found[None])[0] < 0:
            near = found[axis]
        else:
            far = found[axis]
    found[axis] = near + sign * by
    return found


def _own_shape(car: Silhouette, said: Mapping[str, Any]) -> tuple[Field, Floats, float]:
    """The field about its own centre, how far it reaches along each axis, its thinnest wall."""
    if "strokes" in said:
        return _strokes(car, said)
    if "tube" in said:
        return _tube([[float(v) for v in point] for point in said["tube"]], float(said["radius"]))
    half = np.array([float(v) for v in said["half"]])
    if said.get("ring"):
        return _ring(half), np.full(3, half.max()), 2 * float(half.min())
    radius = float(said.get("radius", 0.01))
    if said.get("rod"):
        return _rod(half, radius), half, 2 * float(half.min())
    return rounded_box((0, 0, 0), half.tolist(), radius), half, 2 * float(half.min())


def _turn(lean: float, turn: float) -> Floats:
    """From a shape's own axes to the car's: first about y by `lean`, then about z by `turn`, degrees."""
    a, b = np.radians(lean), np.radians(turn)
    about_y = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y)


def _ring(half: Floats) -> Field:
    """A ring about the x axis: as thick as `half`'s x, as wide as its y."""
    thick, wide = half[0], half[1] - half[0]

    def field(points: Floats) -> Floats:
        return np.asarray(np.hypot(np.hypot(points[:, 1], points[:, 2]) - wide, points[:, 0]) - thick)

    return field


def _rod(half: Floats, radius: float) -> Field:
    """A cylinder along the axis whose two others are the most alike, its edges rounded."""
    pairs = {k: [other for other in range(3) if other != k] for k in range(3)}
    along = min(pairs, key=lambda k: abs(half[pairs[k][0]] - half[pairs[k][1]]))
    others = pairs[along]

    def field(points: Floats) -> Floats:
        side = np.hypot(points[:, others[0]], points[:, others[1]]) - half[others[0]] + radius
        end = np.abs(points[:, along]) - half[along] + radius
        outside = np.hypot(np.maximum(side, 0), np.maximum(end, 0))
        return np.asarray(outside + np.minimum(np.maximum(side, end), 0) - radius)

    return field


def _strokes(car: Silhouette, said: Mapping[str, Any]) -> tuple[Field, Floats, float]:
    """Lines of the file's `strokes` standing on a plane across x; read from the side that it `faces`."""
    drawn = car.part("strokes", str(said["strokes"]))
    size, deep, wide = float(said["size"]), float(said["deep"]), float(drawn["width"]) * float(said["size"])
    side = {"front": -1.0, "rear": 1.0}[str(said["faces"])]
    lines = [np.asarray(line, float) * [side * size, size] for line in drawn["lines"]]
    reach = np.abs(np.concatenate(lines)).max(axis=0) + wide

    def field(points: Floats) -> Floats:
        flat = np.min([line_distance(line, points[:, 1:]) for line in lines], axis=0) - wide / 2
        return np.asarray(meet(flat, np.abs(points[:, 0]) - deep, 0.3 * deep))

    return field, np.array([deep, *reach]), min(2 * deep, wide)


def _tube(line: Sequence[Sequence[float]], radius: float) -> tuple[Field, Floats, float]:
    """A round bar along a line of points about the shape's place."""
    points = np.asarray(line)
    reach = np.abs(points).max(axis=0) + radius
    return lambda at: np.asarray(line_distance(points, at) - radius), reach, 2 * radius
