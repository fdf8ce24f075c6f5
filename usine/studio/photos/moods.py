"""The three places where cars are photographed: a showroom by day, one by night, the edge of a wood at dusk.

Runs in the darkroom, under Blender's Python. Nothing is downloaded: skies, strips and trees are made here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from usine.studio.photos.stage import make_mesh, show

SKY_SIZE = (1024, 512)
SUNSET = 215.0  # azimuth of the brightest part of the evening sky, degrees
TUBE = 5.5  # metres
CABIN = {
    "daylight": 16.0,
    "night": 0.9,
    "dusk": 2.0,
}  # watts of the light below the roof, without which panes are black


def set_mood(name: str, *, cut_out: bool, cabin: float = 1.0) -> None:
    """Light and surroundings, `cabin` times the light inside. `cut_out`: nothing is seen but the car, its shadow."""
    MOODS[name](cut_out)
    _area((0, 0.35, 1.32), (0, 0.35, 0), (0.5, 1.0), cabin * CABIN[name], (1.0, 0.95, 0.88))


def _daylight(cut_out: bool) -> None:
    """High-key: a wide light above, a strip along each flank, a pale floor; a dark line where floor and wall meet."""
    _sky(_softbox_sky)
    _area((0.3, -0.2, 4.4), (0, 0, 0), (2.4, 6.0), 120, (1.0, 0.985, 0.96))
    _area((5.5, -2.0, 2.6), (0, 0, 0.6), (8.0, 1.0), 120)
    _area((-6.0, -0.5, 2.4), (0, 0, 0.7), (8.0, 0.8), 90)
    _floor("#d9d8d2", rough=0.5, catches=cut_out)


def _softbox_sky(azimuth: Any, height: Any) -> Any:
    """Radiance by direction: pale above, a bright band over the horizon, a dark line below it, then the floor."""
    above = 0.30 + 0.30 * _bump(height, 75, 30)
    band = 0.60 * _bump(height, 15, 10)
    floor = 0.05 + 0.42 * _step(-height, 3, 26)
    grey = np.where(height > 0, (above + band) * _step(height, -1, 5) + 0.06, floor)
    return grey[..., None] * np.array([0.985, 1.0, 1.02])


def _night(cut_out: bool) -> None:
    """A dark hall: slim lights stand behind the car like trunks, long lights hang above it, the floor is polished."""
    _sky(_hall)
    chance = np.random.default_rng(7)
    for y in np.cumsum(chance.uniform(0.9, 2.6, 9)) - 8.0:
        for side in (-1, 1):
            _tube(
                (side * chance.uniform(6.5, 10.0), y),
                chance.uniform(0.02, 0.06),
                chance.uniform(0.5, 1.6),
                is_seen=not cut_out,
            )
    for x in np.cumsum(chance.uniform(0.7, 2.1, 11)) - 8.0:
        for y in (9.5 + chance.uniform(0, 4), -12 - chance.uniform(0, 4)):
            _tube((x, y), chance.uniform(0.02, 0.06), chance.uniform(0.5, 1.6), is_seen=not cut_out)
    _area((0, 0.2, 3.6), (0, 0.2, 0), (1.5, 5.4), 95, (0.93, 0.97, 1.0))
    for side in (-1, 1):
        _area((side * 3.6, 0, 2.1), (0, 0, 0.85), (6.5, 0.22), 48, (1.0, 0.96, 0.90))
    _area((0, -7.5, 1.4), (0, 0, 0.6), (5.0, 0.25), 40, (0.93, 0.97, 1.0))
    _floor("#2a2d2c", rough=0.14, catches=cut_out)


def _hall(_azimuth: Any, height: Any) -> Any:
    """Radiance: nearly black, a breath of light where wall and floor meet."""
    grey = 0.006 + 0.030 * _bump(height, 2, 9)
    return grey[..., None] * np.array([0.9, 1.0, 1.08])


def _dusk(cut_out: bool) -> None:
    """After sunset on an empty road: warm where the sun went, blue above, a wood behind."""
    _sky(_dusk_sky)
    _area((4.5, -5.5, 3.6), (0, -0.5, 0.5), (4.5, 2.5), 130, (0.80, 0.88, 1.0))
    _floor("#4a4744", rough=0.33, catches=cut_out)
    if not cut_out:
        _wood()


def _dusk_sky(azimuth: Any, height: Any) -> Any:
    """Radiance: from orange at the horizon over rose to blue; brightest behind the car, to its right."""
    west = _bump(np.abs((azimuth - SUNSET + 180) % 360 - 180), 0, 95)[..., None]
    low, middle, high = (np.array(c) for c in ([1.5, 0.80, 0.40], [0.72, 0.58, 0.60], [0.28, 0.40, 0.66]))
    first, second = _step(height, 0, 14)[..., None], _step(height, 8, 60)[..., None]
    sky = (low * (1 - first) + middle * first) * (1 - second) + high * second
    ground = np.array([0.05, 0.045, 0.045])
    return np.where(height[..., None] > 0, sky * (0.35 + 1.0 * west), ground)


def _wood() -> None:
    """Rows of trunks behind the road; the farther, the more of the evening's haze lies before them."""
    chance = np.random.default_rng(11)
    for row, distance in enumerate((19, 25, 33, 46, 60)):
        surface = _hazy(f"wood {row}", 1 - 0.5 ** (max(distance - 14, 0) / 22))
        steps = chance.gamma(1.6, 0.9 + 0.35 * row, 90)
        trunks = [
            _post((x, distance + chance.uniform(-3, 3)), chance.gamma(6, 0.022), 18, chance.normal(0, 0.35))
            for x in np.cumsum(steps) - steps.sum() / 2
        ]
        points = np.concatenate([points for points, _ in trunks])
        faces = np.concatenate([faces + 8 * k for k, (_, faces) in enumerate(trunks)])
        show(make_mesh(f"trunks {row}", points, faces), surface)
        show(_hedge(chance, distance + 2.0, 0.35 + 0.22 * row), surface)


