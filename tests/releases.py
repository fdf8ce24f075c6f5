"""A folder of releases of a test's own."""

from __future__ import annotations

from pathlib import Path


def own_releases(settings, folder: Path) -> Path:
    """Have releases lie in a folder of one's own; its pictures are those of the run, made once and named by their
    content."""
    pictures = Path(settings.VAR) / "releases" / "shared" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / "shared").mkdir(parents=True, exist_ok=True)
    (folder / "shared" / "pictures").symlink_to(pictures, target_is_directory=True)
    settings.RELEASES_ROOT = folder
    return folder
