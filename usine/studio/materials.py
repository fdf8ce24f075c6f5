"""What the parts of a car are made of, as glTF says it (glTF 2.0, KHR_materials_clearcoat, _emissive_strength)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Material:
    """Colours are sRGB, "#rrggbb"; all other numbers 0 to 1 but `glow`, a factor of the emitted colour.

    `screen`: what it shows (screens.py), where a file has pictures; it emits its colour where it has none.
    """

    colour: str
    metallic: float = 0.0
    roughness: float = 0.5
    coat: float | None = None  # roughness of a clear coat, where there is one
    emits: str = ""
    glow: float = 1.0
    alpha: float = 1.0
    screen: str = ""


METALLIC, FLAT = 0.5, 0.0
PALE = 0.72  # a paint lighter than this has no flakes: they would make it grey

MATERIALS = {
    "surround": Material("#050506", roughness=0.08),
    "grille": Material("#08080a", roughness=0.3),
    "cladding": Material("#141415", roughness=0.62),
    "intake": Material("#0a0a0b", roughness=0.7),
    "gap": Material("#020202", roughness=1.0),
    "windscreen": Material("#8fa0a0", roughness=0.02, alpha=0.26),
    "side_glass": Material("#3a4444", roughness=0.02, alpha=0.5),
    "rear_glass": Material("#3a4444", roughness=0.02, alpha=0.5),
    "dark_glass": Material("#060808", roughness=0.02, alpha=0.88),
    "solar_glass": Material("#7a6a92", roughness=0.02, alpha=0.36),
    "roof_glass": Material("#0a0d0e", roughness=0.03, alpha=0.82),
    "lens": Material("#dfe6e6", roughness=0.02, alpha=0.16),
    "red_lens": Material("#8a0a0e", roughness=0.03, alpha=0.62),
    "headlamp": Material("#17181b", metallic=0.6, roughness=0.3),
    "chrome": Material("#d4d7da", metallic=1.0, roughness=0.08),
    "daylight": Material("#f6f9ff", emits="#eaf3ff", glow=4.0),
    "beam": Material("#dfe8f0", roughness=0.08, emits="#f3f6ff", glow=1.2),
    "tail_lamp": Material("#3a0507", roughness=0.3),
    "tail_light": Material("#e01010", roughness=0.2, emits="#ff1408", glow=3.0),
    "indicator": Material("#b8640c", roughness=0.2, emits="#000000"),
    "amber": Material("#b8640c", roughness=0.25),
    "well": Material("#060606", roughness=0.9),
    "rubber": Material("#0e0e0f", roughness=0.82),
    "alloy": Material("#b9bcc0", metallic=1.0, roughness=0.25),
    "steel": Material("#6d7174", metallic=0.6, roughness=0.5),
    "dark_alloy": Material("#26282a", metallic=0.7, roughness=0.35),
    "disc": Material("#6a6a6c", metallic=1.0, roughness=0.4),
    "mirror_glass": Material("#c8ccd0", metallic=1.0, roughness=0.04),
    "plate": Material("#e9e9e4", roughness=0.5),
    "black": Material("#0c0c0d", roughness=0.3),
    "accent": Material("#bdb822", roughness=0.4),
    "mist": Material("#a3a8a6", roughness=0.4),
    "film_dark": Material("#161812", roughness=0.35),
    "film_pale": Material("#efede6", roughness=0.35),
    "bar": Material("#9da1a4", metallic=0.8, roughness=0.35),
    "seat": Material("#8c867a", roughness=0.9),
    "seat_side": Material("#33342f", roughness=0.9),
    "dash": Material("#131314", roughness=0.75),
    "lining": Material("#8b8981", roughness=0.95),
    "carpet": Material("#1a1a1b", roughness=1.0),
    "blind": Material("#2a2c2a", roughness=1.0),
    "red": Material("#a81818", roughness=0.4),
    "green": Material("#1e6a3c", roughness=0.7),
    "ambient": Material("#e8e4a0", emits="#d8d26a", glow=2.0),
    "sensor": Material("#0a0a0a", roughness=0.25),
    "signal": Material("#e8a030", roughness=0.3),
    "tablet": Material("#0b0f12", roughness=0.12, emits="#2b2d22", glow=1.2, screen="tablet"),
    "cluster": Material("#0b0f12", roughness=0.12, emits="#24261e", glow=1.0, screen="cluster"),
    "hub": Material("#0b0b0c", roughness=0.2),
}


def paint(colour: str) -> Material:
    """A body paint: metallic under a clear coat, plain where it is pale."""
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
    return Material(colour, FLAT if light > PALE**2.2 else METALLIC, 0.36, 0.03)


def matt(colour: str) -> Material:
    """Cloth and grained plastic."""
    return Material(colour, roughness=0.88)


def linear(colour: str) -> list[float]:
    """The colour as glTF wants it: linear light (IEC 61966-2-1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [((part + 0.055) / 1.055) ** 2.4 if part > 0.04045 else part / 12.92 for part in parts]


def describe(name: str, material: Material, *, picture: int | None = None) -> dict[str, Any]:
    """The material as an entry of a glTF file; `picture`: the number of the texture that it emits."""
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
        found["emissiveFactor"] = linear(material.emits) if picture is None else [1.0, 1.0, 1.0]
        if picture is not None:
            found["emissiveTexture"] = {"index": picture}
        if material.glow != 1.0:
            extensions["KHR_materials_emissive_strength"] = {"emissiveStrength": material.glow}
    if extensions:
        found["extensions"] = extensions
    if material.alpha < 1:
        found["alphaMode"] = "BLEND"
    return found
