"""What is fitted to a shell or stands in it: mirrors, handles, seats, the tablet; rounded shapes by the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from usine.studio.body import body_field
from usine.studio.fields import Field
from usine.studio.mesh import Mesh, combine
from usine.studio.parts import Part, When
from usine.studio.shapes import put_together, read_shape
from usine.studio.silhouette import Silhouette, SilhouetteInvalid
from usine.studio.surfacing import find_surface

QUICK = 4.0  # a detail from which triangles need not be even
FINEST_WALL = 0.4  # of a wall's thickness: larger cells would go through it


def build_fittings(car: Silhouette, *, detail: float = 1.0) -> list[Part]:
    """Every fitting of the file; boxes that blend by 0 m stay apart and have few triangles.

    `detail` multiplies the size of the others' cells. Raises SilhouetteInvalid.
    """
    body = body_field(car)
    sided = {str(door["node"]) for door in car.part("doors") if float(door["inward"][1])}
    return [part for said in car.part("fittings") for part in _place(car, body, said, detail, sided)]


def _place(
    car: Silhouette, body: Field, said: Mapping[str, Any], detail: float, sided: set[str]
) -> list[Part]:
    """A fitting where it is wanted: once, on both sides, or before the driver, on whichever side that is."""
    try:
        part = _build(car, body, said, detail)
        if said.get("driver"):
            return _before_driver(car, part)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, SilhouetteInvalid):
            raise
        raise SilhouetteInvalid(f"{car.name}: a fitting cannot be read ({error}): {dict(said)}.") from error
    if not said.get("both"):
        return [part]
    if part.node in sided:
        right = Part(f"{part.node}R", part.material, part.mesh, part.when)
        return [right, right.mirrored(f"{part.node}L")]
    return [Part(part.node, part.material, combine([part.mesh, part.mesh.mirrored()]), part.when)]


def _before_driver(car: Silhouette, part: Part) -> list[Part]:
    """As written for a driver on the left; for one on the right the mirror image, on a node of its own."""
    feature = str(car.part("driver", "feature"))
    found = []
    for side in ("left", "right"):
        when: When = {**part.when, feature: (str(car.part("driver", side)),)}
        own = part if side == "left" else part.mirrored(f"{part.node}_right")
        found.append(replace(own, when=when))
    return found


def _build(car: Silhouette, body: Field, said: Mapping[str, Any], detail: float) -> Part:
    node, material = str(said["node"]), str(said["material"])
    when = {name: tuple(map(str, values)) for name, values in said.get("when", {}).items()}
    if "screen" in said:
        mesh, uv = _screen(said["screen"])
        return Part(node, material, mesh, when, uv=uv)
    shapes = [read_shape(car, body, shape) for shape in said["shapes"]]
    if said.get("blend") == 0:
        return Part(node, material, combine([shape.as_box() for shape in shapes]), when)
    cell = float(said["cell"])
    low = np.min([shape.low for shape in shapes], axis=0) - 2 * cell
    high = np.max([shape.high for shape in shapes], axis=0) + 2 * cell
    thinnest = min(shape.thickness for shape in shapes)
    field = put_together(shapes, float(said.get("blend", 0.01)))
    size = min(cell * detail, FINEST_WALL * thinnest)
    mesh = find_surface(field, low.tolist(), high.tolist(), size, even=detail < QUICK)
    return Part(node, material, mesh, when)


def _screen(said: Mapping[str, Any]) -> tuple[Mesh, np.ndarray]:
    """A flat picture that faces the tail, `width` by `height` metres, leaning back by `lean` degrees."""
    wide, high, lean = float(said["width"]) / 2, float(said["height"]) / 2, np.radians(float(said["lean"]))
    up, out = np.array([-np.sin(lean), 0, np.cos(lean)]), np.array([np.cos(lean), 0, np.sin(lean)])
    right = np.array([0.0, 1.0, 0.0])  # of those who look at it, towards the nose
    corners = [a * wide * right + b * high * up for a, b in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
    points = np.asarray(said["at"], float) + np.array(corners)
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return Mesh(points, np.tile(out, (4, 1)), np.array([[0, 2, 1], [0, 3, 2]])), uv
