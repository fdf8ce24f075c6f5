"""The weekly report, typeset. Texts reach the template as data, so that nothing in them is ever read as its markup."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.dateformat import format as write_day
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from usine.launches.public import get_fonts
from usine.reputation.boards import Tone
from usine.reputation.contracts import ReputationRefused
from usine.reputation.desk import words
from usine.reputation.desk.reports import (
    list_answer_sentences,
    list_voices,
    name_here,
    write_lede,
    write_period,
    write_raised,
    write_title,
)
from usine.reputation.desk.titles import name_story
from usine.reputation.models import Mention
from usine.reputation.report import Report, TopStory

TEMPLATE = Path(__file__).resolve().parent / "report.typ"
LONGEST = 150
"""Characters of a story that the paper quotes."""
LOOKED_AT = 2_000
"""Characters of it that are looked at: what begins with a line of pictures has words behind them."""
PICTURES, VARIATION = ("So", "Sk", "Cs", "Cn"), "\N{VARIATION SELECTOR-16}"
"""Categories of signs that are pictures (or none), and the sign that makes one of another."""
Content = dict[str, Any]


class PaperRefused(ReputationRefused):
    code = "paper_refused"
    http_status = 500


def set_report(report: Report, *, made_at: datetime) -> bytes:
    """The report as PDF/UA-1, in the active language; the same report of the same day makes the same bytes.

    Raises PaperRefused when the typesetter refuses it.
    """
    own, *more = _list_fonts(report)
    for language in more:
        try:
            return _set(report, language, made_at)
        except (
            typst.TypstError
        ):  # a sign that this machine's font lacks: what it would write is described instead
            continue
    try:
        return _set(report, own, made_at)
    except typst.TypstError as error:
        raise PaperRefused(
            _("The report cannot be set as PDF (%(why)s): read it as a page.") % {"why": error.message}
        ) from error


def _list_fonts(report: Report) -> list[str]:
    """The languages in whose fonts it may be set: the reader's, then that of a story which those cannot write."""
    own = words.desk_language()
    firsts = [story.first for story in report.stories]
    others = {first.language for first in firsts if get_fonts(own).list_missing([quote_story(first)])}
    return [own, *sorted(code for code in others if code and not get_fonts(code[:2]).is_own)[:1]]


def _set(report: Report, language: str, made_at: datetime) -> bytes:
    fonts = get_fonts(language)
    content = make_content(report, can_write=lambda text: not fonts.list_missing([text]))
    data = {**content, "fonts": {"text": fonts.text, "display": fonts.display}}
    folder: Path = settings.VAR / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    compiler = typst.Compiler(root=str(folder), font_paths=fonts.loaded, ignore_system_fonts=True)
    made = compiler.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards="ua-1",
        timestamp=datetime.combine(made_at.date(), time(), UTC),
        sys_inputs={"content": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)  # asked for one file, not for pages as pictures
    return made


def quote_story(first: Mention) -> str:
    """What the paper quotes of a story: what it is called, without pictures among the words."""
    said = name_story(first, LOOKED_AT).replace(VARIATION, "")
    spoken = "".join(sign for sign in said if unicodedata.category(sign) not in PICTURES)
    return Truncator(" ".join(spoken.split())).chars(LONGEST)


