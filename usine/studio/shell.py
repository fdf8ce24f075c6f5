"""The shell of a car: its body cut into panes, lamps, doors and the gaps between them, wheel arches open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from usine.studio.body import body_field
from usine.studio.curves import Floats
from usine.studio.fields import normals, project
from usine.studio.mesh import Mesh, Triangles, combine, facing
from usine.studio.outlines import mirror, round_off, signed_distance
from usine.studio.panels import Panels, Region
from usine.studio.silhouette import Package, Silhouette, SilhouetteInvalid
from usine.studio.surfacing import find_surface

PAINT, OPEN, WELL = "paint", "open", "well"
FLANGE, INNER = 0.030, 0.50  # metres that the sheet is turned in; y of the inner wall of a wheel well
FAR = 9.0  # metres: outside of every region
UNROLL = 0.85  # how far a corner lamp runs along the side for each metre that it runs back
FINE = 0.0135  # metres between points of the finished body
MARGIN = 0.12
HIGHEST = 1.9

View = Callable[[Floats], Floats]


def build_shell(car: Silhouette, *, size: float = FINE) -> dict[str, Mesh]:
    """The parts of the body by name, the half with y >= 0. Cells of `size` metres; the same file gives the same parts.

    Raises SilhouetteInvalid.
    """
    field = body_field(car)
    whole = find_surface(
        field, (-MARGIN, 0, 0.05), (car.package.length + MARGIN, 1.2, HIGHEST), size, half=True
    )
    panels = Panels(whole.points, whole.triangles, PAINT)
    for panel in car.part("panels"):
        _apply(panels, car, panel)
    for axle in car.package.axles:
        panels.cut(_arch(car, axle), OPEN)
    panels.drop(OPEN)
    points = project(field, panels.points, 2, 0.002)
    cut = Mesh(points, normals(field, points), panels.triangles)
    parts = {name: cut.part(panels.part(name)) for name in panels.names}
    linings = [line_arch(cut, car, axle) for axle in car.package.axles]
    return parts | {
        PAINT: combine([parts[PAINT], *(flange for flange, _ in linings)]),
        WELL: combine([well for _, well in linings]),
    }


def line_arch(body: Mesh, car: Silhouette, axle: float) -> tuple[Mesh, Mesh]:
    """What closes a wheel arch: the flange that the sheet is turned in by, and the well behind it."""
    package = car.package
    edges = _rim_of(body, axle, package)
    used, places = np.unique(edges, return_inverse=True)
    places = places.reshape(edges.shape)
    outer = body.points[used]
    inwards = -(outer - [axle, 0.0, package.wheel_radius]) * [1.0, 0.0, 1.0]
    inwards /= np.linalg.norm(inwards, axis=1, keepdims=True)
    turned = outer + 0.004 * inwards - [0.0, FLANGE, 0.0]
    behind = np.stack([turned[:, 0], np.full(len(turned), INNER), turned[:, 2]], axis=1)
    flange = _strip(outer, turned, inwards, places)
    wall = _strip(turned, behind, inwards, places)
    middle = np.array([[axle, INNER, package.wheel_radius]])
    fan = np.concatenate([behind, middle])
    hub = np.stack([places[:, 0], places[:, 1], np.full(len(places), len(behind))], axis=1)
    return flange, combine([wall, facing(fan, np.tile([0.0, 1.0, 0.0], (len(fan), 1)), hub)])


def _rim_of(body: Mesh, axle: float, package: Package) -> Triangles:
    """The edges of the sheet round a wheel arch."""
    sides = np.concatenate([body.triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    edges, count = np.unique(np.sort(sides, axis=1), axis=0, return_counts=True)
    away = np.hypot(body.points[:, 0] - axle, body.points[:, 2] - package.wheel_radius)
    on_rim = (np.abs(away - package.arch_radius) < 0.003) & (body.points[:, 1] > INNER - 0.1)
    return np.asarray(edges[(count == 1) & on_rim[edges].all(axis=1)])


def _strip(one: Floats, other: Floats, normals_: Floats, edges: Triangles) -> Mesh:
    """Quadrilaterals between two rows of points along edges of the first one."""
    a, b = edges[:, 0], edges[:, 1]
    triangles = np.concatenate(
        [np.stack([a, b, b + len(one)], 1), np.stack([a, b + len(one), a + len(one)], 1)]
    )
    return facing(np.concatenate([one, other]), np.concatenate([normals_, normals_]), triangles)


def _apply(panels: Panels, car: Silhouette, panel: Mapping[str, Any]) -> None:
    region = find_region(car, panel)
    within = tuple(panel.get("within", ()))
    if "groove" in panel:
        panels.groove(region, float(panel["width"]), str(panel["groove"]), within=within)
    elif "cut" in panel:
        panels.cut(region, str(panel["cut"]), within=within)
    else:
        raise SilhouetteInvalid(f"{car.name}: a panel says neither cut nor groove: {dict(panel)}.")


def find_region(car: Silhouette, panel: Mapping[str, Any]) -> Region:
    """What a panel of the file is about. Raises SilhouetteInvalid on a view or an outline that there is not."""
    views = _views(car)
    name = str(panel.get("view"))
    if name not in views:
        raise SilhouetteInvalid(f"{car.name}: {name} is no view: use one of {', '.join(views)}.")
    view, where = views[name], _box(panel.get("where", {}))
    outline = find_outline(car, str(panel["outline"])) if "outline" in panel else None
    grow, ring, below = float(panel.get("grow", 0)), panel.get("ring"), panel.get("below")

    def region(points: Floats) -> Floats:
        seen = view(points)
        found = np.full(len(points), -FAR)
        if outline is not None:
            found = signed_distance(outline, seen) - grow
        if ring is not None:
            found = np.maximum(found, -found - float(ring))
        if below is not None:
            at, slope = below["at"], float(below["slope"])
            line = float(at[1]) + slope * np.maximum(seen[:, 0] - float(at[0]), 0)
            found = np.maximum(found, seen[:, 1] - line)
        return np.where(where(points), found, FAR)

    return region


def find_outline(car: Silhouette, name: str) -> Floats:
    """An outline of the file, corners rounded."""
    corners = car.part("outlines", name, "corners")
    part = car.part("outlines", name)
    try:
        return round_off(mirror(corners) if part.get("mirror") else corners, part.get("rounding", 0.01))
    except ValueError as error:
        raise SilhouetteInvalid(f"{car.name}: outlines.{name} is no outline ({error})") from error


def _views(car: Silhouette) -> dict[str, View]:
    """How points are seen from each side, as two numbers; corners are unrolled."""
    length = car.package.length
    return {
        "side": lambda p: p[:, [0, 2]],
        "front": lambda p: p[:, [1, 2]],
        "top": lambda p: p[:, [0, 1]],
        "height": lambda p: p[:, [0, 2]],
        "nose_corner": lambda p: np.stack([p[:, 1] + UNROLL * p[:, 0], p[:, 2]], axis=1),
        "tail_corner": lambda p: np.stack([p[:, 1] + UNROLL * (length - p[:, 0]), p[:, 2]], axis=1),
    }


def _box(bounds: Mapping[str, Any]) -> Callable[[Floats], Any]:
    limits = [("xyz".index(axis), float(low), float(high)) for axis, (low, high) in bounds.items()]

    def within(points: Floats) -> Any:
        found = np.ones(len(points), bool)
        for axis, low, high in limits:
            found &= (points[:, axis] > low) & (points[:, axis] < high)
        return found

    return within


def _arch(car: Silhouette, axle: float) -> Region:
    package = car.package

    def region(points: Floats) -> Floats:
        away = np.hypot(points[:, 0] - axle, points[:, 2] - package.wheel_radius) - package.arch_radius
        return np.asarray(np.where(points[:, 1] > 0.42, away, FAR))

    return region
