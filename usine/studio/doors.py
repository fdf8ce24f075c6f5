"""Doors that open: the sheet within an outline on a node of its own, with a rim, a card inside, a frame to close on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.studio.body import belt_line
from usine.studio.curves import Floats, ramp
from usine.studio.mesh import Mesh, Triangles, combine, off_middle, open_edges, strip
from usine.studio.panels import Panels, Region
from usine.studio.parts import Hinge, Part
from usine.studio.regions import find_region
from usine.studio.silhouette import Silhouette, SilhouetteInvalid

PANES = ("windscreen", "side_glass", "rear_glass")
RIM = "paint"
APART = 0.0004  # metres between a sheet's edge and what is turned in: welded, they could not be simplified
EASE = 0.06  # metres below the belt over which a door gets thinner


@dataclass(frozen=True)
class Door:
    """`inward` is the way into the car; a door is as deep as its two figures say below and above the belt, metres."""

    node: str
    of: tuple[str, ...]  # the panels that open with it
    card: str  # what its inner face is made of
    region: Region
    gap: float
    inward: Floats
    depth: tuple[float, float]
    hinge: Hinge
    is_sided: bool
    belt: Any

    def inside(self, points: Floats) -> Floats:
        """Points of the sheet moved to the inner face of the door."""
        thick, thin = self.depth
        above = ramp((points[:, 2] - self.belt(points[:, 0])) / EASE + 1)
        return np.asarray(points + (thick + (thin - thick) * above)[:, None] * self.inward)

    def frame(self, cut: Mesh, rim: Triangles) -> Mesh:
        """What of the body is seen round the open door: its edge turned in, facing the opening."""
        near = np.abs(self.region(cut.points) + self.gap / 2) < 0.0015
        edges = rim[near[rim].all(axis=1)]
        return strip(self._edge(cut), self.inside(cut.points), self._outwards(cut.points, edges) * -1, edges)

    def rim(self, cut: Mesh, edges: Triangles) -> Mesh:
        """The narrow side of the door."""
        return strip(self._edge(cut), self.inside(cut.points), self._outwards(cut.points, edges), edges)

    def _edge(self, cut: Mesh) -> Floats:
        return np.asarray(cut.points + APART * self.inward)

    def _outwards(self, points: Floats, edges: Triangles) -> Floats:
        """For each point the way out of the outline, across the way into the car."""
        slope = np.zeros_like(points)
        used = np.unique(edges)
        for axis in range(3):
            move = np.zeros(3)
            move[axis] = 1e-3
            slope[used, axis] = self.region(points[used] + move) - self.region(points[used] - move)
        slope -= (slope @ self.inward)[:, None] * self.inward
        slope[np.linalg.norm(slope, axis=1) < 1e-6] = [0.0, 0.0, 1.0]  # at the ends of what a view shows
        return np.asarray(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9))


def read_doors(car: Silhouette) -> tuple[Door, ...]:
    """The doors of the file. Raises SilhouetteInvalid."""
    return tuple(_read(car, said) for said in car.part("doors"))


def in_door(door: Door, cut: Mesh, panels: Panels) -> NDArray[np.bool_]:
    """Which triangles open with a door."""
    middle = cut.points[cut.triangles].mean(axis=1)
    return np.asarray(panels.part(*door.of) & (door.region(middle) < -door.gap / 2 + 1e-4))


def build_door(car: Silhouette, door: Door, cut: Mesh, panels: Panels, own: NDArray[np.bool_]) -> list[Part]:
    """The sheets and panes of a door, its rim and the card that one sees from inside."""
    sheets = [Part(door.node, name, cut.part(panels.part(name) & own)) for name in panels.names]
    outer = off_middle(cut.points, open_edges(cut.triangles[own]))
    opaque = own & ~panels.part(*PANES)
    within = off_middle(cut.points, open_edges(cut.triangles[opaque]))
    hole = within[~np.isin(_keys(within), _keys(outer))]
    inner = Mesh(door.inside(cut.points), -cut.normals, cut.triangles[:, ::-1])
    reveal = strip(cut.points, door.inside(cut.points), -door._outwards(cut.points, hole), hole)
    return [
        *(part for part in sheets if len(part.mesh.triangles)),
        Part(door.node, RIM, door.rim(cut, outer), inner=True),
        Part(door.node, door.card, combine([inner.part(opaque), reveal]), inner=True),
    ]


def _keys(edges: Triangles) -> NDArray[np.int64]:
    return np.asarray(edges[:, 0] * (1 << 32) + edges[:, 1])


def _read(car: Silhouette, said: Mapping[str, Any]) -> Door:
    try:
        hinge = said["hinge"]
        x, y, z = (float(v) for v in hinge["at"])
        along, across, up = (float(v) for v in hinge["axis"])
        inward = np.array([float(v) for v in said["inward"]])
        below, above = (float(v) for v in said["depth"])
        node, card, gap = str(said["node"]), str(said["card"]), float(said["gap"])
        of = tuple(map(str, said["of"]))
        degrees = float(hinge["degrees"])
    except (KeyError, TypeError, ValueError) as error:
        raise SilhouetteInvalid(f"{car.name}: a door cannot be read ({error}): {dict(said)}.") from error
    found = Hinge((x, y, z), (along, across, up), degrees)
    region, is_sided = find_region(car, said), inward[1] != 0
    return Door(node, of, card, region, gap, inward, (below, above), found, is_sided, belt_line(car))
