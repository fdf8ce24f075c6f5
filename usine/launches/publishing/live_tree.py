"""What is live, as folders that any web server can follow.

    live                          -> trees/<digest>      replaced by one rename: every site at once
    trees/<digest>/fr-be/<vehicle> -> ../../../releases/<key>/fr-be

The database says what is live; this only repeats it. Whoever is killed before the rename leaves the earlier tree, which
the next publication, the next start of a worker or `usine launch live` mends.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from usine.launches.queries import list_live_sites


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
