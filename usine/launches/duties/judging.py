"""Whether a site says what its market's law asks: each duty looked for in the resolved pages. Pure.

Texts are searched as they are written, figures in braces: a figure that is named will be filled or stop the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from usine.launches.content.figures import Figures
from usine.launches.content.texts import PLACE, split_lines
from usine.launches.duties.table import (
    ANY_TEXT,
    LEGAL,
    SMALL_PRINT,
    Duty,
    DutyStanding,
    DutyTable,
    Need,
    read_duties,
)
from usine.launches.pages.making import Making
from usine.launches.rules import PATHS, ResolvedBlock, ResolvedSite
from usine.markets.contracts import Locale

BEFORE = r"[\d}][^.\n]{0,24}?"
"""A rate is an amount with its words close behind: “{price} par mois”, “199 € a month”."""


class Finding(StrEnum):
    MET = "met"
    MISSING = "missing"  # refuses the publication
    WARNING = "warning"  # not confirmed, or not to be judged in this language
    NOT_CALLED = "not called for"  # what would call it forth is not said


@dataclass(frozen=True, slots=True)
class Judgement:
    """A duty in a locale: `page` is where it would be said, `what` is not said there."""

    locale: Locale
    vehicle: str
    duty: Duty
    finding: Finding
    page: str
    what: str = ""

    def __str__(self) -> str:
        """Where, what, what to do, by which law, in one sentence without its point."""
        since = f", since {self.duty.since}" if self.duty.since else ""
        what = f" ({self.what})" if self.what else ""
        return (
            f"/{self.locale.path}/{self.vehicle}/{PATHS[self.page]}: {self.duty.duty} is missing{what}: "
            f"{self.duty.do} [{self.duty.source}{since}]"
        )


def judge_sites(sites: Sequence[ResolvedSite], figures: Figures, on: date) -> tuple[Judgement, ...]:
    """Every duty of every locale of a market on a day."""
    table = read_duties()
    return tuple(found for site in sites for found in judge_site(site, Making(site, figures), table, on))


def judge_site(site: ResolvedSite, making: Making, table: DutyTable, on: date) -> tuple[Judgement, ...]:
    """Every duty of a site's market on a day, in the order of the table."""
    return tuple(_judge(duty, site, making, table) for duty in table.list_due(site.locale.market, on))


def _judge(duty: Duty, site: ResolvedSite, making: Making, table: DutyTable) -> Judgement:
    if duty.when and not _is_called(duty.when, site, table):
        return Judgement(site.locale, site.vehicle, duty, Finding.NOT_CALLED, "legal")
    page, what = "legal", ""
    found = 0
    for place in duty.places:
        blocks = list(_find_blocks(site, place))
        if not blocks:
            continue
        found += 1
        what = _find_gap(duty, [block for _page, block in blocks], site, making, table)
        page = blocks[0][0]
        if what:
            break
    if not found:
        page, what = "legal", f"no {' or '.join(duty.places)} is shown"
    if not what:
        return Judgement(site.locale, site.vehicle, duty, Finding.MET, page)
    unsure = duty.standing is DutyStanding.UNSURE or what == UNKNOWN_WORDS
    return Judgement(
        site.locale, site.vehicle, duty, Finding.WARNING if unsure else Finding.MISSING, page, what
    )


UNKNOWN_WORDS = "words.csv does not know how this language says it"


def _find_gap(
    duty: Duty, blocks: Sequence[ResolvedBlock], site: ResolvedSite, making: Making, table: DutyTable
) -> str:
    """What the blocks do not say; empty when they say it all."""
    text = " ".join(piece for block in blocks for piece in _list_texts(block.value))
    language = site.locale.language
    if duty.need is Need.SECTION:
        return "" if any((block.value.get("text") or "").strip() for block in blocks) else "it is empty"
    if duty.need is Need.FIGURES:
        named = set(PLACE.findall(text))
        if not any(name in making.written for name in duty.values):
            return f"this market has no figure {', '.join(duty.values)}"
        lacking = [name for name in duty.values if name not in named and name in making.written]
        return "without " + ", ".join(f"{{{name}}}" for name in lacking) if lacking else ""
    if duty.need is Need.MESSAGES:
        return _find_other_messages(duty, blocks, table, language)
    patterns = [p for key in duty.values for p in table.words.get((key, language), ())]
    if not patterns:
        return UNKNOWN_WORDS
    said = any(re.search(pattern, _flatten(text), re.IGNORECASE) for pattern in patterns)
    return "" if said else f"the words are not in the {language} text"


def _find_other_messages(duty: Duty, blocks: Sequence[ResolvedBlock], table: DutyTable, language: str) -> str:
    """The first values are the messages, the last is the tag: as the law words them, a final point apart."""
    messages_key, tag_key = duty.values
    wanted = set(table.words.get((messages_key, language), ()))
    value = blocks[0].value
    said = {_flatten(line).rstrip(" .") for line in split_lines(value.get("messages") or "")}
    if not said:
        return "no message is shown"
    if lacking := sorted(wanted - said):
        return f"without “{lacking[0]}”"
    if others := sorted(said - wanted):
        return f"“{others[0]}” is not one of the law’s"
    return (
        "" if (value.get("tag") or "") in table.words.get((tag_key, language), ()) else "the tag is missing"
    )


def _is_called(when: str, site: ResolvedSite, table: DutyTable) -> bool:
    patterns = table.words.get((when, site.locale.language), ())
    texts = [
        _flatten(text)
        for page in site.pages.values()
        for block in page.blocks
        for text in _list_texts(block.value)
    ]
    return any(re.search(f"{BEFORE}(?:{p})", text, re.IGNORECASE) for p in patterns for text in texts)


def _find_blocks(site: ResolvedSite, place: str) -> Iterator[tuple[str, ResolvedBlock]]:
    """The blocks of a place, each with the page that shows it."""
    for page in site.pages.values():
        for block in page.blocks:
            if place == ANY_TEXT or _stands_in(block, place):
                yield page.kind, block


def _stands_in(block: ResolvedBlock, place: str) -> bool:
    if place == SMALL_PRINT:
        return block.type == "legal" and bool(block.value.get("in_footer"))
    if place.startswith(LEGAL):
        return block.type == "legal" and block.value.get("anchor") == place.removeprefix(LEGAL)
    return block.type == place


def _list_texts(value: Any) -> Iterator[str]:
    """Every text in a block, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _list_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _list_texts(item)


def _flatten(text: str) -> str:
    """One space for any white space, that without a break included."""
    return " ".join(text.split())
