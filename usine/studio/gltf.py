"""Write parts as one binary glTF 2.0 file (GLB). The same parts, the same bytes.

The car's axes (x to the tail, y to its right, z up) become glTF's (y up, the nose towards +z) by a rotation: a mirror
would turn every triangle inside out, and validators do not see it. Choices are variants named `feature:value`
(KHR_materials_variants) and, on nodes, `extras.when`; `extras.features` of the root says which feature rules last.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.studio.choices import Wardrobe
from usine.studio.curves import Floats
from usine.studio.materials import describe
from usine.studio.mesh import Mesh, combine
from usine.studio.palette import NAME as TRIM
from usine.studio.palette import Palette, make_palette
from usine.studio.parts import Hinge, Part
from usine.studio.screens import draw_screen

TURN = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
HALF_ROUND = [0.0, 1.0, 0.0, 0.0]  # half a turn about the upright axis, as a quaternion
FLOAT, UNSIGNED = 5126, 5125  # component types
VERTICES, INDICES = 34962, 34963  # targets of buffer views
NEAREST, LINEAR, SMOOTH, CLAMP = 9728, 9729, 9987, 33071  # filters, SMOOTH between smaller ones
VARIANTS = "KHR_materials_variants"
TRIM_MATERIAL = {
    "name": TRIM,
    "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}},
}
SMALLEST = 1e-12  # square metres: a triangle below it has no direction


@dataclass(frozen=True)
class Model:
    """What a file is written from: `centre` is the x of the car that becomes z = 0, `eye` where a driver's eyes are
    who sits on the left."""

    name: str
    parts: Sequence[Part]
    wardrobe: Wardrobe
    hinges: Mapping[str, Hinge]
    centre: float
    eye: tuple[float, float, float] | None = None


def write_glb(model: Model, *, in_one: bool = False, lit_screens: bool = True) -> bytes:
    """The file; `in_one`: plain materials as one with a palette (palette.py), so that browsers draw less often;
    `lit_screens`: with pictures on the car's screens.

    Raises KeyError on a part whose material the wardrobe has not.
    """
    return _Writer(model, in_one, lit_screens).write()


class _Writer:
    def __init__(self, model: Model, in_one: bool, lit_screens: bool):
        self.model, wardrobe = model, model.wardrobe
        used = dict.fromkeys(part.material for part in model.parts)
        self.variants = _list_variants(wardrobe, used)
        stand_ins = {new for own in self.variants.values() for new in own.values()}
        apart = {old for own in self.variants.values() for old in own} | stand_ins
        apart |= {part.material for part in model.parts if part.uv is not None}
        plain = {name: wardrobe.materials[name] for name in used} if in_one else {}
        self.palette: Palette = make_palette(plain, apart)
        own = [name for name in used if name not in self.palette.columns]
        self.names = [*own, *sorted(stand_ins - set(own)), *([TRIM] if in_one else [])]
        self.screens = [name for name in self.names if lit_screens and self._screen(name)]
        self.file = _File()
        self.meshes: list[dict[str, Any]] = []
        self.shared: dict[tuple[int, ...], int] = {}

    def write(self) -> bytes:
        nodes = self._nodes()
        described = [self._describe(name) for name in self.names if name != TRIM]
        content: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": "Usine studio"},
            "scene": 0,
            "scenes": [{"nodes": [len(nodes) - 1]}],
            "nodes": nodes,
            "meshes": self.meshes,
            "materials": described,
        }
        if self.palette.columns:
            described.append(TRIM_MATERIAL)
        if self.palette.columns or self.screens:
            content |= self._pictures()
        used = {extension for material in described for extension in material.get("extensions", {})}
        if self.variants:
            used.add(VARIANTS)
            content["extensions"] = {VARIANTS: {"variants": [{"name": name} for name in self.variants]}}
        if used:
            content["extensionsUsed"] = sorted(used)
        content |= {"accessors": self.file.accessors, "bufferViews": self.file.views}
        content["buffers"] = [{"byteLength": len(self.file.data)}]
        return _pack(content, bytes(self.file.data))

    def _screen(self, name: str) -> str:
        return "" if name == TRIM else self.model.wardrobe.materials[name].screen

    def _describe(self, name: str) -> dict[str, Any]:
        picture = None
        if name in self.screens:
            picture = self.screens.index(name) + (2 if self.palette.columns else 0)
        return describe(name, self.model.wardrobe.materials[name], picture=picture)

    def _pictures(self) -> dict[str, Any]:
        """As textures the palette's two pictures, where there is one, then what the screens show."""
        palette = [("colours", self.palette.colours), ("surfaces", self.palette.surfaces)]
        pictures = palette if self.palette.columns else []
        samplers = [NEAREST] * len(pictures) + [LINEAR] * len(self.screens)
        pictures = pictures + [(name, draw_screen(self._screen(name))) for name in self.screens]
        filters = {NEAREST: NEAREST, LINEAR: SMOOTH}
        kinds = list(dict.fromkeys(samplers))
        return {
            "textures": [{"source": n, "sampler": kinds.index(kind)} for n, kind in enumerate(samplers)],
            "samplers": [
                {"magFilter": kind, "minFilter": filters[kind], "wrapS": CLAMP, "wrapT": CLAMP}
                for kind in kinds
            ],
            "images": [
                {"mimeType": "image/png", "bufferView": self.file.append(data), "name": name}
                for name, data in pictures
            ],
        }

    def _nodes(self) -> list[dict[str, Any]]:
        """A node for each name, below it one for each way in which some of its parts are chosen; the root last."""
        nodes: list[dict[str, Any]] = []
        tops = []
        for name in dict.fromkeys(part.node for part in self.model.parts):
            groups: dict[tuple[Any, ...], list[Part]] = {}
            for part in self.model.parts:
                if part.node == name:
                    groups.setdefault((_key(part), part.about), []).append(part)
            below = []
            for (when, about), own in groups.items():
                if when or about:
                    nodes.append(self._child(name, own, about))
                    below.append(len(nodes) - 1)
            node = self._top(name, groups.get(((), False), []))
            if below:
                node["children"] = below
            nodes.append(node)
            tops.append(len(nodes) - 1)
        wardrobe = self.model.wardrobe
        extras: dict[str, Any] = {"features": list(wardrobe.stands_for), "defaults": dict(wardrobe.defaults)}
        if self.model.eye is not None:
            extras["eye"] = [
                round(float(v), 4) for v in TURN @ (np.array(self.model.eye) - [self.model.centre, 0, 0])
            ]
        return [*nodes, {"name": self.model.name, "children": tops, "extras": extras}]

    def _top(self, name: str, own: Sequence[Part]) -> dict[str, Any]:
        hinge = self.model.hinges.get(name)
        pivot = TURN @ (self._pivot(name) - [self.model.centre, 0.0, 0.0]) + 0.0
        found: dict[str, Any] = {"name": name, "translation": [round(float(v), 6) for v in pivot]}
        if own:
            found["mesh"] = self._mesh(name, own)
        if hinge and hinge.axis is not None:
            axis = [round(float(v), 6) + 0.0 for v in TURN @ np.asarray(hinge.axis)]
            key = "turns" if hinge.turns else "opens"
            found["extras"] = {key: {"axis": axis, "degrees": hinge.degrees}}
        return found

    def _child(self, name: str, own: Sequence[Part], about: bool) -> dict[str, Any]:
        when = {feature: list(values) for feature, values in own[0].when.items()}
        said = ",".join(f"{feature}={'|'.join(values)}" for feature, values in when.items())
        found: dict[str, Any] = {"name": f"{name}.{said}" if said else name, "mesh": self._mesh(name, own)}
        if when:
            found["extras"] = {"when": when}
        if about:
            found["rotation"] = HALF_ROUND
        return found

    def _pivot(self, name: str) -> Floats:
        hinge = self.model.hinges.get(name)
        return np.array(hinge.pivot if hinge else (self.model.centre, 0.0, 0.0), float)

    def _mesh(self, name: str, own: Sequence[Part]) -> int:
        """The number of a mesh; parts about a pivot of their own are written once for all nodes that have them."""
        key = tuple(id(part.mesh) for part in own)
        if own[0].local and key in self.shared:
            return self.shared[key]
        by_material: dict[str, list[Part]] = {}
        for part in own:
            by_material.setdefault(part.material, []).append(part)
        primitives = [self._primitive(name, material, parts) for material, parts in by_material.items()]
        self.meshes.append({"name": name, "primitives": primitives})
        self.shared[key] = len(self.meshes) - 1
        return len(self.meshes) - 1

    def _primitive(self, node: str, material: str, parts: Sequence[Part]) -> dict[str, Any]:
        mesh = combine([part.mesh for part in parts])
        pivot = np.zeros(3) if parts[0].local else self._pivot(node)
        normals = mesh.normals @ TURN.T
        normals = (normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype("<f4")
        points = ((mesh.points - pivot) @ TURN.T).astype("<f4")
        attributes = {
            "POSITION": self.file.add(points, "VEC3", FLOAT, VERTICES),
            "NORMAL": self.file.add(normals, "VEC3", FLOAT, VERTICES),
        }
        is_plain = material in self.palette.columns
        uv = self._places(material, parts)
        if uv is not None:
            attributes["TEXCOORD_0"] = self.file.add(uv.astype("<f4"), "VEC2", FLOAT, VERTICES)
        triangles = _drop_slivers(points, mesh)
        found: dict[str, Any] = {
            "attributes": attributes,
            "indices": self.file.add(triangles.astype("<u4").ravel(), "SCALAR", UNSIGNED, INDICES),
            "material": self.names.index(TRIM if is_plain else material),
            "extras": {"part": material},
        }
        mappings: dict[int, list[int]] = {}
        for place, stands_for in enumerate(self.variants.values()):
            if material in stands_for:
                mappings.setdefault(self.names.index(stands_for[material]), []).append(place)
        if mappings:
            said = [{"material": number, "variants": places} for number, places in mappings.items()]
            found["extensions"] = {VARIANTS: {"mappings": said}}
        return found

    def _places(self, material: str, parts: Sequence[Part]) -> Floats | None:
        if material in self.palette.columns:
            return np.tile([self.palette.columns[material], 0.5], (sum(len(p.mesh.points) for p in parts), 1))
        own = [part.uv for part in parts if part.uv is not None]
        return np.concatenate(own) if own else None


def _list_variants(wardrobe: Wardrobe, used: Iterable[str]) -> dict[str, dict[str, str]]:
    """By variant, which used material another one stands for; in the order of the features."""
    there = set(used)
    found = {}
    for feature, values in wardrobe.stands_for.items():
        for value, replaced in values.items():
            own = {old: new for old, new in replaced.items() if old in there}
            if own:
                found[f"{feature}:{value}"] = own
    return found


def _key(part: Part) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((feature, tuple(values)) for feature, values in part.when.items())


def _drop_slivers(points: NDArray[np.float32], mesh: Mesh) -> NDArray[np.int64]:
    corners = points[mesh.triangles].astype(float)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    return np.asarray(mesh.triangles[area > SMALLEST])


class _File:
    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def append(self, data: bytes, **said: int) -> int:
        """Append bytes; the number of their view."""
        self.data.extend(bytes(-len(self.data) % 4))
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data), **said})
        self.data.extend(data)
        return len(self.views) - 1

    def add(self, array: NDArray[Any], kind: str, component: int, target: int) -> int:
        """Append an array; the number of its accessor."""
        view = self.append(array.tobytes(), target=target)
        found = {"bufferView": view, "componentType": component, "count": len(array), "type": kind}
        if kind == "VEC3" and target == VERTICES:
            found |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        self.accessors.append(found)
        return len(self.accessors) - 1


def _pack(content: Mapping[str, Any], data: bytes) -> bytes:
    """Header, JSON chunk, binary chunk, each padded to four bytes (glTF 2.0, section 4.4)."""
    text = json.dumps(content, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data += bytes(-len(data) % 4)
    length = 12 + 8 + len(text) + 8 + len(data)
    return b"".join(
        (
            struct.pack("<4sII", b"glTF", 2, length),
            struct.pack("<I4s", len(text), b"JSON"),
            text,
            struct.pack("<I4s", len(data), b"BIN\0"),
            data,
        )
    )
