"""The body of a car as one field: a lower body of five surfaces, a cabin of four, both rounded and joined."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from usine.studio.curves import Floats, ramp
from usine.studio.fields import Field, join, meet
from usine.studio.silhouette import Silhouette

SIDE, TOP, NOSE, TAIL = (
    1.05,
    1.1,
    1.08,
    1.05,
)  # about the length of each surface's gradient: fields stay near distances
CABIN_SIDE, ROOF, WINDSCREEN, BACKLIGHT = 1.07, 1.02, 2.0, 1.25
BELOW = -0.02  # the glass runs on so far below its foot; further down it would come out of the tail
HALF_WIDTH = 0.75  # where crowns and sweeps reach the figure that the silhouette names


def body_field(car: Silhouette) -> Field:
    """The whole body without wheels, openings or parts. The same at y and -y."""
    lower, cabin, seam = lower_field(car), cabin_field(car), car.number("cabin", "seam")

    def field(points: Floats) -> Floats:
        return join(lower(points), cabin(points), seam)

    return field


def lower_field(car: Silhouette) -> Field:
    """Side, bonnet and deck, nose, tail and floor; edges rounded in the order in which real ones run out."""
    side, nose, tail, top = side_limit(car), nose_limit(car), tail_limit(car), top_limit(car)
    radius = {name: car.number("fillets", name) for name in ("nose", "tail", "top", "floor")}
    ground, front, rear = (
        car.package.clearance,
        *(car.number("floor", name) for name in ("front_rise", "rear_rise")),
    )
    length = car.package.length

    def field(points: Floats) -> Floats:
        x, y, z = points[:, 0], np.abs(points[:, 1]), points[:, 2]
        found = side(x, y, z)
        found = meet(found, (nose(y, z) - x) / NOSE, radius["nose"])
        found = meet(found, (x - tail(y, z)) / TAIL, radius["tail"])
        found = meet(found, (z - top(x, y)) / TOP, radius["top"])
        floor = ground + front * ramp((0.5 - x) / 0.5) + rear * ramp((x - length + 0.55) / 0.5)
        return meet(found, floor - z, radius["floor"])

    return field


def side_limit(car: Silhouette) -> Callable[[Floats, Floats, Floats], Floats]:
    """How far a point is outside the flank: the sheet below the shoulder and the one above it, meeting in a crease."""
    section, plan = car.curve("flank", "section", smoothing=0.018), car.curve("flank", "plan", smoothing=0.03)
    crease = car.curve("flank", "shoulder", smoothing=0.03)
    wedge, lean, bow, edge = (car.number("flank", name) for name in ("wedge", "lean", "bow", "edge"))
    swell = _swell(car)
    half_length = car.package.length / 2

    def limit(x: Floats, y: Floats, z: Floats) -> Floats:
        line = crease(x)
        base = plan(x) + swell(x, z)
        below = base + section(z - wedge * (x - half_length))
        above = np.maximum(z - line, -0.1)
        crest = (
            base + section(line - wedge * (x - half_length)) - lean * (z - line) - bow * above * np.abs(above)
        )
        return meet((y - below) / SIDE, (y - crest) / SIDE, edge)

    return limit


def _swell(car: Silhouette) -> Callable[[Floats, Floats], Floats]:
    """What stands out of the plain flank: flares round the wheels, haunches; and the scoop in the doors."""
    package = car.package
    reach, spread = car.number("flares", "reach"), car.number("flares", "spread")
    heights = car.number("flares", "front"), car.number("flares", "rear")
    rings = list(zip(package.axles, heights, strict=True))
    bulges = [
        (*map(float, bulge["at"]), *map(float, bulge["spread"]), float(bulge["height"]))
        for bulge in car.part("bulges")
    ]
    scoop = {
        name: car.number("scoop", name)
        for name in ("height", "rise", "spread", "depth", "from", "to", "fade")
    }

    def swell(x: Floats, z: Floats) -> Floats:
        found = np.zeros_like(x)
        for axle, height in rings:
            away = np.hypot(x - axle, z - package.wheel_radius)
            found += height * np.exp(-(((away - reach) / spread) ** 2)) * ramp((z - 0.1) / 0.2)
        for at_x, at_z, long, high, height in bulges:
            found += height * np.exp(-(((x - at_x) / long) ** 2) - ((z - at_z) / high) ** 2)
        rise = z - scoop["height"] - scoop["rise"] * (x - package.length / 2)
        ends = ramp((x - scoop["from"]) / scoop["fade"]) * ramp((scoop["to"] - x) / scoop["fade"])
        return np.asarray(found - scoop["depth"] * np.exp(-((rise / scoop["spread"]) ** 2)) * ends)

    return swell


def nose_limit(car: Silhouette) -> Callable[[Floats, Floats], Floats]:
    """x of the nose by y and z."""
    line, sweep, power = car.curve("nose", "line"), car.number("nose", "sweep"), car.number("nose", "power")
    return lambda y, z: np.asarray(line(z) + sweep * (y / 0.78) ** power)


def tail_limit(car: Silhouette) -> Callable[[Floats, Floats], Floats]:
    """x of the tail by y and z."""
    line, sweep, power = car.curve("tail", "line"), car.number("tail", "sweep"), car.number("tail", "power")
    return lambda y, z: np.asarray(line(z) - sweep * (y / 0.78) ** power)


def top_limit(car: Silhouette) -> Callable[[Floats, Floats], Floats]:
    """z of bonnet and deck by x and y: crowned in front of the cabin, with a rib on either side."""
    line, crown = car.curve("bonnet", "line"), car.number("bonnet", "crown")
    at, converge, spread, height = (
        car.number("bonnet", "rib", name) for name in ("at", "converge", "spread", "height")
    )

    def limit(x: Floats, y: Floats) -> Floats:
        crowned = line(x) - crown * (y / HALF_WIDTH) ** 2.2 * ramp((1.9 - x) / 0.8 + 0.3)
        across = np.exp(-(((y - at + converge * x) / spread) ** 2))
        return np.asarray(crowned + height * across * ramp((1.25 - x) / 0.3) * ramp((x - 0.15) / 0.3))

    return limit


def belt_line(car: Silhouette) -> Callable[[Floats], Floats]:
    """z of the foot of the side glass by x."""
    height, rise, at = (car.number("cabin", "belt", name) for name in ("height", "rise", "at"))
    return lambda x: np.asarray(height + rise * (x - at))


def cabin_field(car: Silhouette) -> Field:
    """Side glass that leans and curves in, roof, windscreen, backlight."""
    belt, plan = belt_line(car), car.curve("cabin", "plan", smoothing=0.03)
    lean, curve = map(float, car.part("cabin", "tumblehome"))
    roof, crown = car.curve("cabin", "roof", smoothing=0.03), car.number("cabin", "crown")
    names = ("foot", "at", "slope", "bend", "sweep")
    screen = {name: car.number("cabin", "windscreen", name) for name in names}
    back = {name: car.number("cabin", "backlight", name) for name in names}
    radius = {name: car.number("cabin", "fillets", name) for name in ("windscreen", "side", "backlight")}
    foot = belt(np.array(car.package.front_axle)) - 0.13

    def field(points: Floats) -> Floats:
        x, y, z = points[:, 0], np.abs(points[:, 1]), points[:, 2]
        above = z - belt(x)
        side = (y - plan(x) + lean * above + curve * np.maximum(above, -0.1) ** 2) / CABIN_SIDE
        top = (z - roof(x) + crown * (y / 0.6) ** 2.1) / ROOF
        pane = (
            screen["foot"]
            + screen["slope"] * (z - screen["at"])
            + screen["bend"] * np.maximum(z - 1.2, 0) ** 2
        )
        front = (pane + screen["sweep"] * (y / 0.66) ** 2.2 - x) / WINDSCREEN
        low = np.maximum(z - back["at"], BELOW)
        pane = back["foot"] - back["slope"] * low - back["bend"] * np.maximum(z - 1.1, 0) ** 2
        rear = (x - pane + back["sweep"] * (y / 0.62) ** 2.4) / BACKLIGHT
        found = meet(top, front, radius["windscreen"])
        found = meet(found, side, radius["side"])
        found = meet(found, rear, radius["backlight"])
        return meet(found, foot - z, 0.02)

    return field
