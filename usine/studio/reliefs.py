"""Relief on a shell: recesses of lamps and grilles, bars in them, the rolled lip of a sheet beside its gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from usine.studio.curves import Floats, ramp
from usine.studio.fields import gradient
from usine.studio.mesh import Mesh
from usine.studio.panels import Panels, Region
from usine.studio.silhouette import Silhouette, SilhouetteInvalid

Relief = Callable[[Floats], Floats]
"""From points (n, 3) to how far each is sunk into the body, metres."""

EDGE = 0.004  # metres that the flank of a bar takes
LIP_DEPTH = 0.0016  # metres that a sheet's edge is rolled in
STEP = 5e-4


def read_relief(car: Silhouette, panel: Mapping[str, Any], region: Region, panels: Panels) -> list[Relief]:
    """What a panel of the file sinks: `recess`, with or without `bars`, or the `lip` of a groove.

    Bars need edges where they begin: the surface is split along them. Raises SilhouetteInvalid.
    """
    if panel.get("lip"):
        return [_roll(region, float(panel["width"]) / 2, float(panel["lip"]))]
    if "recess" not in panel:
        return []
    said = panel["recess"]
    try:
        depth, ease = float(said["depth"]), float(said["ease"])
        bars = _bars(**said["bars"]) if "bars" in said else None
    except (KeyError, TypeError, ValueError) as error:
        raise SilhouetteInvalid(f"{car.name}: a recess cannot be read ({error}): {dict(panel)}.") from error
    panels.split(lambda points: region(points) + ease)
    if bars is None:
        return [lambda points: depth * ramp(-region(points) / ease)]
    panels.split(lambda points: np.maximum(bars(points), region(points)))
    panels.split(lambda points: np.maximum(bars(points) - EDGE, region(points)))
    return [lambda points: depth * ramp(-region(points) / ease) * ramp(bars(points) / EDGE)]


def sink(mesh: Mesh, reliefs: Sequence[Relief]) -> Mesh:
    """The mesh with every relief in it, its normals with them."""
    if not reliefs:
        return mesh

    def depth(points: Floats) -> Floats:
        return np.asarray(sum(relief(points) for relief in reliefs))

    moved = np.flatnonzero(np.abs(depth(mesh.points)) > 1e-7)  # every relief begins without a slope
    points, normals = mesh.points.copy(), mesh.normals.copy()
    own, out = points[moved], normals[moved]
    slope = gradient(depth, own, STEP)
    slope -= out * (slope * out).sum(axis=1, keepdims=True)
    turned = out + slope
    normals[moved] = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    points[moved] = own - depth(own)[:, None] * out
    return Mesh(points, normals, mesh.triangles)


def _roll(region: Region, half: float, lip: float) -> Relief:
    """The edge of a sheet bent in beside a gap: it catches the light as a pressed sheet's does."""

    def depth(points: Floats) -> Floats:
        share = np.clip((half + lip - np.abs(region(points))) / lip, 0, 1)
        return np.asarray(LIP_DEPTH * share**2)

    return depth


def _bars(axis: str, period: float, share: float, rise: float = 0.0, at: float = 0.0) -> Region:
    """Bars across an axis, each `period` metres, taking a share of it; `rise` tilts them a metre outwards."""
    place, across = "xyz".index(axis), 2 if axis == "y" else 1

    def distance(points: Floats) -> Floats:
        where = points[:, place] - at - rise * np.abs(points[:, across])
        return np.asarray(np.abs(np.mod(where, period) - period / 2) - share * period / 2)

    return distance
