"""Two versions of a market's site side by side, from the files of their releases: what visitors read otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from usine.commons.errors import NotFound
from usine.launches import store
from usine.launches.models import Release
from usine.launches.publishing.building import find_earlier, render_market
from usine.launches.publishing.page_texts import ReadPage, read_page
from usine.launches.publishing.wording import Rewording, compare_passages
from usine.launches.queries import ReleaseNotFound, find_publication
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.launches.sources.releases import read_content
from usine.offers.public import draft_offer, plan_offer

NOW, LIVE = "now", "live"
"""What a publication would make now; the release that is served."""
MOST_SHOWN = 80
"""So many changed passages of a page are told, then how many more there are."""
LEAST_KEY = 6
"""A release is named by so many signs of its key at least."""


class ReleaseCleared(NotFound):
    """A release whose files were taken from the disk."""

    code = "release_cleared"
    http_status = 410


class Difference(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a market's site: the digests of its files by path, and how to read one. `key` is empty for NOW."""

    key: str
    manifest: Mapping[str, str]
    read: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Changed:
    """Something with a name that says something else; empty where it is not."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PageComparison:
    """A page of which something differs. `more` counts passages beyond those of `texts`; `pictures` and `files` are
    addresses with whether they were added (`before` empty) or removed; `head` is what search engines read."""

    path: str  # fr-be/versions/index.html
    difference: Difference
    texts: tuple[Rewording, ...]
    more: int
    prices: tuple[Changed, ...]
    head: tuple[Changed, ...]
    pictures: tuple[Changed, ...]
    files: tuple[Changed, ...]

    @property
    def locale(self) -> str:
        return self.path.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a market's site. `same` counts the pages that are the same, byte for byte; `files` are those
    beside the pages (frame, redirects)."""

    vehicle: str
    market: str
    before: str
    after: str
    pages: tuple[PageComparison, ...]
    same: int
    files: tuple[tuple[str, Difference], ...]


def compare_versions(vehicle: str, *, market: str, before: str, after: str, on: date) -> Comparison:
    """Compare two versions of a market's site: keys of releases or their beginnings, `live`, or `now`.

    `now` is what a publication would make with the offer of the day `on`; it is made in memory: no release is
    written, only renditions of pictures that had none.

    Raises ReleaseNotFound, ReleaseCleared; for `now` ContentInvalid, PricesMissing and what else making raises.
    """
    old, new = (open_version(vehicle, market, name, on) for name in (before, after))
    pages, files, same = [], [], 0
    for path in sorted({*old.manifest, *new.manifest}, key=_order):
        if old.manifest.get(path) == new.manifest.get(path):
            same += path.endswith(".html")
        elif path.endswith(".html"):
            pages.append(_compare_page(path, old, new))
        else:
            files.append((path, _judge(path, old, new)))
    return Comparison(vehicle, market, old.key, new.key, tuple(pages), same, tuple(files))


def open_version(vehicle: str, market: str, name: str, on: date) -> Version:
    """A version by its name, as `compare_versions` takes it."""
    if name == NOW:
        return _draft(vehicle, market, on)
    key = _find_key(vehicle, market, name)
    manifest = store.read_note(key, store.MANIFEST)
    if manifest is None:
        raise ReleaseCleared(
            f"The release {key[:12]} was cleared from the disk: its files cannot be compared any more. "
            "Choose one that is still there."
        )
    return Version(key, manifest, lambda path: _read_file(key, path))


def _find_key(vehicle: str, market: str, name: str) -> str:
    if name == LIVE:
        live = find_publication(vehicle, market)
        if live is None or live.release is None:
            raise ReleaseNotFound(f"{vehicle} in {market} is not live: choose a release by its key.")
        return live.release.key
    rows = Release.objects.filter(vehicle=vehicle, market=market, key__startswith=name)
    found = rows.order_by("-id").first() if len(name) >= LEAST_KEY else None
    if found is None:
        raise ReleaseNotFound(
            f"{vehicle} in {market} has no release “{name[:64]}”: give at least {LEAST_KEY} signs of a key of "
            f"usine publish {vehicle} --markets {market} --list, or {LIVE}, or {NOW}."
        )
    return found.key


def _draft(vehicle: str, market: str, on: date) -> Version:
    """What a publication would make; pages that it would take from the release before are read there."""
    last = Release.objects.filter(vehicle=vehicle, market=market).order_by("-id").first()
    offer = draft_offer(plan_offer(vehicle, market=market, on=on))
    files = render_market(read_content(vehicle), offer, find_earlier(last.key) if last else None).files

    def read(path: str) -> str:
        file = files[path]
        return _read_file(file.key, file.path) if isinstance(file, store.Reused) else file

    return Version("", store.make_manifest(files), read)


def _read_file(key: str, path: str) -> str:
    file = store.find_file(key, path)
    if file is None:
        raise ReleaseCleared(
            f"The file {path} of the release {key[:12]} is not on this disk: publish the market again."
        )
    return file.read_text("utf-8")


def _order(path: str) -> tuple[str, int, str]:
    """By locale, then as the pages of a site stand."""
    locale, _, rest = path.partition("/")
    kinds = [f"{PATHS[kind]}index.html" for kind in PAGE_KINDS]
    return locale, kinds.index(rest) if rest in kinds else len(kinds), rest


def _judge(path: str, old: Version, new: Version) -> Difference:
    if path not in old.manifest:
        return Difference.NEW
    return Difference.CHANGED if path in new.manifest else Difference.GONE


EMPTY = ReadPage((), {}, frozenset(), frozenset())


def _compare_page(path: str, old: Version, new: Version) -> PageComparison:
    difference = _judge(path, old, new)
    if difference is not Difference.CHANGED:  # told by its name: its words are no change of words
        return PageComparison(path, difference, (), 0, (), (), (), ())
    before, after = read_page(old.read(path)), read_page(new.read(path))
    texts = compare_passages(before.passages, after.passages)
    named = {**before.head, **after.head}
    head = [Changed(name, before.head.get(name, ""), after.head.get(name, "")) for name in named]
    head = [one for one in head if one.before != one.after]
    return PageComparison(
        path=path,
        difference=difference,
        texts=tuple(texts[:MOST_SHOWN]),
        more=max(0, len(texts) - MOST_SHOWN),
        prices=tuple(one for one in head if _is_price(one.name)),
        head=tuple(one for one in head if not _is_price(one.name))[:MOST_SHOWN],
        pictures=_list_changed(before.pictures, after.pictures),
        files=_list_changed(before.files, after.files),
    )


def _is_price(name: str) -> bool:
    return name.endswith(("lowPrice", "highPrice", "priceCurrency", "offerCount"))


def _list_changed(before: frozenset[str], after: frozenset[str]) -> tuple[Changed, ...]:
    removed = [Changed(address, address, "") for address in sorted(before - after)]
    return (*removed, *(Changed(address, "", address) for address in sorted(after - before)))
