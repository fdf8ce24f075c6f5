"""The shell of a car: its body cut into panes, lamps, doors and the gaps between them, wheel arches open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from usine.studio.arches import arch_region, line_arch
from usine.studio.body import body_field
from usine.studio.covers import Cover, put_covers, read_covers, split_for_covers
from usine.studio.doors import Door, build_door, in_door, read_doors
from usine.studio.fields import normals, project
from usine.studio.lining import line_cabin
from usine.studio.mesh import Mesh, combine, join_halves, open_edges
from usine.studio.panels import Panels
from usine.studio.parts import Hinge, Part
from usine.studio.regions import find_edges, find_region
from usine.studio.reliefs import Relief, read_relief, sink
from usine.studio.silhouette import Silhouette, SilhouetteInvalid
from usine.studio.surfacing import find_surface

BODY, PAINT, OPEN, WELL = "body", "paint", "open", "well"
FINE = 0.0135  # metres between points of the finished body
MARGIN = 0.12
HIGHEST = 1.9


@dataclass(frozen=True)
class Shell:
    """The sheets of both sides of a car, and what its doors turn about."""

    parts: tuple[Part, ...]
    hinges: Mapping[str, Hinge]


def build_shell(car: Silhouette, *, size: float = FINE) -> Shell:
    """The parts of the body, from cells of `size` metres; the same file gives the same parts.

    Raises SilhouetteInvalid.
    """
    covers = read_covers(car)
    smooth, cut, panels = _cut(car, size, covers)
    doors = read_doors(car)
    owner = np.full(len(panels.triangles), -1)
    for place, door in enumerate(doors):
        owner[in_door(door, cut, panels)] = place
    half: list[Part] = []
    for place, door in enumerate(doors):
        half += build_door(car, door, cut, panels, owner == place)
    half += _keep_body(car, cut, panels, owner < 0, doors)
    half += put_covers(covers, smooth, cut, panels, owner, [door.node for door in doors])
    return Shell(tuple(_both_sides(half, doors)), _find_hinges(doors))


def _cut(car: Silhouette, size: float, covers: Sequence[Cover]) -> tuple[Mesh, Mesh, Panels]:
    """The half with y >= 0 cut into panels: smooth, then with recesses sunk and edges rolled in."""
    field = body_field(car)
    whole = find_surface(
        field, (-MARGIN, 0, 0.05), (car.package.length + MARGIN, 1.2, HIGHEST), size, half=True
    )
    panels = Panels(whole.points, whole.triangles, PAINT)
    reliefs = [relief for panel in car.part("panels") for relief in _apply(panels, car, panel)]
    split_for_covers(covers, panels)
    for axle in car.package.axles:
        panels.cut(arch_region(car, axle), OPEN)
    panels.drop(OPEN)
    points = project(field, panels.points, 2, 0.002)
    smooth = Mesh(points, normals(field, points), panels.triangles)
    return smooth, sink(smooth, reliefs), panels


def _apply(panels: Panels, car: Silhouette, panel: Mapping[str, Any]) -> list[Relief]:
    """Make one panel of the file; what it does to the surface besides cutting it."""
    region = find_region(car, panel)
    within = tuple(panel.get("within", ()))
    if "groove" in panel:
        width, lip = float(panel["width"]), float(panel.get("lip", 0.0))
        panels.groove(region, width, str(panel["groove"]), lip=lip, within=within)
    elif "cut" in panel:
        for edge in find_edges(car, panel)[:-1]:
            panels.split(edge)
        panels.cut(region, str(panel["cut"]), within=within)
    else:
        raise SilhouetteInvalid(f"{car.name}: a panel says neither cut nor groove: {dict(panel)}.")
    return read_relief(car, panel, region, panels)


def _keep_body(
    car: Silhouette, cut: Mesh, panels: Panels, kept: np.ndarray, doors: tuple[Door, ...]
) -> list[Part]:
    """What does not open: its sheets, wheel arches, the frames that doors close on, the cabin's lining."""
    parts = {name: [cut.part(panels.part(name) & kept)] for name in panels.names}
    parts[WELL] = []
    for axle in car.package.axles:
        flange, well = line_arch(cut, car, axle)
        parts[PAINT].append(flange)
        parts[WELL].append(well)
    rim = open_edges(panels.triangles[kept])
    made = [Part(BODY, name, combine(meshes)) for name, meshes in parts.items() if _is_any(meshes)]
    made += [Part(BODY, PAINT, door.frame(cut, rim), inner=True) for door in doors]
    return [*made, *line_cabin(car, cut, panels, kept)]


def _is_any(meshes: list[Mesh]) -> bool:
    return any(len(mesh.triangles) for mesh in meshes)


def _both_sides(half: list[Part], doors: tuple[Door, ...]) -> list[Part]:
    """Doors become a right and a left one; everything else is one part over the middle, or on one side alone."""
    sided = {door.node for door in doors if door.is_sided}
    found: list[Part] = []
    for part in half:
        if not len(part.mesh.triangles):
            continue
        meshes = {"R": part.mesh, "L": part.mesh.mirrored()}
        hands = [hand for hand in "RL" if part.side in ("", hand)]
        if part.node in sided:
            found += [replace(part, node=part.node + hand, mesh=meshes[hand]) for hand in hands]
        elif len(hands) == 1:
            found.append(replace(part, mesh=meshes[hands[0]]))
        else:
            found.append(replace(part, mesh=join_halves(part.mesh)))
    return found


def _find_hinges(doors: tuple[Door, ...]) -> dict[str, Hinge]:
    found: dict[str, Hinge] = {}
    for door in doors:
        if door.is_sided:
            found |= {f"{door.node}R": door.hinge, f"{door.node}L": door.hinge.mirrored()}
        else:
            found[door.node] = door.hinge
    return found
