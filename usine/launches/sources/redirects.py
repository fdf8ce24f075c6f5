"""Where old addresses lead: a table of a launch (`redirects.csv`, the desk), resolved into each release.

An old address is a whole path (`/fr-be/old/`), also of a vehicle or a locale that is no more, or one within every site
(`old/`). It leads to a page of this launch, never to another host. In a release no address leads to one that leads on,
none that is a page leads anywhere, and each leads to a page that the release has.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from usine.commons.errors import UsineError
from usine.launches.models import Redirect
from usine.launches.rules import OTHER_ROOMS, PATHS
from usine.markets.contracts import Locale
from usine.markets.public import find_locale

FILE = "redirects.csv"
MAP = "redirects.map"
"""In a release: one address a line, as a map of nginx reads them."""
HEADING = "# Old addresses and where they lead, as a map of nginx includes them."
LONGEST = 300
MOST = 5000
SEGMENT = re.compile(r"[a-z0-9._~-]+")
LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2})?")
HOME = "."
"""How one writes the home page of a site within it."""
TARGETS = tuple(path for kind, path in PATHS.items() if kind != "not-found")


class RedirectRefused(UsineError):
    """A redirect that leads nowhere, in a circle or out of the sites."""

    code = "redirect_refused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Moved:
    """An old address and where it leads: whole paths (`/fr-be/old/`), or both within every site (`old/`)."""

    source: str
    target: str
    note: str = ""

    @property
    def is_everywhere(self) -> bool:
        return not self.source.startswith("/")


def read_moved(vehicle: str, source: str, target: str, note: str = "", *, locale: str = "") -> Moved:
    """A redirect as somebody wrote it, in the form that it is kept in; a path within a site is of `locale` when it is
    named, else of the source's locale, else of every site. Raises RedirectRefused."""
    if locale and find_locale(locale) is None:
        raise RedirectRefused(
            _("“%(locale)s” is no locale of a site: choose one as fr-be.") % {"locale": locale[:20]}
        )
    old, new = _read_path(source), _read_path(target)
    start = f"/{locale}/{vehicle}/" if locale else ""
    old = old if old.startswith("/") else start + old
    if old.startswith("/") and not new.startswith("/"):
        site = find_locale(old.split("/")[1])
        if not start and site is None:
            raise RedirectRefused(
                _("No site is at %(address)s: write the new address in full, as /fr-be/%(vehicle)s/.")
                % {"address": old, "vehicle": vehicle}
            )
        new = (start or f"/{site.path if site else ''}/{vehicle}/") + new
    old, new = (_read_path(path or HOME) for path in (old, new))  # as they will be served
    if new.startswith("/") and not old.startswith("/"):
        raise RedirectRefused(
            _("%(address)s is an address within every site: the new one has to be one, too.")
            % {"address": old}
        )
    if old == new:
        raise RedirectRefused(_("%(address)s leads to itself: choose another page.") % {"address": source})
    if old == "":
        raise RedirectRefused(_("Every site has its home page: it leads nowhere else."))
    _check_target(vehicle, new)
    return Moved(old, new, note.strip()[:LONGEST])


def _read_path(text: str) -> str:
    said = text.strip()
    path = said.removeprefix(settings.SITE_URL.rstrip("/")) if "://" in said else said
    if "://" in path or path.startswith("//") or "\\" in path:
        raise RedirectRefused(
            _("%(address)s is on another host: only addresses of these sites can be.")
            % {"address": said[:80]}
        )
    if "?" in path or "#" in path:
        raise RedirectRefused(
            _("%(address)s: leave out what follows ? or #; a visitor’s query is kept.")
            % {"address": said[:80]}
        )
    path = path.lower()
    if path == HOME:
        return ""
    parts = path.strip("/").split("/")
    if not all(map(_is_segment, parts)) or len(path) > LONGEST:
        raise RedirectRefused(
            _(
                "“%(address)s” is no path: write letters, digits, hyphens and dots between slashes, "
                "as /fr-be/old/ or old/ (%(home)s is a site’s home page)."
            )
            % {"address": said[:80], "home": HOME}
        )
    if path.startswith("/") and not LOCALE.fullmatch(parts[0]):
        raise RedirectRefused(
            _("%(address)s is not of a site: it begins with a locale, as /fr-be/.") % {"address": said[:80]}
        )
    return ("/" if path.startswith("/") else "") + "/".join(parts) + ("" if "." in parts[-1] else "/")


