"""Verbs on sites: publish, withdraw, go back to an earlier release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import SYSTEM, Actor
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.launches import store
from usine.launches.content.texts import ContentInvalid
from usine.launches.contracts import LiveSite, PublicationRefused, Refusal
from usine.launches.models import Publication, Release
from usine.launches.publishing.building import Built, Task, as_row, list_changes
from usine.launches.publishing.crew import Done, build_markets
from usine.launches.publishing.live_tree import show_live
from usine.launches.queries import (
    ReleaseNotFound,
    as_live_site,
    find_last_switch,
    find_publication,
    list_sold_markets,
    map_last_releases,
    map_live_releases,
)
from usine.launches.sources.masters import lock_launch
from usine.launches.sources.releases import Content, digest_inputs, read_content
from usine.launches.workflow.embargoes import Embargoed, EmbargoEnd, check_embargo, list_embargoes
from usine.offers.contracts import OfferPlan
from usine.offers.public import keep_offer, plan_offer

Report = Callable[[int, str], None]
"""Told how many per cent are done and what comes next."""
Build = Callable[[Content, Sequence[Task], Done], list[Built | Refusal]]
"""Has every market built, telling each as it is done."""
Check = Callable[[Content, str, str], None]
"""Raises a UsineError for a market that must not go live with this content and these terms of its offer."""


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
    build: Build = build_markets,
) -> tuple[LiveSite, ...]:
    """Make the sites of the markets from today's range, master and overlays, then switch them all at once.

    All or nothing: when a market cannot be made, fails the `check`, or is under embargo at `now` (default the clock),
    PublicationRefused names each one, and every site stays as it was; so it does when, at the switch, a market was
    switched by somebody else since the work began, or is held back now. A market whose inputs are those of its live
    release, or of the last made, is not made again, nor is a page that reads what it read. `report` is called last in
    the transaction that switches, which what it raises undoes; `then` runs there too. `build` may have other machines
    build. Only the system publishes despite an embargo. People publish by `request_publication`, which checks
    approvals.
    Raises Forbidden for a market that is not the actor's, LaunchNotFound, RangeNotFound.
    """
    codes = list(dict.fromkeys(markets))
    check_may_publish(by, codes)
    begun = find_last_switch(vehicle)
    if despite_embargo and by != SYSTEM:
        raise Forbidden(f"{by.name} does not publish despite an embargo: lift it first.")
    report = report or _tell_nobody

    def list_held() -> list[Refusal]:
        embargoes = {} if despite_embargo else list_embargoes(vehicle, now=now)
        return _list_held(plans, content, check, embargoes)

    report(0, "")
    content = read_content(vehicle)
    content.place_pictures(lambda: report(0, ""))
    plans, refusals = _plan_offers(vehicle, codes, on)
    refusals += list_held()
    earlier, made = _look_back(vehicle, plans, content, report)
    tasks = [Task(plan, earlier.get(code, "")) for code, plan in plans.items() if code not in made]
    count = 0

    def tell(found: Built | Refusal) -> None:
        nonlocal count
        count += 1
        report(100 * count // (len(tasks) + 1), found.market)

    built = build(content, tasks, tell)
    refusals += [found for found in built if isinstance(found, Refusal)]
    _refuse(refusals, codes)
    store.settle()
    with transaction.atomic():
        lock_launch(vehicle)
        _refuse(_list_switched(vehicle, codes, since=begun) or list_held(), codes)
        report(99, "")  # the last moment to be cancelled
        for found in built:
            if isinstance(found, Built):
                made[found.market] = _keep(found, vehicle, by)
        return _go_live([made[code] for code in codes], by=by, then=then)


def _tell_nobody(_percent: int, _message: str) -> None:
    pass


def _refuse(refusals: Iterable[Refusal], codes: Sequence[str]) -> None:
    """Raise PublicationRefused when there is any, in the order of the markets."""
    if found := tuple(sorted(refusals, key=lambda refusal: codes.index(refusal.market))):
        raise PublicationRefused(found)


def _list_switched(vehicle: str, codes: Sequence[str], *, since: int) -> list[Refusal]:
    """The markets that somebody switched while they were being made: what they decided later stays."""
    rows = Publication.objects.filter(vehicle=vehicle, market__in=codes, pk__gt=since).order_by("id")
    newest = {row.market: row for row in rows}
    return [
        Refusal(
            code,
            f"switched meanwhile by {row.by}: look at what is live, then publish again"
            if row.release_id
            else f"taken down meanwhile by {row.by}: publish again if it shall open",
        )
        for code, row in newest.items()
    ]


def preview_publication(
    vehicle: str, *, markets: Iterable[str], on: date, by: Actor
) -> dict[str, dict[str, tuple[str, ...]]]:
    """What `publish_sites` would change, by market and page, with why (`building.list_changes`); nothing goes live.

    Raises PublicationRefused, naming each market that could not be made, and Forbidden. Embargoes are passed over.
    """
    found = forecast_publication(vehicle, markets=markets, on=on, by=by, despite_embargo=True)
    if refusals := tuple(Refusal(one.market, one.refusal) for one in found if one.refusal):
        raise PublicationRefused(refusals)
    return {one.market: dict(one.changes) for one in found}


@dataclass(frozen=True, slots=True)
class MarketForecast:
    """What a publication would change on a market's pages, by path with why; `refusal` says why it would be refused."""

    market: str
    changes: Mapping[str, tuple[str, ...]]
    refusal: str = ""


