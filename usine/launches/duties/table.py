"""The table of duties: one row for what a country's law asks in a period; read and checked as a whole. Pure.

`duties.csv` says what must be said and where a site is searched for it, `words.csv` how a language says it (regular
expressions), `groups.csv` which countries a group has.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from usine.launches.content.blocks import PageBlocks
from usine.launches.content.texts import KNOWN_FIGURES, ContentInvalid
from usine.markets.contracts import MASTER_MARKET
from usine.markets.public import list_markets

FOLDER = Path(__file__).parent
EVERYWHERE = "*"
ANY_TEXT, SMALL_PRINT, LEGAL = "any", "small-print", "legal#"
KINDS = ("energy", "mobility", "price", "finance", "cookies", "accessibility", "imprint", "privacy")


class DutyStanding(StrEnum):
    """How sure the duty is: the law's, our own, or not confirmed, which warns instead of refusing."""

    LAW = "law"
    HOUSE = "house"
    UNSURE = "to be confirmed"


class Need(StrEnum):
    """What must be found: a visible section, figures named, words of the language, the law's own messages."""

    SECTION = "section"
    FIGURES = "figures"
    WORDS = "words"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Duty:
    """One row. `since` and `until` are its first and last day (None: open); `when` are words that call it forth."""

    key: str
    countries: frozenset[str]  # empty: every market
    kind: str
    since: date | None
    until: date | None
    standing: DutyStanding
    need: Need
    places: tuple[str, ...]
    values: tuple[str, ...]
    when: str
    duty: str
    do: str
    source: str
    noted_on: date

    def is_due(self, market: str, on: date) -> bool:
        """Whether a site of the market has this duty on a day."""
        begun = self.since is None or on >= self.since
        ended = self.until is not None and on > self.until
        return begun and not ended and (not self.countries or market in self.countries)


Words = Mapping[tuple[str, str], tuple[str, ...]]
"""The patterns of a key in a language."""


@dataclass(frozen=True, slots=True)
class DutyTable:
    duties: tuple[Duty, ...]
    words: Words

    def list_due(self, market: str, on: date) -> tuple[Duty, ...]:
        """The duties of a market's sites on a day, in the order of the file."""
        return tuple(duty for duty in self.duties if duty.is_due(market, on))


@lru_cache(maxsize=8)
def read_duties(folder: Path = FOLDER) -> DutyTable:
    """The table of a folder. Raises ContentInvalid, naming file and line, on the first thing that cannot be so."""
    groups = {
        row["group"]: frozenset(_check_countries(row["countries"], {}, where))
        for where, row in _read(folder / "groups.csv")
    }
    words: dict[tuple[str, str], tuple[str, ...]] = {}
    for where, row in _read(folder / "words.csv"):
        key = (row["key"], row["language"])
        words[key] = (*words.get(key, ()), _check_pattern(row["pattern"], where))
    named = {key for key, _language in words}
    duties: dict[str, Duty] = {}
    for where, row in _read(folder / "duties.csv"):
        if row["key"] in duties:
            raise ContentInvalid(f"{where}: the key {row['key']} is taken; give the duty its own.")
        duties[row["key"]] = _read_duty(row, groups, named, where)
    return DutyTable(tuple(duties.values()), words)


def _read(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a file, each with where it stands."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            where = f"{file.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise ContentInvalid(
                    f"{where}: give one value for each of {', '.join(reader.fieldnames or ())}."
                )
            yield where, {name: value.strip() for name, value in row.items()}


def _read_duty(
    row: Mapping[str, str], groups: Mapping[str, frozenset[str]], named: set[str], where: str
) -> Duty:
    need = Need(_check_one(row["need"], tuple(Need), "need", where))
    for name in ("duty", "do", "source", "place", *(() if need is Need.SECTION else ("value",))):
        if not row[name]:
            raise ContentInvalid(f"{where}: “{name}” is empty; every duty says it.")
    values = tuple(row["value"].split())
    known = KNOWN_FIGURES if need is Need.FIGURES else tuple(sorted(named))
    for value in values:
        _check_one(value, known, "value", where)
    for trigger in row["when"].split():
        _check_one(trigger, tuple(sorted(named)), "when", where)
    since, until = _read_day(row["since"], where), _read_day(row["until"], where)
    if since and until and until < since:
        raise ContentInvalid(f"{where}: it ends on {until}, before it begins on {since}.")
    everywhere = row["where"] == EVERYWHERE
    return Duty(
        key=row["key"],
        countries=frozenset() if everywhere else _check_countries(row["where"], groups, where),
        kind=_check_one(row["kind"], KINDS, "kind", where),
        since=since,
        until=until,
        standing=DutyStanding(_check_one(row["standing"], tuple(DutyStanding), "standing", where)),
        need=need,
        places=tuple(_check_place(place, where) for place in row["place"].split()),
        values=values,
        when=row["when"],
        duty=row["duty"],
        do=row["do"],
        source=row["source"],
        noted_on=_read_day(row["noted_on"], where) or date.min,
    )


def _check_countries(text: str, groups: Mapping[str, frozenset[str]], where: str) -> frozenset[str]:
    known = {MASTER_MARKET, *(market.code for market in list_markets())}
    found: set[str] = set()
    for name in text.split():
        if name not in groups and name not in known:
            raise ContentInvalid(
                f"{where}: there is no country {name}; use a market’s code, {EVERYWHERE}"
                f"{''.join(f', {group}' for group in groups)}."
            )
        found |= groups.get(name, {name})
    if not found:
        raise ContentInvalid(f"{where}: no country is named; use {EVERYWHERE} for every market.")
    return frozenset(found)


def _check_place(place: str, where: str) -> str:
    known = (ANY_TEXT, SMALL_PRINT, *PageBlocks().child_blocks)
    return place if place.startswith(LEGAL) else _check_one(place, known, "place", where)


def _check_one(value: str, known: tuple[str, ...], name: str, where: str) -> str:
    if value not in known:
        raise ContentInvalid(f"{where}: there is no {name} “{value}”; use one of {', '.join(known)}.")
    return value


def _check_pattern(pattern: str, where: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ContentInvalid(f"{where}: “{pattern}” is no regular expression: {error}.") from error
    return pattern


def _read_day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ContentInvalid(f"{where}: {text} is no day; write it as 2026-11-26.") from error
