"""Load a launch's files into Wagtail and the overlays. Repeatable: files that did not change change nothing."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Collection, Locale, Page, Site

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import LaunchPage, MasterPage
from usine.launches.sources.masters import map_pictures, read_page
from usine.launches.sources.rights import store_rights
from usine.launches.writing.block_forms import say_fault
from usine.launches.writing.files import LaunchFiles, PageFile, read_launch
from usine.launches.writing.loading_overlays import load_overlays
from usine.launches.writing.redirects import load_redirects


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed. `kept` names the overlays that people have written since: files do not overwrite them."""

    vehicle: str
    pages: int
    overlays: int
    kept: tuple[str, ...] = ()


@transaction.atomic
def load_launch(folder: Path, *, by: Actor) -> Loaded:
    """Bring a launch to what its files say, in one transaction; nothing is published.

    Pages get a new revision where they differ (the earlier one stays in Wagtail's history); overlays written by people
    are kept. Raises ContentInvalid, and stores nothing then.
    """
    files = read_launch(folder)
    launch = _find_or_add_launch(files)
    if launch.source_digest == files.digest:
        return Loaded(files.vehicle, 0, 0)
    place = _picture_loader(files)
    changed = sum(load_page(launch, page, place) for page in files.pages)
    pages = {page.kind: page for page in map(read_page, MasterPage.objects.child_of(launch))}
    overlays, kept = load_overlays(files, pages, place, by)
    store_rights(files.vehicle, files.rights)
    moved = load_redirects(files.vehicle, files.moved, by)
    LaunchPage.objects.filter(pk=launch.pk).update(source_digest=files.digest)
    record_fact(
        "LaunchLoaded", by=by.name, subject=files.vehicle, pages=changed, overlays=overlays, redirects=moved
    )
    return Loaded(files.vehicle, changed, overlays, tuple(kept))


def _find_or_add_launch(files: LaunchFiles) -> LaunchPage:
    launch: LaunchPage | None = LaunchPage.objects.filter(slug=files.vehicle, depth=2).first()
    if launch is None:
        return _add_launch(files.vehicle, files.title)
    if launch.title != files.title:
        LaunchPage.objects.filter(pk=launch.pk).update(title=files.title, draft_title=files.title)
    return launch


def add_launch(vehicle: str, title: str) -> LaunchPage | None:
    """A launch without pages; None where the vehicle has one already, be it that somebody began it just now."""
    Page.objects.select_for_update().filter(depth=1).first()  # one after the other, where rows can be locked
    taken = LaunchPage.objects.filter(slug=vehicle, depth=2).exists()
    return None if taken else _add_launch(vehicle, title)


def _add_launch(vehicle: str, title: str) -> LaunchPage:
    Locale.objects.get_or_create(language_code="en")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    launch = LaunchPage(title=title, slug=vehicle)
    root.add_child(instance=launch)
    _replace_welcome_page(launch)
    return launch


def _replace_welcome_page(launch: LaunchPage) -> None:
    """Wagtail's migrations leave a welcome page, to which its site points: the first launch takes that place."""
    welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
    if welcome is not None:
        Site.objects.filter(root_page=welcome).update(root_page=launch)
        welcome.delete()


def load_page(launch: LaunchPage, file: PageFile, place: Callable[[Any], int]) -> bool:
    """Add or mend a page and publish it; whether anything changed. `place` gives a picture's key."""
    body = _build_body(file, place)
    page = MasterPage.objects.child_of(launch).filter(slug=file.kind).first()
    if page is None:
        page = MasterPage(slug=file.kind, title=file.title, search_description=file.description, body=body)
        launch.add_child(instance=page)
        page.save_revision(log_action=True).publish()
        return True
    before = read_page(page)
    page.title, page.search_description, page.body = file.title, file.description, body
    if read_page(page) == before:
        return False
    page.save_revision(log_action=True).publish()
    return True


def _build_body(file: PageFile, place: Callable[[Any], int]) -> Any:
    """The page's blocks, checked as Wagtail's own editor checks them."""
    raw = [
        {**block, "value": map_pictures(block["value"], lambda _key, name: place(name))}
        for block in file.blocks
    ]
    blocks = PageBlocks()
    known = set(blocks.child_blocks)
    for block in raw:
        if block["type"] not in known:
            raise ContentInvalid(
                f"master.yaml, page {file.kind}, block {block['id']}: there is no type {block['type']}; "
                f"use one of {', '.join(sorted(known))}."
            )
    body = MasterPage._meta.get_field("body").to_python(json.dumps(raw))
    for child in body:
        try:
            child.block.clean(child.value)
        except ValidationError as error:
            raise ContentInvalid(
                f"master.yaml, page {file.kind}, block {child.id} ({child.block_type}): {say_fault(error)}"
            ) from error
    return body


def _picture_loader(files: LaunchFiles) -> Callable[[str], int]:
    """A function from a file name to the picture's primary key; the same bytes under the same name are stored once."""
    found: dict[str, int] = {}

    def place(name: str) -> int:
        if name not in found:
            found[name] = find_or_add_picture(name, files.find_picture(name).read_bytes())
        return found[name]

    return place


def _read_size(name: str, content: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the header says. Raises ContentInvalid for what is no picture."""
    try:
        with Picture.open(io.BytesIO(content)) as picture:
            return picture.size
    except (OSError, Picture.DecompressionBombError) as error:
        raise ContentInvalid(f"The picture {name} cannot be read as a picture: replace its file.") from error


def find_or_add_picture(name: str, content: bytes) -> int:
    """The key of a picture of the library, found by its name and bytes or added."""
    digest = hashlib.sha1(content).hexdigest()  # Wagtail's own file_hash
    image = Image.objects.filter(title=name, file_hash=digest).first()
    if image is None:
        collection = Collection.get_first_root_node() or Collection.add_root(instance=Collection(name="Root"))
        file = Image._meta.get_field("file")
        stored = file.storage.save(file.generate_filename(Image(), name), ContentFile(content))
        width, height = _read_size(name, content)
        image = Image(
            title=name,
            # As it is stored, with its size: Wagtail would decode the picture twice to learn it.
            file=stored,
            width=width,
            height=height,
            file_hash=digest,
            file_size=len(content),
            collection=collection,
        )
        image.save()
    return int(image.pk)
