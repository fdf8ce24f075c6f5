"""Write parts as one binary glTF 2.0 file (GLB), colours as KHR_materials_variants. The same parts, the same bytes.

The car's axes (x to the tail, y to its right, z up) become glTF's (y up, the nose towards +z) by a rotation: a mirror
would turn every triangle inside out, and validators do not see it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.studio.curves import Floats
from usine.studio.materials import Material, describe
from usine.studio.mesh import Mesh, combine

TURN = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
FLOAT, UNSIGNED = 5126, 5125  # component types
VERTICES, INDICES = 34962, 34963  # targets of buffer views
VARIANTS = "KHR_materials_variants"
SMALLEST = 1e-12  # square metres: a triangle below it has no direction


@dataclass(frozen=True, eq=False)
class Part:
    """A mesh in the car's axes, the node that it hangs on, the material that it has."""

    node: str
    material: str
    mesh: Mesh


class _File:
    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(self, array: NDArray[Any], kind: str, component: int, target: int) -> int:
        """Append an array; the number of its accessor."""
        self.data.extend(bytes(-len(self.data) % 4))
        self.views.append(
            {"buffer": 0, "byteOffset": len(self.data), "byteLength": array.nbytes, "target": target}
        )
        self.data.extend(array.tobytes())
        found = {
            "bufferView": len(self.views) - 1,
            "componentType": component,
            "count": len(array),
            "type": kind,
        }
        if kind == "VEC3" and target == VERTICES:
            found |= {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        self.accessors.append(found)
        return len(self.accessors) - 1


def write_glb(
    parts: Sequence[Part],
    materials: Mapping[str, Material],
    *,
    name: str,
    centre: float,
    pivots: Mapping[str, Sequence[float]] | None = None,
    variants: Mapping[str, Mapping[str, str]] | None = None,
) -> bytes:
    """The file: a node for each name that parts hang on, in it a primitive for each material.

    `centre` is the x of the car that becomes z = 0. `pivots` are points that nodes turn about (wheels). `variants` give
    for each name which materials another one replaces. Raises KeyError on a material that is not given.
    """
    variants, pivots = variants or {}, pivots or {}
    file, names = _File(), list(materials)
    meshes, nodes = [], []
    for node in dict.fromkeys(part.node for part in parts):
        pivot = np.asarray(pivots.get(node, (centre, 0.0, 0.0)), float)
        own = [part for part in parts if part.node == node]
        primitives = [
            _primitive(file, own, material, pivot, names, variants)
            for material in dict.fromkeys(part.material for part in own)
        ]
        meshes.append({"name": node, "primitives": primitives})
        place = TURN @ (pivot - [centre, 0.0, 0.0])
        nodes.append({"name": node, "mesh": len(meshes) - 1, "translation": [float(v) for v in place + 0.0]})
    nodes.append({"name": name, "children": list(range(len(nodes)))})
    described = [describe(key, material) for key, material in materials.items()]
    content: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Usine studio"},
        "scene": 0,
        "scenes": [{"nodes": [len(nodes) - 1]}],
        "nodes": nodes,
        "meshes": meshes,
        "materials": described,
        "accessors": file.accessors,
        "bufferViews": file.views,
        "buffers": [{"byteLength": len(file.data)}],
    }
    used = {extension for material in described for extension in material.get("extensions", {})}
    if variants:
        used.add(VARIANTS)
        content["extensions"] = {VARIANTS: {"variants": [{"name": variant} for variant in variants]}}
    if used:
        content["extensionsUsed"] = sorted(used)
    return _pack(content, bytes(file.data))


def _primitive(
    file: _File,
    parts: Sequence[Part],
    material: str,
    pivot: Floats,
    names: Sequence[str],
    variants: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    mesh = combine([part.mesh for part in parts if part.material == material])
    points = ((mesh.points - pivot) @ TURN.T).astype("<f4")
    normals = mesh.normals @ TURN.T
    normals = (normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype("<f4")
    corners = points[mesh.triangles].astype(float)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    triangles = mesh.triangles[area > SMALLEST]
    found: dict[str, Any] = {
        "attributes": {
            "POSITION": file.add(points, "VEC3", FLOAT, VERTICES),
            "NORMAL": file.add(normals, "VEC3", FLOAT, VERTICES),
        },
        "indices": file.add(triangles.astype("<u4").ravel(), "SCALAR", UNSIGNED, INDICES),
        "material": names.index(material),
    }
    replaced: dict[int, list[int]] = {}
    for place, own in enumerate(variants.values()):
        if material in own:
            replaced.setdefault(names.index(own[material]), []).append(place)
    if replaced:
        mappings = [{"material": key, "variants": places} for key, places in replaced.items()]
        found["extensions"] = {VARIANTS: {"mappings": mappings}}
    return found


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