def _is_segment(part: str) -> bool:
    return SEGMENT.fullmatch(part) is not None and set(part) != {"."}


def is_address(text: str) -> bool:
    """Whether a text is the whole path of a page on this host (`/fr-be/old/`), and nothing else."""
    parts = text.removesuffix("/").split("/")
    return len(parts) > 1 and parts[0] == "" and all(map(_is_segment, parts[1:]))


def _check_target(vehicle: str, target: str) -> None:
    start = target.startswith("/")
    locale, of_vehicle, rest = [*target[1:].split("/", 2), "", ""][:3] if start else ("", vehicle, target)
    if start and find_locale(locale) is None:
        raise RedirectRefused(
            _("%(address)s is of no site: there is no locale %(locale)s.")
            % {"address": target, "locale": locale}
        )
    if of_vehicle != vehicle:
        raise RedirectRefused(
            _("%(address)s is not a page of %(vehicle)s: its sites are at %(site)s.")
            % {"address": target, "vehicle": vehicle, "site": f"/{locale}/{vehicle}/"}
        )
    if rest not in TARGETS:
        raise RedirectRefused(
            _("%(address)s is no page of a site: use %(home)s (home) or one of %(pages)s.")
            % {"address": target, "home": HOME, "pages": ", ".join(filter(None, TARGETS))}
        )


def expand(table: Iterable[Moved], vehicle: str, locales: Collection[str]) -> dict[str, str]:
    """The table in whole paths; one within every site is written out for each of the locales, whole ones go before."""
    pairs: dict[str, str] = {}
    for row in sorted(table, key=lambda row: not row.is_everywhere):
        if row.is_everywhere:
            pairs |= {f"/{at}/{vehicle}/{row.source}": f"/{at}/{vehicle}/{row.target}" for at in locales}
        else:
            pairs[row.source] = row.target
    return pairs


def follow(source: str, pairs: Mapping[str, str], is_page: Callable[[str], bool]) -> list[str]:
    """The addresses that one leads through, up to the first that is a page or leads nowhere; empty for a circle."""
    way, at = [], source
    while at in pairs and (at == source or not is_page(at)):
        at = pairs[at]
        if at in way or at == source:
            return []
        way.append(at)
    return way


def resolve(pairs: Mapping[str, str], is_page: Callable[[str], bool]) -> dict[str, str]:
    """Where each address leads at last: only to pages, never from a page, no circle and nothing that leads on."""
    ways = {source: follow(source, pairs, is_page) for source in pairs if not is_page(source)}
    return {source: way[-1] for source, way in ways.items() if way and is_page(way[-1])}


def find_circle(pairs: Mapping[str, str], among: Iterable[str]) -> str:
    """One of some addresses that leads back to itself; empty when none does."""
    return next((source for source in among if _comes_back(source, pairs)), "")


def _comes_back(source: str, pairs: Mapping[str, str]) -> bool:
    at, seen = pairs.get(source, ""), set[str]()
    while at in pairs and at != source and at not in seen:  # those seen: a circle of others
        seen.add(at)
        at = pairs[at]
    return at == source


