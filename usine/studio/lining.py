"""The lining of the cabin: the inner face of roof, pillars and sides, as one sees them through the glass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats
from usine.studio.doors import APART
from usine.studio.mesh import Mesh, combine, off_middle, open_edges, strip
from usine.studio.panels import Panels
from usine.studio.parts import Part, When
from usine.studio.silhouette import Silhouette

DEPTH = 0.024  # metres between the sheet and its lining
BELOW = 0.005  # metres under the sheet that its edge ends: made small, it must not come through
ROOF, LINING = "roof", "lining"
SHEETS = ("paint", "surround", "cladding")
LOWEST = 0.30


def line_cabin(car: Silhouette, cut: Mesh, panels: Panels, kept: NDArray[np.bool_]) -> list[Part]:
    """The lining of what does not open, from the dash to the tail; of the roof only where it is no glass."""
    said = car.part("lining")
    middle = cut.points[cut.triangles].mean(axis=1)
    in_cabin = (middle[:, 0] > said["from"]) & (middle[:, 0] < said["to"]) & (middle[:, 2] > LOWEST)
    in_cabin &= kept & (middle[:, 2] > _floor(car, middle))
    roof: When = {said["roof"]["feature"]: said["roof"]["values"]}
    return [
        Part("body", LINING, _line(cut, panels.part(*SHEETS) & in_cabin)),
        Part("body", LINING, _line(cut, panels.part(ROOF) & in_cabin), roof),
    ]


def _floor(car: Silhouette, points: Floats) -> Floats:
    """Nothing is lined under the seats, nor where wheel wells stand."""
    near = [
        np.hypot(points[:, 0] - axle, points[:, 2] - car.package.wheel_radius)
        < car.package.arch_radius - 0.02
        for axle in car.package.axles
    ]
    return np.where(np.any(near, axis=0) & (np.abs(points[:, 1]) > 0.45), np.inf, LOWEST)


def _line(cut: Mesh, chosen: NDArray[np.bool_]) -> Mesh:
    """A sheet's inner face and the strip round its edges, which closes on panes and frames."""
    inner = cut.points - DEPTH * cut.normals
    face = Mesh(inner, -cut.normals, cut.triangles[:, ::-1]).part(chosen)
    edges = off_middle(cut.points, open_edges(cut.triangles[chosen]))
    middle = cut.points[np.unique(cut.triangles[chosen])].mean(axis=0) if chosen.any() else np.zeros(3)
    away = cut.points - middle
    outer = cut.points - BELOW * cut.normals
    return combine([face, strip(outer, inner + APART * cut.normals, _across(away, cut.normals), edges)])


def _across(away: Floats, normals: Floats) -> Floats:
    """The part of a direction that runs along the sheet."""
    along = away - normals * (away * normals).sum(axis=1, keepdims=True)
    return np.asarray(along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9))
