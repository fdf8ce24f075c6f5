"""Days, times and opening hours as a locale says them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import groupby

from babel import Locale as Culture
from babel import UnknownLocaleError
from babel.dates import format_date, format_interval, format_time
from django.utils.translation import gettext as _

from usine.dealers.contracts import Hours
from usine.markets.contracts import Locale
from usine.markets.public import get_market


def find_locale(language: str, market: str) -> Locale:
    """The locale in which somebody was spoken to; the market's first one when it no longer has that language."""
    locales = get_market(market).locales
    return next((locale for locale in locales if locale.language == language), locales[0])


def say_day(day: date, locale: Locale) -> str:
    """“mercredi 17 mars 2027”."""
    return format_date(day, "full", locale=_culture(locale))


def say_short_day(day: date, locale: Locale) -> str:
    """“mercredi 17 mars”: the long form without its year, where the year comes last."""
    culture = _culture(locale)
    pattern = re.sub(r"[\s,،]*\by+$", "", culture.date_formats["full"].pattern)
    return format_date(day, pattern, locale=culture)


def say_weekday(day: date, locale: Locale) -> str:
    """“mer.”, as a head of a column."""
    return format_date(day, "ccc", locale=_culture(locale))


def say_months(first: date, last: date, locale: Locale) -> str:
    """“mars 2027”, or the two months that a week touches."""
    return format_interval(first, last, "yMMMM", locale=_culture(locale))


def say_time(at: datetime | time, locale: Locale) -> str:
    """“17:30”, “5:30 PM”: by the clock of the value itself."""
    return format_time(at.timetz() if isinstance(at, datetime) else at, "short", locale=_culture(locale))


def say_opening(hours: Hours, locale: Locale) -> list[tuple[str, str]]:
    """The week's opening hours, days in a row that are alike together: (“mar. – ven.”, “09:30–12:30, 14:00–18:30”)."""
    monday = date(2024, 1, 1)
    names = [say_weekday(monday.replace(day=1 + index), locale) for index in range(7)]
    days = [(name, _say_hours(day, locale)) for name, day in zip(names, hours, strict=False)]
    lines = []
    for text, group in groupby(days, key=lambda day: day[1]):
        first, *rest = [name for name, _text in group]
        lines.append((f"{first} – {rest[-1]}" if rest else first, text or _("closed")))
    return lines


def print_code(code: str) -> str:
    """7K4MR2P as people read it: 7K4-MR2P; "" stays ""."""
    return f"{code[:3]}-{code[3:]}" if code else ""


def _say_hours(day: object, locale: Locale) -> str:
    assert isinstance(day, (list, tuple))
    return ", ".join(
        "–".join(say_time(time.fromisoformat(at), locale) for at in (opens, closes)) for opens, closes in day
    )


def _culture(locale: Locale) -> Culture:
    try:
        return Culture.parse(locale.tag, sep="-")
    except UnknownLocaleError:
        return Culture.parse(locale.language)
