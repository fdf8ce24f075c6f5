"""`usine studio`: a car dressed by its range, the small files for pages; refusals in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from usine.config.cli import main
from usine.studio.gltf import write_glb

DEMO = Path(__file__).resolve().parents[2] / "demo"
SILHOUETTE, RANGE = str(DEMO / "studio/oree.yaml"), str(DEMO / "ranges/oree")
COARSE = ["--range", RANGE, "--detail", "8"]


def test_a_car_is_written_with_what_its_range_lets_choose_the_same_bytes_each_time(model, tmp_path, capsys):
    target = tmp_path / "car.glb"
    assert main(["studio", "build", SILHOUETTE, str(target), *COARSE]) == 0
    assert target.read_bytes() == write_glb(model)
    assert "dressed by colour, interior, roof, mirror_caps" in capsys.readouterr().out


def test_the_small_files_are_written_beside_each_other(model, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        "usine.studio.assembly.build_car", lambda *_car, **_how: model
    )  # it takes a quarter of a minute
    assert main(["studio", "levels", SILHOUETTE, str(tmp_path), *COARSE]) == 0
    names = ["oree.drive.glb", "oree.thumbnail.glb", "oree.viewer.glb"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert all(path.read_bytes()[:4] == b"glTF" for path in tmp_path.iterdir())
    assert capsys.readouterr().out.count(" bytes") == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--range", RANGE, "--detail", "0"], "0 is no detail"),
        (["--range", RANGE, "--detail", "nan"], "nan is no detail"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, capsys, arguments, sentence):
    assert main(["studio", "build", SILHOUETTE, str(tmp_path / "car.glb"), *arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "car.glb").exists()


def test_a_file_that_is_no_silhouette_is_refused(tmp_path, capsys):
    (tmp_path / "moon.yaml").write_text("package: {length: round}", encoding="utf-8")
    assert main(["studio", "build", str(tmp_path / "moon.yaml"), str(tmp_path / "car.glb"), *COARSE]) == 1
    assert "moon: package.length is no number" in capsys.readouterr().err


def test_files_that_are_not_there_are_named(tmp_path, capsys):
    missing = str(tmp_path / "moon.yaml")
    assert main(["studio", "build", missing, str(tmp_path / "car.glb"), *COARSE]) == 1
    assert "moon.yaml: No such file" in capsys.readouterr().err
    assert main(["studio", "build", SILHOUETTE, str(tmp_path / "no/car.glb"), *COARSE]) == 1
    assert "no is no folder: make it first" in capsys.readouterr().err
