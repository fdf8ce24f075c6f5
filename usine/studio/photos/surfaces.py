"""What a car is made of, for Cycles: the file's own materials, refined by what they are (paint, glass, rubber, cloth).

Runs in the darkroom, under Blender's Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import bpy
import numpy as np

FLAKES = 1400.0  # flakes a metre of paint
GLASS = 1.52  # refractive index
WEAVE = 900.0  # threads a metre of cloth
LAMPS = ("daylight", "beam", "tail_light", "indicator", "reverse")
CLOTH = ("seat", "lining", "cloth", "carpet", "belt")
RUBBER = ("rubber", "tyre")


def make_surface(
    said: Mapping[str, Any],
    *,
    part: str,
    lit: Mapping[str, float],
    colour: Sequence[float] | None = None,
) -> Any:
    """A Cycles material of a glTF material and of what it covers, in another linear colour where one is given.

    `lit` says how bright each lamp is, against its own glow; others are off.
    """
    name = said.get("name", "")
    surface = bpy.data.materials.new(name)
    surface.use_nodes = True
    tree = surface.node_tree
    body = tree.nodes["Principled BSDF"]
    pbr = said.get("pbrMetallicRoughness", {})
    own = pbr.get("baseColorFactor", [1, 1, 1, 1])
    body.inputs["Base Color"].default_value = (*(colour or own[:3]), 1)
    body.inputs["Metallic"].default_value = pbr.get("metallicFactor", 1)
    body.inputs["Roughness"].default_value = pbr.get("roughnessFactor", 1)
    extensions = said.get("extensions", {})
    coat = extensions.get("KHR_materials_clearcoat")
    if coat:
        body.inputs["Coat Weight"].default_value = coat.get("clearcoatFactor", 0)
        body.inputs["Coat Roughness"].default_value = min(coat.get("clearcoatRoughnessFactor", 0), 0.03)
    _light_up(body, said, extensions, lit.get(part, 0.0) if part in LAMPS else 1.0)
    if said.get("alphaMode") == "BLEND":
        _make_glass(tree, own)
    elif coat and name.startswith("paint"):
        _add_flakes(tree, body)
    elif part.startswith(CLOTH):
        _add_weave(tree, body)
    elif part.startswith(RUBBER):
        body.inputs["Specular IOR Level"].default_value = 0.25
    return surface


def _light_up(body: Any, said: Mapping[str, Any], extensions: Mapping[str, Any], share: float) -> None:
    emitted = said.get("emissiveFactor")
    if emitted:
        glow = extensions.get("KHR_materials_emissive_strength", {}).get("emissiveStrength", 1.0)
        body.inputs["Emission Color"].default_value = (*emitted, 1)
        body.inputs["Emission Strength"].default_value = glow * share


def show_picture(surface: Any, pixels: Any) -> None:
    """Let a surface emit a picture: (rows, columns, 3), sRGB, first row on top."""
    rows, columns, _ = pixels.shape
    image = bpy.data.images.new("screen", columns, rows)
    filled = np.ones((rows, columns, 4), np.float32)
    filled[..., :3] = pixels[::-1] / 255
    image.pixels.foreach_set(filled.ravel())
    tree = surface.node_tree
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image
    tree.links.new(texture.outputs[0], tree.nodes["Principled BSDF"].inputs["Emission Color"])


def _make_glass(tree: Any, colour: list[float]) -> None:
    """A thin pane: what is behind it, tinted by its alpha, under a Fresnel reflection; nothing is refracted."""
    nodes, links = tree.nodes, tree.links
    alpha = colour[3]
    clear = nodes.new("ShaderNodeBsdfTransparent")
    clear.inputs[0].default_value = (*[(1 - alpha) * (0.7 + 0.3 * part) for part in colour[:3]], 1)
    shine = nodes.new("ShaderNodeBsdfGlossy")
    shine.inputs["Roughness"].default_value = 0.0
    fresnel = nodes.new("ShaderNodeFresnel")
    links.new(_pane_index(tree), fresnel.inputs["IOR"])
    mix = nodes.new("ShaderNodeMixShader")
    links.new(fresnel.outputs[0], mix.inputs[0])
    links.new(clear.outputs[0], mix.inputs[1])
    links.new(shine.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], nodes["Material Output"].inputs[0])


def _pane_index(tree: Any) -> Any:
    """The index of a pane seen from either side: Cycles takes its back for the inside of solid glass otherwise."""
    back = tree.nodes.new("ShaderNodeNewGeometry").outputs["Backfacing"]
    index = tree.nodes.new("ShaderNodeMapRange")
    index.inputs["To Min"].default_value, index.inputs["To Max"].default_value = GLASS, 1 / GLASS
    tree.links.new(back, index.inputs["Value"])
    return index.outputs[0]


def _add_flakes(tree: Any, body: Any) -> None:
    """Each flake lies a little otherwise: roughness varies from cell to cell, under a coat that does not."""
    rough = body.inputs["Roughness"].default_value
    cells = _object_texture(tree, "ShaderNodeTexVoronoi", FLAKES)
    spread = tree.nodes.new("ShaderNodeMapRange")
    spread.inputs["To Min"].default_value = rough * 0.75
    spread.inputs["To Max"].default_value = rough * 1.35
    tree.links.new(cells.outputs["Color"], spread.inputs["Value"])
    tree.links.new(spread.outputs[0], body.inputs["Roughness"])


def _add_weave(tree: Any, body: Any) -> None:
    """A fine relief and the soft sheen of cloth."""
    body.inputs["Sheen Weight"].default_value = 0.25
    noise = _object_texture(tree, "ShaderNodeTexNoise", WEAVE)
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = 0.25
    bump.inputs["Distance"].default_value = 0.001
    tree.links.new(noise.outputs[0], bump.inputs["Height"])
    tree.links.new(bump.outputs[0], body.inputs["Normal"])


def _object_texture(tree: Any, kind: str, scale: float) -> Any:
    found = tree.nodes.new(kind)
    found.inputs["Scale"].default_value = scale
    place = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(place.outputs["Object"], found.inputs["Vector"])
    return found