def forecast_publication(
    vehicle: str,
    *,
    markets: Iterable[str],
    on: date,
    by: Actor,
    report: Report | None = None,
    check: Check | None = None,
    despite_embargo: bool = False,
) -> tuple[MarketForecast, ...]:
    """What `publish_sites` would do with each market, in their order. No release and no paper is written.

    Changes are those to what is live; where nothing is, every page is new.
    A market that is held back (by the `check`, by an embargo) is told with its changes, if it has some; one that cannot
    be made without.

    Raises Forbidden for a market that is not the actor's, LaunchNotFound, RangeNotFound.
    """
    codes = list(dict.fromkeys(markets))
    check_may_publish(by, codes)
    content = read_content(vehicle)
    plans, refusals = _plan_offers(vehicle, codes, on)
    held = _list_held(plans, content, check, {} if despite_embargo else list_embargoes(vehicle))
    reasons = {refusal.market: refusal.reason for refusal in (*held, *refusals)}
    live = map_live_releases(vehicle, codes)
    found = []
    for number, code in enumerate(codes):
        if report:
            report(100 * number // len(codes), code)
        changes: Mapping[str, tuple[str, ...]] = {}
        try:
            if code in plans:
                changes = list_changes(content, Task(plans[code], live[code].key if code in live else ""))
                if not changes:
                    reasons.pop(code, None)
        except UsineError as error:
            reasons[code] = str(error).removesuffix(".")
        found.append(MarketForecast(code, changes, reasons.get(code, "")))
    return tuple(found)


def _plan_offers(vehicle: str, codes: Sequence[str], on: date) -> tuple[dict[str, OfferPlan], list[Refusal]]:
    sold = list_sold_markets(vehicle)
    plans: dict[str, OfferPlan] = {}
    refusals = []
    for code in codes:
        try:
            if code not in sold:
                raise ContentInvalid(f"no price list sells {vehicle} here: add one to its range")
            plans[code] = plan_offer(vehicle, market=code, on=on)
        except UsineError as error:
            refusals.append(Refusal(code, str(error).removesuffix(".")))
    return plans, refusals


def _list_held(
    plans: Mapping[str, OfferPlan], content: Content, check: Check | None, embargoes: dict[str, EmbargoEnd]
) -> list[Refusal]:
    """The markets that may not go live now, with the reason."""
    held = []
    for code, plan in plans.items():
        try:
            check_embargo(embargoes, code)
            if check:
                check(content, code, plan.terms)
        except UsineError as error:
            held.append(Refusal(code, str(error).removesuffix(".")))
    return held


def _look_back(
    vehicle: str, plans: Mapping[str, OfferPlan], content: Content, report: Report
) -> tuple[dict[str, str], dict[str, Release]]:
    """By market, the key of the release that a new one may take pages from (the live one, else the last made), and the
    release that a new one would be, where there is one already."""
    live, last = (find(vehicle, list(plans)) for find in (map_live_releases, map_last_releases))
    made = {}
    for code, plan in plans.items():
        report(0, code)  # each file of a release is read
        for release in filter(None, (live.get(code), last.get(code))):
            if _stands(release, content, plan):
                made[code] = release
                break
    return {code: release.key for code, release in {**last, **live}.items()}, made


def _stands(release: Release, content: Content, plan: OfferPlan) -> bool:
    """Whether a release made now would be this one, which is whole on this disk."""
    if release.inputs != digest_inputs(content, release.market, plan.terms):
        return False
    return not store.find_damage(release.key)


def _keep(built: Built, vehicle: str, by: Actor) -> Release:
    """The row of a release that lies on disk, and its offer's."""
    keep_offer(built.offer, by=by)
    release, is_new = Release.objects.get_or_create(
        key=built.key,
        defaults={**as_row(built), "vehicle": vehicle, "made_at": timezone.now(), "by": by.name},
    )
    if is_new:
        record_fact(
            "ReleaseMade",
            by=by.name,
            market=built.market,
            subject=vehicle,
            key=built.key,
            offer=built.offer.key,
            rendered=built.rendered,
        )
    elif release.inputs != built.inputs:  # a change that no page shows: the files are the same
        release.inputs, release.parts = built.inputs, dict(built.parts)
        release.save(update_fields=["inputs", "parts"])
    return release


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
        lock_launch(vehicle)
        if find_publication(vehicle, market) is None:
            raise ReleaseNotFound(f"{vehicle} in {market} is not live: there is nothing to take down.")
        Publication.objects.create(
            vehicle=vehicle, market=market, release=None, published_at=timezone.now(), by=by.name
        )
        record_fact("SiteWithdrawn", by=by.name, market=market, subject=vehicle)
        transaction.on_commit(show_live, robust=True)


def check_may_publish(by: Actor, markets: Iterable[str]) -> None:
    """Raise Forbidden unless every market is the actor's."""
    others = [market for market in markets if not by.may_see(market)]
    if others:
        raise Forbidden(f"{by.name} does not publish for {', '.join(others)}: ask the central team.")


def _go_live(
    releases: Sequence[Release], *, by: Actor, then: Callable[[], object] | None = None
) -> tuple[LiveSite, ...]:
    """One transaction: a reader sees every old release or every new one; web servers do right after it."""
    now = timezone.now()
    with transaction.atomic():
        for vehicle in dict.fromkeys(release.vehicle for release in releases):
            lock_launch(vehicle)
        rows = [_record_publication(release, now, by) for release in releases]
        if then:
            then()
        transaction.on_commit(show_live, robust=True)
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
