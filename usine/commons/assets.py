"""The front end's built files, found by the name of their source (`styles/site.css`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from usine.commons.errors import UsineError


class AssetMissing(UsineError):
    code = "asset_missing"
    http_status = 500


@dataclass(frozen=True, slots=True)
class Asset:
    """A built file: its address, its path below `FRONTEND_DIST`, the style sheets that it brings along."""

    url: str
    file: str
    styles: tuple[str, ...]


def get_asset(name: str) -> Asset:
    """The built file of a source named from `frontend/`, with or without `src/` (`styles/site.css`, `desk/main.ts`).

    Raises AssetMissing when the front end is not built or has no such source.
    """
    path = settings.FRONTEND_DIST / "manifest.json"
    if not path.exists():
        raise AssetMissing("The front end is not built: run `npm run build` (or `make run`, which does it).")
    entry = _manifest(path, path.stat().st_mtime_ns).get(name if name.startswith("src/") else f"src/{name}")
    if entry is None:
        raise AssetMissing(
            f"The front end has no source frontend/src/{name.removeprefix('src/')}: check the name."
        )
    return Asset(static(entry["file"]), entry["file"], tuple(static(css) for css in entry.get("css", ())))


def list_assets(start: str) -> list[str]:
    """The addresses of the built files whose source begins so (`assets/cars/x-turn-`), in the order of their names.

    Empty when there are none, or when the front end is not built.
    """
    path = settings.FRONTEND_DIST / "manifest.json"
    if not path.exists():
        return []
    entries = _manifest(path, path.stat().st_mtime_ns)
    return [static(entries[name]["file"]) for name in sorted(entries) if name.startswith(f"src/{start}")]


@lru_cache(maxsize=2)
def _manifest(path: Path, _changed_ns: int) -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return content
