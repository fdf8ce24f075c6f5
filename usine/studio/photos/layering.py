"""Which layers a vehicle's pictures need, and what of a photograph is a layer: made once, laid together at run time.

All layers are seen by one camera over one body, painted grey: what a value changes is what differs from the car without
it. Where that can be is known before anything is rendered: the pieces that differ are projected into the picture.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from usine.commons.files import write_whole
from usine.studio.photos.album import encode
from usine.studio.photos.carfile import CarFile, Piece
from usine.studio.photos.shots import Shot

GREY = 0.18  # of the body below a layer, linear: what shines through an edge is right for no paint and far from none
MARGIN = 14  # pixels round what differs, for its shadow and its reflection
SEEN = 10  # parts of 255: what differs less is the denoiser's
TOO_SMALL = 40  # pixels: nobody sees such a layer
BASE = "colour"  # the feature whose values are whole pictures
CLOSING = 7  # pixels: holes in a layer up to this size are filled
Box = tuple[int, int, int, int]  # left, top, right, bottom


def find_region(car: CarFile, shot: Shot, choices: Mapping[str, str]) -> Box | None:
    """Where a choice can be seen in a shot; None where it changes no piece of the car."""
    before, after = _signed(car, shot.choices), _signed(car, {**shot.choices, **choices})
    changed = [before.get(key) or after[key] for key in before.keys() ^ after.keys()]
    if not changed:
        return None
    seen = project(np.concatenate([piece.points[np.unique(piece.triangles)] for piece in changed]), shot)
    width, height = shot.size
    left, top = np.floor(seen.min(axis=0) - MARGIN).astype(int)
    right, bottom = np.ceil(seen.max(axis=0) + MARGIN).astype(int)
    box = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    return (
        (int(box[0]), int(box[1]), int(box[2]), int(box[3])) if box[0] < box[2] and box[1] < box[3] else None
    )


def _signed(car: CarFile, choices: Mapping[str, str]) -> dict[str, Piece]:
    """The pieces of a choice under a digest of shape, place and material."""
    found = {}
    for piece in car.pieces(choices, opened={}):
        told = [piece.points.tobytes(), piece.triangles.tobytes(), json.dumps(piece.material).encode()]
        found[hashlib.sha256(b"".join(told)).hexdigest()] = piece
    return found


def project(points: NDArray[Any], shot: Shot) -> NDArray[Any]:
    """Points in a shot's picture, pixels from its upper left corner (stage.aim_camera's camera)."""
    camera = shot.camera
    ahead, left, up = camera["at"]
    angle = np.radians(camera["azimuth"])
    target = np.array([left, -ahead, up])
    place = np.array(
        [
            left + np.sin(angle) * camera["distance"],
            -ahead - np.cos(angle) * camera["distance"],
            camera["height"],
        ]
    )
    towards = (target - place) / np.linalg.norm(target - place)
    right = np.cross(towards, [0, 0, 1])
    right /= np.linalg.norm(right)
    seen = (points - place) @ np.stack([right, np.cross(right, towards), towards], axis=1)
    scale = camera["lens"] / 36 * max(shot.size) / seen[:, 2]
    width, height = shot.size
    return np.stack([width / 2 + seen[:, 0] * scale, height / 2 - seen[:, 1] * scale], axis=1)


def cut_layer(before: Image.Image, after: Image.Image) -> tuple[Image.Image, tuple[int, int]] | None:
    """What of `after` differs from `before`, trimmed, and its upper left corner; None where nobody would see it."""
    differs = ImageChops.difference(_on_grey(before), _on_grey(after))
    most = np.array(differs).max(axis=2)
    mask = Image.fromarray(np.where(most > SEEN, 255, 0).astype(np.uint8))
    mask = mask.filter(ImageFilter.MedianFilter(3))
    mask = mask.filter(ImageFilter.MaxFilter(CLOSING)).filter(ImageFilter.MinFilter(CLOSING))
    if np.count_nonzero(np.array(mask)) < TOO_SMALL:
        return None
    soft = mask.filter(ImageFilter.GaussianBlur(0.7))
    layer = after.copy()
    layer.putalpha(ImageChops.multiply(after.getchannel("A"), soft))
    box = layer.getbbox()
    return (layer.crop(box), (box[0], box[1])) if box else None


def _on_grey(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", picture.size, (128, 128, 128, 255))
    ground.alpha_composite(picture)
    return ground.convert("RGB")


class LayerFolder:
    """A folder of layers being made: files first, then the manifest that tells of them."""

    def __init__(self, folder: Path, shot: Shot, usual: Mapping[str, str]):
        self._folder, self._shot, self._usual = folder, shot, usual
        self._features: dict[str, list[dict[str, Any]]] = {}

    def add_value(
        self,
        feature: str,
        value: str,
        layer: tuple[Image.Image, tuple[int, int]] | None,
        *,
        suffix: str = "webp",
    ) -> int:
        """A value and what it changes; the bytes of its file."""
        entry: dict[str, Any] = {"name": value}
        size = 0
        if layer:
            picture, at = layer
            data = encode(picture, suffix)
            name = f"{feature}-{value}.{suffix}"
            write_whole(self._folder / name, data)
            entry |= {"file": name, "at": list(at), "digest": hashlib.sha256(data).hexdigest()[:16]}
            size = len(data)
        usual = [] if feature == BASE else [{"name": self._usual.get(feature, "")}]
        self._features.setdefault(feature, usual).append(entry)
        return size

    def finish(self) -> None:
        """Write the manifest; a feature of which no value is seen is left out, and files that no one names go."""
        features: list[dict[str, Any]] = [
            {"name": name, "values": values}
            for name, values in self._features.items()
            if any("file" in value for value in values)
        ]
        content = {"size": list(self._shot.size), "features": features}
        named = {value.get("file") for feature in features for value in feature["values"]}
        write_whole(self._folder / "layers.json", f"{json.dumps(content, indent=1)}\n".encode())
        for path in self._folder.iterdir():
            if path.suffix in (".avif", ".webp") and path.name not in named:
                path.unlink()


def list_values(car: CarFile) -> dict[str, list[str]]:
    """Every feature that changes the car, its values in the file's order, the one that it has by default first."""
    found: dict[str, list[str]] = {}
    for feature, value in car.list_choices():
        values = found.setdefault(feature, [car.defaults.get(feature, "")])
        if value not in values:
            values.append(value)
    return found
