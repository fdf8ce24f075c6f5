"""Releases in a folder, and in a bucket where there is one.

A release is a folder named by its key; what pages share (style sheets, fonts, pictures) lies once.

    releases/<key>/<locale>/…/index.html     pages, each also as .gz
    releases/<key>/<locale>/frame.json       the frame for the pages of other rooms
    releases/<key>/manifest.json             the digest of every file
    releases/<key>/reads.json                what each page was made from, for the next release
    shared/static/…, pictures/…, papers/…    named by their content, never overwritten

A folder appears whole by one rename or not at all: a kill at any moment leaves the earlier releases as they were.
With a bucket (setting RELEASES), the same paths lie there and the folder keeps copies of what was asked for: a file
never changes under its path, so that a copy is never old, and may be removed at any time. A release is whole once its
manifest is in the bucket, which comes last.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from usine.commons.errors import UsineError
from usine.commons.files import write_whole
from usine.launches.buckets import Bucket, get_bucket

STATIC_ADDRESS = re.compile(r"""/static/([^\s"'()<>?#]+)""")

MANIFEST = "manifest.json"
SENDERS = 8
"""So many files of a release travel to a bucket at once."""
_kept: set[tuple[str, str]] = set()
"""Shared files that this process knows to be in a bucket."""


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
    final, bucket = _releases() / key, get_bucket()
    if bucket is None:
        if final.exists():
            os.utime(final)  # wanted again: `list_strays` counts its days anew
        else:
            _make_folder(final, files, notes or {})
        return
    manifest = f"releases/{key}/{MANIFEST}"
    if (held := bucket.get(manifest)) is not None:
        bucket.put(manifest, held)
        return
    shutil.rmtree(final, ignore_errors=True)  # copies of one that was cleared, or never sent
    _make_folder(final, files, notes or {})
    _send(bucket, final)


def _make_folder(final: Path, files: Files, notes: Mapping[str, Any]) -> None:
    whole = {
        **files,
        MANIFEST: json.dumps(make_manifest(files), indent=1),
        **{name: json.dumps(note) for name, note in notes.items()},
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


def _send(bucket: Bucket, folder: Path) -> None:
    """Everything, then the manifest. Raises BucketRefused; the release is not there then."""
    paths = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }
    last = paths.pop(MANIFEST)
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda path: bucket.put(f"releases/{folder.name}/{path}", paths[path]), paths))
    bucket.put(f"releases/{folder.name}/{MANIFEST}", last)


