"""A folder of releases of a test's own."""

from __future__ import annotations

from pathlib import Path


def own_releases(settings, folder: Path) -> None:
    """Have releases lie in a folder of one's own."""
    share_pictures(settings, folder)
    settings.RELEASES_ROOT = folder


def share_pictures(settings, folder: Path) -> None:
    """A folder of releases whose pictures are those of the whole run: made once, named by their content."""
    pictures = Path(settings.VAR) / "releases" / "shared" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / "shared").mkdir(parents=True, exist_ok=True)
    (folder / "shared" / "pictures").symlink_to(pictures, target_is_directory=True)
