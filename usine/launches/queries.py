"""Reads of sites: what is live, what was, what a new release would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from usine.commons.errors import NotFound
from usine.launches.contracts import LiveSite
from usine.launches.models import LaunchPage, Publication, Release
from usine.markets.contracts import MASTER_MARKET
from usine.markets.public import get_locale, list_markets
from usine.ranges.public import get_current_release


class ReleaseNotFound(NotFound):
    code = "release_not_found"


@dataclass(frozen=True, slots=True)
class PastRelease:
    """A release that was live once, with when it went live last."""

    key: str
    offer_key: str
    page_count: int
    published_at: datetime
    by: str
    is_live: bool


def list_vehicles() -> tuple[str, ...]:
    """The vehicles that have a launch, by name."""
    return tuple(LaunchPage.objects.filter(depth=2).order_by("slug").values_list("slug", flat=True))


def list_sold_markets(vehicle: str) -> tuple[str, ...]:
    """The markets that the current range has a price list for: the master first, then in the order of markets."""
    sold = {row.market for row in get_current_release(vehicle).price_rows}
    every = (MASTER_MARKET, *(market.code for market in list_markets()))
    return tuple(code for code in every if code in sold)


def find_publication(vehicle: str, market: str) -> Publication | None:
    """The row of the live release of a market, None when its site is down. One query."""
    row = (
        Publication.objects.filter(vehicle=vehicle, market=market)
        .select_related("release")
        .order_by("-id")
        .first()
    )
    return row if row is not None and row.release_id else None


def list_live_sites(vehicle: str = "") -> tuple[LiveSite, ...]:
    """Every live site (of one vehicle when it is named), in the order of markets. One query."""
    order = {market.code: number for number, market in enumerate(list_markets(), 1)}
    rows = _newest(Publication.objects.all())
    if vehicle:
        rows = rows.filter(vehicle=vehicle)
    live = rows.filter(release__isnull=False).select_related("release")
    return tuple(
        as_live_site(row) for row in sorted(live, key=lambda row: (row.vehicle, order.get(row.market, 0)))
    )


def _newest(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    newest = rows.values("vehicle", "market").annotate(newest=Max("id")).values("newest")
    return Publication.objects.filter(pk__in=newest)


def as_live_site(row: Publication) -> LiveSite:
    """The value of a publication that has a release."""
    release = row.release
    assert release is not None
    return LiveSite(
        vehicle=row.vehicle,
        market=row.market,
        locales=tuple(map(get_locale, release.locales)),
        release_key=release.key,
        offer_key=release.offer_key,
        cover=release.cover,
        page_count=release.page_count,
        published_at=row.published_at,
        by=row.by,
    )


def list_past_releases(vehicle: str, market: str, *, size: int = 20) -> tuple[PastRelease, ...]:
    """The releases of a market that have been live, the latest to go live first."""
    live = find_publication(vehicle, market)
    rows = (
        Release.objects.filter(vehicle=vehicle, market=market, publications__isnull=False)
        .annotate(last_row=Max("publications__id"), last=Max("publications__published_at"))
        .order_by("-last_row")[:size]
    )
    return tuple(
        PastRelease(
            key=row.key,
            offer_key=row.offer_key,
            page_count=row.page_count,
            published_at=row.last,
            by=row.by,
            is_live=live is not None and live.release_id == row.pk,
        )
        for row in rows
    )


def map_live_releases(vehicle: str, markets: Iterable[str]) -> dict[str, Release]:
    """The live release of each market that has one. One query."""
    rows = _newest(Publication.objects.filter(vehicle=vehicle, market__in=list(markets)))
    live = rows.filter(release__isnull=False).select_related("release")
    return {row.market: row.release for row in live if row.release}


def map_last_releases(vehicle: str, markets: Iterable[str]) -> dict[str, Release]:
    """The release of each market that was made last. One query."""
    made = Release.objects.filter(vehicle=vehicle, market__in=list(markets))
    newest = made.values("market").annotate(last=Max("id")).values("last")
    return {row.market: row for row in Release.objects.filter(pk__in=newest)}


def find_last_switch(vehicle: str) -> int:
    """The id of the newest row of Publication of a vehicle; 0 when there is none. One query."""
    return Publication.objects.filter(vehicle=vehicle).aggregate(last=Max("id"))["last"] or 0


def count_switches() -> tuple[int, int]:
    """The newest id of Publication and how many rows there are: neither stays when anything is switched, in whatever
    order switches are committed. One query."""
    found = Publication.objects.aggregate(last=Max("id"), count=Count("id"))
    return found["last"] or 0, found["count"]


def map_inputs(keys: Iterable[str]) -> dict[str, str]:
    """What releases were made from (`digest_inputs`), by their keys."""
    return dict(Release.objects.filter(key__in=list(keys)).values_list("key", "inputs"))
