"""The boards: volume and tone, share of voice, aspects, sources, countries, launches laid over each other.

`_make_figures` reads everything with a constant number of queries; each board is a chart and the table of its figures,
which `export_board` gives as CSV or as a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as write_day
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from usine.accounts.contracts import Actor
from usine.commons.calendar_words import write_when
from usine.markets.public import is_country
from usine.reputation import boards
from usine.reputation.boards import PERIODS, Answers, Authors, Curve, Scope, Tone
from usine.reputation.clocks import find_zone
from usine.reputation.desk import words
from usine.reputation.desk.charts import Step, draw_bars_to_fit, draw_curves_to_fit
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.tables import FORMATS, Table, export
from usine.reputation.queries import find_most_spoken, list_entities

TILES = Path(__file__).resolve().parents[1] / "data" / "tiles.txt"
BEFORE, AFTER = 3, 28
"""Days round a launch's day zero that are compared."""
MOST_COMPARED = 3
YEARS = range(2000, 2100)
"""In which a day zero may be: others are so far off that no calendar has the days around them."""
LOUDEST = 14
CRISIS = 0.4
"""The negative share from which a country's tile says that it needs somebody."""
RISK = 0.25


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose to look at."""

    scope: Scope
    entities: tuple[str, ...]
    zeros: Mapping[str, date]

    @property
    def about(self) -> str:
        scope = self.scope
        place = scope.market or "all"
        return f"{scope.entity.partition(':')[2]} {place} {scope.first} {scope.days} days"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the boards show."""

    days: Mapping[date, Tone]
    now: Tone
    before: Tone
    voices: Mapping[str, tuple[Tone, Tone]]
    aspects: Mapping[str, Tone]
    sources: Mapping[str, Tone]
    countries: Mapping[str, Tone]
    languages: Mapping[str, Tone]
    curves: tuple[Curve, ...]
    authors: Authors
    answers: Answers


@require_GET
@desk_screen
def show_boards(request: HttpRequest, actor: Actor) -> HttpResponse:
    choice = _read_choice(request, actor)
    if choice is None:
        context = {
            "room": "reputation",
            "tab": "boards",
            "finding": _("Nothing is heard yet"),
            "is_empty": True,
        }
        return render(request, "reputation/desk/boards.html", context)
    figures = _read_figures(choice)
    tables = make_tables(choice, figures)
    query = request.GET.copy()
    context = {
        "room": "reputation",
        "tab": "boards",
        "finding": _write_finding(choice, figures),
        "sub": _write_period(choice.scope),
        "choice": choice,
        "scope": choice.scope,
        "figures": figures,
        "tables": tables,
        "query": query.urlencode(),
        "markets": words.list_market_choices(actor),
        "entities": [(name, words.name_entity(name)) for name in choice.entities if words.is_own(name)],
        "periods": [(str(days), _("%(days)s days") % {"days": days}) for days in PERIODS],
        "days": str(choice.scope.days),
        "volume_chart": draw_volume(choice.scope, figures.days),
        "voices": _show_voices(figures),
        "aspects": _show_tones(figures.aspects, words.ASPECTS),
        "sources": _show_tones(dict(list(figures.sources.items())[:12]), {}),
        "tiles": _show_tiles(figures),
        "countries": _show_countries(figures),
        "launch_chart": _draw_launches(figures),
        "curves": _show_curves(choice, figures),
        "comparable": [(name, words.name_entity(name)) for name in choice.entities],
        "unmeasured": words.list_unmeasured(figures.languages),
    }
    return render(request, "reputation/desk/boards.html", context)


@require_GET
@desk_screen
def export_board(request: HttpRequest, actor: Actor, key: str, kind: str) -> HttpResponse:
    """One board's figures as a file; exactly what the page shows for the same address."""
    choice = _read_choice(request, actor)
    if choice is None or kind not in FORMATS:
        raise Http404
    tables = make_tables(choice, _read_figures(choice))
    if key not in tables:
        raise Http404
    return export(tables[key], kind, about=choice.about)


def _read_choice(request: HttpRequest, actor: Actor) -> Choice | None:
    """From the address; by default the vehicle of ours most spoken of, or a brand, four weeks, all markets.

    None: no data.
    """
    entities = tuple(name for name in list_entities() if name)
    own = [name for name in entities if words.is_own(name)]
    if not own:
        return None
    vehicles = [name for name in own if name.startswith("vehicle:")]
    wanted, market = request.GET.get("of", ""), request.GET.get("market", "")
    entity = wanted if wanted in own else find_most_spoken(vehicles or own)
    days = next((days for days in PERIODS if str(days) == request.GET.get("days")), 28)
    market = market if is_country(market) and actor.may_see(market) else ""
    today = timezone.localdate(timezone=find_zone(market))
    scope = Scope(actor, entity, market, today - timedelta(days=days - 1), days)
    return Choice(scope, entities, _read_zeros(request, scope, entities))


