"""The demo's crisis: how long after its third source an alert is raised, and what else is raised in its fortnight.

    .venv/bin/python bench/reputation_crisis.py

Fills a SQLite of its own: the demo's replay is heard to its end through the real connectors, then the counts are looked
at as a worker would have, every ten minutes from the fourth day on and each minute of the rumour's first six hours.
Whoever looks back knows no more than was known then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from usine.reputation.sources.replay.schedule import Said

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.own_database import open_own_database  # noqa: E402

TODAY = date(2026, 11, 26)
REACH_MIN = 20
FROM, CRISIS = timedelta(days=4), timedelta(days=10, hours=17, minutes=40)
CLOSE, STEP, MINUTE = timedelta(hours=6), timedelta(minutes=20), timedelta(minutes=1)
ILL = ("negative", "safety")


def main() -> None:
    with open_own_database():
        keep_figures()


def keep_figures() -> None:
    from bench.record import keep
    from usine.reputation.sources.replay.schedule import find_beginning

    begin = find_beginning(TODAY)
    count, rumour = hear(), list_rumour()
    third = find_third_source(rumour)
    raised = list(look_back(begin))
    told = [row for row in raised if row["kind"] in ILL and row["country"] == "PT"]
    minutes = (told[0]["at"] - third).total_seconds() / 60 if told else None
    keep(
        "reputation_crisis",
        {
            "mentions": count,
            "reach_min": REACH_MIN,
            "third_source": say(third - begin),
            "minutes_after_third_source": minutes,
            "ill_before": sum(row["kind"] in ILL and row["at"] < begin + CRISIS for row in raised),
            "countries": describe_countries(rumour, raised),
            "raised": [{**row, "at": say(row["at"] - begin)} for row in raised],
        },
    )
    for row in raised:
        print(f"{say(row['at'] - begin)}  {row['kind']:15} {row['subject']} {row['country'] or '-'}")
    for country, row in describe_countries(rumour, raised).items():
        print(country, row)
    print(f"the demo's crisis: alert after the third source spoke: {minutes:g} min (reach {REACH_MIN})")


def hear() -> int:
    """The whole fortnight, through connectors and HTTP. Returns how many mentions were handed over."""
    from django.conf import settings

    from usine.reputation.sources.replay.hearing import hear_fortnight
    from usine.reputation.sources.replay.schedule import DAYS, find_beginning
    from usine.reputation.sources.taking import find_intake

    end = find_beginning(TODAY) + timedelta(days=DAYS)
    folder = settings.REPUTATION_REPLAY
    return hear_fortnight(folder, today=TODAY, now=end, take_in=find_intake(), port=0)


def list_rumour() -> list[Said]:
    """All that tells the rumour, in the order of time."""
    from django.conf import settings

    from usine.reputation.sources.replay.content import read_content
    from usine.reputation.sources.replay.schedule import plan

    said = plan(read_content(settings.REPUTATION_REPLAY), TODAY)
    return [one for one in said if one.thread.startswith("crisis")]


def find_third_source(rumour: list[Said]) -> datetime:
    """When the third outlet told it where it began."""
    first: dict[str, datetime] = {}
    for one in rumour:
        first.setdefault(one.outlet, one.at)
    return sorted(first.values())[2]


def describe_countries(rumour: list[Said], raised: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By country: when the rumour is first told, how often, how much of it is read as negative, what is raised then."""
    from usine.reputation.models import Mention

    tones = {
        (source, at): tone
        for source, at, tone in Mention.objects.values_list("source__slug", "published_at", "sentiment")
    }
    found: dict[str, dict[str, Any]] = {}
    for country in sorted({one.country for one in rumour}):
        told = [one for one in rumour if one.country == country]
        read = [tones.get((one.outlet, one.at)) for one in told]
        after = [row for row in raised if row["country"] == country and row["at"] >= told[0].at]
        found[country] = {
            "told": len(told),
            "heard": sum(tone is not None for tone in read),
            "read_negative": sum(tone == "negative" for tone in read),
            "first_raised": after[0]["kind"] if after else "",
            "minutes": round((after[0]["at"] - told[0].at).total_seconds() / 60) if after else None,
        }
    return found


def look_back(begin: datetime) -> Iterator[dict[str, Any]]:
    """Every alert that is raised, by kind, subject and country, in the order of time."""
    from usine.reputation.sources.replay.schedule import DAYS
    from usine.reputation.trouble.watching import watch

    at = begin + FROM
    while at < begin + timedelta(days=DAYS):
        for alert in watch(at):
            where = {"country": alert.country, "language": alert.language}
            yield {"at": at, "kind": str(alert.kind), "subject": alert.subject, **where}
        at += MINUTE if CRISIS <= at - begin < CRISIS + CLOSE else STEP


def say(span: timedelta) -> str:
    """A moment of the fortnight as its plot writes it: `11 17:52` is on the eleventh day."""
    hours, minutes = divmod(span.seconds // 60, 60)
    return f"{span.days + 1} {hours:02d}:{minutes:02d}"


if __name__ == "__main__":
    main()
