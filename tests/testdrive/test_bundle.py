"""What a drive loads: no more than 200 kB compressed, three included, no wasm; nothing of three before it begins."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

ENTRY = "src/testdrive/main.ts"
MOST = 200_000
MOST_BEFORE = 12_000


def list_files(manifest: dict[str, Any], entry: str, *, later: bool) -> Iterator[Path]:
    """The scripts of an entry; `later`: those that it loads on demand too."""
    seen, waiting = set(), [entry]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += manifest[name].get("imports", [])
        waiting += manifest[name].get("dynamicImports", []) if later else []
        yield settings.FRONTEND_DIST / manifest[name]["file"]


def weigh(files: Iterator[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_a_drive_is_light_and_the_page_before_it_lighter():
    manifest = json.loads((settings.FRONTEND_DIST / "manifest.json").read_text("utf-8"))
    whole = list(list_files(manifest, ENTRY, later=True))

    assert weigh(list_files(manifest, ENTRY, later=False)) < MOST_BEFORE
    assert 100_000 < weigh(iter(whole)) <= MOST
    assert not any(b"WebAssembly" in file.read_bytes() for file in whole)
