"""Which step each market's site stands at, and people's moves. A site that changes after its approval is a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import UsineError
from usine.commons.facts import record_fact
from usine.launches.contracts import Refusal
from usine.launches.models import Move
from usine.launches.sources.looks import Looked, list_changed
from usine.launches.sources.releases import Content, look_at_sites, map_terms, read_content
from usine.launches.workflow.steps import NAMES, MoveRefused, Step, check_move

MOVED = "SiteMoved"


class NotApproved(UsineError):
    """What the site says today was not approved."""

    code = "not_approved"
    http_status = 409


@dataclass(frozen=True, slots=True)
class SiteStanding:
    """Where a site stands. `number` and `by` are of its newest move; `changed` are the parts that cost it a step."""

    market: str
    step: Step
    looked: Looked
    number: int = 0
    by: str = ""
    at: datetime | None = None
    note: str = ""
    before: Step = Step.DRAFT  # the step that it stood at before what `changed`
    changed: tuple[str, ...] = ()
    reached: frozenset[Step] = frozenset({Step.DRAFT})  # with what it says today

    @property
    def is_approved(self) -> bool:
        return self.step is Step.APPROVED


def list_standings(content: Content, terms: Mapping[str, str]) -> dict[str, SiteStanding]:
    """The step of each market's site: that of the newest move of people who saw what it says today. One query."""
    looked = look_at_sites(content, terms)
    moves: dict[str, list[Move]] = {}
    for row in Move.objects.filter(vehicle=content.vehicle, market__in=list(looked)).order_by("number"):
        moves.setdefault(row.market, []).append(row)
    return {code: _stand(code, now, moves.get(code, [])) for code, now in looked.items()}


def _stand(market: str, now: Looked, moves: list[Move]) -> SiteStanding:
    if not moves:
        return SiteStanding(market, Step.DRAFT, now)
    last = moves[-1]
    seen = next((row for row in reversed(moves) if row.inputs == now.inputs), None)
    if seen is not None:
        reached = frozenset({Step.DRAFT, *(Step(row.step) for row in moves if row.inputs == now.inputs)})
        return SiteStanding(
            market, Step(seen.step), now, last.number, seen.by, seen.at, seen.note, reached=reached
        )
    return SiteStanding(
        market,
        Step.DRAFT,
        now,
        last.number,
        last.by,
        last.at,
        last.note,
        before=Step(last.step),
        changed=list_changed(last.parts, now.parts),
    )


def get_standing(vehicle: str, market: str) -> SiteStanding:
    """Where the site of one market stands. Raises LaunchNotFound, ContentInvalid, RangeNotFound."""
    return list_standings(read_content(vehicle), map_terms(vehicle, [market]))[market]


def move_site(
    vehicle: str,
    *,
    market: str,
    to: Step,
    by: Actor,
    seen: str = "",
    note: str = "",
    now: datetime | None = None,
) -> SiteStanding:
    """Move a site to a step; `seen` is the digest of what the person had before them (empty: what it says now).

    Raises Forbidden; MoveRefused when the step does not follow, the site changed since it was seen, or somebody
    else moved it in the same moment.
    """
    if not by.may_see(market):  # nobody learns the state of another market by a refusal
        check_move(by, market, at=Step.DRAFT, to=to, note=note)
    with transaction.atomic():
        standing = get_standing(vehicle, market)
        check_move(by, market, at=standing.step, to=to, note=note)
        if seen and seen != standing.looked.inputs:
            raise MoveRefused(
                _("The site of %(market)s changed while you looked at it: look again, then decide.")
                % {"market": market}
            )
        _append(vehicle, standing, to, by, note[:500], now or timezone.now())
        record_fact(MOVED, by=by.name, market=market, subject=vehicle, step=to.value, note=note[:500])
    return get_standing(vehicle, market)


def _append(vehicle: str, standing: SiteStanding, to: Step, by: Actor, note: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            Move.objects.create(
                vehicle=vehicle,
                market=standing.market,
                number=standing.number + 1,
                step=to.value,
                inputs=standing.looked.inputs,
                parts=dict(standing.looked.parts),
                note=note,
                at=now,
                by=by.name,
            )
    except IntegrityError as error:
        raise MoveRefused(
            _("Somebody moved the site of %(market)s in the same moment: look again.")
            % {"market": standing.market}
        ) from error


def split_approved(vehicle: str, markets: Iterable[str]) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """The markets whose site is approved as it is today, and why the others wait."""
    standings = list_standings(read_content(vehicle), map_terms(vehicle, markets))
    ready = tuple(code for code, standing in standings.items() if standing.is_approved)
    waiting = (Refusal(code, say_waiting(at)) for code, at in standings.items() if not at.is_approved)
    return ready, tuple(waiting)


def say_waiting(standing: SiteStanding) -> str:
    """Why an unapproved site is not published, to follow its market's code."""
    if standing.changed:
        return _("changed since it was at the step %(before)s (%(changed)s), waits for approval") % {
            "before": NAMES[standing.before],
            "changed": ", ".join(standing.changed),
        }
    return _("waits for approval, is at the step %(step)s") % {"step": NAMES[standing.step]}


def check_approved(content: Content, market: str, terms: str) -> None:
    """Raise NotApproved unless what is about to be published is what was approved."""
    standing = list_standings(content, {market: terms})[market]
    if not standing.is_approved:
        raise NotApproved(say_waiting(standing))
