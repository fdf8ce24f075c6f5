"""Levels of detail: the same car for the showroom on a page, for the road, for a thumbnail."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from usine.studio.assembly import close_doors
from usine.studio.gltf import Model, write_glb

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "shrink_car.mjs"
INSIDE = ("lining", "carpet", "well")  # seen through glass or between spokes
SOFT = ("seat", "seat_side", "dash", "cladding", "bar")
FINE = ("gap", "intake", "grille", "headlamp", "black")


@dataclass(frozen=True)
class Level:
    """How far surfaces may move, metres, everywhere and by part; what is left out.

    `features`: the choices that are seen at all (None: every one); `opens`: whether doors do.
    """

    error: float
    errors: Mapping[str, float]
    wheels: float
    features: tuple[str, ...] | None = None
    opens: bool = True
    drop: tuple[str, ...] = ()
    bits: int = field(default=8)  # of a normal's numbers

    def as_said(self) -> dict[str, Any]:
        """What scripts/shrink_car.mjs is told."""
        return {
            "error": self.error,
            "errors": dict(self.errors),
            "nodes": {"wheel": self.wheels},
            "bits": self.bits,
            "drop": list(self.drop),
        }


def _errors(inside: float, soft: float, fine: float) -> dict[str, float]:
    return dict.fromkeys(INSIDE, inside) | dict.fromkeys(SOFT, soft) | dict.fromkeys(FINE, fine)


OUTSIDE = (  # what is seen of a car on the road
    *("colour", "roof", "wheels", "interior", "trim", "powertrain", "driving_side"),
    *("decals", "strips", "mirror_caps", "roof_bars", "bike_carrier", "tinted_glass"),
)
LEVELS = {
    "viewer": Level(0.0018, _errors(0.0045, 0.004, 0.003), 0.0034),
    "drive": Level(
        0.006,
        _errors(0.014, 0.014, 0.016) | {"lining": 0.0085},
        0.012,
        OUTSIDE,
        False,
        ("lens", "red_lens", "chrome"),
    ),
    "thumbnail": Level(
        0.016, _errors(0.05, 0.03, 0.02), 0.022, ("colour", "wheels"), False, ("lens", "red_lens")
    ),
}


class LevelFailed(ValueError):
    """The file could not be made smaller; the sentence says what to do."""


def write_file(model: Model, level: str) -> bytes:
    """The car's file at one of the LEVELS. Raises LevelFailed."""
    said = LEVELS[level]
    shown = model if said.opens else close_doors(model)
    if said.features is not None:
        shown = settle(shown, said.features)
    return _shrink(write_glb(shown, in_one=True, lit_screens=said.opens), said)


def _shrink(file: bytes, level: Level) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "car.glb", Path(folder) / "small.glb"
        source.write_bytes(file)
        command = ["node", str(SCRIPT), str(source), str(target), json.dumps(level.as_said())]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, cwd=SCRIPT.parents[1])
        except FileNotFoundError as error:
            raise LevelFailed(
                "Node is missing, which makes car files small: install Node 20 or newer."
            ) from error
        except subprocess.CalledProcessError as error:
            last = error.stderr.strip().splitlines()[-1:]
            raise LevelFailed(f"{SCRIPT.name} failed ({' '.join(last)}): run `scripts/setup dev`.") from error
        return target.read_bytes()


def settle(model: Model, features: tuple[str, ...]) -> Model:
    """The car in which only some features can be chosen: the others stay as they are by default."""
    defaults = model.wardrobe.defaults
    fixed = {name: value for name, value in defaults.items() if name not in features}
    parts = []
    for part in model.parts:
        if part.is_there({**{name: values[0] for name, values in part.when.items()}, **fixed}):
            when = {name: values for name, values in part.when.items() if name in features}
            parts.append(replace(part, when=when))
    stands_for = {name: values for name, values in model.wardrobe.stands_for.items() if name in features}
    wardrobe = replace(model.wardrobe, stands_for=stands_for)
    return replace(model, parts=parts, wardrobe=wardrobe)
