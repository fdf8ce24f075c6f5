"""The board of two vehicles compared: how long, beside the queries that it had before, in the same run.

    .venv/bin/python bench/reputation_boards.py [--mentions 110000]

Fills a SQLite of its own with mentions of three months, one name each, and their counts by plain SQL, then reads the
board of all markets over 90 days. What the former queries say has to be the same.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.own_database import open_own_database  # noqa: E402

COUNTRIES = ("FR", "DE", "PT", "BR", "JP", "KR", "CN", "SA", "TR", "PL", "NL", "IT", "ES", "US", "GB", "ID")
ENTITIES = ("vehicle:a", "vehicle:b", "brand:c", "competitor:d", "competitor:e")
START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 90
BATCH = 20_000
RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mentions", type=int, default=110_000)
    args = parser.parse_args()
    with open_own_database("reputation"):
        keep_figures(args.mentions)


def fill(mentions: int) -> None:
    """Each names one entity; half speak of one aspect, a third are copies. By plain SQL, counts too."""
    from django.db import connection, transaction

    from usine.reputation.models import Source

    draw = random.Random(3)
    for number in range(1, 13):
        Source.objects.create(
            id=number, slug=f"s{number}", name=f"S {number}", connector="import", address="https://x.example/"
        )
    every, named, counts = [], [], defaultdict[tuple[Any, ...], Counter[str]](Counter)
    for number in range(1, mentions + 1):
        at = START + timedelta(days=DAYS) * ((number - 1) / mentions)
        country, entity = draw.choice(COUNTRIES), draw.choice(ENTITIES)
        feeling = draw.choices(("negative", "neutral", "positive"), (2, 5, 3))[0]
        is_copy, reach = draw.random() < 0.3, draw.randrange(3000)
        when, due = f"{at:%F %T}", f"{at + timedelta(hours=8):%F %T}" if draw.random() < 0.2 else None
        about = number, 1 + number % 12, str(number), f"{number:032x}", is_copy, f"a{draw.randrange(40_000)}"
        every.append((*about, reach, when, when, country, feeling, due))
        named.append((number, entity, feeling))
        slot = f"{at.replace(minute=at.minute // 5 * 5):%F %H:%M:00}"
        for key in ("", draw.choice(("range", "price"))) if draw.random() < 0.5 else ("",):
            for who in (entity, ""):
                counts[slot, country, "fr", who, key, feeling].update(
                    stories=not is_copy, mentions=1, reach=reach
                )
    volumes = [(*key, found["stories"], found["mentions"], found["reach"]) for key, found in counts.items()]
    with connection.cursor() as cursor, transaction.atomic():
        for statement, rows in ((_MENTION, every), (_NAMED, named), (_VOLUME, volumes)):
            for begin in range(0, len(rows), BATCH):
                cursor.executemany(statement, rows[begin : begin + BATCH])


_MENTION = (
    "INSERT INTO reputation_mention (id, source_id, external_id, address, canonical, digest, signature, is_copy, kind, "
    "title, text, author_key, reach, published_at, heard_at, language, language_sure, country, country_why, sentiment, "
    "sentiment_sure, intent, model, handling, due_at) VALUES (%s, %s, %s, '', '', %s, x'', %s, 'post', '', 'text', %s, "
    "%s, %s, %s, 'fr', 0.9, %s, 'source', %s, 0.9, 'none', '', 'new', %s)"
)
_NAMED = (
    'INSERT INTO reputation_mentionentity (mention_id, entity, start, "end", sure, sentiment, sentiment_sure) '
    "VALUES (%s, %s, 0, 1, 0.9, %s, 0.9)"
)
_VOLUME = (
    "INSERT INTO reputation_volume (at, country, language, entity, aspect, sentiment, stories, mentions, reach) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def keep_figures(mentions: int) -> None:
    from bench.record import keep

    fill(mentions)
    figures = {"mentions": mentions, "days": DAYS, "milliseconds": time_boards()}
    keep("reputation_boards", figures)
    print(json.dumps(figures, indent=1))


def time_boards() -> dict[str, float]:
    """Medians of what changed, of what it was before, in turn, and of the whole board."""
    from usine.accounts.contracts import SYSTEM
    from usine.reputation import boards

    end = (START + timedelta(days=DAYS)).date()
    scope = boards.Scope(SYSTEM, ENTITIES[0], "", end - timedelta(days=28), 28)
    zeros = dict.fromkeys(ENTITIES[:2], end - timedelta(days=21))
    now = datetime.combine(end, datetime.min.time(), UTC)

    def ask() -> list[Any]:
        return [
            boards.count_days(scope),
            boards.find_loudest_days(scope, ENTITIES[:2], days=90),
            boards.count_since(scope, zeros, before=21, after=42),
            boards.count_voices(scope),
        ]

    def ask_all() -> list[Any]:
        others = boards.count_aspects, boards.count_sources, boards.count_countries
        more = boards.count_languages, boards.count_authors
        return [*ask(), *(read(scope) for read in (*others, *more)), boards.count_answers(scope, now=now)]

    def ask_formerly() -> list[Any]:
        with as_formerly():
            return ask()

    if ask() != ask_formerly():
        raise SystemExit("The board says something else than its former queries.")
    took: dict[str, list[float]] = {"days and voices": [], "the same formerly": [], "the whole board": []}
    calls: tuple[Callable[[], Any], ...] = (ask, ask_formerly, ask_all)
    for _run in range(RUNS):
        for name, call in zip(took, calls, strict=True):
            start = time.perf_counter()
            call()
            took[name].append(1000 * (time.perf_counter() - start))
    medians = {name: round(statistics.median(times), 1) for name, times in took.items()}
    return {**medians, "ratio": round(medians["the same formerly"] / medians["days and voices"], 2)}


@contextmanager
def as_formerly() -> Iterator[None]:
    """Days told by Django's own function and competitors by how their names begin, as before."""
    from django.db.models import DateField, Q
    from django.db.models.functions import TruncDate

    from usine.reputation import boards

    def tell_day(at: str, zone: tzinfo, **_span: datetime) -> TruncDate:
        return TruncDate(at, tzinfo=zone, output_field=DateField())

    def count_voices(scope: boards.Scope) -> Any:
        is_wanted = Q(entity=scope.entity) | Q(entity__startswith="competitor:")
        rows = boards.find_volumes(scope).filter(is_wanted, aspect="")
        now, before = (
            boards._gather(boards._sum(boards._within(when, rows), "entity", "sentiment"), "entity")
            for when in (scope, scope.before)
        )
        names = sorted({*now, *before}, key=lambda name: (-now.get(name, boards.Tone()).stories, name))
        return {name: (now.get(name, boards.Tone()), before.get(name, boards.Tone())) for name in names}

    with patch.object(boards, "ClockDay", tell_day), patch.object(boards, "count_voices", count_voices):
        yield


if __name__ == "__main__":
    main()
