"""Shots as a file says them: what stands where, in which light, seen from where. No Blender is needed to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from usine.commons.errors import UsineError

MOODS = ("daylight", "night", "dusk")
CAMERA = {"azimuth", "height", "distance", "lens", "at"}
LISTS = ("size", "focal", "inset", "formats", "without")
LARGEST = 4096  # pixels a side


class ShotsInvalid(UsineError):
    code = "shots_invalid"


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph. `camera` as in stage.aim_camera; `focal` is the point that a crop keeps, shares of the size."""

    name: str
    vehicle: str
    mood: str
    camera: Mapping[str, Any]
    size: tuple[int, int]
    alt: Mapping[str, str]
    focal: tuple[float, float] = (0.5, 0.5)
    samples: int = 16
    seed: int = 1
    choices: Mapping[str, str] = field(default_factory=dict)
    opened: Mapping[str, float] = field(default_factory=dict)
    lamps: Mapping[str, float] = field(default_factory=dict)
    steered: float = 0.0
    cut_out: bool = False
    cabin: float = 1.0  # times the mood's light below the roof
    without: tuple[str, ...] = ()  # parts that stand in the camera's way, by name
    exposure: float = 0.0
    glow: float = 0.0
    inset: tuple[float, float, float] = (
        1.0,
        0.0,
        0.0,
    )  # a cut-out's scale in its picture, its upper left corner, pixels
    ground: str = ""  # "#rrggbb" behind a cut-out that is to be a whole picture
    formats: tuple[str, ...] = ("avif", "webp")

    @property
    def is_seen_alone(self) -> bool:
        """Whether nothing stands behind the car and its shadow."""
        return self.cut_out and not self.ground

    def staged(self) -> dict[str, Any]:
        """What the darkroom needs: everything but how the negative is developed and told of."""
        told = ("name", "vehicle", "alt", "focal", "exposure", "glow", "inset", "ground", "formats")
        return {name: value for name, value in asdict(self).items() if name not in told}

    def scaled(self, factor: float, samples: int | None) -> Shot:
        """A smaller or coarser print, to look at."""
        width, height = (max(16, round(side * factor)) for side in self.size)
        scale, left, top = self.inset
        inset = scale, left * factor, top * factor
        return replace(self, size=(width, height), inset=inset, samples=samples or self.samples)


def read_shots(path: Path) -> list[Shot]:
    """The shots of a file, each colour of a series one shot. Raises ShotsInvalid with the place of what is wrong."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ShotsInvalid(f"{path}: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise ShotsInvalid(f"{path}: this is no YAML ({error}).") from error
    if not isinstance(content, dict) or not isinstance(content.get("shots"), list):
        raise ShotsInvalid(f"{path}: `shots` is missing, a list.")
    shots = [
        shot
        for number, said in enumerate(content["shots"], 1)
        for shot in _read_series(f"{path}, shot {number}", {**content.get("defaults", {}), **said})
    ]
    names = [shot.name for shot in shots]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ShotsInvalid(f"{path}: two shots are called {doubled[0]}.")
    return shots


def _read_series(place: str, said: Mapping[str, Any]) -> list[Shot]:
    """A shot for each colour, or for each step of a turn; one alone where the entry names neither."""
    said = dict(said)
    colours, turns = said.pop("colours", None), said.pop("turns", None)
    if colours:
        choices = said.get("choices", {})
        return [
            _read(place, _named(said, colour=colour) | {"choices": {**choices, "colour": colour}})
            for colour in colours
        ]
    if turns:
        camera = said.get("camera", {})
        return [
            _read(
                place,
                _named(said, turn=f"{step:02}")
                | {"camera": {**camera, "azimuth": camera.get("azimuth", 0) + step * 360 / turns}},
            )
            for step in range(turns)
        ]
    return [_read(place, said)]


def _named(said: Mapping[str, Any], **place: str) -> dict[str, Any]:
    return {**said, "name": str(said.get("name", "")).format(**place)}


def _read(place: str, said: Mapping[str, Any]) -> Shot:
    try:
        shot = Shot(
            **{
                **said,
                **{name: tuple(said[name]) for name in LISTS if name in said},
            }
        )
    except TypeError as error:
        raise ShotsInvalid(f"{place}: {error}.") from error
    width, height = shot.size
    checks = {
        f"{shot.mood} is no mood: use one of {', '.join(MOODS)}": shot.mood in MOODS,
        f"the camera lacks {', '.join(sorted(CAMERA - set(shot.camera)))}": set(shot.camera) >= CAMERA,
        f"{width} x {height} is no size": all(16 <= side <= LARGEST for side in shot.size),
        f"{shot.focal} is not in the picture": all(0 <= share <= 1 for share in shot.focal),
        f"{shot.cabin} is no light for a cabin": shot.cabin >= 0,
        f"{shot.samples} is no number of samples": 1 <= shot.samples <= 4096,
        f"{shot.name!r} is no name": shot.name.replace("-", "").isalnum(),
    }
    for sentence, holds in checks.items():
        if not holds:
            raise ShotsInvalid(f"{place}: {sentence}.")
    return shot
