"""What sites are made from, as JSON: so that a worker on another machine builds from what was read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from usine.commons.errors import NotFound
from usine.launches import store
from usine.launches.buckets import get_bucket
from usine.launches.rules import OverlayEntry, OverrideKind, ResolvedBlock, ResolvedPage
from usine.launches.sources.redirects import Moved
from usine.launches.sources.releases import Content
from usine.launches.sources.rights import Right

FOLDER = "shared/drafts"


class DraftNotFound(NotFound):
    code = "draft_not_found"


def keep_draft(content: Content, *, job_id: int) -> str:
    """Keep content, pictures placed, among the shared files, until it is dropped by the name that is returned."""
    data = dump_content(content)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
    draft = f"{job_id}-{digest}"
    if bucket := get_bucket():  # which alone has it: no machine keeps a copy that it would have to forget
        bucket.put(_place(draft), json.dumps(data, ensure_ascii=False).encode())
    else:
        store.keep_shared_json("drafts", f"{draft}.json", data)
    return draft


def list_drafts() -> dict[str, int]:
    """Every draft that is kept, with the job that it was kept for."""
    if bucket := get_bucket():
        names = set(bucket.list_below(FOLDER))
    else:
        names = {file.name for file in (Path(settings.RELEASES_ROOT) / FOLDER).glob("[0-9]*-*.json")}
    drafts = (PurePosixPath(name).stem for name in names)
    return {draft: int(draft.partition("-")[0]) for draft in drafts}


def drop_drafts(drafts: Iterable[str]) -> None:
    """Forget them: whatever was to be made from them is made."""
    if bucket := get_bucket():
        bucket.remove([_place(draft) for draft in drafts])
        return
    for draft in drafts:
        store.drop_shared("drafts", f"{draft}.json")


def _place(draft: str) -> str:
    return f"{FOLDER}/{draft}.json"


@lru_cache(maxsize=2)
def take_draft(draft: str) -> Content:
    """The content that was kept. Raises DraftNotFound."""
    if bucket := get_bucket():
        data = json.loads(bucket.get(_place(draft)) or b"null")
    else:
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
        "moved": [asdict(row) for row in content.moved],
        "placed": [[key, pk, picture] for (key, pk), picture in content.placed.items()],
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
    return Content(
        vehicle=data["vehicle"],
        master={page.kind: page for page in pages},
        overlays=overlays,
        rights=rights,
        moved=tuple(Moved(**row) for row in data["moved"]),
        placed={(key, pk): picture for key, pk, picture in data["placed"]},
    )
