"""Layers: where a choice can be seen, what of a photograph is kept; the whole job against a stand-in darkroom."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.studio.photos.small_car import make_small_car
from tests.studio.photos.test_job import SHOT, StandIn
from usine.studio.photos.carfile import CarFile
from usine.studio.photos.layer_job import LayerJob
from usine.studio.photos.layering import cut_layer, find_region, list_values, project

SIDE = replace(
    SHOT,
    size=(400, 200),
    camera={"azimuth": 90, "height": 0.5, "distance": 18, "lens": 36, "at": [0, 0, 0.5]},
)


def test_points_are_projected_as_a_camera_sees_them():
    """A lens of 36 mm at 18 m on 400 pixels: 400 / 18 pixels a metre, the car's nose to the left."""
    nose, above = project(np.array([[0.0, -1.0, 0.5], [0.0, 0.0, 1.5]]), SIDE)
    assert nose == pytest.approx([200 - 400 / 18, 100])
    assert above == pytest.approx([200, 100 - 400 / 18])


def test_the_region_of_a_choice_holds_what_it_changes():
    car = CarFile(make_small_car())
    left, top, right, bottom = find_region(car, SIDE, {"doors": "yes"})
    assert 0 <= left < 200 < right <= 400
    assert 0 <= top < bottom <= 200
    assert find_region(car, SIDE, {"radio": "yes"}) is None


def test_the_usual_value_comes_first():
    assert list_values(CarFile(make_small_car())) == {"colour": ["lichen", "sapin"], "doors": ["", "yes"]}


def test_a_layer_is_what_differs():
    before = Image.new("RGBA", (60, 40), (100, 100, 100, 255))
    after = before.copy()
    ImageDraw.Draw(after).rectangle((20, 10, 39, 29), fill=(10, 10, 10, 255))
    layer, at = cut_layer(before, after)
    assert at == pytest.approx((20, 10), abs=2)
    assert layer.getpixel((layer.width // 2, layer.height // 2)) == (10, 10, 10, 255)
    before.alpha_composite(layer, at)
    wrong = np.abs(np.asarray(before, int) - np.asarray(after, int)).max(axis=2) > 3
    assert not wrong[12:28, 22:38].any(), "all inside of the edge"
    assert np.count_nonzero(wrong) < 4 * 20 * 2, "the edge is soft by a pixel"
    assert cut_layer(after, after) is None


class Doors(StandIn):
    """Sees the door as a black square where it was told to look."""

    def expose(self, exposure, target):
        seconds = super().expose(exposure, target)
        if (region := exposure.staged.get("region")) is not None:
            left, top, right, bottom = region
            picture = np.full((bottom - top, right - left, 4), (*[0.18] * 3, 1), np.float16)
            picture[20:60, 20:60, :3] = 0
            np.save(target, picture)
        return seconds


def test_the_job_writes_layers_and_tells_of_them(tmp_path):
    (tmp_path / "car.glb").write_bytes(make_small_car())
    series = [replace(SIDE, name=colour, choices={"colour": colour}) for colour in ("lichen", "sapin")]
    darkroom = Doors()

    def run():
        LayerJob(series, tmp_path).run(
            tmp_path / "layers", tmp_path / "negatives", darkroom=darkroom, say=str
        )

    run()
    told = json.loads((tmp_path / "layers/layers.json").read_text("utf-8"))
    assert [feature["name"] for feature in told["features"]] == ["colour", "doors"]
    assert [value["name"] for value in told["features"][1]["values"]] == ["", "yes"]
    assert {path.name for path in (tmp_path / "layers").iterdir()} == {
        *("colour-lichen.avif", "colour-sapin.avif", "doors-yes.webp", "layers.json")
    }
    exposed = len(darkroom.exposed)
    run()
    assert len(darkroom.exposed) == exposed
