"""Search over a million mentions in many languages: how long, and how much of what a substring scan finds.

    .venv/bin/python bench/reputation_search.py [--mentions 1000000]

Fills a SQLite of its own with pairs of real posts (sets of bench/reputation and USINE_DATA/reputation), then asks for
words of them, alone and with filters: each time is that of a whole search, total and rows included. Recall is against a
scan of the folded texts (accents: whole words); beside FTS5's own tokenizers over the same posts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.own_database import open_own_database  # noqa: E402

DATA = Path(os.environ.get("USINE_DATA", PROJECT.parent / "shared")) / "reputation"
SETS = ("umsab_sentiment.train", "casa_car_aspects_id.train", "bdci2018_car_aspects_zh.train")
COUNTRIES = ("FR", "DE", "PT", "BR", "JP", "KR", "CN", "SA", "TR", "PL", "NL", "IT", "ES", "US", "GB", "ID")
ENTITIES = ("vehicle:a", "vehicle:b", "brand:c", "competitor:d", "competitor:e")
START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20_000
PAIRED = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}")
ACCENTED = re.compile(r"\b\w*[À-ÖØ-öø-ſ]\w*\b")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mentions", type=int, default=1_000_000)
    args = parser.parse_args()
    with open_own_database("reputation") as folder:
        keep_figures(args.mentions, folder)


def keep_figures(mentions: int, folder: Path) -> None:
    from bench.record import keep

    posts = list(dict.fromkeys(read_posts()))
    start = time.perf_counter()
    pairs = fill(posts, mentions)
    figures: dict[str, Any] = {
        "mentions": mentions,
        "posts": len(posts),
        "filled_per_second": round(mentions / (time.perf_counter() - start)),
        "megabytes": round((folder / "usine.sqlite3").stat().st_size / 1e6),
        "milliseconds": time_searches(posts),
        "recall": measure_recall(posts, pairs),
    }
    keep("reputation_search", figures)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def read_posts() -> Iterator[str]:
    for file in sorted((PROJECT / "bench/reputation/mentions").glob("*.jsonl")):
        yield from (json.loads(line)["text"] for line in file.read_text("utf-8").splitlines())
    for name in SETS:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def fill(posts: Sequence[str], mentions: int) -> list[tuple[int, int]]:
    """Mentions of two posts each, a third of a minute apart, by plain SQL; returns the pairs."""
    from django.db import connection, transaction

    from usine.reputation.models import Source
    from usine.reputation.search_index import make_key
    from usine.reputation.texts.tokens import tokenise

    draw = random.Random(3)
    Source.objects.create(id=1, slug="posts", name="Posts", connector="import", address="https://x.example/")
    words = [" ".join(tokenise(post)) for post in posts]
    pairs = [(draw.randrange(len(posts)), draw.randrange(len(posts))) for _ in range(mentions)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        for begin in range(0, mentions, BATCH):
            rows, texts = [], []
            for number in range(begin, min(mentions, begin + BATCH)):
                one, other = pairs[number]
                at = START + timedelta(seconds=20 * number)
                country, entity = draw.choice(COUNTRIES), draw.choice(ENTITIES)
                feeling = draw.choices(("negative", "neutral", "positive"), (2, 5, 3))[0]
                marks = f"all c={country.lower()} l=fr s={feeling} i=none k=post h=new o=posts copy=0"
                marks += f" e={entity} e={entity}:{feeling}"
                text, when = f"{posts[one]}\n{posts[other]}", at.strftime("%Y-%m-%d %H:%M:%S")
                rows.append((number + 1, str(number), f"{number:032x}", text, when, when, country, feeling))
                key = make_key(at.timestamp(), number + 1)
                texts.append((key, number + 1, f"{words[one]} {words[other]}", marks))
            with transaction.atomic():
                cursor.executemany(_MENTION, rows)
                cursor.executemany(_WORDS, texts)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return pairs


_MENTION = (
    "INSERT INTO reputation_mention (id, source_id, external_id, address, canonical, digest, signature, is_copy, kind, "
    "title, text, author_key, reach, published_at, heard_at, language, language_sure, country, country_why, sentiment, "
    "sentiment_sure, intent, model, handling) VALUES (%s, 1, %s, '', '', %s, x'', 0, 'post', '', %s, '', 0, %s, %s, "
    "'fr', 0.9, %s, 'source', %s, 0.9, 'none', '', 'new')"
)
_WORDS = "INSERT INTO reputation_searchtext (key, mention_id, tokens, marks) VALUES (%s, %s, %s, %s)"


def time_searches(posts: Sequence[str]) -> dict[str, Any]:
    """Milliseconds of searches by kind; each question is asked once before."""
    from usine.accounts.contracts import SYSTEM, Actor, Role
    from usine.reputation.contracts import Sentiment
    from usine.reputation.searching import Filters, search

    draw = random.Random(5)
    found = [post for post in posts if len(post.split()) > 6]
    words = [draw.choice(draw.choice(found).split()) for _ in range(40)]
    pairs = [" ".join(post.split()[2:4]) for post in draw.sample(found, 40)]
    paired = [run[:2] for post in draw.sample(list(posts), 4000) for run in PAIRED.findall(post)][:40]
    market = Actor(1, "somebody", Role.MARKET, frozenset({"PT", "BR"}))
    month = (START + timedelta(days=60), START + timedelta(days=90))
    asked: dict[str, list[Callable[[], Any]]] = {
        "everything": [partial(search, SYSTEM, "")],
        "a word": [partial(search, SYSTEM, q) for q in words],
        "a phrase": [partial(search, SYSTEM, f'"{q}"') for q in pairs],
        "two letters of Chinese, Japanese or Korean": [partial(search, SYSTEM, q) for q in paired],
        "a word without another": [partial(search, SYSTEM, f"{q} -the") for q in words],
        "a beginning": [partial(search, SYSTEM, f"{q[:3]}*") for q in words],
        "one or another": [partial(search, SYSTEM, f"{a} OR {b}") for a, b in pairwise(words)],
        "a word in two markets": [partial(search, market, q) for q in words],
        "ill of an entity in a country and month": [
            partial(
                search,
                SYSTEM,
                "",
                Filters(
                    countries=(c,),
                    entities=(e,),
                    sentiments=(Sentiment.NEGATIVE,),
                    since=month[0],
                    until=month[1],
                ),
            )
            for c in COUNTRIES[:8]
            for e in ENTITIES
        ],
        "a word ill of an entity in a country": [
            partial(
                search,
                SYSTEM,
                q,
                Filters(countries=(c,), entities=ENTITIES[:1], sentiments=(Sentiment.NEGATIVE,)),
            )
            for q, c in zip(words, COUNTRIES * 3, strict=False)
        ],
    }
    return {name: _time(calls) for name, calls in asked.items()}


def _time(calls: Iterable[Callable[[], Any]]) -> dict[str, float]:
    times = []
    for call in calls:
        call()
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    return {
        "median": round(statistics.median(times), 2),
        "p95": round(times[int(0.95 * (len(times) - 1))], 2),
        "longest": round(times[-1], 2),
        "searches": len(times),
    }


def measure_recall(posts: Sequence[str], pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Of what a scan of the texts finds, the part that search finds, and the other way round."""
    from usine.accounts.contracts import SYSTEM
    from usine.reputation.searching import find_ids
    from usine.reputation.texts.normalise import normalise

    draw = random.Random(7)
    folded = [normalise(post) for post in posts]
    runs = sorted(
        {run[i : i + 2] for post in posts for run in PAIRED.findall(post) for i in range(len(run) - 1)}
    )
    accented = sorted(
        {word for post in posts for word in ACCENTED.findall(post) if len(word) > 3 and "_" not in word}
    )
    kinds: dict[str, tuple[list[str], Callable[[str, str], bool]]] = {
        "two letters of Chinese, Japanese or Korean": (
            draw.sample(runs, 60),
            lambda word, text: word in text,
        ),
        "words with accents, asked without": (
            [normalise(word) for word in draw.sample(accented, 60)],
            lambda word, text: bool(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text)),
        ),
    }
    figures: dict[str, Any] = {}
    for kind, (words, is_in) in kinds.items():
        counts = [0, 0, 0]
        own = {name: [0, 0] for name in ("unicode61", "trigram")}
        peers = {name: build_peer(posts, name) for name in own}
        for word in words:
            word = normalise(word)
            there = {number for number, text in enumerate(folded) if is_in(word, text)}
            expected = {n + 1 for n, (one, other) in enumerate(pairs) if one in there or other in there}
            ours = set(find_ids(SYSTEM, f'"{word}"', limit=len(pairs)))
            counts = [counts[0] + len(expected), counts[1] + len(ours), counts[2] + len(expected & ours)]
            for name, peer in peers.items():
                rows = peer.execute("SELECT rowid - 1 FROM texts WHERE texts MATCH ?", [f'"{word}"'])
                own[name][0] += len(there)
                own[name][1] += len(there & {row[0] for row in rows})
        figures[kind] = {
            "words": len(words),
            "recall": round(counts[2] / counts[0], 4),
            "precision": round(counts[2] / counts[1], 4),
            **{f"recall of FTS5 {name}": round(hit / all_, 4) for name, (all_, hit) in own.items()},
        }
    return figures


def build_peer(posts: Sequence[str], tokenizer: str) -> sqlite3.Connection:
    peer = sqlite3.connect(":memory:")
    peer.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{tokenizer}')")
    peer.executemany(
        "INSERT INTO texts (rowid, text) VALUES (?, ?)", [(n + 1, p) for n, p in enumerate(posts)]
    )
    return peer


if __name__ == "__main__":
    main()