def write_map(table: Sequence[Moved], vehicle: str, locales: Sequence[Locale], files: Iterable[str]) -> str:
    """The lines of a release whose pages are `files` (`fr-be/design/index.html`); empty when nothing leads there."""
    paths = [locale.path for locale in locales]
    pages = list_addresses(vehicle, files) | {
        f"/{path}/{vehicle}/{PATHS[room]}" for path in paths for room in OTHER_ROOMS
    }
    found = resolve(expand(table, vehicle, paths), pages.__contains__)
    return "\n".join([HEADING, *list_lines(found)]) + "\n" if found else ""


def list_addresses(vehicle: str, files: Iterable[str]) -> set[str]:
    """The addresses of the pages among the files of a release."""
    split = (file.removesuffix("index.html").partition("/") for file in files if file.endswith("/index.html"))
    return {f"/{locale}/{vehicle}/{rest}" for locale, _slash, rest in split if rest != PATHS["not-found"]}


def list_lines(moved: Mapping[str, str]) -> list[str]:
    """`old new;`, with and without the last slash of the old one; of addresses alone, for others may include them."""
    return [
        f"{name} {target};"
        for source, target in sorted(moved.items())
        if is_address(source) and is_address(target)
        for name in {source: 0, source.rstrip("/"): 0}
    ]


def read_map(text: str) -> dict[str, str]:
    """The lines of a release by their old addresses; any that are something else are passed over."""
    rows = (line.removesuffix(";").split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {row[0]: row[1] for row in rows if len(row) == 2 and all(map(is_address, row))}


def digest_moved(table: Sequence[Moved], vehicle: str, locales: Sequence[Locale]) -> str:
    """What of the table may be in a release of these locales; empty when nothing is."""
    starts = tuple(f"/{locale.path}/" for locale in locales)
    pairs = expand(table, vehicle, [locale.path for locale in locales])
    ways = {source: follow(source, pairs, lambda _at: False) for source in pairs}
    mine = sorted([source, *way] for source, way in ways.items() if any(at.startswith(starts) for at in way))
    return hashlib.sha256(json.dumps(mine).encode()).hexdigest() if mine else ""


def check_table(table: Sequence[Moved], vehicle: str, saved: Moved | None = None) -> None:
    """Raise RedirectRefused when an address (of `saved`, if it is named) leads back to itself, or for too many rows."""
    if len(table) > MOST:
        raise RedirectRefused(
            _("%(count)s redirects are too many: at most %(most)s are kept of a launch.")
            % {"count": len(table), "most": MOST}
        )
    named = {path.split("/")[1] for row in table for path in (row.source, row.target) if path.startswith("/")}
    pairs = expand(table, vehicle, named or {"en"})
    if circle := find_circle(pairs, expand([saved], vehicle, named or {"en"}) if saved else pairs):
        raise RedirectRefused(
            _("%(address)s would lead back to itself: change one of the redirects on that way.")
            % {"address": circle}
        )


def read_file(file: Path, vehicle: str) -> tuple[Moved, ...]:
    """The rows of a redirects.csv (`from`, `to`, `note`); none where there is no such file.

    Raises RedirectRefused with file and line.
    """
    if not file.is_file():
        return ()
    rows: dict[str, Moved] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            where = f"{file.name}, line {reader.line_num}"
            said = [(row.get(name) or "") for name in ("from", "to", "note")]
            try:
                moved = read_moved(vehicle, *said)
            except RedirectRefused as error:
                raise RedirectRefused(f"{where}: {error}") from error
            if moved.source in rows:
                raise RedirectRefused(
                    _("%(where)s: %(address)s is there twice; keep one of the rows.")
                    % {"where": where, "address": moved.source}
                )
            rows[moved.source] = moved
    table = tuple(rows.values())
    check_table(table, vehicle)
    return table


def list_moved(vehicle: str) -> tuple[Moved, ...]:
    """The table of a launch, by old address. One query."""
    rows = Redirect.objects.filter(vehicle=vehicle).order_by("source")
    return tuple(Moved(row.source, row.target, row.note) for row in rows)
