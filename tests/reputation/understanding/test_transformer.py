"""A local transformer is loaded by the real libraries; a folder that lacks something is refused in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.reputation.understanding.tiny import write_transformer
from usine.reputation.contracts import ModelInvalid
from usine.reputation.understanding.transformer import Transformer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_transformer(tmp_path_factory.mktemp("model"))


def test_it_gives_each_text_the_probabilities_of_negative_neutral_positive(folder):
    judged = Transformer(folder).judge(["awful awful car", "a lovely car", "fine", ""])

    assert judged.shape == (4, 3)
    assert judged.sum(axis=1) == pytest.approx([1, 1, 1, 1], abs=1e-5)
    assert judged[:3].argmax(axis=1).tolist() == [0, 2, 1]
    assert judged[3] == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_texts_that_go_together_do_not_change_each_other(folder):
    transformer = Transformer(folder)
    texts = ["lovely", *["awful car and then more words"] * 40, "fine " * 700]

    together = transformer.judge(texts)

    assert together == pytest.approx(np.concatenate([transformer.judge([text]) for text in texts]), abs=1e-5)


def test_labels_are_taken_by_their_names_not_by_their_order(tmp_path):
    folder = write_transformer(tmp_path / "m", {"2": "neg", "1": "neu", "0": "pos"})

    assert Transformer(folder).judge(["awful"]).argmax() == 2  # the first logit is what this model calls pos


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path, name):
    folder = write_transformer(tmp_path / "m")
    (folder / name).unlink()

    with pytest.raises(ModelInvalid, match=f"lacks {name}"):
        Transformer(folder)


def test_a_label_that_is_missing_is_named(tmp_path):
    folder = write_transformer(tmp_path / "m", {"0": "negative", "1": "positive"})

    with pytest.raises(ModelInvalid, match='no label "neutral"'):
        Transformer(folder)


def test_a_config_without_labels_is_refused(tmp_path):
    folder = write_transformer(tmp_path / "m")
    (folder / "config.json").write_text("{}", "utf-8")

    with pytest.raises(ModelInvalid, match="id2label"):
        Transformer(folder)


def test_a_file_that_is_no_model_is_refused(tmp_path):
    folder = write_transformer(tmp_path / "m")
    (folder / "model.onnx").write_bytes(b"not a model")

    with pytest.raises(ModelInvalid, match="cannot be loaded"):
        Transformer(folder)


def test_the_digest_tells_any_change(tmp_path):
    folder = write_transformer(tmp_path / "m")
    before = Transformer(folder).digest
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"note": "other"}), "utf-8")

    assert len(before) == 32
    assert Transformer(folder).digest != before
