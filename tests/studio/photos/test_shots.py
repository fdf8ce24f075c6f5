"""Shots by their file: series, refusals, the demo's own."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from usine.studio.photos.shots import ShotsInvalid, read_shots

DEMO = Path(__file__).resolve().parents[3] / "demo"
LANGUAGES = {"en", "fr", "nl", "de", "ar"}
SHOT = {
    "name": "car-{colour}",
    "vehicle": "car",
    "mood": "daylight",
    "size": [160, 90],
    "alt": {"en": "A car"},
    "camera": {"azimuth": 50, "height": 1, "distance": 9, "lens": 80, "at": [0, 0, 0.6]},
}


def written(tmp_path, *shots, **more):
    path = tmp_path / "shots.yaml"
    path.write_text(yaml.safe_dump({"shots": list(shots), **more}), "utf-8")
    return path


def test_a_series_is_a_shot_for_each_colour(tmp_path):
    path = written(
        tmp_path, SHOT | {"colours": ["sapin", "lichen"]}, defaults={"choices": {"wheels": "galet"}}
    )
    first, second = read_shots(path)
    assert (first.name, second.name) == ("car-sapin", "car-lichen")
    assert first.choices == {"wheels": "galet", "colour": "sapin"}


def test_a_turn_is_a_shot_for_each_step(tmp_path):
    shots = read_shots(written(tmp_path, SHOT | {"name": "turn-{turn}", "turns": 4}))
    assert [shot.name for shot in shots] == ["turn-00", "turn-01", "turn-02", "turn-03"]
    assert [shot.camera["azimuth"] for shot in shots] == [50, 140, 230, 320]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mood": "noon"}, "noon is no mood: use one of daylight"),
        ({"camera": {"azimuth": 1}}, "the camera lacks at, distance, height, lens"),
        ({"size": [9, 100000]}, "9 x 100000 is no size"),
        ({"focal": [0.5, 2]}, "is not in the picture"),
        ({"cabin": -1}, "-1 is no light for a cabin"),
        ({"samples": 0}, "0 is no number of samples"),
        ({"name": "../car"}, "is no name"),
        ({"colour": "red"}, "shot 1: .*colour"),
    ],
)
def test_what_cannot_be_photographed_is_refused_with_its_place(tmp_path, wrong, sentence):
    with pytest.raises(ShotsInvalid, match=sentence):
        read_shots(written(tmp_path, SHOT | {"name": "car"} | wrong))


def test_a_name_is_taken_once(tmp_path):
    with pytest.raises(ShotsInvalid, match="two shots are called car"):
        read_shots(written(tmp_path, SHOT | {"name": "car"}, SHOT | {"name": "car"}))


def test_the_demos_shots_are_described_in_every_language_of_the_demo():
    shots = read_shots(DEMO / "studio/shots.yaml")
    assert {name for shot in shots for name in shot.alt} == LANGUAGES
    assert all(set(shot.alt) == LANGUAGES for shot in shots)
    assert {shot.mood for shot in shots} == {"daylight", "night", "dusk"}
