"""What is live, as folders that any web server can follow.

    live                          -> trees/<digest>      replaced by one rename: every site at once
    trees/<digest>/fr-be/<vehicle>  -> ../../../releases/<key>/fr-be

The database says what is live; this only repeats it. Whoever is killed before the rename leaves the earlier tree, which
the next publication, the next start of a worker or `usine launch live` mends. A worker with nothing to do follows what
other machines switch.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from usine.launches.queries import count_switches, list_live_sites

log = logging.getLogger(__name__)


def show_live() -> int:
    """Have `live/` below the releases say what the database says; returns how many sites (locales) are live.

    One process at a time, each asking the database once it may write: whoever comes last has seen every switch before.
    """
    root = Path(settings.RELEASES_ROOT)
    trees = root / "trees"
    trees.mkdir(parents=True, exist_ok=True)
    with _alone_in(trees):
        links = _list_links()
        name = hashlib.sha256(json.dumps(links, sort_keys=True).encode()).hexdigest()[:16]
        live = root / "live"
        if not live.is_symlink() or live.readlink() != Path("trees", name):
            _plant(trees, name, links)
            _point(live, Path("trees", name))
            _fell_all_but(trees, name)
    return len(links)


class LiveFollower:
    """Has this machine's `live/` follow what any machine switches: each has its own where releases lie in a bucket."""

    def __init__(self) -> None:
        self._shown: tuple[int, int] | None = None
        self._fault = ""

    def follow(self) -> None:
        """Show what is live if something was switched since; one small query if not. A full disk is told once, and
        tried again the next time. Raises what the database does."""
        newest = count_switches()
        if newest == self._shown:
            return
        try:
            show_live()
        except OSError as error:
            if str(error) != self._fault:
                log.error(
                    "Web servers are not shown what is live now: %s. Make room (usine launch clear).", error
                )
            self._fault = str(error)
        else:
            self._shown, self._fault = newest, ""


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _list_links() -> dict[str, str]:
    """The folder that each address leads to, as a link in a tree names it. One query."""
    return {
        f"{locale.path}/{site.vehicle}": f"../../../releases/{site.release_key}/{locale.path}"
        for site in list_live_sites()
        for locale in site.locales
    }


def _plant(trees: Path, name: str, links: Mapping[str, str]) -> None:
    """Make a tree; one that stands there already is the same."""
    if (trees / name).is_dir():
        return
    partial = Path(tempfile.mkdtemp(prefix=".making-", dir=trees))
    for address, folder in links.items():
        link = partial / address
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(folder)
    partial.chmod(0o755)
    partial.rename(trees / name)


def _point(live: Path, target: Path) -> None:
    fresh = live.with_name(".live")
    fresh.unlink(missing_ok=True)  # of a process that was killed
    fresh.symlink_to(target)
    fresh.replace(live)


def _fell_all_but(trees: Path, name: str) -> None:
    for tree in trees.iterdir():
        if tree.is_dir() and tree.name != name:
            shutil.rmtree(tree)
