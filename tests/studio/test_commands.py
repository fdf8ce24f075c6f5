"""`usine studio build`: a car in the colours of its range; refusals in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from usine.config.cli import main

DEMO = Path(__file__).resolve().parents[2] / "demo"
SILHOUETTE, RANGE = str(DEMO / "studio/oree.yaml"), str(DEMO / "ranges/oree")


def test_a_car_is_written_in_every_colour_of_its_range(tmp_path, capsys):
    target = tmp_path / "car.glb"
    assert (
        main(
            [
                "studio",
                "build",
                SILHOUETTE,
                str(target),
                "--range",
                RANGE,
                "--wheels",
                "cime",
                "--detail",
                "6",
            ]
        )
        == 0
    )
    assert target.read_bytes()[:4] == b"glTF"
    assert "9 colours, wheels cime" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--wheels", "moon"], "moon is no wheel of this range"),
        (["--detail", "0"], "0 is no detail"),
        (["--detail", "nan"], "nan is no detail"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, capsys, arguments, sentence):
    assert main(["studio", "build", SILHOUETTE, str(tmp_path / "car.glb"), "--range", RANGE, *arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "car.glb").exists()


def test_files_that_are_not_there_are_named(tmp_path, capsys):
    missing = str(tmp_path / "moon.yaml")
    assert (
        main(["studio", "build", missing, str(tmp_path / "car.glb"), "--range", RANGE, "--detail", "8"]) == 1
    )
    assert "moon.yaml: No such file" in capsys.readouterr().err
    nowhere = str(tmp_path / "no/car.glb")
    assert main(["studio", "build", SILHOUETTE, nowhere, "--range", RANGE, "--detail", "8"]) == 1
    assert "no/car.glb: No such file" in capsys.readouterr().err
