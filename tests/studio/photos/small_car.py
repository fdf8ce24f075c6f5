"""A car file of two boxes, by hand: one painted in two colours, one door that opens, only with a choice."""

from __future__ import annotations

import json
import struct

import numpy as np

FACES = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
LICHEN, SAPIN, GLASS = 0, 1, 2


def make_small_car() -> bytes:
    """A body of 2 x 1 x 4 m in the colours lichen and sapin; a door on its left that only `doors: yes` has."""
    points, normals, triangles = _box()
    binary = points.tobytes() + normals.tobytes() + triangles.tobytes()
    attributes = {"POSITION": 0, "NORMAL": 1}
    painted = {"attributes": attributes, "indices": 2, "material": LICHEN}
    painted["extensions"] = {
        "KHR_materials_variants": {
            "mappings": [{"material": LICHEN, "variants": [0]}, {"material": SAPIN, "variants": [1]}]
        }
    }
    content = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {
                "name": "car",
                "children": [1, 2],
                "extras": {"features": ["colour"], "defaults": {"colour": "lichen"}},
            },
            {"name": "body", "mesh": 0, "translation": [0.0, 0.5, 0.0]},
            {
                "name": "door_FL",
                "mesh": 1,
                "translation": [2.0, 0.5, 1.0],
                "extras": {"when": {"doors": ["yes"]}, "opens": {"axis": [0, 1, 0], "degrees": 90}},
            },
        ],
        "meshes": [
            {"primitives": [painted]},
            {"primitives": [{"attributes": attributes, "indices": 2, "material": GLASS}]},
        ],
        "materials": [
            _paint("paint_lichen", [0.5, 0.5, 0.02]),
            _paint("paint_sapin", [0.02, 0.1, 0.06]),
            {"name": "glass"},
        ],
        "extensions": {
            "KHR_materials_variants": {"variants": [{"name": "colour:lichen"}, {"name": "colour:sapin"}]}
        },
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": len(points), "type": "VEC3"},
            {"bufferView": 2, "componentType": 5125, "count": triangles.size, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": points.nbytes},
            {"buffer": 0, "byteOffset": points.nbytes, "byteLength": normals.nbytes},
            {"buffer": 0, "byteOffset": points.nbytes + normals.nbytes, "byteLength": triangles.nbytes},
        ],
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 4)
    return b"".join(
        (
            struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(binary)),
            struct.pack("<I4s", len(text), b"JSON") + text,
            struct.pack("<I4s", len(binary), b"BIN\0") + binary,
        )
    )


def _paint(name: str, colour: list[float]) -> dict:
    return {
        "name": name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*colour, 1.0],
            "metallicFactor": 0.5,
            "roughnessFactor": 0.36,
        },
    }


def _box() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners apart for each face, so that normals are those of faces."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-0.5, 0.5) for z in (-2, 2)], np.float32)
    points = np.concatenate([corners[face] for face in FACES])
    triangles = np.concatenate(
        [[[4 * k, 4 * k + 1, 4 * k + 2], [4 * k, 4 * k + 2, 4 * k + 3]] for k in range(6)]
    )
    normals = np.zeros_like(points)
    for first, second, third in triangles:
        normal = np.cross(points[second] - points[first], points[third] - points[first])
        normals[[first, second, third]] = normal / np.linalg.norm(normal)
    return points, normals, triangles.astype(np.uint32)
