"""The layers of a vehicle: a picture for each colour, and for each seen value what it changes.

Which layers make a picture is written in its key: a character a feature, then a digest of the layers. A key says all
that is needed to make the picture again; other layers have other keys, so a picture never changes under its address.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from usine.commons.errors import NotFound

MANIFEST = "layers.json"
DIGITS = string.digits + string.ascii_lowercase
LAID = (
    b"1"  # how layers become a picture (layers.py, shelf.py): raise it when that changes, addresses with it
)
BASE = "colour"  # the feature whose values are whole pictures


class PictureNotFound(NotFound):
    code = "picture_not_found"


@dataclass(frozen=True, slots=True)
class Layer:
    """What a value looks like: a file, its upper left corner in the picture. No file: the value changes nothing."""

    value: str
    file: str = ""
    at: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Layers:
    """All layers of a vehicle, in the order in which they are laid; a feature's first value is that of the base."""

    folder: Path
    size: tuple[int, int]
    features: Mapping[str, Sequence[Layer]]
    digest: str

    def key(self, values: Mapping[str, str]) -> str:
        """The key of a car's picture; a feature that is not seen, or has a value without a layer, changes nothing."""
        places = []
        for feature, layers in self.features.items():
            names = [layer.value for layer in layers]
            value = values.get(feature, "")
            places.append(DIGITS[names.index(value)] if value in names else DIGITS[0])
        return f"{''.join(places)}-{self.digest}"

    def choose(self, key: str) -> list[Layer]:
        """The layers of a key. Raises PictureNotFound."""
        digits, _, digest = key.partition("-")
        if digest != self.digest or len(digits) != len(self.features):
            raise PictureNotFound(
                f"There is no picture {key[:40]} of today's car: open its configuration again."
            )
        chosen = []
        for digit, (feature, layers) in zip(digits, self.features.items(), strict=True):
            place = DIGITS.find(digit)
            if not 0 <= place < len(layers):
                raise PictureNotFound(f"There is no picture {key[:40]}: {feature} has no value {digit}.")
            chosen.append(layers[place])
        return chosen

    def compose(self, key: str) -> Image.Image:
        """The car of a key on nothing. Raises PictureNotFound."""
        picture = Image.new("RGBA", self.size)
        for layer in self.choose(key):
            if layer.file:
                with Image.open(self.folder / layer.file) as found:
                    picture.alpha_composite(found.convert("RGBA"), layer.at)
        return picture


def find_layers(folder: Path) -> Layers | None:
    """The layers of a folder; None where nobody photographed them."""
    path = folder / MANIFEST
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=8)
def _read(path: Path, _changed_ns: int) -> Layers:
    data = path.read_bytes()
    content = json.loads(data)
    features = {
        feature["name"]: [
            Layer(value["name"], value.get("file", ""), tuple(value.get("at", (0, 0))))
            for value in feature["values"]
        ]
        for feature in content["features"]
    }
    return Layers(path.parent, tuple(content["size"]), features, hashlib.sha256(LAID + data).hexdigest()[:10])
