"""How well names are found, on the labelled set of bench/reputation/names or any file of its form.

A name counts as found where the same entity is found at a place that overlaps it; a found entity that no label stands
for is a mistake, as is another entity than the label's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from usine.reputation.contracts import FileUnreadable, Named
from usine.reputation.understanding.names import Gazetteer

SPLITS = ("dev", "test")


@dataclass(slots=True)
class Counted:
    """Right, wrong and missed names, of one language or all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(frozen=True, slots=True)
class NamesQuality:
    """The figures of a file or split; `mistakes` says each in a line; `a_second` counts texts."""

    texts: int
    total: Counted
    languages: Mapping[str, Counted]
    a_second: float
    mistakes: Sequence[str] = field(default_factory=tuple)


def evaluate_names(gazetteer: Gazetteer, path: Path, split: str = "") -> NamesQuality:
    """Score a file, or every file of a folder; with `split` (dev, test) only its rows. Raises `FileUnreadable`."""
    return score_names(gazetteer, list(read_rows(path, split)))


def score_names(gazetteer: Gazetteer, rows: Sequence[Mapping[str, Any]]) -> NamesQuality:
    """Score rows of `text`, `lang` and `names` (start, end, entity or null)."""
    for language in {row["lang"] for row in rows}:
        gazetteer.find_words(language)  # written on first use
    began = time.perf_counter()
    found = [gazetteer.find_names(row["text"], row["lang"]) for row in rows]
    passed = time.perf_counter() - began
    total, languages, mistakes = Counted(), dict[str, Counted](), list[str]()
    for row, names in zip(rows, found, strict=True):
        counted = languages.setdefault(row["lang"], Counted())
        for said in _compare(row, names, (total, counted)):
            mistakes.append(f"{row.get('id', '')}: {said}: {row['text']}")
    return NamesQuality(len(rows), total, languages, len(rows) / max(passed, 1e-9), mistakes)


def read_rows(path: Path, split: str = "") -> Iterable[dict[str, Any]]:
    """The rows of a JSON Lines file or of all in a folder. Raises `FileUnreadable`: file, line, what is wrong."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileUnreadable(f"{path} has no labelled names: name a .jsonl file or a folder of them.")
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                row["text"], row["lang"], row["names"] = (
                    str(row["text"]),
                    str(row["lang"]),
                    list(row["names"]),
                )
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise FileUnreadable(
                    f"{file}, line {number}: a JSON object with text, lang and names is expected."
                ) from error
            if not split or row.get("split") == split:
                yield row


def _compare(row: Mapping[str, Any], names: Sequence[Named], counts: tuple[Counted, ...]) -> Iterable[str]:
    """Count the names of one text; what is wrong with each."""
    open_names = list(names)
    for label in row["names"]:
        hit = next(
            (
                n
                for n in open_names
                if n.start < label["end"] and label["start"] < n.end and n.entity == label["entity"]
            ),
            None,
        )
        if hit:
            open_names.remove(hit)
            for counted in counts:
                counted.right += 1
        elif label["entity"]:
            for counted in counts:
                counted.missed += 1
            yield f"missed {label['entity']} “{label['text']}”"
    for name in open_names:
        for counted in counts:
            counted.wrong += 1
        yield f"wrong {name.entity} “{row['text'][name.start : name.end]}”"
