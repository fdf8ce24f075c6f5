"""Many plain materials as one: two pictures with a column of colour, roughness and metal for each.

So a node's plastic, rubber and metal are one draw.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from usine.studio.materials import Material

NAME = "trim"


@dataclass(frozen=True)
class Palette:
    """`columns`: the place of each material in the pictures, 0 to 1; the pictures as PNG."""

    columns: Mapping[str, float]
    colours: bytes
    surfaces: bytes  # roughness in green, metal in blue (glTF 2.0, metallicRoughnessTexture)


def is_plain(material: Material) -> bool:
    """Whether a palette can say it: no glow, no coat, nothing shines through."""
    return not material.emits and material.coat is None and material.alpha == 1.0


def make_palette(materials: Mapping[str, Material], apart: Collection[str]) -> Palette:
    """The palette of all plain materials but those that have to stay `apart` because a choice replaces them."""
    names = [name for name, material in materials.items() if is_plain(material) and name not in apart]
    width = max(1 << max(len(names) - 1, 1).bit_length(), 2)
    colours, surfaces = np.zeros((2, width, 3), np.uint8)
    for place, name in enumerate(names):
        material = materials[name]
        colours[place] = [int(material.colour[i : i + 2], 16) for i in (1, 3, 5)]
        surfaces[place] = [0, round(255 * material.roughness), round(255 * material.metallic)]
    columns = {name: (place + 0.5) / width for place, name in enumerate(names)}
    return Palette(columns, write_png(colours[None]), write_png(surfaces[None]))


def write_png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (rows, columns, 3) as PNG (ISO/IEC 15948): the same pixels, the same bytes."""
    rows, columns, _ = pixels.shape
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
