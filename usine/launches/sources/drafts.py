"""What sites are made from, as JSON: so that a worker on another machine builds from what was read once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from usine.commons.errors import NotFound
from usine.launches import store
from usine.launches.rules import OverlayEntry, OverrideKind, ResolvedBlock, ResolvedPage
from usine.launches.sources.releases import Content
from usine.launches.sources.rights import Right


class DraftNotFound(NotFound):
    code = "draft_not_found"


def keep_draft(content: Content, *, name: str) -> str:
    """Keep content, pictures placed, among the shared files, for whoever drops it by what is returned."""
    data = dump_content(content)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
    store.keep_shared_json("drafts", f"{name}-{digest}.json", data)
    return f"{name}-{digest}"


def drop_draft(draft: str) -> None:
    """Forget it: whatever was to be made from it is made."""
    store.drop_shared("drafts", f"{draft}.json")


@lru_cache(maxsize=2)
def take_draft(draft: str) -> Content:
    """The content that was kept. Raises DraftNotFound."""
    data = store.read_shared_json("drafts", f"{draft}.json")
    if data is None:
        raise DraftNotFound(
            f"The draft {draft} is not here: do all workers have the same releases (USINE_RELEASES)?"
        )
    return load_content(data)


def dump_content(content: Content) -> dict[str, Any]:
    return {
        "vehicle": content.vehicle,
        "master": [asdict(page) for page in content.master.values()],
        "overlays": [asdict(entry) for entry in content.overlays],
        "rights": [
            {**asdict(right), "until": right.until.isoformat() if right.until else None}
            for right in content.rights
        ],
        "placed": list(content.placed.items()),
    }


def load_content(data: dict[str, Any]) -> Content:
    """The inverse of `dump_content`, after JSON."""
    pages = [
        ResolvedPage(**{**page, "blocks": tuple(ResolvedBlock(**block) for block in page["blocks"])})
        for page in data["master"]
    ]
    overlays = [
        OverlayEntry(
            **{
                **entry,
                "kind": OverrideKind(entry["kind"]),
                "after": None if entry["after"] is None else tuple(entry["after"]),
            }
        )
        for entry in data["overlays"]
    ]
    rights = tuple(
        Right(
            **{
                **right,
                "markets": tuple(right["markets"]),
                "until": date.fromisoformat(right["until"]) if right["until"] else None,
            }
        )
        for right in data["rights"]
    )
    placed: dict[Any, dict[str, Any]] = {
        tuple(key) if isinstance(key, list) else key: picture for key, picture in data["placed"]
    }
    return Content(data["vehicle"], {page.kind: page for page in pages}, overlays, rights, placed)
