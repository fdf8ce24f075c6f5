"""The way of a market's site to the public, decided without a database: its steps, who moves it, times on its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden, UsineError
from usine.markets.contracts import MASTER_MARKET

LOCAL = "%Y-%m-%dT%H:%M"


class Step(StrEnum):
    """Where a site stands. People move it to the first four; the others follow from a schedule and a publication."""

    DRAFT = "draft"
    REVIEW = "review"
    LEGAL = "legal"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    LIVE = "live"


MOVES: Mapping[Step, tuple[Step, ...]] = {
    Step.DRAFT: (Step.REVIEW,),
    Step.REVIEW: (Step.LEGAL, Step.APPROVED, Step.DRAFT),
    Step.LEGAL: (Step.APPROVED, Step.DRAFT),
    Step.APPROVED: (Step.DRAFT,),
}
"""Where people may move a site next; the legal step is for the sites that need it."""


NAMES = {
    Step.DRAFT: gettext_lazy("draft"),
    Step.REVIEW: gettext_lazy("review"),
    Step.LEGAL: gettext_lazy("legal"),
    Step.APPROVED: gettext_lazy("approved"),
    Step.SCHEDULED: gettext_lazy("scheduled"),
    Step.LIVE: gettext_lazy("live"),
}
"""Steps in the middle of a sentence."""


class MoveRefused(UsineError):
    code = "move_refused"
    http_status = 409


class LocalTimeInvalid(UsineError):
    """A date and time that a clock of the market does not show, or shows twice."""

    code = "local_time_invalid"
    http_status = 422


def check_move(actor: Actor, market: str, *, at: Step, to: Step, note: str) -> None:
    """Raise Forbidden for another market's people, MoveRefused for a step that does not follow.

    The central team may stand in for a market; it then says why, so that the market reads who approved its site.
    """
    if not actor.may_see(market):
        raise Forbidden(
            _("%(by)s does not decide for %(market)s: ask its market manager.")
            % {"by": actor.name, "market": market}
        )
    if to not in MOVES[at]:
        ways = _(" or ").join(str(NAMES[step]) for step in MOVES[at])
        raise MoveRefused(
            _("The site of %(market)s is at the step %(at)s: from there it goes to %(ways)s.")
            % {"market": market, "at": NAMES[at], "ways": ways}
        )
    stands_in = actor.role is Role.CENTRAL and market != MASTER_MARKET
    if to is Step.APPROVED and stands_in and not note.strip():
        raise MoveRefused(
            _("To approve in the place of %(market)s, say why in the note.") % {"market": market}
        )


def may_change_embargo(actor: Actor, market: str, *, before: datetime | None, until: datetime | None) -> bool:
    """The central team sets and lifts embargoes; a market may only make its own begin, or end later."""
    if actor.role is Role.CENTRAL:
        return True
    return actor.may_see(market) and until is not None and (before is None or until >= before)


def read_local(text: str, time_zone: str) -> datetime:
    """The instant (UTC) of a date and time to the minute, `2026-12-01T06:00`, on the clocks of an IANA zone.

    Raises LocalTimeInvalid for one that is not written so, that those clocks skip, or that they show twice.
    """
    try:
        plain = datetime.strptime(text.strip()[:16], LOCAL)
    except ValueError as error:
        raise LocalTimeInvalid(_("Write a date and a time to the minute, like 2026-12-01T06:00.")) from error
    zone = ZoneInfo(time_zone)
    first, second = (plain.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        shown = f"{plain:%Y-%m-%d %H:%M} in {time_zone}"
        if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != plain:
            raise LocalTimeInvalid(
                _("There is no %(shown)s: the clocks go forward then; choose an hour later.")
                % {"shown": shown}
            )
        raise LocalTimeInvalid(
            _("%(shown)s comes twice: the clocks go back then; choose an hour earlier or later.")
            % {"shown": shown}
        )
    return first.astimezone(UTC)


def write_local(at: datetime, time_zone: str) -> str:
    """An instant as the clocks of a zone show it, and which: `2026-12-01 06:00 (Europe/Brussels)`."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M} ({time_zone})"
