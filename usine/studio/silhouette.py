"""A silhouette: the numbers and curves of one car, read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from usine.studio.curves import Curve


class SilhouetteInvalid(ValueError):
    """A file that describes no car; one sentence says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Package:
    """The main dimensions, metres; the axles' places follow from the front one."""

    length: float
    width: float
    height: float
    front_axle: float
    wheelbase: float
    half_track: float
    wheel_radius: float
    arch_radius: float
    clearance: float

    @property
    def rear_axle(self) -> float:
        return self.front_axle + self.wheelbase

    @property
    def axles(self) -> tuple[float, float]:
        return self.front_axle, self.rear_axle


class Silhouette:
    """The parts of a file by name: `number("flank", "lean")`, `curve("bonnet", "line")`."""

    def __init__(self, name: str, content: Mapping[str, Any]):
        self.name = name
        self._content = content
        fields = Package.__dataclass_fields__
        self.package = Package(**{field: self.number("package", field) for field in fields})
        self._curves: dict[tuple[str, ...], Curve] = {}

    def number(self, *path: str) -> float:
        """A number of the file. Raises SilhouetteInvalid."""
        found = self.part(*path)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self._invalid(path, "is no number")
        return float(found)

    def curve(self, *path: str, smoothing: float = 0.02) -> Curve:
        """A curve of the file, made once. Raises SilhouetteInvalid."""
        if path not in self._curves:
            try:
                self._curves[path] = Curve(self.part(*path), smoothing=smoothing)
            except (ValueError, TypeError) as error:
                raise self._invalid(path, f"is no curve ({error})") from error
        return self._curves[path]

    def part(self, *path: str) -> Any:
        """Whatever stands at a place of the file. Raises SilhouetteInvalid."""
        found: Any = self._content
        for step in path:
            if not isinstance(found, Mapping) or step not in found:
                raise self._invalid(path, "is missing")
            found = found[step]
        return found

    def _invalid(self, path: tuple[str, ...], what: str) -> SilhouetteInvalid:
        return SilhouetteInvalid(f"{self.name}: {'.'.join(path)} {what}.")


def read_silhouette(path: Path) -> Silhouette:
    """The silhouette of a YAML file. Raises SilhouetteInvalid, OSError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SilhouetteInvalid(f"{path.name} is not YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(content, Mapping):
        raise SilhouetteInvalid(f"{path.name} says nothing: it needs the parts of a silhouette.")
    return Silhouette(path.stem, content)
