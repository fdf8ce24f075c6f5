"""Releases on disk. A release is a folder named by its key; what pages share (style sheets, fonts, pictures) lies once.

    releases/<key>/<locale>/…/index.html     pages, each also as .gz
    releases/<key>/<locale>/frame.json       the frame for the pages of other rooms
    releases/<key>/manifest.json             the digest of every file
    releases/<key>/reads.json                what each page was made from, for the next release
    shared/static/…, pictures/…, papers/…    named by their content, never overwritten

A folder appears whole by one rename or not at all: a kill at any moment leaves the earlier releases as they were.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from usine.commons.errors import UsineError

STATIC_ADDRESS = re.compile(r"""/static/([^\s"'()<>?#]+)""")
SHARED_ADDRESS = re.compile(r"""/(?:static|pictures)/[^\s"'()<>?#]+""")


class DiskRefused(UsineError):
    """The disk is full, or may not be written to."""

    code = "disk_refused"
    http_status = 507


def _releases() -> Path:
    return Path(settings.RELEASES_ROOT) / "releases"


def _shared() -> Path:
    return Path(settings.RELEASES_ROOT) / "shared"


@dataclass(frozen=True, slots=True)
class Reused:
    """A page of an earlier release that a new one says again, byte for byte."""

    key: str  # of the earlier release
    path: str
    digest: str


Files = Mapping[str, str | Reused]
"""The files of a release by their path: what they say, or which earlier one says it."""


def make_key(files: Files, *about: str) -> str:
    """The key of a release: a digest of its files by path and of what it is about (vehicle, market, offer)."""
    manifest = json.dumps([about, make_manifest(files)], sort_keys=True)
    return hashlib.sha256(manifest.encode()).hexdigest()


def make_manifest(files: Files) -> dict[str, str]:
    """SHA-256 of every file by its path, in the order of the paths."""
    return {path: _digest(files[path]) for path in sorted(files)}


def _digest(file: str | Reused) -> str:
    return file.digest if isinstance(file, Reused) else hashlib.sha256(file.encode()).hexdigest()


def write_release(key: str, files: Files, notes: Mapping[str, Any] | None = None) -> None:
    """Put the files in place at once; a release that is there already is left as it is.

    `notes` say how the release was made (JSON by file name); they are no part of what it is.
    """
    final = _releases() / key
    if final.exists():
        return
    whole = {
        **files,
        "manifest.json": json.dumps(make_manifest(files), indent=1),
        **{name: json.dumps(note) for name, note in (notes or {}).items()},
    }
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".making-", dir=final.parent))
    try:
        for path, file in whole.items():
            if isinstance(file, Reused):
                _link(partial / path, file)
                continue
            _write(partial / path, file.encode())
            if path.endswith(".html"):
                _write(partial / f"{path}.gz", gzip.compress(file.encode(), mtime=0))
        texts = (file for file in files.values() if isinstance(file, str))
        keep_static(address for text in texts for address in STATIC_ADDRESS.findall(text))
        partial.chmod(0o755)
        try:
            partial.rename(final)
        except OSError:  # somebody else made the same release meanwhile
            if not final.exists():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _link(target: Path, reused: Reused) -> None:
    """The same file under a second name: releases never change, so that they may share."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", ".gz"):
        source = _releases() / reused.key / f"{reused.path}{ending}"
        try:
            os.link(source, f"{target}{ending}")
        except OSError:  # a disk without links, or too many of them
            shutil.copyfile(source, f"{target}{ending}")


def _write(file: Path, content: bytes) -> None:
    """`settle` brings what was written to the disk. Raises DiskRefused."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise DiskRefused(
            f"{file.name} cannot be written among the releases: {error.strerror}. "
            "Make room (usine launch clear), then publish again."
        ) from error


def settle() -> None:
    """Wait until the disk has everything that was written: once a publication, before it is told to anybody."""
    os.sync()


def read_note(key: str, name: str) -> Any:
    """A note of a release; None when it is not on this disk."""
    file = find_file(key, name)
    return json.loads(file.read_text("utf-8")) if file else None


def keep_static(names: Iterable[str]) -> None:
    """Keep built files (paths below `/static/`) and those that they name in turn: the next build forgets them."""
    waiting, seen = list(names), set()
    while waiting:
        name = waiting.pop()
        source, target = settings.FRONTEND_DIST / name, _shared() / "static" / name
        if name in seen or not source.is_file():
            continue
        seen.add(name)
        _keep(target, source.read_bytes())
        if name.endswith((".css", ".js")):
            waiting += STATIC_ADDRESS.findall(source.read_text("utf-8"))
            waiting += [
                f"assets/{found}" for found in re.findall(r'"\./([\w.-]+)"', source.read_text("utf-8"))
            ]


def keep_picture(name: str, content: bytes) -> str:
    """Keep a picture under a name made of its content; returns its address."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    kept = f"{digest}-{re.sub(r'[^A-Za-z0-9._-]+', '-', Path(name).name)}"
    _keep(_shared() / "pictures" / kept, content)
    return f"/pictures/{kept}"


def keep_shared(kind: str, path: str, content: bytes) -> None:
    """Keep a shared file whose path tells its content."""
    _keep(_shared() / kind / path, content)


def keep_shared_json(kind: str, path: str, content: Any) -> None:
    """The same for JSON."""
    keep_shared(kind, path, json.dumps(content, ensure_ascii=False).encode())


def read_shared_json(kind: str, path: str) -> Any:
    """A shared JSON file; None when it is not there."""
    file = find_shared(kind, path)
    return json.loads(file.read_text("utf-8")) if file else None


def drop_shared(kind: str, path: str) -> None:
    """Forget a shared file that nobody names any more."""
    (_shared() / kind / path).unlink(missing_ok=True)


def _keep(target: Path, content: bytes) -> None:
    """Write a file that will never change; whole or not at all."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _write(partial, content)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def find_file(key: str, path: str) -> Path | None:
    """A file of a release, or None; never one outside it."""
    return _inside(_releases() / key, path)


def find_folder(key: str) -> Path | None:
    """The folder of a release, or None when it is not on this disk."""
    folder = _releases() / key
    return folder if folder.is_dir() else None


def find_shared(kind: str, path: str) -> Path | None:
    """A shared file, or None; `kind` is "static", "pictures" or "papers"."""
    return _inside(_shared() / kind, path)


def _inside(folder: Path, path: str) -> Path | None:
    if "\0" in path:
        return None
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def find_damage(key: str) -> str:
    """What is wrong with a release on disk, in a sentence; empty when every file is as it was made."""
    manifest = find_file(key, "manifest.json")
    if manifest is None:
        return f"The release {key[:12]} is not on this disk."
    for path, digest in json.loads(manifest.read_text("utf-8")).items():
        file = find_file(key, path)
        if file is None or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            return f"The file {path} of the release {key[:12]} is missing or was altered."
    return ""
