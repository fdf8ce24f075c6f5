"""Days and times of the desk as CLDR writes them in the reader's language: “26 Nov, 21:53”, “26 nov., 21:53”."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from django.utils.translation import get_language

CULTURES = {"en": "en_GB"}
"""The desk's English puts the day before the month."""


def write_when(at: date | datetime, pattern: str) -> str:
    """A day, or a moment by its own clock, by a pattern of CLDR (UTS 35, part 4, section 8), as `d MMM, HH:mm`."""
    culture = _find_culture(get_language() or "en")
    if isinstance(at, datetime):
        return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=culture)
    return format_date(at, pattern, locale=culture)


@lru_cache(maxsize=16)
def _find_culture(language: str) -> Locale:
    return Locale.parse(CULTURES.get(language, language), sep="_")
