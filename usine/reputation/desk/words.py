"""Words, glyphs and figures that several screens of the room share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from usine.accounts.contracts import Actor
from usine.markets.contracts import LANGUAGES, Locale
from usine.markets.public import (
    MASTER_LOCALE,
    find_locale,
    format_number,
    is_country,
    list_markets,
    market_name,
)
from usine.reputation.boards import Tone
from usine.reputation.contracts import Aspect, EntityKind, Handling, Intent, MentionKind, Sentiment
from usine.reputation.understanding.quality import get_quality

SENTIMENTS: dict[str, tuple[Promise, str]] = {
    Sentiment.NEGATIVE: (gettext_lazy("negative"), "s-late"),
    Sentiment.NEUTRAL: (gettext_lazy("neutral"), "s-na"),
    Sentiment.POSITIVE: (gettext_lazy("positive"), "s-done"),
}
ASPECTS: dict[str, Promise] = {
    Aspect.PRICE: pgettext_lazy("aspect", "price"),
    Aspect.DESIGN: pgettext_lazy("aspect", "design"),
    Aspect.RANGE: pgettext_lazy("aspect", "range and charging"),
    Aspect.RELIABILITY: pgettext_lazy("aspect", "reliability"),
    Aspect.COMFORT: pgettext_lazy("aspect", "comfort"),
    Aspect.INFOTAINMENT: pgettext_lazy("aspect", "screens and apps"),
    Aspect.SERVICE: pgettext_lazy("aspect", "dealer and service"),
    Aspect.SAFETY: pgettext_lazy("aspect", "safety"),
}
INTENTS: dict[str, Promise] = {
    Intent.QUESTION: gettext_lazy("question"),
    Intent.COMPLAINT: gettext_lazy("complaint"),
    Intent.PRAISE: gettext_lazy("praise"),
    Intent.PURCHASE: gettext_lazy("wants to buy"),
    Intent.NONE: gettext_lazy("none of these"),
}
KINDS: dict[str, Promise] = {
    MentionKind.POST: gettext_lazy("post"),
    MentionKind.COMMENT: pgettext_lazy("mention", "comment"),
    MentionKind.REVIEW: pgettext_lazy("mention", "review"),
    MentionKind.FORUM: gettext_lazy("forum"),
    MentionKind.ARTICLE: pgettext_lazy("mention", "article"),
}
HANDLINGS: dict[str, tuple[Promise, str]] = {
    Handling.NEW: (pgettext_lazy("mention", "new"), "s-wait"),
    Handling.ASSIGNED: (pgettext_lazy("mention", "assigned"), "s-prog"),
    Handling.ANSWERED: (pgettext_lazy("mention", "answered"), "s-done"),
    Handling.RESOLVED: (pgettext_lazy("mention", "resolved"), "s-done"),
    Handling.IGNORED: (pgettext_lazy("mention", "ignored"), "s-na"),
}
STATES: dict[str, Promise] = {
    "open": pgettext_lazy("mentions", "Open"),
    "mine": pgettext_lazy("mentions", "Mine"),
    "overdue": pgettext_lazy("mentions", "Overdue"),
    "answered": pgettext_lazy("mentions", "Answered"),
    "resolved": pgettext_lazy("mentions", "Resolved"),
    "ignored": pgettext_lazy("mentions", "Ignored"),
    "all": pgettext_lazy("mentions", "All"),
}
ALERTS: dict[str, Promise] = {
    "volume": gettext_lazy("much more is said than usual"),
    "negative": gettext_lazy("much more is negative than usual"),
    "safety": gettext_lazy("several sources doubt its safety"),
    "silent_source": gettext_lazy("a source is silent"),
    "silent_language": gettext_lazy("a language is silent"),
}
CHANNELS: dict[str, Promise] = {
    "mail": gettext_lazy("mail"),
    "push": gettext_lazy("browser"),
    "hook": gettext_lazy("webhook"),
}
"""By what somebody is told of an alert."""
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
NO_BREAK = "\N{NO-BREAK SPACE}"


def find_score(language: str) -> float | None:
    """How well tones of a language are read, as measured (macro-F1, 0 to 1); None where nobody measured."""
    score = get_quality().get(language)
    return score / 100 if score is not None else None


def list_unmeasured(languages: Iterable[str]) -> list[str]:
    """The names of the languages whose reading was never measured."""
    return [name_language(code) for code in languages if code and find_score(code) is None]


def name_entity(entity: str) -> str:
    """`vehicle:some-car` as the file of names first writes it; without one, by its slug."""
    path: Path | None = getattr(settings, "REPUTATION_NAMES", None)
    slug = entity.partition(":")[2] or entity
    named = _read_names(path, path.stat().st_mtime_ns) if path and path.exists() else {}
    return named.get(entity) or slug.replace("-", " ").title()


@lru_cache(maxsize=2)
def _read_names(path: Path, _changed_ns: int) -> Mapping[str, str]:
    """Each entity's first spelling that counts in every language, else in the first language of the file."""
    made = {}
    for row in yaml.safe_load(path.read_text("utf-8"))["entities"]:
        spellings = row.get("spellings") or {}
        first = spellings.get("any") or next(iter(spellings.values()), "")
        made[row["entity"]] = str(first).partition(",")[0].strip()
    return made


