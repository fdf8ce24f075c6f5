"""The job: every shot whose picture is not what shot, car and code would give now; stopped, it goes on from there.

A negative is kept under the key of all that it depends on: shots that differ in their development alone, or only in
their paint, are exposed once. A paint's light is linear in each part of its colour, so from a negative in black and
one in white every colour of one finish is printed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from usine.commons.errors import UsineError
from usine.studio.photos.album import Album
from usine.studio.photos.carfile import CarFile, CarFileInvalid, Paint
from usine.studio.photos.shots import Shot

HERE = Path(__file__).parent
EXPOSED_BY = ("carfile.py", "stage.py", "surfaces.py", "moods.py", "darkroom.py")
DEVELOPED_BY = ("develop.py", "album.py")
WORTH_BLENDING = 3  # paints of one finish: from here two negatives are cheaper than one for each


class CarMissing(UsineError):
    code = "car_missing"


@dataclass(frozen=True, eq=False)
class OpenedCar:
    path: Path
    digest: str
    file: CarFile


@dataclass(frozen=True, slots=True)
class Exposure:
    """One negative: the car's file, what the darkroom is told, the key of both and of the darkroom's code."""

    car: Path
    staged: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Print:
    """A picture: its shot and the negatives that make it; two are blended by `paint` (linear light)."""

    shot: Shot
    exposures: tuple[Exposure, ...]
    paint: tuple[float, ...] = ()

    @property
    def key(self) -> str:
        shot = self.shot
        told = [shot.exposure, shot.glow, shot.formats, shot.focal, dict(shot.alt)]
        return _digest([exposure.key for exposure in self.exposures], self.paint, told, _code(DEVELOPED_BY))


class Darkroom(Protocol):
    """What exposes negatives: the process of Blender's Python, or a test's stand-in."""

    def expose(self, exposure: Exposure, target: Path) -> float:
        """Write a negative, whole or not at all; its CPU seconds."""

    def close(self) -> None: ...


def plan(shots: Sequence[Shot], cars: Path) -> list[Print]:
    """The prints of shots with the cars of a folder (`<vehicle>.glb`). Raises CarMissing."""
    opened = {vehicle: _open_car(cars / f"{vehicle}.glb") for vehicle in {shot.vehicle for shot in shots}}
    series: dict[str, list[Shot]] = {}
    for shot in shots:
        series.setdefault(_digest(_series(shot), _paint(opened, shot).finish), []).append(shot)
    return [
        _plan(shot, opened, series[_digest(_series(shot), _paint(opened, shot).finish)]) for shot in shots
    ]


def _plan(shot: Shot, opened: Mapping[str, OpenedCar], alike: Sequence[Shot]) -> Print:
    if len(alike) < WORTH_BLENDING:
        return Print(shot, (_expose(opened, shot),))
    first = alike[0]
    painted = [{"material": _paint(opened, first).material, "colour": [part] * 3} for part in (0.0, 1.0)]
    exposures = tuple(_expose(opened, first, painted=said) for said in painted)
    return Print(shot, exposures, _paint(opened, shot).colour)


def _series(shot: Shot) -> dict[str, Any]:
    """What shots share that differ in colour alone."""
    staged = shot.staged()
    return {
        **staged,
        "vehicle": shot.vehicle,
        "choices": {k: v for k, v in shot.choices.items() if k != "colour"},
    }


def _expose(opened: Mapping[str, OpenedCar], shot: Shot, **more: Any) -> Exposure:
    car, staged = opened[shot.vehicle], {**shot.staged(), **more}
    return Exposure(car.path, staged, _digest(car.digest, staged, _code(EXPOSED_BY)))


def _paint(opened: Mapping[str, OpenedCar], shot: Shot) -> Paint:
    return opened[shot.vehicle].file.find_paint(shot.choices)


def _open_car(path: Path) -> OpenedCar:
    try:
        data = path.read_bytes()
        return OpenedCar(path, hashlib.sha256(data).hexdigest(), CarFile(data))
    except FileNotFoundError as error:
        raise CarMissing(f"{path} is missing: make it with `usine studio build`, uncompressed.") from error
    except CarFileInvalid as error:
        raise CarMissing(f"{path}: {error}") from error


def run_job(
    prints: Sequence[Print],
    target: Path,
    negatives: Path,
    *,
    darkroom: Callable[[], Darkroom],
    say: Callable[[str], None],
) -> int:
    """Make the pictures that are missing or out of date; how many. Stopped between two frames, nothing is lost.

    `negatives` keeps what was exposed; `target` gets the pictures and photos.json, which tells of each its key, size,
    focal point, description.
    """
    album = Album(target)
    due = [wanted for wanted in prints if not album.has(wanted)]
    say(f"{len(prints)} pictures, {len(prints) - len(due)} as they should be, {len(due)} to make.")
    room: Darkroom | None = None
    try:
        for number, wanted in enumerate(due, 1):
            started, seconds = time.monotonic(), 0.0
            for exposure in wanted.exposures:
                path = negatives / f"{exposure.key}.npy"
                if not path.exists():
                    room = room or darkroom()
                    seconds += room.expose(exposure, path)
            size = album.add(wanted, _blend(wanted, negatives))
            took = f"{seconds:.0f} CPU s, {time.monotonic() - started:.0f} s" if seconds else "negative kept"
            say(f"{number:3}/{len(due)} {wanted.shot.name}: {took}, {size / 1000:.0f} kB")
    finally:
        if room:
            room.close()
    return len(due)


def _blend(wanted: Print, negatives: Path) -> Any:
    """The print's light: in each colour part, so much of the white negative as the paint has of it."""
    found = [np.load(negatives / f"{exposure.key}.npy").astype(np.float32) for exposure in wanted.exposures]
    if len(found) == 1:
        return found[0]
    black, white = found
    share = np.array([*wanted.paint, 0.0], np.float32)
    return black + share * (white - black)


def _digest(*parts: Any) -> str:
    said = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@lru_cache
def _code(names: tuple[str, ...]) -> str:
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()
