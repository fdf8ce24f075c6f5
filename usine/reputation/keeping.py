"""What people keep for the next time: searches, answer templates, and when they are told of alerts."""

from __future__ import annotations

from datetime import time
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.desk import LANGUAGES
from usine.commons.errors import Forbidden
from usine.commons.facts import record_fact
from usine.reputation.cleaning import drop_unsafe
from usine.reputation.contracts import Aspect, Intent, ReputationRefused
from usine.reputation.correcting import LANGUAGE
from usine.reputation.handling import LONGEST
from usine.reputation.models import AlertListener, AnswerTemplate, SavedSearch


class KeepingRefused(ReputationRefused):
    code = "keeping_refused"


@transaction.atomic
def save_search(name: str, query: str, *, is_shared: bool, by: Actor) -> SavedSearch:
    """Keep the filters of an address under a name; the same name of the same person is replaced.

    Raises KeepingRefused without a name.
    """
    name = _read_name(name)
    if not name or by.user_id is None:
        raise KeepingRefused(_("A search is kept under a name: write one."))
    kept = [(key, value) for key, value in parse_qsl(query) if key not in ("at", "page")]
    values = {"query": urlencode(kept)[:1000], "is_shared": is_shared}
    saved, _is_new = SavedSearch.objects.update_or_create(owner_id=by.user_id, name=name, defaults=values)
    record_fact("SearchSaved", by=by.name, subject=f"search:{saved.pk}", is_shared=is_shared)
    return saved


@transaction.atomic
def drop_search(search: int, *, by: Actor) -> None:
    """Forget a search of one's own. Raises KeepingRefused."""
    count, _kinds = SavedSearch.objects.filter(pk=search, owner_id=by.user_id).delete()
    if not count:
        raise KeepingRefused(_("This search is not yours to delete, or is gone already."))
    record_fact("SearchDropped", by=by.name, subject=f"search:{search}")


@transaction.atomic
def save_template(
    name: str, language: str, text: str, *, intent: str = "", aspect: str = "", by: Actor
) -> AnswerTemplate:
    """Keep the beginning of an answer; the same name in the same language is replaced. Central alone.

    Raises Forbidden, KeepingRefused.
    """
    _check_central(by)
    name, text, language = _read_name(name), drop_unsafe(text).strip(), language.strip()
    if not name or not text:
        raise KeepingRefused(_("A template needs a name and a text: write both."))
    if len(text) > LONGEST:
        raise KeepingRefused(_("The text is longer than %(n)s characters: shorten it.") % {"n": LONGEST})
    if not LANGUAGE.fullmatch(language):
        raise KeepingRefused(
            _("“%(code)s” is no language: write its code, such as fr or pt.") % {"code": language[:20]}
        )
    if intent not in {"", *Intent} or aspect not in {"", *Aspect}:
        raise KeepingRefused(_("Choose intent and aspect from the menus, or leave them empty."))
    values = {"text": text, "intent": intent, "aspect": aspect}
    kept, _is_new = AnswerTemplate.objects.update_or_create(name=name, language=language, defaults=values)
    record_fact("AnswerTemplateSaved", by=by.name, subject=f"template:{kept.pk}", language=language)
    return kept


@transaction.atomic
def drop_template(template: int, *, by: Actor) -> None:
    """Delete a template. Central alone. Raises Forbidden, KeepingRefused."""
    _check_central(by)
    if not AnswerTemplate.objects.filter(pk=template).delete()[0]:
        raise KeepingRefused(_("This template is gone already."))
    record_fact("AnswerTemplateDropped", by=by.name, subject=f"template:{template}")


def find_listener(actor: Actor) -> AlertListener | None:
    """How somebody is told of the alerts of all their markets; None when they are not."""
    if actor.user_id is None:
        return None
    return AlertListener.objects.filter(user_id=actor.user_id, market="").first()


@transaction.atomic
def choose_alerts(*, by_mail: bool, quiet: tuple[str, str], language: str, by: Actor) -> None:
    """Be told of the alerts of all one's markets by mail, or no longer; `quiet` is from and until, `22:00`, or empty.

    Quiet hours are those of the alert's market; what is urgent passes. `language`: that mails and messages in the
    browser are written in, one of the desk's. Raises KeepingRefused.
    """
    if by.user_id is None:
        raise KeepingRefused(_("Only people are told of alerts: sign in."))
    start, end = (_read_time(text) for text in quiet)
    if (start is None) != (end is None):
        raise KeepingRefused(_("Quiet hours have a beginning and an end: write both, or neither."))
    if language not in LANGUAGES:
        raise KeepingRefused(_("Alerts are told in the languages of the desk: choose one of the menu."))
    values = {"by_mail": by_mail, "quiet_from": start, "quiet_until": end, "language": language}
    AlertListener.objects.update_or_create(
        user_id=by.user_id, market="", defaults=values, create_defaults={**values, "by_push": False}
    )
    record_fact("AlertsChosen", by=by.name, by_mail=by_mail, language=language)


def _read_name(text: str) -> str:
    return " ".join(drop_unsafe(text).split())[:120]


def _read_time(text: str) -> time | None:
    refusal = KeepingRefused(_("A time is written as 22:00."))
    try:
        found = time.fromisoformat(text) if text else None
    except ValueError as error:
        raise refusal from error
    if found and found.tzinfo:
        raise refusal  # hours are those of the market, whatever its clock is
    return found


def _check_central(by: Actor) -> None:
    if by.role is not Role.CENTRAL:
        raise Forbidden(_("Templates are written by the central team: tell them what is missing."))
