"""Labelled sets as files of JSON lines, plain or gzip: read, and recognised by their keys.

A set is recognised by what its first row has, whatever the file is called, so that splits kept elsewhere are scored by
the same command.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings

from usine.commons.errors import UsineError
from usine.reputation.contracts import FileUnreadable

Row = Mapping[str, Any]
SENTIMENTS = ("negative", "neutral", "positive")


class TrainingUnable(UsineError):
    """What training needs and does not find."""

    code = "training_unable"


class Kind(StrEnum):
    """What a set teaches or judges. The first part is the name of its figures."""

    MENTIONS = "mentions"  # our own: sentiment, aspects, intent
    NAMES = "names"  # our own: places of names
    POSTS = "posts"  # language, text, label
    CARS_ZH = "bdci"
    CARS_ID = "casa"
    DISHES = "mams"
    TARGETS = "semeval"
    TRIPLETS = "muse_triplets"
    CATEGORIES = "muse_categories"
    LANGUAGES = "langid"
    COUNTS = "nab"


UNLICENSED = frozenset({Kind.CARS_ZH, Kind.TARGETS, Kind.TRIPLETS, Kind.CATEGORIES})
"""Sets without a licence: trained on in memory to be judged, never for what ships."""
TRAINED_TO_JUDGE = {
    Kind.CARS_ZH: "bdci2018_car_aspects_zh",
    Kind.CARS_ID: "casa_car_aspects_id",
    Kind.DISHES: "mams_acsa_en",
    Kind.TARGETS: "semeval2016_target_sentiment_7lang",
    Kind.TRIPLETS: "muse_carASTE_triplets_en",
    Kind.CATEGORIES: "muse_carASTE_categories_en",
}
"""Sets with labels of their own: a model is trained on their train split before it is judged. Beginnings of names."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file's rows and what they are."""

    path: Path
    kind: Kind
    rows: Sequence[Row]

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".gz").removesuffix(".jsonl")


def read_set(path: Path, *, split: str = "") -> Labelled:
    """The rows of a file; only those of a split where rows name theirs. `FileUnreadable` says the line."""
    rows = list(_read_rows(path))
    if not rows:
        raise FileUnreadable(f"{path} has no rows: it needs one JSON object a line.")
    kind = recognise(rows[0], path)
    if split and "split" in rows[0]:
        rows = [row for row in rows if row.get("split") == split]
    return Labelled(path, kind, rows)


def recognise(row: Row, path: Path) -> Kind:
    """The kind of a set, by the keys of a row."""
    keys = set(row)
    if {"t", "n"} <= keys:
        return Kind.COUNTS
    if "names" in keys:
        return Kind.NAMES
    if {"sentiment", "intent", "aspects"} <= keys:
        return Kind.MENTIONS
    if "target" in keys:
        return Kind.TARGETS
    if "triplets" in keys:
        return Kind.CATEGORIES if "segment" in keys else Kind.TRIPLETS
    if isinstance(row.get("aspects"), dict):
        return Kind.CARS_ID
    if isinstance(row.get("aspects"), list):
        return Kind.CARS_ZH if "id" in keys else Kind.DISHES
    if {"lang", "text", "label"} <= keys:
        return Kind.POSTS
    if {"lang", "text"} <= keys:
        return Kind.LANGUAGES
    raise FileUnreadable(
        f"{path} is no labelled set that is known: its first row has the keys {', '.join(sorted(keys))}."
    )


def _read_rows(path: Path) -> Iterator[Row]:
    number = 0
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise FileUnreadable(
                        f"{path}, line {number}: a JSON object is needed, not {line.strip()[:40]}."
                    )
                yield row
    except (OSError, EOFError) as error:
        raise FileUnreadable(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f"{path}, line {number or 1}: no JSON in UTF-8: {error}.") from error


def find_data() -> Path:
    """The folder of public labelled sets: `reputation` below what USINE_DATA names, or below ../shared."""
    shared = os.environ.get("USINE_DATA") or settings.PROJECT.parent / "shared"
    return Path(shared) / "reputation"


OWN = Path("bench") / "reputation"
TAUGHT = Path("demo") / "reputation" / "training"
PLAIN = Path(__file__).resolve().parent / "plain.jsonl"
"""Our own sets, below the project: to judge by, to learn from."""


def list_split(split: str) -> list[Path]:
    """The files of a split: our own (each has both splits), and the public ones of that name that are there."""
    own = sorted((settings.PROJECT / OWN).glob("*/*.jsonl"))
    return [
        *own,
        *sorted(find_data().glob(f"*.{split}.jsonl.gz")),
        *(sorted(find_data().glob("nab_*.jsonl.gz")) if split == "dev" else []),
    ]


def read_plain() -> list[Row]:
    """Mentions that say plainly what they mean, in every language: what nobody doubts must not be doubted here."""
    return list(read_set(PLAIN).rows)


def read_own_training() -> list[Row]:
    """Every language's mentions to learn from, in order of language."""
    return [
        row for path in sorted((settings.PROJECT / TAUGHT).glob("*.jsonl")) for row in read_set(path).rows
    ]


POSTS = ("umsab_sentiment", "smsa_sentiment_id")
"""Public sets whose licence lets what ships learn from them."""


READ_AGAIN = Path(__file__).resolve().parent / "read_again.tsv"
"""Posts, by `digest`, and the labels that they got when they were read once more: the romanised Hindi of UMSAB, whose
published labels follow their texts by chance in train and dev (docs/reputation-models.md)."""


def digest(text: str) -> str:
    """Twelve signs that stand for a text where the text itself is not ours to ship."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_again(rows: Iterable[Row]) -> list[Row]:
    """Rows of posts, with the label that they got when they were read once more, where they were."""
    labels = dict(line.split("\t", 1) for line in READ_AGAIN.read_text("utf-8").splitlines())
    return [{**row, "label": labels.get(digest(row["text"]), row["label"])} for row in rows]


def read_posts(split: str) -> list[Row]:
    """The public posts of a split, labelled as they were published. `TrainingUnable` where a file is absent."""
    rows: list[Row] = []
    for name in POSTS:
        path = find_data() / f"{name}.{split}.jsonl.gz"
        if not path.exists():
            raise TrainingUnable(f"{path} is absent: name the folder above `reputation` with USINE_DATA.")
        rows += read_set(path).rows
    return rows
