"""What a page of a car tells its visitor: what a step changed, what an address or a saved car could not keep.

The browser has a twin of this file, configurator/local/notices.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usine.journeys.addresses import with_query
from usine.journeys.cars import Car, Change, Repair, list_changes
from usine.journeys.contracts import SavedConfiguration
from usine.journeys.wording import Words
from usine.offers.public import get_offer
from usine.ranges.contracts import FeatureKind


@dataclass(frozen=True, slots=True)
class StepNotice:
    """What the last step changed beyond what was asked, and the address that undoes it."""

    title: str
    lines: tuple[tuple[str, str], ...]
    total: str
    undo: str


@dataclass(frozen=True, slots=True)
class ReopenedNotice:
    """A saved car under the offer of today. `lost` are the choices that it no longer sells or allows."""

    lost: tuple[str, ...]
    then: str
    now: str
    is_same_price: bool


def tell_step(old: Car, car: Car, words: Words, *, path: str) -> StepNotice | None:
    """None when the step changed only what was asked."""
    told = tuple(_list_told(old, car))
    if len(told) < 2:
        return None
    total = words.money(car.price_minor - old.price_minor, signed=True)
    title = ngettext(
        "This step changed %(count)s thing: %(total)s",
        "This step changed %(count)s things: %(total)s",
        len(told),
    )
    return StepNotice(
        title=title % {"count": len(told), "total": total},
        lines=tuple((words.change(c), words.money(c.amount_minor, signed=True)) for c in told),
        total=total,
        undo=with_query(path, old.choices),
    )


def _list_told(old: Car, car: Car) -> Iterator[Change]:
    """Changes that cost, that were chosen before or after, or that show: not the equipment that comes and goes free."""
    for change in list_changes(car.offer, old.values, car.values):
        chosen = change.feature in old.choices or change.feature in car.choices
        shows = car.offer.catalogue.features[change.feature].kind is FeatureKind.CHOICE
        if change.amount_minor or chosen or shows:
            yield change


def tell_reopened(saved: SavedConfiguration, car: Car, words: Words, mended: Repair) -> ReopenedNotice | None:
    """None when the offer has not changed since the car was saved."""
    if saved.offer_key == car.offer.key:
        return None
    then = Words(get_offer(saved.offer_key), words.locale)
    lost = tuple(then.value(name, saved.choices[name]) for name in (*mended.unknown, *mended.given_up))
    return ReopenedNotice(
        lost,
        then.money(saved.price_minor),
        words.money(car.price_minor),
        saved.price_minor == car.price_minor,
    )


def tell_ignored(mended: Repair, words: Words) -> str:
    """A sentence on what an address asked for and the car does not have; empty when it has everything."""
    parts = []
    if mended.unknown:
        parts.append(_("Not sold here, so left out: %(names)s.") % {"names": _join(mended.unknown, words)})
    if mended.given_up:
        parts.append(
            _("Impossible together with the rest, so given up: %(names)s.")
            % {"names": _join(mended.given_up, words)}
        )
    return " ".join(parts)


def _join(names: Iterable[str], words: Words) -> str:
    return _(", ").join(words.text(words.feature(name).label) for name in names)
