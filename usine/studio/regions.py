"""Where a panel of a silhouette is: outlines seen from one side, bands, boxes, as signed distances."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from usine.studio.curves import Curve, Floats
from usine.studio.outlines import mirror, round_off, signed_distance
from usine.studio.panels import Region
from usine.studio.silhouette import Silhouette, SilhouetteInvalid

FAR = 9.0  # metres: outside of every region
UNROLL = 0.85  # how far a corner lamp runs along the side for each metre that it runs back

View = Callable[[Floats], Floats]


def find_region(car: Silhouette, panel: Mapping[str, Any]) -> Region:
    """What a panel of the file is about. Raises SilhouetteInvalid on a view or an outline that there is not."""
    views = _views(car)
    name = str(panel.get("view"))
    if name not in views:
        raise SilhouetteInvalid(f"{car.name}: {name} is no view: use one of {', '.join(views)}.")
    view, where = views[name], _box(panel.get("where", {}))
    outline = find_outline(car, str(panel["outline"])) if "outline" in panel else None
    grow, ring, below = float(panel.get("grow", 0)), panel.get("ring"), panel.get("below")
    drawn = [draw(panel[key]) for key, draw in DRAWN.items() if key in panel]

    def region(points: Floats) -> Floats:
        there = where(points)
        found = np.full(len(points), FAR)
        found[there] = distance(view(points[there]))
        return found

    def distance(seen: Floats) -> Floats:
        found = np.full(len(seen), -FAR)
        if outline is not None:
            found = signed_distance(outline, seen) - grow
        if ring is not None:
            found = np.maximum(found, -found - float(ring))
        if below is not None:
            at, slope = below["at"], float(below["slope"])
            line = float(at[1]) + slope * np.maximum(seen[:, 0] - float(at[0]), 0)
            found = np.maximum(found, seen[:, 1] - line)
        for more in drawn:
            found = np.maximum(found, more(seen))
        return found

    return region


def find_edges(car: Silhouette, panel: Mapping[str, Any]) -> list[Region]:
    """Lines to split a surface along before a panel is cut out of it: what is finer than a cell would be missed."""
    found = []
    if "ring" in panel:
        whole = {key: value for key, value in panel.items() if key not in ("ring", "below")}
        inner = {**whole, "grow": float(panel.get("grow", 0)) - float(panel["ring"])}
        found += [find_region(car, whole), find_region(car, inner)]
    plain = {key: value for key, value in panel.items() if key not in ("band", "leaves")}
    if "band" in panel:
        half = float(panel["band"]["half"])
        found += [find_region(car, {**plain, "edge": {**panel["band"], "by": by}}) for by in (-half, half)]
    for leaf in panel.get("leaves", ()):
        found.append(find_region(car, {**plain, "rib": leaf}))
    return [*found, find_region(car, panel)]


def find_outline(car: Silhouette, name: str) -> Floats:
    """An outline of the file, corners rounded."""
    corners = car.part("outlines", name, "corners")
    part = car.part("outlines", name)
    try:
        return round_off(mirror(corners) if part.get("mirror") else corners, part.get("rounding", 0.01))
    except ValueError as error:
        raise SilhouetteInvalid(f"{car.name}: outlines.{name} is no outline ({error})") from error


def _band(said: Mapping[str, Any]) -> View:
    """A line of the view, `half` metres to either side of it, from its first knot to its last."""
    line, half = Curve(said["line"], smoothing=0.03), float(said["half"])
    taper = float(said.get("taper", 0.0))  # metres over which its ends come to a point

    def distance(seen: Floats) -> Floats:
        to_end = np.minimum(seen[:, 0] - line.first, line.last - seen[:, 0])
        own = half * np.clip(to_end / taper, 0.0, 1.0) if taper else half
        return np.asarray(np.maximum(np.abs(seen[:, 1] - line(seen[:, 0])) - own, -to_end))

    return distance


def _edge(said: Mapping[str, Any]) -> View:
    """One side of a band, `by` metres from its line."""
    line, by = Curve(said["line"], smoothing=0.03), float(said["by"])

    def distance(seen: Floats) -> Floats:
        to_end = np.minimum(seen[:, 0] - line.first, line.last - seen[:, 0])
        return np.asarray(np.maximum(seen[:, 1] - line(seen[:, 0]) - by, -to_end))

    return distance


def _rib(leaf: Mapping[str, Any]) -> View:
    """One half of a leaf's box, on the one side of its middle line."""
    angle, middle = np.radians(leaf["turn"]), np.asarray(leaf["at"], float)
    out = [-np.sin(angle), np.cos(angle)]

    def distance(seen: Floats) -> Floats:
        along = np.abs((seen - middle) @ [np.cos(angle), np.sin(angle)])
        across = (seen - middle) @ out
        inside = np.maximum(along - leaf["long"] / 2, -across - leaf["wide"] / 2)
        return np.asarray(np.maximum(inside, across))

    return distance


def _leaves(said: Sequence[Mapping[str, Any]]) -> View:
    """Leaves: each where two discs overlap, `long` and `wide` in metres, turned by `turn` degrees."""

    def distance(seen: Floats) -> Floats:
        found = np.full(len(seen), FAR)
        for leaf in said:
            angle, half, wide = np.radians(leaf["turn"]), leaf["long"] / 2, leaf["wide"] / 2
            away = seen - np.asarray(leaf["at"], float)
            along = away @ [np.cos(angle), np.sin(angle)]
            across = np.abs(away @ [-np.sin(angle), np.cos(angle)])
            radius = (half**2 + wide**2) / (2 * wide)
            found = np.minimum(found, np.hypot(along, across + radius - wide) - radius)
        return found

    return distance


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


DRAWN: Mapping[str, Callable[[Any], View]] = {"band": _band, "leaves": _leaves, "edge": _edge, "rib": _rib}
