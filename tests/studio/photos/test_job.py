"""The job against a stand-in darkroom: what is exposed, kept, skipped; a paint blended from black and white."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.studio.photos.small_car import make_small_car
from usine.studio.photos.job import CarMissing, plan, run_job
from usine.studio.photos.shots import Shot

CAMERA = {"azimuth": 50, "height": 1, "distance": 9, "lens": 80, "at": [0, 0, 0.6]}
SHOT = Shot("one", "car", "daylight", CAMERA, (16, 16), {"en": "A car"}, choices={"colour": "lichen"})


class StandIn:
    """Exposes a flat grey picture, or the colour that it was told to paint; may be stopped before a frame."""

    def __init__(self, stop_before=None):
        self.exposed, self.closed, self.stop_before = [], False, stop_before

    def __call__(self):
        return self

    def expose(self, exposure, target):
        if len(self.exposed) == self.stop_before:
            raise KeyboardInterrupt
        self.exposed.append(exposure)
        colour = exposure.staged.get("painted", {"colour": [0.2] * 3})["colour"]
        width, height = exposure.staged["size"]
        target.parent.mkdir(parents=True, exist_ok=True)
        np.save(target, np.broadcast_to(np.array([*colour, 1], np.float16), (height, width, 4)))
        return 1.0

    def close(self):
        self.closed = True


@pytest.fixture
def run(tmp_path):
    (tmp_path / "cars").mkdir()
    (tmp_path / "cars/car.glb").write_bytes(make_small_car())

    def run(shots, darkroom=None):
        darkroom = darkroom or StandIn()
        run_job(
            plan(shots, tmp_path / "cars"),
            tmp_path / "album",
            tmp_path / "negatives",
            darkroom=darkroom,
            say=str,
        )
        return darkroom

    return run


def test_what_is_as_it_should_be_is_not_made_again(run, tmp_path):
    assert len(run([SHOT]).exposed) == 1
    assert len(run([SHOT]).exposed) == 0
    told = json.loads((tmp_path / "album/photos.json").read_text("utf-8"))["one"]
    assert (told["size"], told["focal"], told["alt"]) == ([16, 16], [0.5, 0.5], {"en": "A car"})
    (tmp_path / "album/one.webp").unlink()
    assert len(run([SHOT]).exposed) == 0, "the negative is kept"
    assert (tmp_path / "album/one.webp").exists()


@pytest.mark.parametrize(
    "change", [{"seed": 2}, {"samples": 4}, {"choices": {"colour": "sapin"}}, {"mood": "dusk"}]
)
def test_another_shot_is_exposed_again(run, change):
    run([SHOT])
    assert len(run([replace(SHOT, **change)]).exposed) == 1


def test_another_development_needs_no_other_negative(run, tmp_path):
    run([SHOT])
    before = (tmp_path / "album/one.webp").read_bytes()
    assert len(run([replace(SHOT, exposure=1.0)]).exposed) == 0
    assert (tmp_path / "album/one.webp").read_bytes() != before


def test_a_stopped_job_goes_on_where_it_stopped(run):
    shots = [replace(SHOT, name=f"n{k}", seed=k) for k in range(3)]
    stopped = StandIn(stop_before=2)
    with pytest.raises(KeyboardInterrupt):
        run(shots, stopped)
    assert stopped.closed
    assert len(run(shots).exposed) == 1


def test_paints_of_one_finish_are_blended_from_two_negatives(run, tmp_path):
    shots = [
        replace(SHOT, name=name, choices={"colour": colour})
        for name, colour in (("a", "lichen"), ("b", "sapin"), ("c", "lichen"))
    ]
    darkroom = run(shots)
    assert [exposure.staged["painted"]["colour"] for exposure in darkroom.exposed] == [[0.0] * 3, [1.0] * 3]
    for name, linear in (("a", (0.5, 0.5, 0.02)), ("b", (0.02, 0.1, 0.06))):
        with Image.open(tmp_path / f"album/{name}.webp") as picture:
            seen = np.array(picture.convert("RGB").getpixel((8, 8)), float)
        assert np.argsort(seen)[0] == np.argsort(linear)[0]
        assert seen[1] > seen[2]


def test_a_car_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CarMissing, match=r"car\.glb is missing"):
        plan([SHOT], tmp_path)
