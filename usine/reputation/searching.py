"""Search in what was heard, in every language: words, "phrases", -without, one OR other, begin*, and filters.

The latest published first, by pages that begin after a key, so that the thousandth costs what the first does and
nothing is shown twice while mentions come in. Only what the actor's markets say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from usine.accounts.contracts import Actor, Role
from usine.reputation.contracts import Aspect, Handling, Intent, MentionKind, SearchInvalid, Sentiment
from usine.reputation.models import Mention
from usine.reputation.search_index import EVERY, LONGEST, SHIFT, mark
from usine.reputation.texts.tokens import MAX_TERMS, Term, parse_query

PAGE = 50
MAX_PAGE = 500
COUNTED = 1000
"""So many mentions are counted; where there are more, nobody waits for how many more."""
_ASKED = re.compile(r'-?"[^"]*"?\*?|\S+')
_AFTER = re.compile(r"([0-9]{1,18})-([0-9]{1,4})-([01])")
_EITHER = frozenset({"OR", "|"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search keeps; empty: all. With entities or aspects, the sentiment is that towards or of them.

    `until` is the first moment that is not in it. Countries and languages: "-" for those of which it is not known.
    """

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    intents: tuple[Intent, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[MentionKind, ...] = ()
    handlings: tuple[Handling, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    with_copies: bool = True

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) != each.default for each in fields(self))


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is the key that the page before gave."""

    size: int = PAGE
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of mentions with their sources, entities and aspects. `next` is empty on the last one.

    `total` is exact up to COUNTED; `is_more` says that there are more than it tells.
    """

    mentions: tuple[Mention, ...]
    next: str
    total: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: in each group one of the terms holds, and none of those that are barred.

    `exact`: the same without the endings that nobody asked for; equal where there are none.
    """

    groups: tuple[tuple[Term, ...], ...] = ()
    barred: tuple[Term, ...] = ()
    exact: tuple[tuple[Term, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    asked: Asked
    marks: tuple[tuple[str, ...], ...] = field(default=())  # in each group one
    barred_marks: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


def search(actor: Actor, query: str, filters: Filters | None = None, page: Page | None = None) -> Found:
    """A page of what an actor may see of it, the latest first. At most five queries, whatever it finds.

    Words that are found more than COUNTED times as they stand are not also looked for with other endings: nobody reads
    so far, and all words that begin alike would have to be read first. Raises SearchInvalid for more than 32 words or a
    page that nobody gave.
    """
    page = page or Page()
    wanted = _want(actor, parse(query), filters or Filters())
    if wanted is None:
        return Found((), "", 0, False)
    size = max(1, min(page.size, MAX_PAGE))
    if page.after:
        after, total, is_exact = _read_after(page.after)
        keys = _select(_close(wanted) if is_exact else wanted, after=after, limit=size + 1)
    else:
        keys, is_exact = _select_first(wanted)
        total = len(keys)
    last = f"{keys[size - 1]}-{total}-{int(is_exact)}" if len(keys) > size else ""
    return Found(_load(keys[:size]), last, min(total, COUNTED), total > COUNTED)


def _select_first(wanted: _Wanted) -> tuple[list[int], bool]:
    """Up to one more than COUNTED keys, and whether they are those of the words as they stand."""
    exact = _close(wanted)
    keys = _select(exact, after=None, limit=COUNTED + 1)
    if exact == wanted or len(keys) > COUNTED:
        return keys, True
    return _select(wanted, after=None, limit=COUNTED + 1), False


def _close(wanted: _Wanted) -> _Wanted:
    return replace(wanted, asked=replace(wanted.asked, groups=wanted.asked.exact))


def find_ids(
    actor: Actor, query: str, filters: Filters | None = None, *, limit: int = 10_000
) -> tuple[int, ...]:
    """The mentions alone, the latest first: for exports. One query."""
    wanted = _want(actor, parse(query), filters or Filters())
    if wanted is None:
        return ()
    where, values = _write_where(wanted, None)
    table = _find_table()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT mention_id FROM reputation_searchtext WHERE key IN (SELECT {_find_key()} FROM {table} "
            f"WHERE {where} ORDER BY {_find_key()} DESC LIMIT %s) ORDER BY key DESC",
            [*values, limit],
        )
        return tuple(int(row[0]) for row in cursor.fetchall())


def parse(query: str) -> Asked:
    """What a person typed. `a b OR c`: a, and b or c."""
    groups: list[list[Term]] = []
    exact: list[list[Term]] = []
    barred: list[Term] = []
    joins = False
    for said in _ASKED.findall(query.replace("\x00", " ")):
        if said in _EITHER:
            joins = bool(groups)
            continue
        terms = parse_query(said)
        barred += [term for term in terms if term.is_barred]
        for term in (term for term in terms if not term.is_barred):
            if not joins:
                groups.append([])
                exact.append([])
            groups[-1].append(term)
            is_meant = said.endswith("*") or len(term.words[-1]) == 1
            exact[-1].append(replace(term, is_open=term.is_open and is_meant))
            joins = False
    if sum(map(len, groups)) + len(barred) > MAX_TERMS:
        raise SearchInvalid(f"A search has at most {MAX_TERMS} words: ask for fewer.")
    return Asked(tuple(map(tuple, groups)), tuple(barred), tuple(map(tuple, exact)))


def _want(actor: Actor, asked: Asked, filters: Filters) -> _Wanted | None:
    """None where the actor may see nothing of it."""
    countries: Sequence[str] = filters.countries
    if actor.role is not Role.CENTRAL:
        countries = sorted(c for c in (filters.countries or actor.markets) if c and actor.may_see(c.upper()))
        if not countries:
            return None
    groups = [
        [mark("c", code) for code in countries],
        [mark("l", code) for code in filters.languages],
        [mark("i", intent) for intent in filters.intents],
        [mark("o", source) for source in filters.sources],
        [mark("k", kind) for kind in filters.kinds],
        [mark("h", handling) for handling in filters.handlings],
        *_mark_opinions(filters),
    ]
    return _Wanted(
        asked,
        tuple(tuple(group) for group in groups if group),
        () if filters.with_copies else (mark("copy", "1"),),
        _floor_key(filters.since),
        _floor_key(filters.until),
    )


def _mark_opinions(filters: Filters) -> Iterator[list[str]]:
    sentiments: Iterable[tuple[str, ...]] = [(s,) for s in filters.sentiments] or [()]
    if filters.entities and filters.aspects:
        yield [
            mark("ea", entity, aspect, *sentiment)
            for entity in filters.entities
            for aspect in filters.aspects
            for sentiment in sentiments
        ]
    elif filters.entities:
        yield [mark("e", entity, *sentiment) for entity in filters.entities for sentiment in sentiments]
    elif filters.aspects:
        yield [mark("a", aspect, *sentiment) for aspect in filters.aspects for sentiment in sentiments]
    elif filters.sentiments:
        yield [mark("s", sentiment) for sentiment in filters.sentiments]


def _floor_key(at: datetime | None) -> int | None:
    return None if at is None else max(0, int(at.timestamp())) << SHIFT


def _read_after(after: str) -> tuple[int, int, bool]:
    """The key to go on after, how many there were, and whether the words were looked for as they stand."""
    found = _AFTER.fullmatch(after)
    if not found:
        raise SearchInvalid("This page does not follow one of this search: begin at the first.")
    return int(found[1]), int(found[2]), found[3] == "1"


def _load(keys: Sequence[int]) -> tuple[Mention, ...]:
    rows = Mention.objects.filter(search_text__key__in=keys).order_by("-search_text__key")
    mentions = list(rows.select_related("source").defer("signature"))
    prefetch_related_objects(mentions, "entities", "aspects")
    return tuple(mentions)


def _select(wanted: _Wanted, *, after: int | None, limit: int) -> list[int]:
    where, values = _write_where(wanted, after)
    key = _find_key()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM {_find_table()} WHERE {where} ORDER BY {key} DESC LIMIT %s", [*values, limit]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _find_table() -> str:
    return "reputation_searchtext" if connection.vendor == "postgresql" else "reputation_searchtext_fts"


def _find_key() -> str:
    return "key" if connection.vendor == "postgresql" else "rowid"


def _write_where(wanted: _Wanted, after: int | None) -> tuple[str, list[Any]]:
    key = _find_key()
    values: list[Any]
    if connection.vendor == "postgresql":
        parts, values = ["(tokens || ' ' || marks)::tsvector @@ %s::tsquery"], [write_tsquery(wanted)]
    else:
        parts, values = ["reputation_searchtext_fts MATCH %s"], [write_match(wanted)]
    bounds = (("<", after), (">=", wanted.since), ("<", wanted.until))
    for sign, bound in bounds:
        if bound is not None:
            parts.append(f"{key} {sign} %s")
            values.append(bound)
    return " AND ".join(parts), values


def write_match(wanted: _Wanted) -> str:
    """For FTS5. Every part is quoted: what a person types is never read as its language."""
    asked = wanted.asked
    parts = [f"tokens : ({' OR '.join(map(_quote, group))})" for group in asked.groups]
    parts += [f"marks : ({_join_marks(group)})" for group in wanted.marks]
    found = " AND ".join(f"({part})" for part in parts or [f'marks : "{EVERY}"'])
    barred = [f"tokens : ({' OR '.join(map(_quote, asked.barred))})"] if asked.barred else []
    barred += [f"marks : ({_join_marks(wanted.barred_marks)})"] if wanted.barred_marks else []
    return f"({found}) NOT ({' OR '.join(f'({part})' for part in barred)})" if barred else found


def _join_marks(marks: Iterable[str]) -> str:
    return " OR ".join(f'"{each}"' for each in marks)


def _quote(term: Term) -> str:
    words = " ".join(word[:LONGEST].replace('"', '""') for word in term.words)
    return f'"{words}"{" *" if term.is_open else ""}'


def write_tsquery(wanted: _Wanted) -> str:
    """For PostgreSQL, to be cast: no parser of its own splits the words again."""
    asked = wanted.asked
    parts = [" | ".join(map(_write_term, group)) for group in asked.groups]
    parts += [" | ".join(f"'{each}'" for each in group) for group in wanted.marks]
    found = " & ".join(f"({part})" for part in parts or [f"'{EVERY}'"])
    barred = [*map(_write_term, asked.barred), *(f"'{each}'" for each in wanted.barred_marks)]
    return " & ".join([found, *(f"!{part}" for part in barred)])


def _write_term(term: Term) -> str:
    words = ["'" + word[:LONGEST].replace("\\", "\\\\").replace("'", "''") + "'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.is_open else ''})"
