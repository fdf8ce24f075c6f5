"""A launch begun at the desk: its master made of a released range, without files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.assets import AssetMissing, get_asset
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.kernel import is_possible
from usine.launches.content.figures import COLOUR, TRIM
from usine.launches.models import LaunchPage, MasterPage
from usine.launches.sources.library import read_library
from usine.launches.writing.files import PageFile
from usine.launches.writing.first_pages import Beginnings, FirstPicture, find_gaps, write_first_pages
from usine.launches.writing.loading import add_launch, find_or_add_picture, load_page
from usine.ranges.contracts import FeatureValue, RangeRelease, read_text
from usine.ranges.public import get_current_release, list_released

FORMATS = (".avif", ".webp")
"""Of a picture that the range names: the one that saves most, then the one for older browsers."""
TITLE_AT_MOST = 100


class FoundingRefused(UsineError):
    code = "founding_refused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Candidate:
    """A released range without a launch; `fault` says why it cannot have one yet, empty when it can."""

    vehicle: str
    version: str
    name: str
    fault: str = ""


def list_candidates() -> list[Candidate]:
    """The released ranges whose vehicle has no launch, by name."""
    taken = set(LaunchPage.objects.filter(depth=2).values_list("slug", flat=True))
    return [_judge(vehicle) for vehicle in list_released() if vehicle not in taken]


def _judge(vehicle: str) -> Candidate:
    release = get_current_release(vehicle)
    gaps = find_gaps(release.catalogue) or _find_missing_pictures(release)
    return Candidate(vehicle, release.version, read_text(release.catalogue.label, "en"), "; ".join(gaps))


def check_may_begin(by: Actor) -> None:
    """Raises Forbidden for all but the central team."""
    if by.role is not Role.CENTRAL:
        raise Forbidden(_("A launch is begun by the central team: ask it for one."))


def found_launch(vehicle: str, *, title: str = "", picture: int | None = None, by: Actor) -> LaunchPage:
    """Begin the launch of a released range: home, versions, legal notice and the page of wrong addresses, published
    as a master; no market has a site before somebody publishes one.

    `title` is the launch's name in the editor, by default the range's; `picture` opens the home page instead of that
    of the range's first colour. Raises Forbidden, RangeNotFound and FoundingRefused.
    """
    check_may_begin(by)
    release = get_current_release(vehicle)
    title = title.strip() or read_text(release.catalogue.label, "en")
    if len(title) > TITLE_AT_MOST:
        raise FoundingRefused(
            _("The title has %(count)s signs: %(most)s are the most.")
            % {"count": len(title), "most": TITLE_AT_MOST}
        )
    if gaps := find_gaps(release.catalogue) or _find_missing_pictures(release):
        raise FoundingRefused(
            _("The range of %(vehicle)s cannot have a launch yet: %(gaps)s.")
            % {"vehicle": vehicle, "gaps": "; ".join(gaps)}
        )
    with transaction.atomic():
        launch = add_launch(vehicle, title)
        if launch is None:
            raise FoundingRefused(
                _("%(vehicle)s has a launch already: open its pages.") % {"vehicle": vehicle}
            )
        first = write_first_pages(_gather(release, picture))
        for kind, (heading, description, blocks) in first.items():
            load_page(launch, PageFile(kind, heading, description, tuple(blocks)), int)
        record_fact("LaunchFounded", by=by.name, subject=vehicle, title=title, pages=len(first))
    return launch


def find_home(launch: LaunchPage) -> MasterPage:
    """The page that an editor opens first."""
    home: MasterPage = MasterPage.objects.child_of(launch).get(slug="home")
    return home


def _gather(release: RangeRelease, picture: int | None) -> Beginnings:
    colours = {value.name: value for value in release.catalogue.features[COLOUR].values}
    take = cache(lambda colour: _take_picture(release, colours[colour]))  # only those that are shown
    return Beginnings(
        catalogue=release.catalogue,
        brand=settings.BRAND,
        opening=take(next(iter(colours))) if picture is None else _choose_picture(release, picture),
        pictures=lambda trim: take(_find_colour(release, trim)),
        has_model=_has(f"assets/cars/{release.vehicle}.viewer.glb"),
    )


def _find_colour(release: RangeRelease, trim: str) -> str:
    """A colour that a version has, another one for each version as far as they go."""
    colours = [value.name for value in release.catalogue.features[COLOUR].values]
    number = [value.name for value in release.catalogue.features[TRIM].values].index(trim)
    turned = colours[number % len(colours) :] + colours[: number % len(colours)]
    possible = (c for c in turned if is_possible(release.compiled, {TRIM: trim, COLOUR: c}))
    return next(possible, colours[0])


def _choose_picture(release: RangeRelease, pk: int) -> FirstPicture:
    chosen = read_library().get(pk)
    if chosen is None:
        raise FoundingRefused(_("The picture is not in the library any more: choose another one."))
    return FirstPicture(pk, chosen.fallback, f"The {read_text(release.catalogue.label, 'en')}")


def _take_picture(release: RangeRelease, colour: FeatureValue) -> FirstPicture:
    """The cut-out of a colour, put into the library if it is not there; in each format that was made of it."""
    files = [_find_file(str(colour.attributes["picture"]), suffix) for suffix in FORMATS]
    keys = [find_or_add_picture(name, path.read_bytes()) for name, path in filter(None, files)]
    car, paint = read_text(release.catalogue.label, "en"), read_text(colour.label, "en")
    alt = f"The {car} in {paint}, seen from the front at an angle"
    return FirstPicture(keys[0], keys[1] if len(keys) > 1 else None, alt)


def _find_file(picture: str, suffix: str) -> tuple[str, Path] | None:
    """A picture's name in the library and its built file; None where it was not made in that format."""
    try:
        return f"{picture}{suffix}", settings.FRONTEND_DIST / get_asset(f"assets/cars/{picture}{suffix}").file
    except AssetMissing:
        return None


def _find_missing_pictures(release: RangeRelease) -> Sequence[str]:
    """Colours that name a picture which nobody made: the configurator would have none to show."""
    values = release.catalogue.features[COLOUR].values
    named = ((value.name, str(value.attributes["picture"])) for value in values)
    return [
        _("%(value)s names the picture %(picture)s, which is not among the built ones (assets/cars)")
        % {"value": f"{COLOUR}={colour}", "picture": picture}
        for colour, picture in named
        if not _has(f"assets/cars/{picture}{FORMATS[0]}")
    ]


def _has(asset: str) -> bool:
    try:
        get_asset(asset)
    except AssetMissing:
        return False
    return True
