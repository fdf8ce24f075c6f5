"""What an alert and a story are called: the same on screens, on paper, in mails and in messages of the browser."""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from usine.reputation.desk import words
from usine.reputation.models import Alert, Mention


def name_subject(row: Alert) -> str:
    if row.source:
        return row.source.name
    if row.kind == "silent_language":
        return words.name_language(row.language)
    return words.name_entity(row.subject) if row.subject else _("everything")


def name_trouble(row: Alert) -> str:
    """What was found and of whom, to stand within a sentence."""
    what = {
        "volume": _("%(subject)s is much talked about"),
        "negative": _("anger about %(subject)s"),
        "safety": _("several sources doubt the safety of %(subject)s"),
        "silent_source": _("%(subject)s is silent"),
        "silent_language": _("nothing is heard in %(subject)s"),
    }.get(row.kind, "%(subject)s")
    return what % {"subject": name_subject(row)}


def name_alert(row: Alert) -> str:
    """The title says what was found, where and of whom."""
    said, place = name_trouble(row), _name_place(row)
    said = _("%(place)s: %(what)s") % {"place": place, "what": said} if place else said
    return said[:1].upper() + said[1:]


def _name_place(row: Alert) -> str:
    """Where it is said: the market, else the language; what is silent in a language has it for a subject."""
    if row.country:
        return words.name_market(row.country)
    if row.language and row.kind != "silent_language":
        return _("in %(language)s") % {"language": words.name_language(row.language)}
    return ""


def name_story(first: Mention, longest: int = 90) -> str:
    """A story is called as the first mention tells it that one may see of it: its title, else how its text begins."""
    return Truncator(" ".join((first.title or first.text).split())).chars(longest)
