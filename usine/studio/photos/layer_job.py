"""The job of layers: the pictures of which those of every configuration are put together, and their manifest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from usine.studio.photos.develop import develop
from usine.studio.photos.job import Darkroom, Exposure, Negatives, OpenedCar, expose_shot, open_car, plan
from usine.studio.photos.layering import BASE, GREY, Box, LayerFolder, cut_layer, find_region, list_values
from usine.studio.photos.shots import Shot


@dataclass(frozen=True, slots=True)
class Change:
    """A value that may be seen: its exposure over the grey body, where."""

    feature: str
    value: str
    exposure: Exposure
    region: Box


class LayerJob:
    """Layers of one vehicle as a series of shots sees it, which differ in colour alone."""

    def __init__(self, series: Sequence[Shot], cars: Path, *, features: Collection[str] = ()):
        self._series, self._cars, self._features = series, cars, features
        self._car: OpenedCar = open_car(cars / f"{series[0].vehicle}.glb")
        # The grey body is that of the last colour: other parts may have the first one, a range's own, as a choice.
        self._shot = series[-1]
        paint = self._car.file.find_paint(self._shot.choices)
        self._grey = {"material": paint.material, "colour": [GREY] * 3}

    def run(
        self, folder: Path, negatives: Path, *, darkroom: Callable[[], Darkroom], say: Callable[[str], None]
    ) -> int:
        """Make all layers; what is exposed is kept, so a job that was stopped goes on. How many files there are."""
        changes = list(self._list_changes())
        say(f"{len(self._series)} colours, {len(changes)} values that may be seen.")
        files = 0
        with Negatives(negatives, darkroom) as kept:
            album = LayerFolder(folder, self._shot, self._car.file.defaults)
            for shot, wanted in zip(self._series, plan(self._series, self._cars), strict=True):
                picture = develop(kept.blend(wanted), exposure=shot.exposure, fade=True)
                album.add_value(BASE, shot.choices[BASE], (picture, (0, 0)), suffix="avif")
            before = self._develop(kept.get(expose_shot(self._car, self._shot, painted=self._grey)))
            for number, change in enumerate(changes, 1):
                after = self._develop(kept.get(change.exposure))
                size = self._add(album, change, before.crop(change.region), after)
                files += size > 0
                told = f"{size / 1000:.1f} kB" if size else "not seen"
                say(f"{number:3}/{len(changes)} {change.feature}={change.value}: {told}")
            album.finish()
        return files + len(self._series)

    def _develop(self, negative: Any) -> Image.Image:
        return develop(negative, exposure=self._shot.exposure)

    def _add(self, album: LayerFolder, change: Change, before: Image.Image, after: Image.Image) -> int:
        layer = cut_layer(before, after)
        if layer:
            picture, (left, top) = layer
            layer = picture, (left + change.region[0], top + change.region[1])
        return album.add_value(change.feature, change.value, layer)

    def _list_changes(self) -> Iterator[Change]:
        for feature, (_usual, *others) in list_values(self._car.file).items():
            for value in others if self._is_wanted(feature) else ():
                choices = {**self._shot.choices, feature: value}
                region = find_region(self._car.file, self._shot, {feature: value})
                if region:
                    shot = replace(self._shot, choices=choices)
                    exposure = expose_shot(self._car, shot, painted=self._grey, region=list(region))
                    yield Change(feature, value, exposure, region)

    def _is_wanted(self, feature: str) -> bool:
        return feature != BASE and (feature in self._features or not self._features)
