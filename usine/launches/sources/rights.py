"""Until when and where a picture or a film may be shown; what has ended stops the publication of a market.

`rights.csv` of a launch says it: several rows of one name add up, a name without a row has no limit that we know.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from usine.launches.content.block_fields import PICTURE_KEYS
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import MediaRight
from usine.launches.rules import PATHS, ResolvedSite
from usine.markets.contracts import MASTER_MARKET
from usine.markets.public import list_markets

FILE = "rights.csv"
EVERYWHERE = "*"
KINDS = ("picture", "film")
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Right:
    """One right: a picture's file name without its ending, or a film's name. `until` is the last day; None: no end."""

    kind: str
    name: str
    markets: tuple[str, ...]
    until: date | None
    owner: str
    licence: str

    def covers(self, market: str) -> bool:
        return EVERYWHERE in self.markets or market in self.markets

    def holds(self, market: str, on: date) -> bool:
        return self.covers(market) and (self.until is None or on <= self.until)


def read_rights(file: Path) -> tuple[Right, ...]:
    """The rows of a rights.csv; none where there is no such file. Raises ContentInvalid with file and line."""
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        return tuple(_read_right(row, f"{file.name}, line {reader.line_num}") for row in reader)


def _read_right(row: Mapping[str, str | None], where: str) -> Right:
    said = {name: (row.get(name) or "").strip() for name in ("kind", "name", "markets", "until", "owner")}
    if said["kind"] not in KINDS:
        raise ContentInvalid(f"{where}: there is no kind “{said['kind']}”; use {' or '.join(KINDS)}.")
    for name in ("name", "markets", "owner"):
        if not said[name]:
            raise ContentInvalid(f"{where}: “{name}” is empty; every right says it.")
    markets = tuple(said["markets"].split())
    known = {EVERYWHERE, MASTER_MARKET, *(market.code for market in list_markets())}
    if unknown := [code for code in markets if code not in known]:
        raise ContentInvalid(
            f"{where}: there is no market {unknown[0]}; use a code, or {EVERYWHERE} for all."
        )
    try:
        until = date.fromisoformat(said["until"]) if said["until"] else None
    except ValueError as error:
        raise ContentInvalid(f"{where}: {said['until']} is no day; write it as 2027-06-30.") from error
    licence = (row.get("licence") or "").strip()
    return Right(said["kind"], said["name"], markets, until, said["owner"], licence)


def store_rights(vehicle: str, rights: Sequence[Right]) -> int:
    """Keep what the file says instead of what it said before; how many rows changed."""
    if list_rights(vehicle) == tuple(rights):
        return 0
    MediaRight.objects.filter(vehicle=vehicle).delete()
    MediaRight.objects.bulk_create(
        MediaRight(
            vehicle=vehicle,
            kind=right.kind,
            name=right.name,
            markets=list(right.markets),
            until=right.until,
            owner=right.owner,
            licence=right.licence,
        )
        for right in rights
    )
    return len(rights)


def list_rights(vehicle: str) -> tuple[Right, ...]:
    """The rights of a vehicle's pictures and films in the order of the file. One query."""
    return tuple(
        Right(row.kind, row.name, tuple(row.markets), row.until, row.owner, row.licence)
        for row in MediaRight.objects.filter(vehicle=vehicle).order_by("pk")
    )


def find_expired(sites: Sequence[ResolvedSite], rights: Sequence[Right], on: date) -> list[str]:
    """A sentence for each picture or film that a market shows without a right on a day, with its pages."""
    faults = []
    for (kind, name), pages in list_shown(sites).items():
        rows = [right for right in rights if (right.kind, right.name) == (kind, name)]
        market = sites[0].locale.market
        if not rows or any(right.holds(market, on) for right in rows):
            continue
        days = [right.until for right in rows if right.covers(market) and right.until]
        ended = f"ended on {max(days)}" if days else f"does not cover {market}"
        faults.append(
            f"the right to the {kind} {name} ({rows[0].owner}) {ended}, shown on {', '.join(pages)}: "
            "renew it in rights.csv, or show another one"
        )
    return faults


def list_ending(rights: Sequence[Right], on: date, *, market: str = "") -> list[Right]:
    """The rights (that cover a market, when it is named) that have ended or end within 30 days, the first first."""
    near = [right for right in rights if right.until is not None and right.until <= on + SOON]
    mine = [right for right in near if not market or right.covers(market)]
    return sorted(mine, key=lambda right: (right.until or date.max, right.name))


def list_shown(sites: Sequence[ResolvedSite]) -> dict[tuple[str, str], list[str]]:
    """The pages on which sites show each picture and film, by kind and name."""
    shown: dict[tuple[str, str], list[str]] = {}
    for site in sites:
        for page in site.pages.values():
            address = f"/{site.locale.path}/{site.vehicle}/{PATHS[page.kind]}"
            for block in page.blocks:
                for name in dict.fromkeys(_list_names(block.value)):
                    shown.setdefault(("picture", name), []).append(address)
                if block.type == "film":
                    shown.setdefault(("film", block.value["film"]), []).append(address)
    return {key: list(dict.fromkeys(pages)) for key, pages in shown.items()}


def _list_names(value: Any) -> Iterator[str]:
    """The names of the pictures in a block, at any depth, without their endings: two formats are one picture."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in PICTURE_KEYS and isinstance(item, Mapping):
                yield Path(item.get("name") or "").stem
            else:
                yield from _list_names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _list_names(item)
