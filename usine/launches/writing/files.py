"""A launch as files: the master and its overlays in YAML, the folders of its pictures. Stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import PAGE_KINDS
from usine.launches.sources import redirects
from usine.launches.sources.redirects import Moved
from usine.launches.sources.rights import FILE, Right, read_rights
from usine.launches.writing.overlay_files import OverlayFile, read_overlays, take

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe YAML, read by libyaml where PyYAML was built with it: ten times as fast."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page of the master as written: pictures are file names."""

    kind: str
    title: str
    description: str
    blocks: tuple[Mapping[str, Any], ...]  # id, type, value


@dataclass(frozen=True, slots=True)
class LaunchFiles:
    """Everything that a launch's folder says. `digest` changes with any of its files."""

    vehicle: str
    title: str
    pages: tuple[PageFile, ...]
    overlays: tuple[OverlayFile, ...]
    picture_folders: tuple[Path, ...]
    rights: tuple[Right, ...]
    moved: tuple[Moved, ...]
    digest: str

    def find_picture(self, name: str) -> Path:
        """The file of a picture that the content names. Raises ContentInvalid."""
        for folder in self.picture_folders:
            if (folder / name).is_file() and Path(name).name == name:
                return folder / name
        raise ContentInvalid(
            f"The picture {name} is in none of the folders that master.yaml names under “pictures”: add it there."
        )


def read_launch(folder: Path) -> LaunchFiles:
    """Read `master.yaml`, `overlays/*.yaml`, and `rights.csv` and `redirects.csv` where there are such.

    Raises ContentInvalid or RedirectRefused, naming the file and what to mend.
    """
    master = _read(folder / "master.yaml")
    pages = tuple(_read_pages(master))
    files = sorted((folder / "overlays").glob("*.yaml"))
    known = {block["id"]: page.kind for page in pages for block in page.blocks}
    overlays = read_overlays({file.name: _read(file) for file in files}, known)
    digest = hashlib.sha256()
    rights, moved = folder / FILE, folder / redirects.FILE
    tables = [file for file in (rights, moved) if file.is_file()]
    for file in (folder / "master.yaml", *files, *tables):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    vehicle = str(take(master, "vehicle", "master.yaml"))
    return LaunchFiles(
        vehicle=vehicle,
        title=str(take(master, "title", "master.yaml")),
        pages=pages,
        overlays=overlays,
        picture_folders=tuple((folder / name).resolve() for name in master.get("pictures", ())),
        rights=read_rights(rights),
        moved=redirects.read_file(moved, vehicle),
        digest=digest.hexdigest(),
    )


def _read_pages(master: Mapping[str, Any]) -> Iterator[PageFile]:
    seen: set[str] = set()
    for kind, page in take(master, "pages", "master.yaml").items():
        where = f"master.yaml, page {kind}"
        if kind not in PAGE_KINDS:
            raise ContentInvalid(f"{where}: there is no such page; use {', '.join(PAGE_KINDS)}.")
        blocks = tuple(take(page, "blocks", where))
        for number, block in enumerate(blocks, 1):
            for key in ("id", "type", "value"):
                take(block, key, f"{where}, block {number}")
            if block["id"] in seen:
                raise ContentInvalid(
                    f"{where}, block {number}: the id {block['id']} is taken; give it its own."
                )
            seen.add(block["id"])
        yield PageFile(kind, take(page, "title", where), take(page, "description", where), blocks)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        content = yaml.load(file.read_text("utf-8-sig"), Loader=LOADER)
    except FileNotFoundError as error:
        raise ContentInvalid(
            f"There is no {file}: name the folder of a launch, with its master.yaml."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentInvalid(f"{file.name} is not YAML in UTF-8: {' '.join(str(error).split())}.") from error
    if not isinstance(content, dict):
        raise ContentInvalid(f"{file.name} says nothing that can be read: begin with “vehicle:” or “scope:”.")
    return content
