"""What people read of an alert in a mail or a message of their browser, in their language and by their clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usine.accounts.contracts import Actor
from usine.commons.calendar_words import write_when
from usine.commons.desk import LANGUAGES
from usine.reputation.clocks import find_own_zone
from usine.reputation.desk import words
from usine.reputation.desk.titles import name_alert, name_story
from usine.reputation.models import Alert, Source
from usine.reputation.trouble.evidence import Evidence
from usine.reputation.trouble.showing import Shown

LONGEST = 120  # characters of a story
WORDS = 5


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: `subject` in one line, `text` plain."""

    subject: str
    text: str


def find_address(alert: Alert) -> str:
    """Of its screen at the desk."""
    return f"{settings.SITE_URL}{reverse('reputation_alert', args=[alert.pk])}"


def write_headline(alert: Alert, language: str = "en") -> str:
    """What an alert is called, for a machine or a log."""
    with translation.override(language):
        return name_alert(alert)


def write_letter(shown: Shown, *, language: str, to: Actor) -> Letter:
    """The mail that tells somebody of an alert, in one of the desk's languages."""
    with _as_read_by(to, language):
        headline, began = name_alert(shown.alert), timezone.localtime(shown.alert.began_at)
        values = {
            "headline": headline,
            "then": _write_counts(shown.then),
            "now": _write_counts(shown.now) if shown.has_grown else "",
            "seen": _write_seen(shown),
            "began": f"{write_when(began, 'd MMM y, HH:mm')} {began.tzname()}",
            "sources": ", ".join(_list_sources(shown.then)),
            "aspects": ", ".join(
                f"{words.ASPECTS[line.aspect]} ({line.negative}/{line.mentions})"
                for line in shown.then.aspects
            ),
            "words": ", ".join(shown.then.words),
            "stories": list(_list_stories(shown)),
            "address": find_address(shown.alert),
        }
        text = render_to_string("reputation/mail/alert.txt", values)
    return Letter(("! " if shown.is_urgent else "") + headline, text.strip() + "\n")


def write_message(shown: Shown, *, language: str, to: Actor) -> dict[str, str]:
    """What a browser shows; `tag`: the same alert replaces itself. The address is a path of the desk."""
    with _as_read_by(to, language):
        new = ", ".join(shown.then.words[:WORDS])
        why = str(words.ALERTS[shown.alert.kind])
        parts = [
            why[:1].upper() + why[1:],
            _count_mentions(shown.now.mentions) if shown.now.mentions else "",
            _("New words: %(words)s") % {"words": new} if new else "",
        ]
        return {
            "title": name_alert(shown.alert),
            "body": ". ".join(part for part in parts if part) + ".",
            "address": reverse("reputation_alert", args=[shown.alert.pk]),
            "tag": f"alert-{shown.alert.pk}",
            "lang": translation.get_language() or "en",
        }


@contextmanager
def _as_read_by(actor: Actor, language: str) -> Iterator[None]:
    """In their language, English where the desk does not speak it; times as their desk shows them."""
    spoken = language if language in LANGUAGES else "en"
    with translation.override(spoken), timezone.override(find_own_zone(actor.markets)):
        yield


def _write_seen(shown: Shown) -> str:
    """`61 seen within 60 min, usual 4.2`; empty for a silence."""
    alert = shown.alert
    if not alert.seen:
        return ""
    values = {
        "seen": words.write_number(alert.seen),
        "usual": words.write_number(alert.expected, digits=1),
        "minutes": words.write_number(alert.scale_min),
    }
    return _("Seen: %(seen)s within %(minutes)s minutes, where %(usual)s are usual.") % values


def _count_mentions(count: int) -> str:
    return ngettext("%(n)s mention", "%(n)s mentions", count) % {"n": words.write_number(count)}


def _write_counts(evidence: Evidence) -> str:
    """`14 mentions, 9 authors, 12 negative, reach 8 k`; empty for none. What is not known is not said."""
    if not evidence.mentions:
        return ""
    authors, negative, reach = evidence.authors, evidence.negative, evidence.reach
    parts = [_count_mentions(evidence.mentions)]
    if authors:
        said = ngettext("%(n)s author", "%(n)s authors", authors)
        parts.append(said % {"n": words.write_number(authors)})
    parts.append(
        ngettext("%(n)s negative", "%(n)s negative ones", negative) % {"n": words.write_number(negative)}
    )
    if reach:
        parts.append(_("reach %(n)s") % {"n": words.write_short(reach)})
    return ", ".join(parts)


def _list_stories(shown: Shown) -> Iterator[tuple[str, int]]:
    """The beginning of each story, and how many mentions tell it now."""
    for line in shown.stories:
        yield name_story(line.first, LONGEST), line.now


def _list_sources(evidence: Evidence) -> Iterator[str]:
    """Each by its name, by its slug where it is gone, with how many mentions it had."""
    slugs = [line.source for line in evidence.sources]
    names = dict(Source.objects.filter(slug__in=slugs).values_list("slug", "name"))
    for line in evidence.sources:
        yield f"{names.get(line.source, line.source)} ({words.write_number(line.mentions)})"
