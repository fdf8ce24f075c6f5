"""Read a car's GLB as a photographer needs it: pieces with normals, chosen by choices, doors open, wheels turned.

Only numpy is needed: the darkroom, which has Blender's Python and nothing of Usine's, reads cars by this file too.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}  # glTF 2.0, 3.6.2.2
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
VARIANTS = "KHR_materials_variants"
UPRIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From glTF (y up, the nose towards +z) to a photographer's axes (z up, the nose towards -y); both right-handed."""


class CarFileInvalid(ValueError):
    """No car that can be photographed; one sentence says why."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Triangles of one material, in metres, z up, the nose towards -y, the ground at z = 0."""

    node: str
    part: str  # what it is of: paint, rubber, seat, ...; the material may stand for it by a choice
    material: Mapping[str, Any]  # as glTF describes it
    points: Array
    normals: Array
    triangles: Array
    picture: Array | None = None  # what it emits (rows, columns, 3), sRGB
    uv: Array | None = None  # of its points in that picture, v downwards


@dataclass(frozen=True, slots=True)
class Paint:
    """The body's paint: linear colour, the name of its material, all else of it as text (`finish`)."""

    material: str
    colour: tuple[float, ...]
    finish: str


class CarFile:
    """An uncompressed GLB. Raises CarFileInvalid on anything else."""

    def __init__(self, data: bytes):
        if len(data) < 20 or data[:4] != b"glTF":
            raise CarFileInvalid("This is no GLB file.")
        length = struct.unpack_from("<I", data, 12)[0]
        self.content: dict[str, Any] = json.loads(data[20 : 20 + length])
        self._binary = memoryview(data)[28 + length :]
        needed = self.content.get("extensionsRequired", [])
        if needed:
            raise CarFileInvalid(
                f"A car is photographed from an uncompressed file: this one needs {needed[0]}."
            )
        self._root = self.content["nodes"][self.content["scenes"][self.content.get("scene", 0)]["nodes"][0]]
        self._variants = [
            variant["name"]
            for variant in self.content.get("extensions", {}).get(VARIANTS, {}).get("variants", [])
        ]

    @classmethod
    def open(cls, path: Path) -> CarFile:
        return cls(path.read_bytes())

    def pieces(
        self, choices: Mapping[str, str], *, opened: Mapping[str, float], steered: float = 0.0
    ) -> Iterator[Piece]:
        """What is seen of a choice; features that it leaves open have the file's defaults.

        `opened` gives for a node how far it is open, 0 to 1; `steered` turns the front wheels, degrees to the left.
        """
        chosen = self._choose(choices)
        for number in self._root.get("children", []):
            yield from self._walk(number, np.eye(4), chosen, opened, steered)

    @property
    def defaults(self) -> dict[str, str]:
        """The value of each feature that nothing was chosen of."""
        return dict(self._extras(self._root).get("defaults", {}))

    def list_choices(self) -> Iterator[tuple[str, str]]:
        """Every feature and value that the file knows: those of variants, then those of nodes."""
        for variant in self._variants:
            feature, _, value = variant.partition(":")
            yield feature, value
        for node in self.content["nodes"]:
            for feature, values in self._extras(node).get("when", {}).items():
                yield from ((feature, value) for value in values)

    def find_paint(self, choices: Mapping[str, str]) -> Paint:
        """The paint of a choice of colours. Raises CarFileInvalid where nothing is painted."""
        chosen = self._choose(choices)
        for mesh in self.content["meshes"]:
            for primitive in mesh["primitives"]:
                material = self.content["materials"][self._material(primitive, chosen)]
                if material["name"].startswith("paint"):
                    pbr = dict(material["pbrMetallicRoughness"])
                    colour = tuple(pbr.pop("baseColorFactor")[:3])
                    finish = json.dumps([pbr, material.get("extensions", {})], sort_keys=True)
                    return Paint(material["name"], colour, finish)
        raise CarFileInvalid("Nothing on this car is painted: no material is called paint.")

    def _choose(self, choices: Mapping[str, str]) -> dict[str, str]:
        return {**self.defaults, **choices}

    def _walk(
        self,
        number: int,
        above: Array,
        chosen: Mapping[str, str],
        opened: Mapping[str, float],
        steered: float,
    ) -> Iterator[Piece]:
        node = self.content["nodes"][number]
        extras = self._extras(node)
        if any(chosen.get(feature) not in values for feature, values in extras.get("when", {}).items()):
            return
        name = node.get("name", "")
        place = above @ _placement(node)
        if name in opened and "opens" in extras:
            place = place @ _turn(extras["opens"]["axis"], extras["opens"]["degrees"] * opened[name])
        if steered and name in ("wheel_FL", "wheel_FR"):
            place = place @ _turn([0, 1, 0], steered)
        if "mesh" in node:
            for primitive in self.content["meshes"][node["mesh"]]["primitives"]:
                yield from self._pieces(name, primitive, place, chosen)
        for child in node.get("children", []):
            yield from self._walk(child, place, chosen, opened, steered)

    def _pieces(
        self, node: str, primitive: Mapping[str, Any], place: Array, chosen: Mapping[str, str]
    ) -> Iterator[Piece]:
        attributes = primitive["attributes"]
        turn, shift = place[:3, :3], place[:3, 3]
        points = (self._read(attributes["POSITION"]) @ turn.T + shift) @ UPRIGHT.T
        normals = self._read(attributes["NORMAL"]) @ turn.T @ UPRIGHT.T
        triangles = self._read(primitive["indices"]).reshape(-1, 3)
        material = self.content["materials"][self._material(primitive, chosen)]
        part = primitive.get("extras", {}).get("part", material["name"])
        if "baseColorTexture" not in material.get("pbrMetallicRoughness", {}):
            picture, uv = None, None
            if "emissiveTexture" in material:
                picture = self._picture(material["emissiveTexture"]["index"])
                uv = self._read(attributes["TEXCOORD_0"])
            yield Piece(node, part, material, points, normals, triangles, picture, uv)
            return
        places = self._read(attributes["TEXCOORD_0"])[triangles[:, 0], 0]
        for column in np.unique(places):
            entry = self._palette_entry(material, float(column))
            yield Piece(node, part, entry, points, normals, triangles[places == column])

    def _palette_entry(self, material: Mapping[str, Any], place: float) -> dict[str, Any]:
        """A material of a palette: colour and surface of one column of its pictures."""
        pbr = material["pbrMetallicRoughness"]
        colours = self._picture(pbr["baseColorTexture"]["index"])
        surfaces = self._picture(pbr["metallicRoughnessTexture"]["index"])
        column = min(int(place * colours.shape[1]), colours.shape[1] - 1)
        _, roughness, metal = surfaces[0, column] / 255
        return {
            "name": f"{material['name']} {column}",
            "pbrMetallicRoughness": {
                "baseColorFactor": [*_linear(colours[0, column] / 255), 1.0],
                "roughnessFactor": float(roughness),
                "metallicFactor": float(metal),
            },
        }

    def _picture(self, texture: int) -> Array:
        """A texture's picture (rows, columns, 3): PNG of 8 bits a part, lines unfiltered, as the studio writes it."""
        image = self.content["images"][self.content["textures"][texture]["source"]]
        view = self.content["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        data = bytes(self._binary[start : start + view["byteLength"]])
        width, height = struct.unpack_from(">II", data, 16)
        at = data.index(b"IDAT")
        lines = zlib.decompress(data[at + 4 : at + 4 + struct.unpack_from(">I", data, at - 4)[0]])
        found = np.frombuffer(lines, np.uint8).reshape(height, -1)
        if found[:, 0].any() or found.shape[1] != 1 + 3 * width:
            raise CarFileInvalid("A car's pictures are PNG of three parts and unfiltered lines.")
        return found[:, 1:].reshape(height, width, 3)

    def _material(self, primitive: Mapping[str, Any], chosen: Mapping[str, str]) -> int:
        """Several variants hold at once: in the order of the file's features the last that fits wins."""
        mappings = primitive.get("extensions", {}).get(VARIANTS, {}).get("mappings", [])
        found = int(primitive["material"])
        for feature in self._extras(self._root).get("features", []):
            name = f"{feature}:{chosen.get(feature)}"
            for mapping in mappings:
                if name in (self._variants[place] for place in mapping["variants"]):
                    found = int(mapping["material"])
        return found

    def _read(self, number: int) -> Array:
        accessor = self.content["accessors"][number]
        view = self.content["bufferViews"][accessor["bufferView"]]
        kind, width = TYPES[accessor["componentType"]], WIDTHS[accessor["type"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        if view.get("byteStride", 0) not in (0, width * np.dtype(kind).itemsize):
            raise CarFileInvalid("A car is photographed from a file without interleaved vertices.")
        found = np.frombuffer(self._binary, kind, accessor["count"] * width, start)
        return found.reshape(-1, width) if width > 1 else found

    @staticmethod
    def _extras(node: Mapping[str, Any]) -> dict[str, Any]:
        return dict(node.get("extras", {}))


def _linear(encoded: Array) -> list[float]:
    """sRGB to linear light (IEC 61966-2-1)."""
    return [float(((p + 0.055) / 1.055) ** 2.4 if p > 0.04045 else p / 12.92) for p in encoded]


def _placement(node: Mapping[str, Any]) -> Array:
    """A node's own matrix; the studio's nodes are moved and turned, never scaled."""
    found = np.eye(4)
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    found[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    found[:3, 3] = node.get("translation", (0, 0, 0))
    return found


def _turn(axis: Any, degrees: float) -> Array:
    """A turn about an axis through the origin (Rodrigues)."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    found = np.eye(4)
    found[:3, :3] += np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return found
