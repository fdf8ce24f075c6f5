"""A local transformer in place of the embedded model of sentiment: a folder, named by USINE_REPUTATION_MODEL.

The folder has `model.onnx` (a classifier of sequences: inputs `input_ids`, `attention_mask` and perhaps
`token_type_ids`, first output the logits), `tokenizer.json` (Hugging Face tokenizers) and `config.json` whose
`id2label` names the labels. onnxruntime and tokenizers are imported only here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import ModelInvalid, Sentiment

MODEL, TOKENIZER, CONFIG = "model.onnx", "tokenizer.json", "config.json"
LONGEST = 512
"""Tokens of a text that are read where config.json does not say (`max_position_embeddings`)."""
BATCH = 16
_WORDS = {
    Sentiment.NEGATIVE: ("negative", "neg", "label_0", "bad"),
    Sentiment.NEUTRAL: ("neutral", "neu", "label_1", "none"),
    Sentiment.POSITIVE: ("positive", "pos", "label_2", "good"),
}
"""What public models call the three; `label_0` to `label_2` in that order."""


class Transformer:
    """Sentiment of texts by a transformer: `judge` gives probabilities, columns as in `Sentiment`."""

    def __init__(self, folder: Path) -> None:
        """Load the folder. `ModelInvalid` says what it lacks."""
        for name in (MODEL, TOKENIZER, CONFIG):
            if not (folder / name).is_file():
                raise ModelInvalid(
                    f"The model folder {folder} lacks {name}: it needs {MODEL}, {TOKENIZER}, {CONFIG}."
                )
        self._columns, self._longest = _read_config(folder / CONFIG)
        self._session, self._tokenizer = _load(folder)
        self._inputs = {each.name for each in self._session.get_inputs()}
        missing = {"input_ids", "attention_mask"} - self._inputs
        if missing:
            raise ModelInvalid(
                f"{folder / MODEL} has no input {', '.join(sorted(missing))}: it reads no tokens."
            )
        self._tokenizer.enable_truncation(self._longest)
        self._tokenizer.no_padding()
        self.digest = _digest(folder)

    def judge(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities, (texts, 3): negative, neutral, positive. Texts of like length go together."""
        found = np.zeros((len(texts), 3), dtype=np.float32)
        tokens = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            found[part] = self._judge([tokens[i] or [0] for i in part])
        return found

    def _judge(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        offered = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, {name: offered[name] for name in self._inputs if name in offered})[0]
        if logits.ndim != 2 or logits.shape[1] <= max(self._columns):
            raise ModelInvalid(
                f"The transformer answers with shape {logits.shape}: a row of logits a text is needed."
            )
        logits = logits.astype(np.float32)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        chosen: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True))[:, self._columns]
        return chosen


def _read_config(path: Path) -> tuple[list[int], int]:
    """The columns of negative, neutral, positive among the logits; how many tokens the model reads."""
    try:
        config = json.loads(path.read_text("utf-8"))
        labels = {str(name).lower(): int(number) for number, name in config["id2label"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelInvalid(f'{path} has no "id2label" that names the labels by number.') from error
    columns = []
    for sentiment, words in _WORDS.items():
        known = [labels[word] for word in words if word in labels]
        if not known:
            raise ModelInvalid(
                f'{path} names no label "{sentiment.value}" in "id2label": it has {", ".join(labels)}.'
            )
        columns.append(known[0])
    return columns, min(LONGEST, _read_length(config))


def _read_length(config: Mapping[str, Any]) -> int:
    length = config.get("max_position_embeddings")
    return length - 2 if isinstance(length, int) and length > 2 else LONGEST  # two are kept back for padding


def _load(folder: Path) -> tuple[Any, Any]:
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelInvalid(
            f"A transformer needs onnxruntime and tokenizers (requirements/onnx.txt): {error.name} is missing."
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        return session, Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:
        raise ModelInvalid(
            f"The model folder {folder} cannot be loaded: {str(error).splitlines()[0][:200]}"
        ) from error


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for name in (MODEL, TOKENIZER, CONFIG):
        with (folder / name).open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:32]
