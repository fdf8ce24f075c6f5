"""The job: every shot whose picture is not what shot, car and code would give now; stopped, it goes on from there.

A negative is kept under the key of all that it depends on: shots that differ in their development alone, or only in
their paint, are exposed once. A paint's light is linear in each part of its colour, so from a negative in black and
one in white every colour of one finish is printed.
"""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, Self

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
        told = [shot.exposure, shot.glow, shot.ground, shot.inset, shot.formats, shot.focal, dict(shot.alt)]
        return _digest([exposure.key for exposure in self.exposures], self.paint, told, _code(DEVELOPED_BY))


class Darkroom(Protocol):
    """What exposes negatives: the process of Blender's Python, or a test's stand-in."""

    def expose(self, exposure: Exposure, target: Path) -> float:
        """Write a negative, whole or not at all; its CPU seconds."""

    def close(self) -> None: ...


def plan(shots: Sequence[Shot], cars: Path) -> list[Print]:
    """The prints of shots with the cars of a folder (`<vehicle>.glb`). Raises CarMissing."""
    opened = {vehicle: open_car(cars / f"{vehicle}.glb") for vehicle in {shot.vehicle for shot in shots}}
    series: dict[str, list[Shot]] = {}
    for shot in shots:
        series.setdefault(_digest(_series(shot), _paint(opened, shot).finish), []).append(shot)
    return [
        _plan(shot, opened, series[_digest(_series(shot), _paint(opened, shot).finish)]) for shot in shots
    ]


def _plan(shot: Shot, opened: Mapping[str, OpenedCar], alike: Sequence[Shot]) -> Print:
    if len(alike) < WORTH_BLENDING:
        return Print(shot, (expose_shot(opened[shot.vehicle], shot),))
    first = alike[0]
    painted = [{"material": _paint(opened, first).material, "colour": [part] * 3} for part in (0.0, 1.0)]
    exposures = tuple(expose_shot(opened[first.vehicle], first, painted=said) for said in painted)
    return Print(shot, exposures, _paint(opened, shot).colour)


def _series(shot: Shot) -> dict[str, Any]:
    """What shots share that differ in colour alone."""
    staged = shot.staged()
    return {
        **staged,
        "vehicle": shot.vehicle,
        "choices": {k: v for k, v in shot.choices.items() if k != "colour"},
    }


def expose_shot(car: OpenedCar, shot: Shot, **more: Any) -> Exposure:
    """The exposure of a shot; `more` as the darkroom knows it: `painted` in which colour, `region` of the picture."""
    staged = {**shot.staged(), **more}
    return Exposure(car.path, staged, _digest(car.digest, staged, _code(EXPOSED_BY)))


def _paint(opened: Mapping[str, OpenedCar], shot: Shot) -> Paint:
    return opened[shot.vehicle].file.find_paint(shot.choices)


def open_car(path: Path) -> OpenedCar:
    """Raises CarMissing."""
    try:
        data = path.read_bytes()
        return OpenedCar(path, hashlib.sha256(data).hexdigest(), CarFile(data))
    except FileNotFoundError as error:
        raise CarMissing(f"{path} is missing: make it with `usine studio build`, uncompressed.") from error
    except CarFileInvalid as error:
        raise CarMissing(f"{path}: {error}") from error


class Negatives:
    """What was exposed, under its key; the darkroom is opened for what was not, and closed at the end."""

    def __init__(self, folder: Path, darkroom: Callable[[], Darkroom]):
        self._folder, self._open = folder, darkroom
        self._room: Darkroom | None = None
        self.seconds = 0.0  # of the processor, all exposures together

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._room:
            self._room.close()

    def get(self, exposure: Exposure) -> Any:
        """The negative of an exposure, made where it is not kept."""
        path = self._folder / f"{exposure.key}.npy"
        if not path.exists():
            self._room = self._room or self._open()
            self.seconds += self._room.expose(exposure, path)
        return np.load(path)

    def blend(self, wanted: Print) -> Any:
        """A print's light: in each part of colour, so much of the white negative as the paint has of it."""
        found = [self.get(exposure).astype(np.float32) for exposure in wanted.exposures]
        if len(found) == 1:
            return found[0]
        black, white = found
        return black + np.array([*wanted.paint, 0.0], np.float32) * (white - black)


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
    with Negatives(negatives, darkroom) as kept:
        for number, wanted in enumerate(due, 1):
            started, before = time.monotonic(), kept.seconds
            size = album.add(wanted, kept.blend(wanted))
            took = f"{kept.seconds - before:.0f} CPU s, {time.monotonic() - started:.0f} s"
            said = took if kept.seconds > before else "negative kept"
            say(f"{number:3}/{len(due)} {wanted.shot.name}: {said}, {size / 1000:.0f} kB")
    return len(due)


def _digest(*parts: Any) -> str:
    said = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@lru_cache
def _code(names: tuple[str, ...]) -> str:
    return hashlib.sha256("".join(_read_code(HERE / name) for name in names).encode()).hexdigest()


def _read_code(path: Path) -> str:
    """What a file of Python does: other words about it, or other line breaks, make no other pictures."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