def make_content(report: Report, *, can_write: Callable[[str], bool]) -> Content:
    """Everything that the paper says, as plain JSON; what no font here writes is described instead of quoted."""
    scope = report.scope
    last = scope.first + timedelta(days=6)
    span = f"{write_day(scope.first, 'j F')} – {write_day(last, 'j F Y')}"
    unmeasured = words.list_unmeasured(report.languages)
    return {
        "brand": settings.BRAND,
        "kind": _("Weekly report of the public’s voice"),
        "title": write_title(report),
        "foot": f"{words.name_market(scope.market)}, {words.name_entity(scope.entity)}, {span}",
        "language": words.desk_language(),
        "period": write_period(report),
        "lede": write_lede(report),
        "figures": _list_figures(report),
        "days": [_make_day(day, report.days.get(day)) for day in scope.list_days()],
        "aspects": [
            [capfirst(str(words.ASPECTS[code])), *_write_tone(tone)]
            for code, tone in report.aspects.items()
            if tone.stories
        ],
        "voices": _list_voices(report),
        "stories": [_make_story(story, can_write) for story in report.stories],
        "answers": list_answer_sentences(report),
        "alerts": [
            [
                name_here(report, row),
                write_raised(report, row),
                row.acknowledged_by or "–",
            ]
            for row in report.alerts
        ],
        "how": [
            _("Copies of one text count as one mention; reach counts everybody reached by any copy."),
            _("Net is positive minus negative, of a hundred mentions. Times are those of the market."),
            *(
                [
                    _("Never measured how well they are understood: %(names)s.")
                    % {"names": ", ".join(unmeasured)}
                ]
                if unmeasured
                else []
            ),
        ],
        "words": {
            "days": _("Day by day"),
            "day": _("Day"),
            "mentions": _("Mentions"),
            "negative": _("Negative"),
            "aspects": _("What of the car is spoken of"),
            "aspect-heads": [_("Aspect"), _("Mentions"), _("Negative"), _("Net")],
            "voices": _("Share of voice"),
            "voice-heads": [_("Name"), _("Share"), _("Before"), _("Net")],
            "stories": _("Top stories"),
            "story-heads": [_("Story"), _("Copies"), _("Reach"), _("Tone")],
            "no-stories": _("Nothing was said this week."),
            "answers": _("Answers"),
            "alerts": _("Alerts"),
            "alert-heads": [_("Alert"), _("Raised"), _("Taken on by")],
            "no-alerts": _("No alert was raised this week."),
            "how": pgettext("report", "How to read this"),
        },
    }


def _list_figures(report: Report) -> list[Content]:
    now, before, answers = report.now, report.before, report.answers
    change = words.write_change(now.stories, before.stories)
    was = _("%(value)s a week earlier") if before.stories else "–"
    return [
        {
            "name": _("Mentions"),
            "value": words.write_number(now.stories),
            "note": change or "–",
            "bad": False,
        },
        {
            "name": _("Negative"),
            "value": words.write_negative(now),
            "note": was % {"value": words.write_negative(before)},
            "bad": bool(before.stories) and now.negative_share > before.negative_share + 0.05,
        },
        {
            "name": _("Net tone"),
            "value": words.write_net(now),
            "note": was % {"value": words.write_net(before)},
            "bad": bool(before.stories) and now.net < before.net - 0.05,
        },
        {
            "name": _("Reach"),
            "value": words.write_short(now.reach),
            "note": words.write_change(now.reach, before.reach) or "–",
            "bad": False,
        },
        {
            "name": _("Answered in time"),
            "value": words.write_share(answers.share),
            "note": _("of %(n)s due by now") % {"n": words.write_number(answers.judged)},
            "bad": answers.share is not None and answers.share < 0.8,
        },
    ]


def _make_day(day: date, tone: Tone | None) -> Content:
    """A column of the chart; a day still to come (no tone) has a dash and no nought."""
    return {
        "name": write_day(day, "D j"),
        "all": tone.stories if tone else 0,
        "negative": tone.negative if tone else 0,
        "all-text": words.write_number(tone.stories) if tone else "–",
        "negative-text": words.write_number(tone.negative) if tone else "–",
    }


def _write_tone(tone: Tone) -> list[str]:
    return [
        words.write_number(tone.stories),
        words.write_negative(tone),
        words.write_net(tone),
    ]


def _list_voices(report: Report) -> list[list[str]]:
    return [
        [
            row["name"],
            words.write_share(row["share"]),
            words.write_share(row["before"]),
            words.write_net(row["tone"]),
        ]
        for row in list_voices(report)
    ]


def _make_story(story: TopStory, can_write: Callable[[str], bool]) -> Content:
    first = story.first
    text = quote_story(first)
    can = can_write(text)
    language = words.name_language(first.language)
    source = first.source.name if can_write(first.source.name) else first.source.slug
    return {
        "text": text if can else _("(in %(language)s: read it on the page)") % {"language": language},
        "language": (first.language[:2] if can else "") or words.desk_language(),
        "direction": words.direction(first.language) if can else "ltr",
        "from": f"{source}, {language}",
        "copies": words.write_number(story.copies),
        "reach": words.write_short(story.reach),
        "tone": str(words.SENTIMENTS[first.sentiment][0]),
    }