def _link(target: Path, reused: Reused) -> None:
    """The same file under a second name: releases never change, so that they may share."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", ".gz"):
        source = _releases() / reused.key / f"{reused.path}{ending}"
        if not source.exists():
            find_file(reused.key, f"{reused.path}{ending}")
        try:
            os.link(source, f"{target}{ending}")
        except OSError:  # a disk without links, or too many of them
            shutil.copyfile(source, f"{target}{ending}")


def _write(file: Path, content: bytes) -> None:
    """`settle` brings what was written to the disk. Raises DiskRefused."""
    with tell_disk(file.name):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@contextmanager
def tell_disk(name: str, among: str = "the releases") -> Iterator[None]:
    """Say in a sentence why a file cannot be written: raises DiskRefused for an OSError."""
    try:
        yield
    except OSError as error:
        raise DiskRefused(
            f"{name} cannot be written among {among}: {error.strerror}. "
            "Make room (usine launch clear), then publish again."
        ) from error


def settle() -> None:
    """Wait until the disk has everything that was written: once a publication, before it is told to anybody.

    A bucket has what it has answered for.
    """
    if get_bucket() is None:
        os.sync()


def read_note(key: str, name: str) -> Any:
    """A note of a release, or its manifest; None when it is not there."""
    file = _find(f"releases/{key}/{name}") if key else None
    return json.loads(file.read_text("utf-8")) if file else None


def keep_static(names: Iterable[str]) -> None:
    """Keep built files (paths below `/static/`) and those that they name in turn: the next build forgets them."""
    waiting, seen = list(names), set()
    while waiting:
        name = waiting.pop()
        source = _find_built(name)
        if name in seen or source is None:
            continue
        seen.add(name)
        _keep(_shared() / "static" / name, source.read_bytes())
        if name.endswith((".css", ".js")):
            waiting += STATIC_ADDRESS.findall(source.read_text("utf-8"))
            waiting += [
                f"assets/{found}" for found in re.findall(r'"\./([\w.-]+)"', source.read_text("utf-8"))
            ]


def _find_built(name: str) -> Path | None:
    """A file of the front end, or None; never one outside its folder, whatever a text names."""
    root, path = Path(settings.FRONTEND_DIST), PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not (root / path).is_file():
        return None
    return root / path if (root / path).resolve().is_relative_to(root.resolve()) else None


def keep_picture(name: str, content: bytes) -> str:
    """Keep a picture under a name made of its content; returns its address."""
    kept = name_picture(name, hashlib.sha256(content).hexdigest())
    _keep(_shared() / "pictures" / kept, content)
    return f"/pictures/{kept}"


def name_picture(name: str, digest: str) -> str:
    """The name that a picture is kept under: the beginning of a digest (hexadecimal), then its own name."""
    return f"{digest[:16]}-{re.sub(r'[^A-Za-z0-9._-]+', '-', Path(name).name)}"


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
    _kept.discard((settings.RELEASES, f"shared/{kind}/{path}"))
    if bucket := get_bucket():
        bucket.remove([f"shared/{kind}/{path}"])


def _keep(target: Path, content: bytes) -> None:
    """Write a file that will never change; whole or not at all. Raises DiskRefused, BucketRefused."""
    if not target.exists():
        with tell_disk(target.name):
            write_whole(target, content)
    bucket, path = get_bucket(), target.relative_to(settings.RELEASES_ROOT).as_posix()
    known = (settings.RELEASES, path)
    if bucket is None or known in _kept:
        return
    if not bucket.has(path):
        bucket.put(path, content)
    _kept.add(known)


def find_file(key: str, path: str) -> Path | None:
    """A file of a release, or None; never one outside it."""
    if not key:
        return None
    if get_bucket() is None or path == MANIFEST:
        return _find(f"releases/{key}/{path}")
    manifest = read_note(key, MANIFEST) or {}
    return _find(f"releases/{key}/{path}") if path.removesuffix(".gz") in manifest else None


def has_file(key: str, path: str) -> bool:
    """Whether a release has a file, which is not fetched."""
    if get_bucket() is None:
        return find_file(key, path) is not None
    return path in (read_note(key, MANIFEST) or {})


def find_folder(key: str) -> Path | None:
    """The folder of a release, or None when it is not on this disk."""
    folder = _releases() / key
    return folder if folder.is_dir() else None


def find_shared(kind: str, path: str) -> Path | None:
    """A shared file, or None; `kind` is "static", "pictures", "papers" or "drafts"."""
    return _find(f"shared/{kind}/{path}", folder=_shared() / kind)


def _find(path: str, folder: Path | None = None) -> Path | None:
    """A file by its path below the releases, fetched from the bucket when it is not here; never one outside `folder`
    (without one: outside its release)."""
    root = Path(settings.RELEASES_ROOT)
    folder = folder or root / "/".join(PurePosixPath(path).parts[:2])
    if "\0" in path or not (root / path).resolve().is_relative_to(folder.resolve()):
        return None
    file = root / path
    if file.is_file():
        return file
    bucket = get_bucket()
    content = bucket.get(path) if bucket and ".." not in path else None
    if content is None:
        return None
    with tell_disk(file.name):
        write_whole(file, content)
    return file


def find_damage(key: str) -> str:
    """What is wrong with a release, in a sentence; empty when every file is there as it was made."""
    bucket = get_bucket()
    manifest = read_note(key, MANIFEST)
    if manifest is None or (bucket and not bucket.has(f"releases/{key}/{MANIFEST}")):
        return f"The release {key[:12]} is not {'in the bucket' if bucket else 'on this disk'}."
    held = bucket.list_below(f"releases/{key}") if bucket else None
    for path, digest in manifest.items():
        file = find_file(key, path)
        is_lost = file is None or (held is not None and f"releases/{key}/{path}" not in held)
        if is_lost or (file and hashlib.sha256(file.read_bytes()).hexdigest() != digest):
            return f"The file {path} of the release {key[:12]} is missing or was altered."
    return ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A release: how many files it has, how many bytes they take; pages that it shares count fully."""

    files: int
    bytes: int


def measure_releases(keys: Sequence[str]) -> dict[str, Measured]:
    """The sizes of releases by key; those that were cleared are left out. Nothing is fetched from a bucket."""
    with ThreadPoolExecutor(SENDERS) as askers:
        sizes = dict(zip(keys, askers.map(_list_sizes, keys), strict=True))
    return {key: Measured(len(found), sum(found)) for key, found in sizes.items() if found}


def _list_sizes(key: str) -> list[int]:
    if bucket := get_bucket():
        held = bucket.list_below(f"releases/{key}")
        return [file.size for file in held.values()] if f"releases/{key}/{MANIFEST}" in held else []
    folder = find_folder(key)
    return [file.stat().st_size for file in folder.rglob("*") if file.is_file()] if folder else []


def list_strays(known: Collection[str], *, before: datetime) -> list[str]:
    """The keys of releases, whole or not, that are none of the `known` and were last written before a time; names of
    folders that somebody left who was killed, too."""
    root, bucket = _releases(), get_bucket()
    found = {}
    for folder in root.iterdir() if root.is_dir() else ():
        with suppress(FileNotFoundError):  # one that is just being made has another name now
            found[folder.name] = folder.stat().st_mtime
    if bucket:
        for name in bucket.list_folders("releases") - set(known):
            written = [file.at.timestamp() for file in bucket.list_below(f"releases/{name}").values()]
            if written:  # some services list a folder that has no file any more
                found[name] = max(found.get(name, 0.0), *written)
    return sorted(name for name, at in found.items() if name not in known and at < before.timestamp())


def remove_release(key: str) -> bool:
    """Take a release away, whole for whoever reads it until it is gone. False when it was not there."""
    folder, bucket = find_folder(key), get_bucket()
    was_there = folder is not None
    if bucket:
        paths = bucket.list_below(f"releases/{key}")
        was_there = was_there or bool(paths)
        bucket.remove([f"releases/{key}/{MANIFEST}"] if paths else [])  # from here on it is no release
        bucket.remove(sorted(paths))
    if folder:
        doomed = folder if key.startswith(".") else folder.with_name(f".clearing-{key}")
        folder.rename(doomed)
        shutil.rmtree(doomed)
    return was_there
