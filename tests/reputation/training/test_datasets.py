"""A labelled set is known by its keys; a file that cannot be read is refused with its line."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from usine.reputation.contracts import FileUnreadable
from usine.reputation.training.datasets import READ_AGAIN, SENTIMENTS, Kind, digest, read_again, read_set

ROWS = {
    Kind.MENTIONS: {
        "id": "a",
        "lang": "fr",
        "text": "x",
        "sentiment": "neutral",
        "aspects": [],
        "intent": "none",
    },
    Kind.NAMES: {"id": "a", "lang": "fr", "text": "x", "names": []},
    Kind.POSTS: {"lang": "id", "text": "x", "label": "neutral"},
    Kind.CARS_ZH: {
        "lang": "zh",
        "id": "1",
        "text": "x",
        "aspects": [{"aspect": "price", "sentiment": "neutral"}],
    },
    Kind.CARS_ID: {"lang": "id", "text": "x", "aspects": {"price": "neutral"}},
    Kind.DISHES: {"lang": "en", "text": "x", "aspects": [{"aspect": "food", "sentiment": "neutral"}]},
    Kind.TARGETS: {"lang": "fr", "text": "$T$", "target": "x", "sentiment": "neutral"},
    Kind.TRIPLETS: {
        "lang": "en",
        "text": "x",
        "triplets": [{"aspect": [0], "opinion": [0], "sentiment": "neu"}],
    },
    Kind.CATEGORIES: {"lang": "en", "video": "1", "segment": "1", "text": "x", "triplets": []},
    Kind.LANGUAGES: {"lang": "fr", "text": "x"},
    Kind.COUNTS: {"t": "2015-02-26 21:42:53", "n": 1},
}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_set_is_known_by_its_keys(tmp_path, kind, is_packed):
    raw = (json.dumps(ROWS[kind]) + "\n").encode()
    path = tmp_path / ("set.jsonl.gz" if is_packed else "set.jsonl")
    path.write_bytes(gzip.compress(raw) if is_packed else raw)

    labelled = read_set(path)

    assert labelled.kind is kind
    assert labelled.rows == [ROWS[kind]]
    assert labelled.name == "set"


def test_a_split_takes_its_rows_alone(tmp_path):
    rows = [ROWS[Kind.MENTIONS] | {"split": split} for split in ("dev", "test", "dev")]
    path = tmp_path / "fr.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    assert len(read_set(path, split="dev").rows) == 2
    assert len(read_set(path).rows) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no rows"),
        (b'{"lang": "fr"}\n', "no labelled set"),
        (b'{"lang": "fr", "text": "x"}\n{"lang"', "line 2"),
        (b"[1]\n", "line 1: a JSON object"),
        (b"[" * 100_000, "line 1: no JSON"),
        (b'{"lang": "\xff"}\n', "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, content, said):
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)

    with pytest.raises(FileUnreadable, match=said):
        read_set(path)


def test_a_broken_archive_is_said(tmp_path):
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"lang": "fr", "text": "x"}\n' * 2000)[:-20])

    with pytest.raises(FileUnreadable, match="cannot be read"):
        read_set(path)


def test_posts_that_were_read_once_more_have_the_label_of_then():
    """Every romanised Hindi post of the public set and no other; the file holds no text."""
    known = dict(line.split("\t") for line in READ_AGAIN.read_text("utf-8").splitlines())
    assert len(known) == 1_839 + 324
    assert set(known.values()) == set(SENTIMENTS)
    assert all(re.fullmatch("[0-9a-f]{12}", each) for each in known)

    row = {"lang": "hi-Latn", "text": "great guddu", "label": "negative"}
    assert read_again([row, row | {"text": "nobody read this"}]) == [
        row | {"label": "positive"},
        row | {"text": "nobody read this"},
    ]


def test_every_post_that_was_read_once_more_is_of_the_public_set(data):
    rows = [
        row
        for split in ("train", "dev")
        for row in read_set(data / "reputation" / f"umsab_sentiment.{split}.jsonl.gz").rows
    ]
    known = {line.split("\t")[0] for line in READ_AGAIN.read_text("utf-8").splitlines()}

    assert {digest(row["text"]) for row in rows if row["lang"] == "hi-Latn"} == known
    assert not known & {digest(row["text"]) for row in rows if row["lang"] != "hi-Latn"}