def _hazy(name: str, haze: float) -> Any:
    """Bark under the sky's light, `haze` of it hidden."""
    surface = _matt(name, (0.016, 0.015, 0.014))
    body = surface.node_tree.nodes["Principled BSDF"]
    body.inputs["Emission Color"].default_value = (0.62, 0.40, 0.27, 1)
    body.inputs["Emission Strength"].default_value = haze
    return surface


def _post(at: tuple[float, float], half: float, height: float, lean: float = 0.0) -> tuple[Any, Any]:
    """A box on the ground, its top `lean` metres beside its foot: eight corners, five faces."""
    x, y = at
    corners = np.array(
        [
            [x + i * half + lean * (k > 0), y + j * half, k]
            for k in (-0.1, height)
            for j in (-1, 1)
            for i in (-1, 1)
        ]
    )
    faces = np.array([[0, 1, 5, 4], [1, 3, 7, 5], [3, 2, 6, 7], [2, 0, 4, 6], [4, 5, 7, 6]])
    return corners, faces


def _hedge(chance: Any, distance: float, height: float) -> Any:
    """A ragged strip of undergrowth."""
    x = np.linspace(-60, 60, 500)
    top = height + np.convolve(chance.normal(0, 0.35, 500), np.hanning(9) / 4, "same")
    points = np.concatenate(
        [np.stack([x, 0 * x + distance, 0 * x], 1), np.stack([x, 0 * x + distance, top], 1)]
    )
    k = np.arange(499)
    return make_mesh("hedge", points, np.stack([k, k + 1, k + 501, k + 500], 1))


def _tube(foot: tuple[float, float], half: float, glow: float, *, is_seen: bool) -> None:
    """A slim upright light; unseen, it still lights and is reflected."""
    points, faces = _post(foot, half, TUBE)
    surface = bpy.data.materials.new("tube")
    surface.use_nodes = True
    tree = surface.node_tree
    shine = tree.nodes.new("ShaderNodeEmission")
    shine.inputs[0].default_value = (0.93, 0.97, 1.0, 1)
    shine.inputs[1].default_value = glow
    tree.links.new(shine.outputs[0], tree.nodes["Material Output"].inputs[0])
    found = show(make_mesh("tube", points + np.array([0, 0, 0.12]), faces), surface)
    found.visible_camera = is_seen


def _floor(colour: str, *, rough: float, catches: bool) -> None:
    corners = np.array([[-90, -90, 0], [90, -90, 0], [90, 90, 0], [-90, 90, 0]])
    surface = _matt("floor", _linear(colour))
    surface.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = rough
    found = show(make_mesh("floor", corners, np.array([[0, 1, 2, 3]])), surface)
    found.is_shadow_catcher = catches


def _matt(name: str, colour: Any) -> Any:
    surface = bpy.data.materials.new(name)
    surface.use_nodes = True
    body = surface.node_tree.nodes["Principled BSDF"]
    body.inputs["Base Color"].default_value = (*colour, 1)
    body.inputs["Roughness"].default_value = 0.9
    return surface


def _area(
    at: tuple[float, float, float],
    to: tuple[float, float, float],
    size: tuple[float, float],
    watts: float,
    colour: tuple[float, float, float] = (1, 1, 1),
) -> None:
    light = bpy.data.lights.new("light", "AREA")
    light.shape, light.size, light.size_y = "RECTANGLE", *size
    light.energy, light.color = watts, colour
    found = bpy.data.objects.new("light", light)
    found.location = at
    found.rotation_euler = (Vector(to) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    found.visible_camera = False
    bpy.context.scene.collection.objects.link(found)


def _sky(radiance: Callable[[Any, Any], Any]) -> None:
    """A sky from a formula of azimuth and height (degrees; azimuth 0 ahead of the car, to its left)."""
    width, height = SKY_SIZE
    azimuth, up = np.meshgrid(  # the middle of Blender's picture looks along x, the car's left
        270 - (np.arange(width) + 0.5) / width * 360, (np.arange(height) + 0.5) / height * 180 - 90
    )
    image = bpy.data.images.new("sky", width, height, float_buffer=True, is_data=True)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = radiance(azimuth, up)
    image.pixels.foreach_set(pixels.ravel())
    tree = _world((1, 1, 1), 1.0)
    texture = tree.nodes.new("ShaderNodeTexEnvironment")
    texture.image = image
    tree.links.new(texture.outputs[0], tree.nodes["Background"].inputs[0])


def _world(colour: tuple[float, float, float], strength: float) -> Any:
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs[0].default_value = (*colour, 1)
    background.inputs[1].default_value = strength
    return world.node_tree


def _bump(values: Any, centre: float, spread: float) -> Any:
    return np.exp(-(((values - centre) / spread) ** 2))


def _step(values: Any, low: float, high: float) -> Any:
    """From 0 at `low` to 1 at `high`, without a kink."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _linear(colour: str) -> tuple[float, ...]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(((p + 0.055) / 1.055) ** 2.4 if p > 0.04045 else p / 12.92 for p in parts)


MOODS: dict[str, Callable[[bool], None]] = {"daylight": _daylight, "night": _night, "dusk": _dusk}