def _read_zeros(request: HttpRequest, scope: Scope, entities: tuple[str, ...]) -> Mapping[str, date]:
    """Day zero of what is compared: as the address says, within YEARS, else each one's loudest day of the last 90."""
    rivals = [name for name in entities if not words.is_own(name)]
    compared = [name for name in request.GET.getlist("with") if name in entities] or rivals[:1]
    names = list(dict.fromkeys((scope.entity, *compared)))[:MOST_COMPARED]
    zeros = boards.find_loudest_days(scope, names, days=90)
    for name in names:
        try:
            zero = date.fromisoformat(request.GET.get(f"zero-{name}", ""))
        except ValueError:
            continue
        if zero.year in YEARS:
            zeros[name] = zero
    return {name: zeros[name] for name in names if name in zeros}


def _read_figures(choice: Choice) -> Figures:
    """Fifteen queries."""
    scope = choice.scope
    days = boards.count_days(scope)
    inside = set(scope.list_days())
    return Figures(
        days=days,
        now=boards.total(tone for day, tone in days.items() if day in inside),
        before=boards.total(tone for day, tone in days.items() if day not in inside),
        voices=boards.count_voices(scope),
        aspects=boards.count_aspects(scope),
        sources=boards.count_sources(scope),
        countries=boards.count_countries(scope),
        languages=boards.count_languages(scope),
        curves=tuple(boards.count_since(scope, choice.zeros, before=BEFORE, after=AFTER)),
        authors=boards.count_authors(scope),
        answers=boards.count_answers(scope, now=timezone.now()),
    )


def make_tables(choice: Choice, figures: Figures) -> dict[str, Table]:
    """The figures of every board, by the name of its file."""
    tones = (_("Negative"), _("Neutral"), _("Positive"), _("Net"), _("With copies"), _("Reach"))
    inside = choice.scope.list_days()
    every = sum(now.stories for now, _before in figures.voices.values()) or 1
    return {
        "volume": Table(
            "volume",
            _("Volume and tone by day"),
            (_("Day"), _("Mentions"), *tones, _("Before")),
            tuple(
                (day, tone.stories, *_cells(tone), figures.days[day - timedelta(days=len(inside))].stories)
                for day in inside
                for tone in (figures.days[day],)
            ),
        ),
        "voice": Table(
            "voice",
            _("Share of voice"),
            (_("Name"), _("Mentions"), _("Share"), _("Before"), *tones),
            tuple(
                (words.name_entity(name), now.stories, now.stories / every, before.stories, *_cells(now))
                for name, (now, before) in figures.voices.items()
            ),
        ),
        "aspects": Table(
            "aspects",
            _("Aspects and tone"),
            (_("Aspect"), _("Mentions"), *tones),
            tuple(
                (capfirst(str(words.ASPECTS[code])), tone.stories, *_cells(tone))
                for code, tone in figures.aspects.items()
            ),
        ),
        "sources": Table(
            "sources",
            _("Sources"),
            (_("Source"), _("Mentions"), *tones),
            tuple((name, tone.stories, *_cells(tone)) for name, tone in figures.sources.items()),
        ),
        "countries": Table(
            "countries",
            _("Countries"),
            (_("Country"), _("Mentions"), *tones),
            tuple(
                (words.name_market(code), tone.stories, *_cells(tone))
                for code, tone in figures.countries.items()
            ),
        ),
        "launches": Table(
            "launches",
            _("Launches, by days since day zero"),
            (_("Day"), *(words.name_entity(curve.entity) for curve in figures.curves)),
            tuple(
                (day, *(curve.counts.get(day, 0) for curve in figures.curves))
                for day in range(-BEFORE, AFTER + 1)
            ),
        ),
    }


def _cells(tone: Tone) -> tuple[Any, ...]:
    return tone.negative, tone.neutral, tone.positive, float(tone.net), tone.mentions, tone.reach


def _write_finding(choice: Choice, figures: Figures) -> str:
    """The title says what the boards found."""
    values = {
        "name": words.name_entity(choice.scope.entity),
        "n": words.write_number(figures.now.stories),
        "share": words.write_share(figures.now.negative_share),
    }
    return _("%(name)s: %(n)s mentions, %(share)s negative") % values


def _write_period(scope: Scope) -> str:
    last = scope.first + timedelta(days=scope.days - 1)
    place = words.name_market(scope.market) if scope.market else _("All your markets")
    return _("%(place)s, %(first)s to %(last)s. Copies of one text count once; reach counts all.") % {
        "place": place,
        "first": write_day(scope.first, "j F"),
        "last": write_day(last, "j F Y"),
    }