def is_own(entity: str) -> bool:
    """Whether it is ours and not a competitor's."""
    return not entity.startswith(f"{EntityKind.COMPETITOR}:")


def desk_language() -> str:
    return (translation.get_language() or "en")[:2]


def desk_locale() -> Locale:
    """How the reader's language writes numbers, in no country's own way."""
    return find_locale("fr-fr") or MASTER_LOCALE if desk_language() == "fr" else MASTER_LOCALE


def name_market(code: str) -> str:
    """In the reader's language; a code that stands for none, from before such were refused, as it is."""
    if not code:
        return str(_("country unknown"))
    return market_name(code, language=desk_language()) if is_country(code) else code


def list_market_choices(actor: Actor) -> list[tuple[str, str]]:
    """The markets that one may choose, by name."""
    codes = actor.markets or {market.code for market in list_markets(active=True)}
    return sorted(((code, name_market(code)) for code in codes), key=lambda pair: pair[1])


def list_language_choices() -> list[tuple[str, str]]:
    return sorted(((code, name_language(code)) for code in LANGUAGES), key=lambda pair: pair[1])


_LANGUAGES = {
    "en": gettext_lazy("English"),
    "fr": gettext_lazy("French"),
    "nl": gettext_lazy("Dutch"),
    "de": gettext_lazy("German"),
    "es": gettext_lazy("Spanish"),
    "it": gettext_lazy("Italian"),
    "pt": gettext_lazy("Portuguese"),
    "pl": gettext_lazy("Polish"),
    "tr": gettext_lazy("Turkish"),
    "ar": gettext_lazy("Arabic"),
    "ja": gettext_lazy("Japanese"),
    "ko": gettext_lazy("Korean"),
    "zh": gettext_lazy("Chinese"),
}


def name_language(code: str) -> str:
    """In the reader's language; an unknown one says so."""
    return str(_LANGUAGES.get(code, code)) if code else str(_("language unknown"))


def direction(language: str) -> str:
    """The `dir` of a text: that of its language, else what its first strong sign says."""
    if not language:
        return "auto"
    return "rtl" if language[:2] in RIGHT_TO_LEFT else "ltr"


def write_number(value: int | float, *, digits: int = 0, signed: bool = False) -> str:
    """`1,204`; in French `1 204` with a space that every font has."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    rounded = rounded if rounded else Decimal(0)  # no minus before a zero
    text = format_number(rounded, locale=desk_locale(), digits=digits, signed=signed and rounded != 0)
    return text.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)


def write_short(value: float) -> str:
    """`940`, `12 k`, `1.9 M`: for figures whose last digits nobody needs."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            scaled = value / size
            return f"{write_number(scaled, digits=1 if scaled < 9.95 else 0)}{NO_BREAK}{sign}"
    return write_number(value)


def write_share(value: float | None) -> str:
    """0.714 as `71%`, in French `71 %`; a dash for none."""
    if value is None:
        return "–"
    space = NO_BREAK if desk_language() == "fr" else ""
    return f"{write_number(value * 100)}{space}%"


def write_points(value: float) -> str:
    """A net sentiment of −1 to 1 as `+4` or `−11`."""
    return write_number(value * 100, signed=True)


def write_negative(tone: Tone) -> str:
    """The negative share; a dash where nothing was said."""
    return write_share(tone.negative_share if tone.stories else None)


def write_net(tone: Tone) -> str:
    """The net tone in points; a dash where nothing was said."""
    return write_points(tone.net) if tone.stories else "–"


def write_change(now: float, before: float) -> str:
    """`+12%` on the period before; empty where there was nothing to compare with."""
    if not before:
        return ""
    if now >= 10 * before:
        return f"×{write_number(now / before)}"
    space = NO_BREAK if desk_language() == "fr" else ""
    return f"{write_number((now / before - 1) * 100, signed=True)}{space}%"


def write_span(length: timedelta) -> str:
    """A span in the largest unit that says enough: `12 min`, `3 h 05`, `4 days`."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes < 48 * 60 and not minutes % 60:
        return _("%(hours)s h") % {"hours": minutes // 60}
    if minutes < 48 * 60:
        return _("%(hours)s h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def write_due(due: datetime, now: datetime) -> str:
    """`in 2 h 10`, `3 days late`."""
    if due >= now:
        return _("in %(span)s") % {"span": write_span(due - now)}
    return _("%(span)s late") % {"span": write_span(now - due)}
