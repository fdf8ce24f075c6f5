"""Near copies: found and mistaken under edits, beside rensa by itself and datasketch, in the same run.

`python bench/reputation_copies.py` reads the labelled sets below USINE_DATA (or ../shared): 2,000 passages of car
reviews stand for news, 6,000 tweets for posts. Of each, texts are told again in four ways (as they are; shared, with
signs and capitals changed and a word left out; a fifth of the words replaced and cut to 85 %; quoted inside a longer
text), and as many texts that are no copies are asked about. A method answers with the nearest text or with none;
precision is the share of right answers among answers. The corpora hold real near copies, which a method is right to
find and which count as mistakes: so each is measured as it is, and without those texts of which another one has half of
the runs of three words (counted exactly). The peers verify candidates by the Jaccard index of five-letter shingles, 0.4
and more.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

import datasketch  # noqa: E402
import rensa  # noqa: E402

from bench.record import keep  # noqa: E402
from usine.reputation.texts.copies import StoryIndex, sign  # noqa: E402
from usine.reputation.texts.normalise import digest_text, normalise  # noqa: E402

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SEED = 20_260_101
LIKE = 0.4
NEWS = ("muse_carASTE_triplets_en.train", "muse_carASTE_triplets_en.dev", "muse_carASTE_categories_en.dev")
Find = Callable[[str], int | None]


def main() -> None:
    figures: dict[str, Any] = {}
    for corpus, names, base, asked in (
        ("news", NEWS, 2000, 250),
        ("posts", ("umsab_sentiment.train",), 6000, 750),
    ):
        whole = read(*names)
        for kind, texts in ((corpus, whole), (f"{corpus}, no real copies", leave_copies_out(whole))):
            size = min(base, len(texts) - asked)
            questions = make_questions(texts[:size], texts[size : size + asked], asked)
            for name, method in METHODS.items():
                row = figures.setdefault(kind, {})[name] = measure(method, texts[:size], questions)
                print(kind, size, name, json.dumps(row))
    keep("reputation_copies", figures)


def read(*names: str) -> list[str]:
    """Different texts of at least eight words, in an order that the seed decides."""
    folder = Path(os.environ.get("USINE_DATA") or PROJECT.parent / "shared") / "reputation"
    found: dict[str, str] = {}
    for name in names:
        path = folder / f"{name}.jsonl.gz"
        if not path.exists():
            raise SystemExit(f"{path} is missing: name the folder above `reputation` with USINE_DATA.")
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").strip().split("\n"):
            text = json.loads(line)["text"]
            if len(text.split()) >= 8:
                found.setdefault(digest_text(text), text)
    texts = sorted(found.values())
    random.Random(SEED).shuffle(texts)
    return texts


def leave_copies_out(texts: list[str]) -> list[str]:
    """The texts but those of whose runs of three words half stand in one text that stays, or the other way round."""
    runs = [
        {*zip(words, words[1:], words[2:], strict=False)} for words in (normalise(t).split() for t in texts)
    ]
    having: dict[tuple[str, ...], list[int]] = {}
    kept = []
    for number, mine in enumerate(runs):
        shared = Counter(other for run in mine for other in having.get(run, ()))
        if all(2 * times < min(len(mine), len(runs[other])) for other, times in shared.items()):
            kept.append(texts[number])
            for run in mine:
                having.setdefault(run, []).append(number)
    return kept


def make_questions(base: list[str], others: list[str], count: int) -> dict[str, list[tuple[str, int | None]]]:
    """Kind of edit -> texts with the number of the one that they are made from."""
    rng = random.Random(SEED)
    words = [word for text in base for word in text.split()]
    chosen = rng.sample(range(len(base)), 4 * count)
    parts = [chosen[i * count : (i + 1) * count] for i in range(4)]
    return {
        "exact": [(base[i], i) for i in parts[0]],
        "light": [(share(base[i], rng), i) for i in parts[1]],
        "heavy": [(edit(base[i], words, rng), i) for i in parts[2]],
        "quoted": [(quote(base[i], words, rng), i) for i in parts[3]],
        "other": [(text, None) for text in others],
    }


def share(text: str, rng: random.Random) -> str:
    """A word left out, signs and capitals changed, shared with a link."""
    words = text.split()
    del words[rng.randrange(len(words))]
    said = re.sub(r"[.,!]", "", " ".join(words))
    said = rng.choice((said.upper(), said.capitalize(), said))
    return rng.choice((f"RT @someone: {said}", f"{said} https://example.com/{rng.randrange(10**6)}"))


def edit(text: str, words: list[str], rng: random.Random) -> str:
    """A fifth of the words replaced by others of the corpus, then the first 85 % of what there is."""
    said = text.split()
    for place in rng.sample(range(len(said)), round(0.2 * len(said))):
        said[place] = rng.choice(words)
    return " ".join(said[: max(1, round(0.85 * len(said)))])


def quote(text: str, words: list[str], rng: random.Random) -> str:
    """Between words of the corpus, half as many as the text has itself."""
    more = rng.choices(words, k=len(text.split()) // 2)
    half = len(more) // 2
    return f"{' '.join(more[:half])} “{text}” {' '.join(more[half:])}"


def measure(
    make: Callable[[list[str]], Find], base: list[str], questions: dict[str, Any]
) -> dict[str, float]:
    make(base[:50])(base[0])  # what is compiled on first use
    began = time.perf_counter()
    find = make(base)
    answers = {kind: [(find(text), wanted) for text, wanted in some] for kind, some in questions.items()}
    passed = time.perf_counter() - began
    given = [pair for some in answers.values() for pair in some if pair[0] is not None]
    row = {
        kind: round(sum(found == wanted for found, wanted in some) / len(some), 4)
        for kind, some in answers.items()
        if kind != "other"
    }
    row["precision"] = round(sum(found == wanted for found, wanted in given) / len(given), 4)
    row["a_second"] = round((len(base) + sum(map(len, questions.values()))) / passed)
    return row


def ours(base: list[str]) -> Find:
    index = StoryIndex()
    for number, text in enumerate(base):
        index.add(number, sign(text), NOW)

    def find(text: str) -> int | None:
        near = index.find(sign(text), NOW)
        return near.story if near else None

    return find


def plain_rensa(base: list[str]) -> Find:
    shingles = [cut(text) for text in base]
    lsh = rensa.RMinHashLSH(LIKE, 128, 32)
    for number, some in enumerate(shingles):
        lsh.insert(number, hash_rensa(some))

    def find(text: str) -> int | None:
        mine = cut(text)
        return choose(mine, shingles, lsh.query(hash_rensa(mine)))

    return find


def hash_rensa(shingles: set[str]) -> rensa.RMinHash:
    minhash = rensa.RMinHash(128, 42)
    minhash.update(list(shingles))
    return minhash


def plain_datasketch(base: list[str]) -> Find:
    shingles = [cut(text) for text in base]
    lsh = datasketch.MinHashLSH(threshold=LIKE, num_perm=128)
    for number, some in enumerate(shingles):
        lsh.insert(number, hash_datasketch(some))

    def find(text: str) -> int | None:
        mine = cut(text)
        return choose(mine, shingles, lsh.query(hash_datasketch(mine)))

    return find


def hash_datasketch(shingles: set[str]) -> datasketch.MinHash:
    minhash = datasketch.MinHash(num_perm=128, seed=1)
    minhash.update_batch([shingle.encode("utf-8") for shingle in shingles])
    return minhash


def cut(text: str) -> set[str]:
    said = normalise(text)
    return {said[i : i + 5] for i in range(max(1, len(said) - 4))}


def choose(mine: set[str], shingles: list[set[str]], places: list[int]) -> int | None:
    """The candidate that is most like by exact Jaccard, if it is enough."""
    scored = [(len(mine & shingles[place]) / len(mine | shingles[place]), -place) for place in places]
    best = max(scored, default=(0.0, 0))
    return -best[1] if best[0] >= LIKE else None


METHODS = {"ours": ours, "rensa": plain_rensa, "datasketch": plain_datasketch}

if __name__ == "__main__":
    main()