def draw_volume(scope: Scope, days: Mapping[date, Tone]) -> SafeString:
    """Bars by day, dashed the same day of the period before."""
    inside = scope.list_days()
    shift = timedelta(days=scope.days)
    steps = [
        Step(days[day].negative, days[day].stories - days[day].negative, days[day - shift].stories)
        for day in inside
    ]
    every = max(1, round(len(inside) / 8))
    labels = [(n + 0.5, write_when(day, "d MMM")) for n, day in enumerate(inside) if n % every == 0]
    most = max(inside, key=lambda day: days[day].stories)
    says = _("At most %(n)s on %(day)s, of which %(bad)s negative.") % {
        "n": words.write_number(days[most].stories),
        "day": write_day(most, "j F"),
        "bad": words.write_number(days[most].negative),
    }
    title = _("Mentions of %(name)s by day") % {"name": words.name_entity(scope.entity)}
    return draw_bars_to_fit(steps, labels, title=title, says=says)


def _draw_launches(figures: Figures) -> SafeString | str:
    if not figures.curves:
        return ""
    today = timezone.localdate()
    curves = []
    for curve in figures.curves:
        last = min(AFTER, (today - curve.zero).days)
        points = [(day, curve.counts.get(day, 0)) for day in range(-BEFORE, last + 1)]
        curves.append((words.name_entity(curve.entity), points))
    says = ", ".join(
        _("%(name)s: %(n)s on day zero") % {"name": name, "n": dict(points).get(0, 0)}
        for name, points in curves
    )
    title = _("Mentions by days since day zero")
    return draw_curves_to_fit(curves, first=-BEFORE, last=AFTER, title=title, says=says)


def _show_curves(choice: Choice, figures: Figures) -> list[dict[str, Any]]:
    return [
        {
            "entity": curve.entity,
            "name": words.name_entity(curve.entity),
            "zero": curve.zero,
            "first_week": sum(count for day, count in curve.counts.items() if 0 <= day < 7),
            "all": sum(count for day, count in curve.counts.items() if day >= 0),
        }
        for curve in figures.curves
    ]


def _show_voices(figures: Figures) -> list[dict[str, Any]]:
    every = sum(now.stories for now, _before in figures.voices.values())
    every_before = sum(before.stories for _now, before in figures.voices.values())
    return [
        {
            "name": words.name_entity(name),
            "is_own": words.is_own(name),
            "tone": now,
            "share": now.stories / every if every else 0.0,
            "points": now.stories / every - before.stories / every_before if every and every_before else None,
        }
        for name, (now, before) in figures.voices.items()
    ]


def _show_tones(tones: Mapping[str, Tone], names: Mapping[str, Any]) -> list[dict[str, Any]]:
    most = max((tone.stories or tone.mentions for tone in tones.values()), default=0)
    return [
        {
            "name": names.get(name, name),
            "tone": tone,
            "width": 100 * tone.stories / most if most else 0,
            "is_bad": tone.negative_share > CRISIS and tone.stories >= 5,
        }
        for name, tone in tones.items()
    ]


@lru_cache(maxsize=1)
def read_tiles() -> tuple[tuple[str, int, int], ...]:
    """Every country's code, column and row (from 1) on the map of tiles."""
    rows = [line.split() for line in TILES.read_text("ascii").splitlines()]
    return tuple(
        (code, column, row)
        for row, codes in enumerate(rows, start=1)
        for column, code in enumerate(codes, start=1)
        if code != ".."
    )


def _show_tiles(figures: Figures) -> list[dict[str, Any]]:
    """The world in tiles: the fill rises with the number of mentions, the mark says how negative they are."""
    most = max((tone.stories for code, tone in figures.countries.items() if code), default=0)
    made = []
    for code, column, row in read_tiles():
        tone = figures.countries.get(code, Tone())
        share = tone.negative_share
        state = "late" if share > CRISIS else "risk" if share > RISK else "done"
        made.append(
            {
                "code": code,
                "column": column,
                "row": row,
                "tone": tone,
                "level": round(100 * (tone.stories / most) ** 0.5) if most else 0,
                "state": state if tone.stories else "",
                "name": words.name_market(code) if tone.stories else "",
            }
        )
    return made


def _show_countries(figures: Figures) -> list[dict[str, Any]]:
    """The loudest countries beside the map."""
    loudest = dict(list(figures.countries.items())[:LOUDEST])
    names = {code: words.name_market(code) for code in loudest}
    return [{**row, "code": code} for code, row in zip(loudest, _show_tones(loudest, names), strict=True)]
