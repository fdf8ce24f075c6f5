"""One small frame by Cycles itself: a coarse car, photographed by the command, has its paint where the door is."""

from __future__ import annotations

import colorsys

import pytest
import yaml
from PIL import Image

from usine.config.cli import main
from usine.studio.gltf import write_glb
from usine.studio.photos import process

SHOT = {
    "name": "small",
    "vehicle": "car",
    "mood": "daylight",
    "cut_out": True,
    "size": [160, 90],
    "samples": 4,
    "alt": {"en": "A car"},
    "camera": {"azimuth": 90, "height": 0.9, "distance": 14, "lens": 100, "at": [0, 0, 0.7]},
}


@pytest.fixture
def arguments(tmp_path):
    shots = tmp_path / "shots.yaml"
    shots.write_text(yaml.safe_dump({"shots": [SHOT]}), "utf-8")
    for folder in ("cars", "album", "negatives"):
        (tmp_path / folder).mkdir()
    return [
        *("studio", "photos", "--shots", str(shots), "--cars", str(tmp_path / "cars")),
        *("--to", str(tmp_path / "album"), "--negatives", str(tmp_path / "negatives")),
    ]


@pytest.mark.skipif(not process.PYTHON.exists(), reason="Blender (400 MB) is left out: make test-photos")
def test_a_small_frame_has_the_paint_where_the_door_is(model, tmp_path, arguments, capsys):
    (tmp_path / "cars/car.glb").write_bytes(write_glb(model))
    assert main(arguments) == 0
    with Image.open(tmp_path / "album/small.webp") as picture:
        door, corner = picture.getpixel((74, 52)), picture.getpixel((2, 2))
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in door[:3]))
    wanted, *_ = colorsys.rgb_to_hsv(
        *(part / 255 for part in bytes.fromhex("bdb822"))
    )  # lichen, the first colour
    assert abs(hue - wanted) < 0.04
    assert saturation > 0.4
    assert value > 0.2
    assert door[3] == 255
    assert corner[3] == 0
    assert "1 pictures, 1 as they should be" not in capsys.readouterr().out
    assert main(arguments) == 0
    assert "1 as they should be, 0 to make" in capsys.readouterr().out


def test_without_blender_a_sentence_says_what_to_install(tmp_path, arguments, capsys, monkeypatch):
    monkeypatch.setattr(process, "PYTHON", tmp_path / "nowhere/python")
    from tests.studio.photos.small_car import make_small_car

    (tmp_path / "cars/car.glb").write_bytes(make_small_car())
    assert main(arguments) == 1
    assert "run `scripts/setup photos`" in capsys.readouterr().err


def test_a_shot_that_is_not_there_is_refused(arguments, capsys):
    assert main([*arguments, "--only", "moon"]) == 1
    assert "No shot is called moon: there are small" in capsys.readouterr().err
