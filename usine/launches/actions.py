"""Verbs on sites: publish, withdraw, go back to an earlier release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import SYSTEM, Actor
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.launches import store
from usine.launches.contracts import LiveSite, PublicationRefused, Refusal
from usine.launches.embargoes import Embargoed, check_embargo, list_embargoes
from usine.launches.models import Publication, Release
from usine.launches.queries import ReleaseNotFound, as_live_site, find_publication, list_sold_markets
from usine.launches.releases import Content, make_release, read_content
from usine.launches.texts import ContentInvalid
from usine.offers.public import make_offer

Report = Callable[[int, str], None]
"""Told how many per cent are done and what comes next."""
Check = Callable[[Content, str, str], None]
"""Raises a UsineError for a market (the second) that must not go live with this content and range (the third)."""


def publish_sites(
    vehicle: str,
    *,
    markets: Iterable[str],
    on: date,
    by: Actor,
    report: Report | None = None,
    check: Check | None = None,
    then: Callable[[], object] | None = None,
    despite_embargo: bool = False,
    now: datetime | None = None,
) -> tuple[LiveSite, ...]:
    """Make the sites of the markets from today's range, master and overlays, then switch them all at once.

    All or nothing: when a market cannot be made, fails the `check`, or is under embargo at `now` (default the clock),
    PublicationRefused names each one, and every site stays as it was. `then` runs in the transaction that switches.
    Only the system publishes despite an embargo. People publish by `request_publication`, which checks approvals.
    Raises Forbidden for a market that is not the actor's, LaunchNotFound, RangeNotFound.
    """
    codes = list(dict.fromkeys(markets))
    check_may_publish(by, codes)
    if despite_embargo and by != SYSTEM:
        raise Forbidden(f"{by.name} does not publish despite an embargo: lift it first.")
    held = {} if despite_embargo else list_embargoes(vehicle, now=now)
    content = read_content(vehicle)
    sold = list_sold_markets(vehicle)
    releases, refusals = [], []
    for number, market in enumerate(codes):
        if report:
            report(100 * number // (len(codes) + 1), market)
        try:
            if market not in sold:
                raise ContentInvalid(f"no price list sells {vehicle} here: add one to its range")
            check_embargo(held, market)
            offer = make_offer(vehicle, market=market, on=on, by=by)
            if check:
                check(content, market, offer.range_key)
            releases.append(make_release(content, offer, by=by))
        except UsineError as error:
            refusals.append(Refusal(market, str(error).removesuffix(".")))
    if refusals:
        raise PublicationRefused(tuple(refusals))
    return _go_live(releases, by=by, then=then)


def roll_back(vehicle: str, *, market: str, by: Actor, to: str = "") -> LiveSite:
    """Serve an earlier release again: the one before the live one, or the one whose key begins with `to`.

    Raises ReleaseNotFound when there is none, or when its files are no longer whole; Embargoed.
    """
    check_may_publish(by, [market])
    try:
        check_embargo(list_embargoes(vehicle), market)
    except Embargoed as error:
        raise Embargoed(f"{vehicle} in {market} is {error}: nothing of it goes live before.") from error
    release = _find_by_key(vehicle, market, to) if to else _find_previous(vehicle, market)
    if release is None:
        raise ReleaseNotFound(
            f"{vehicle} in {market} has no {'release ' + to if to else 'earlier release'}: "
            f"see usine publish {vehicle} --market {market} --list."
        )
    if damage := store.find_damage(release.key):
        raise ReleaseNotFound(f"{damage} Publish again instead.")
    return _go_live([release], by=by)[0]


def withdraw_site(vehicle: str, *, market: str, by: Actor) -> None:
    """Take a site down: its addresses answer 404 until it is published or rolled back."""
    check_may_publish(by, [market])
    with transaction.atomic():
        if find_publication(vehicle, market) is None:
            raise ReleaseNotFound(f"{vehicle} in {market} is not live: there is nothing to take down.")
        Publication.objects.create(
            vehicle=vehicle, market=market, release=None, published_at=timezone.now(), by=by.name
        )
        record_fact("SiteWithdrawn", by=by.name, market=market, subject=vehicle)


def check_may_publish(by: Actor, markets: Iterable[str]) -> None:
    """Raise Forbidden unless every market is the actor's."""
    others = [market for market in markets if not by.may_see(market)]
    if others:
        raise Forbidden(f"{by.name} does not publish for {', '.join(others)}: ask the central team.")


def _go_live(
    releases: Iterable[Release], *, by: Actor, then: Callable[[], object] | None = None
) -> tuple[LiveSite, ...]:
    """One transaction: a reader sees every old release or every new one."""
    now = timezone.now()
    with transaction.atomic():
        rows = [_record_publication(release, now, by) for release in releases]
        if then:
            then()
    return tuple(map(as_live_site, rows))


def _record_publication(release: Release, now: datetime, by: Actor) -> Publication:
    vehicle, market = release.vehicle, release.market
    row = Publication.objects.create(
        vehicle=vehicle, market=market, release=release, published_at=now, by=by.name
    )
    record_fact("SitePublished", by=by.name, market=market, subject=vehicle, release=release.key)
    return row


def _find_by_key(vehicle: str, market: str, start: str) -> Release | None:
    return (
        Release.objects.filter(vehicle=vehicle, market=market, key__startswith=start).order_by("-id").first()
    )


def _find_previous(vehicle: str, market: str) -> Release | None:
    """The release that was live before the live one, another one than it."""
    rows = Publication.objects.filter(vehicle=vehicle, market=market, release__isnull=False)
    live = find_publication(vehicle, market)
    if live is not None:
        rows = rows.exclude(release=live.release)
    newest = rows.select_related("release").order_by("-id").first()
    return newest.release if newest else None
