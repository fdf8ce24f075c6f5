"""What the gazetteer learns of labelled texts: weights near what is meant, a file that loads, the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from usine.reputation.training.names import (
    MEANT,
    TAUGHT,
    cross_validate,
    fit_plain,
    read_taught,
    train_kinds,
    train_names,
)
from usine.reputation.understanding.learned import KINDS
from usine.reputation.understanding.model_file import write_model
from usine.reputation.understanding.names import Gazetteer
from usine.reputation.understanding.names_quality import read_rows
from usine.reputation.understanding.pieces import open_pieces
from usine.reputation.understanding.surroundings import FEATURES

PROJECT = Path(__file__).resolve().parents[3]
NAMES = """
entities:
  - entity: vehicle:otter
    spellings: {any: Otter}
    against: {en: river}
contexts:
  car: {en: "battery, charged, wheel, brake, tyre, engine, gearbox, clutch, bumper, dashboard"}
  nature: {en: "forest, tree, rain, lake, snow, fish, leaf, bird, storm, meadow"}
weights: {bias: 1}
"""
TEXTS = [
    ("the otter in the river", None),
    ("an otter swam by", None),
    ("an otter under a tree", None),
    ("my Otter, charged at last", "vehicle:otter"),
    ("the Otter battery", "vehicle:otter"),
    ("brake noise of our Otter", "vehicle:otter"),
]
OTHER = ["we had a lovely party with cake and music, thank you all for coming"]


def label(text: str, entity: str | None) -> dict[str, Any]:
    start = text.lower().index("otter")
    return {"text": text, "lang": "en", "names": [{"start": start, "end": start + 5, "entity": entity}]}


ROWS = [label(text, entity) for text, entity in TEXTS]


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "names.yaml"
    path.write_text(NAMES, encoding="utf-8")
    return path


def test_weights_stay_near_what_is_meant(path):
    weights = fit_plain(Gazetteer.load(path).names, ROWS)

    assert set(weights) == set(MEANT) == set(FEATURES)
    assert weights["car_near"] > 1.5 > 0 > weights["against_near"]
    assert weights["title"] == MEANT["title"]  # no row shows it


def test_what_is_learnt_loads_and_is_the_same_from_the_same(path):
    first = train_names(path, ROWS, OTHER)
    learned = path.with_suffix(".model").read_bytes()
    taught = Gazetteer.load(path)
    found = [name.entity for row in ROWS for name in taught.find_names(row["text"], "en")]

    assert taught.learned is not None
    assert found == ["vehicle:otter"] * 3
    assert train_names(path, ROWS, OTHER) == first
    assert path.with_suffix(".model").read_bytes() == learned


def test_what_was_learnt_for_other_pieces_is_learnt_again(path):
    """The refusal says to run the training: it must not be refused too."""
    write_model(path.with_suffix(".model"), {"pieces": "0" * 32, "kinds": []}, {})

    train_names(path, ROWS, OTHER)

    assert Gazetteer.load(path).learned is not None


def test_words_of_no_list_are_told_by_their_like(path):
    pieces, _digest = open_pieces()
    kinds = train_kinds(Gazetteer.load(path).names, pieces, OTHER)
    told = dict(zip(KINDS, kinds.tell(pieces.embed(["bumpers"]))[0], strict=True))

    assert told["car"] > told["nature"]


def test_left_out_texts_are_counted_once_each(path):
    counts = cross_validate(path, ROWS, OTHER, 3)

    assert counts["en"] == counts["all"]
    assert counts["all"].right + counts["all"].missed == 3


def test_the_texts_to_learn_from_hold_no_test_row_and_label_what_stands_there():
    rows = read_taught()
    own = list(read_rows(PROJECT / TAUGHT))

    assert {row.get("split", "dev") for row in rows} == {"dev"}
    assert len({row["id"] for row in own}) == len(own) > 1_500
    assert all(row["text"][n["start"] : n["end"]] == n["text"] for row in own for n in row["names"])
