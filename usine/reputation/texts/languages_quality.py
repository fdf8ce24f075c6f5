"""How well languages are told, on any file of rows with `lang` and `text` (JSON Lines, also gzip)."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from usine.reputation.contracts import FileUnreadable
from usine.reputation.texts.languages import detect_language


@dataclass(frozen=True, slots=True)
class LanguagesQuality:
    """Shares of 0 to 1; `languages` has each one's; `mistaken` counts (meant, told); `a_second` counts texts."""

    texts: int
    accuracy: float
    languages: Mapping[str, float]
    mistaken: Mapping[tuple[str, str], int]
    a_second: float


def evaluate_languages(path: Path, leave_out: tuple[str, ...] = ()) -> LanguagesQuality:
    """Score a file; rows whose `lang` is in `leave_out` are not asked. Raises `FileUnreadable`: file, line, what."""
    rows = [row for row in _read(path) if row[0] not in leave_out]
    if not rows:
        raise FileUnreadable(f"{path} has no row to score: each is a JSON object with lang and text.")
    detect_language("the first text has the models read")
    began = time.perf_counter()
    told = [detect_language(text).label for _language, text in rows]
    passed = time.perf_counter() - began
    asked = Counter(language for language, _text in rows)
    mistaken = Counter((row[0], label) for row, label in zip(rows, told, strict=True) if row[0] != label)
    wrong = Counter[str]()
    for (language, _label), times in mistaken.items():
        wrong[language] += times
    return LanguagesQuality(
        len(rows),
        1 - wrong.total() / len(rows),
        {language: 1 - wrong[language] / times for language, times in sorted(asked.items())},
        dict(mistaken.most_common()),
        len(rows) / max(passed, 1e-9),
    )


def _read(path: Path) -> list[tuple[str, str]]:
    try:
        content = path.read_bytes()
        lines = (
            (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8").split("\n")
        )
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FileUnreadable(
            f"{path} cannot be read: name a file of JSON Lines in UTF-8, also gzip."
        ) from error
    rows = []
    for number, line in enumerate(lines, start=1):  # not splitlines: texts hold other ends of lines
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append((str(row["lang"]), str(row["text"])))
        except (ValueError, KeyError, TypeError) as error:
            raise FileUnreadable(
                f"{path}, line {number}: a JSON object with lang and text is expected."
            ) from error
    return rows
