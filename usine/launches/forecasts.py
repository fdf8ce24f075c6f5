"""What a publication would change, worked out before anybody asks for it: at once for a few markets, else by a job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons import jobs
from usine.commons.models import Job
from usine.launches.actions import MarketForecast, Report, check_may_publish, forecast_publication
from usine.launches.models import Embargo, Forecast, Move, Publication
from usine.launches.rules import digest_overlays
from usine.launches.sources.masters import get_launch
from usine.launches.sources.releases import digest_code, read_content
from usine.launches.workflow.approvals import check_approved
from usine.offers.public import get_today
from usine.ranges.public import get_current_release

FORECAST = "forecast_sites"
FEW = 3
"""So many markets are worked out while somebody waits: a quarter of a second each."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A forecast: `found` for each market once `job` is done; `is_past` when something changed since."""

    id: int
    markets: tuple[str, ...]
    job: Job
    found: tuple[MarketForecast, ...]
    at: datetime
    is_past: bool


def forecast_now(vehicle: str, *, markets: Sequence[str], by: Actor) -> tuple[MarketForecast, ...]:
    """What people would get who publish these markets now: with approvals and embargoes. Raises as
    `forecast_publication` does."""
    return _forecast(vehicle, markets, by, None)


def request_forecast(vehicle: str, *, markets: Iterable[str], by: Actor) -> int:
    """Have the worker work it out; what the actor asked for before is forgotten. Returns the forecast's id.

    Raises Forbidden for a market that is not the actor's, LaunchNotFound.
    """
    codes = list(dict.fromkeys(markets))
    check_may_publish(by, codes)
    get_launch(vehicle)
    with transaction.atomic():
        for row in Forecast.objects.filter(vehicle=vehicle, user_id=by.user_id):
            jobs.cancel(row.job_id)
            row.delete()
        job_id = jobs.enqueue(FORECAST, by=by.name)
        row = Forecast.objects.create(
            vehicle=vehicle, user_id=by.user_id, markets=codes, job_id=job_id, at=timezone.now()
        )
        Job.objects.filter(pk=job_id).update(
            arguments={"forecast": row.pk, "language": translation.get_language() or "en"}
        )
    return row.pk


def find_forecast(vehicle: str, by: Actor) -> Worked | None:
    """What the actor asked for last; None when they asked for nothing, or hold a market of it no more."""
    rows = Forecast.objects.filter(vehicle=vehicle, user_id=by.user_id).select_related("job")
    row = rows.order_by("-id").first()  # two posts at once leave two of them
    if row is None or not all(map(by.may_see, row.markets)):
        return None
    found = tuple(
        MarketForecast(
            one["market"], {path: tuple(why) for path, why in one["changes"].items()}, one["refusal"]
        )
        for one in row.found
    )
    is_past = bool(row.basis) and row.basis != _find_basis(vehicle, row.markets)
    return Worked(row.pk, tuple(row.markets), row.job, found, row.at, is_past)


@jobs.handler(FORECAST)
def _work_out(progress: jobs.Progress, *, forecast: int, language: str = "en") -> None:
    """The rights were checked when it was asked for; nothing when another one was asked for since."""
    row = Forecast.objects.filter(pk=forecast).first()
    if row is None:
        return
    by = Actor(user_id=row.user_id, name=row.job.by, role=Role.CENTRAL, markets=frozenset())
    basis = _find_basis(row.vehicle, row.markets)  # before it begins: what changes meanwhile makes it past
    with translation.override(language):  # of who asked, for the sentences of refusal
        found = _forecast(row.vehicle, row.markets, by, progress.report)
    Forecast.objects.filter(pk=forecast).update(
        found=[asdict(one) for one in found], basis=basis, at=timezone.now()
    )


def _forecast(
    vehicle: str, markets: Sequence[str], by: Actor, report: Report | None
) -> tuple[MarketForecast, ...]:
    check = None if by == SYSTEM else check_approved
    return forecast_publication(vehicle, markets=markets, on=get_today(), by=by, report=report, check=check)


def _find_basis(vehicle: str, markets: Sequence[str]) -> str:
    """A digest of what a forecast was worked out from: the content, the range, the day, and where the markets stand."""
    content = read_content(vehicle)
    rows = {"vehicle": vehicle, "market__in": markets}
    said = [
        content.master_digest,
        digest_overlays(content.overlays),
        repr((content.rights, content.moved)),
        get_current_release(vehicle).key,
        get_today().isoformat(),
        digest_code(),
        *(
            model.objects.filter(**rows).aggregate(last=Max("id"))["last"]
            for model in (Publication, Move, Embargo)
        ),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
