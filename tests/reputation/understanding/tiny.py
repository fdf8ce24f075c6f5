"""A transformer small enough to be made in a test: one embedding a word, the mean of a text, three logits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

WORDS = {"[UNK]": 0, "awful": 1, "fine": 2, "lovely": 3, "car": 4}
LOGITS = [[0, 0, 0], [6, 0, 0], [0, 6, 0], [0, 0, 6], [0, 0, 0]]
LABELS = {"0": "NEGATIVE", "1": "Neutral", "2": "positive"}


def write_transformer(folder: Path, labels: dict[str, str] | None = None) -> Path:
    """The three files of a model folder. Logits are the sum of what a text's words say."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"id2label": labels or LABELS}), "utf-8")
    onnx.save(_build(), str(folder / "model.onnx"))
    return folder


def _build() -> onnx.ModelProto:
    tokens, rows = ["texts", "tokens"], ["texts", 3]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["said"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["said", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "second"], ["logits"], keepdims=0),
    ]
    constants = {
        "table": np.array(LOGITS, dtype=np.float32),
        "last": np.array([2], dtype=np.int64),
        "second": np.array([1], dtype=np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, rows)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
