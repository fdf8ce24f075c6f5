"""What the parts of a car are made of, as glTF says it (glTF 2.0, KHR_materials_clearcoat, _emissive_strength)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Material:
    """Colours are sRGB, "#rrggbb"; all other numbers 0 to 1 but `glow`, a factor of the emitted colour."""

    colour: str
    metallic: float = 0.0
    roughness: float = 0.5
    coat: float | None = None  # roughness of a clear coat, where there is one
    emits: str = ""
    glow: float = 1.0
    alpha: float = 1.0
    two_sided: bool = False


METALLIC, FLAT = 0.5, 0.0
PALE = 0.72  # a paint lighter than this has no flakes: they would make it grey

MATERIALS = {
    "surround": Material("#050506", roughness=0.06, coat=0.03),
    "grille": Material("#050506", roughness=0.25, coat=0.03),
    "cladding": Material("#0c0c0d", roughness=0.6),
    "intake": Material("#0a0a0b", roughness=0.7),
    "gap": Material("#010101", roughness=1.0, two_sided=True),
    "windscreen": Material("#8fa0a0", roughness=0.02, alpha=0.28),
    "side_glass": Material("#0a0d0d", roughness=0.02, alpha=0.72),
    "backlight": Material("#0a0d0d", roughness=0.02, alpha=0.72),
    "headlamp": Material("#111214", metallic=0.6, roughness=0.25, coat=0.02),
    "daylight": Material("#ffffff", emits="#eaf3ff", glow=4.0),
    "tail_lamp": Material("#7a0208", roughness=0.1, coat=0.02, emits="#600404"),
    "tail_light": Material("#e01010", roughness=0.2, emits="#ff1408", glow=3.0),
    "well": Material("#060606", roughness=0.9, two_sided=True),
    "rubber": Material("#0b0b0b", roughness=0.8),
    "alloy": Material("#b9bcc0", metallic=1.0, roughness=0.25),
    "disc": Material("#6a6a6c", metallic=1.0, roughness=0.4),
    "mirror_glass": Material("#c8ccd0", metallic=1.0, roughness=0.04),
    "plate": Material("#e9e9e4", roughness=0.5),
    "seat": Material("#1c1b1a", roughness=0.9),
    "dash": Material("#131314", roughness=0.75),
    "lining": Material("#2a2a2b", roughness=0.95),
    "tablet": Material("#101418", roughness=0.1, emits="#3a8fd8", glow=1.5),
    "hub": Material("#050506", roughness=0.06, coat=0.03),
}


def paint(colour: str) -> Material:
    """A body paint: metallic under a clear coat, plain where it is pale."""
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
    return Material(colour, FLAT if light > PALE**2.2 else METALLIC, 0.36, 0.03, two_sided=True)


def linear(colour: str) -> list[float]:
    """The colour as glTF wants it: linear light (IEC 61966-2-1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [((part + 0.055) / 1.055) ** 2.4 if part > 0.04045 else part / 12.92 for part in parts]


def describe(name: str, material: Material) -> dict[str, Any]:
    """The material as an entry of a glTF file."""
    found: dict[str, Any] = {
        "name": name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*linear(material.colour), material.alpha],
            "metallicFactor": material.metallic,
            "roughnessFactor": material.roughness,
        },
    }
    extensions: dict[str, Any] = {}
    if material.coat is not None:
        extensions["KHR_materials_clearcoat"] = {
            "clearcoatFactor": 1.0,
            "clearcoatRoughnessFactor": material.coat,
        }
    if material.emits:
        found["emissiveFactor"] = linear(material.emits)
        if material.glow != 1.0:
            extensions["KHR_materials_emissive_strength"] = {"emissiveStrength": material.glow}
    if extensions:
        found["extensions"] = extensions
    if material.alpha < 1:
        found["alphaMode"] = "BLEND"
    if material.two_sided:
        found["doubleSided"] = True
    return found
