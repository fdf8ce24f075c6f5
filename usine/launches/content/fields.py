"""The texts in a block, each under a path (`title`, `facts/0/value`): what people of a market may say otherwise."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.blocks import CharBlock, ListBlock, StructBlock, TextBlock
from wagtail.images.blocks import ImageChooserBlock

from usine.launches.content.blocks import PageBlocks
from usine.launches.rules import ResolvedBlock

NAMES_OF_THE_RANGE = {"trim", "company_trim"}
LONG = 90  # characters from which a text is written in a larger field


@dataclass(frozen=True, slots=True)
class TextField:
    """One text: its path in the block's value, its label, whether it may have several lines."""

    path: str
    label: str
    is_long: bool

    @property
    def name(self) -> str:
        """The field of the block that overlays keep: lists are kept whole."""
        return self.path.split("/")[0]


@dataclass(frozen=True, slots=True)
class PictureField:
    """One picture: its path in the block's value, its label, and the path of what it shows (empty: it tells nothing).

    `fallback` is the path of the same picture for older browsers.
    """

    path: str
    label: str
    alt: str
    fallback: str

    @property
    def name(self) -> str:
        """As TextField.name."""
        return self.path.split("/")[0]


def label_block(block: ResolvedBlock) -> str:
    """What editors call a block of this type."""
    blocks = PageBlocks().child_blocks
    return str(blocks[block.type].label) if block.type in blocks else _("Title and description")


def label_type(block_type: str) -> str:
    """What editors call a type of block; the type itself where there is none any more."""
    blocks = PageBlocks().child_blocks
    return str(blocks[block_type].label) if block_type in blocks else block_type


def anchor_block(block_id: str) -> str:
    """Where the editor's page shows a block."""
    return f"b-{block_id.replace(':', '-')}"


def list_fields(block: ResolvedBlock) -> list[TextField]:
    """The texts of a block in the order of the editor; of `page:<kind>` its title and description."""
    if block.type == "page":
        return [TextField("title", _("Title"), False), TextField("description", _("Description"), True)]
    return list(_walk(PageBlocks().child_blocks[block.type], block.value, "", ""))


def _walk(block: Any, value: Any, path: str, label: str) -> Iterator[TextField]:
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            if name not in NAMES_OF_THE_RANGE:
                below = f"{path}/{name}" if path else name
                told = f"{label}, {child.label}" if label else str(child.label)
                yield from _walk(child, value.get(name), below, told)
    elif isinstance(block, ListBlock):
        for number, item in enumerate(value or ()):
            yield from _walk(block.child_block, item, f"{path}/{number}", f"{label} {number + 1}")
    elif isinstance(block, TextBlock):
        yield TextField(path, label, True)
    elif isinstance(block, CharBlock):
        yield TextField(path, label, len(value or "") > LONG)


def list_pictures(block: ResolvedBlock) -> list[PictureField]:
    """The pictures of a block; a page's heading has none."""
    if block.type == "page":
        return []
    return list(_walk_pictures(PageBlocks().child_blocks[block.type], block.value, "", ""))


def _walk_pictures(block: Any, value: Any, path: str, label: str) -> Iterator[PictureField]:
    if isinstance(block, StructBlock):
        below = f"{path}/" if path else ""
        for name, child in block.child_blocks.items():
            told = f"{label}, {child.label}" if label else str(child.label)
            if name == "picture" and isinstance(child, ImageChooserBlock):
                alt = f"{below}alt" if "alt" in block.child_blocks else ""
                yield PictureField(f"{below}{name}", told, alt, f"{below}fallback")
            else:
                yield from _walk_pictures(child, value.get(name), f"{below}{name}", told)
    elif isinstance(block, ListBlock):
        for number, item in enumerate(value or ()):
            yield from _walk_pictures(block.child_block, item, f"{path}/{number}", f"{label} {number + 1}")


def read_at(value: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; None where there is nothing."""
    found: Any = value
    for part in path.split("/"):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def read_text_at(value: Mapping[str, Any], path: str) -> str:
    """The text at a path; empty where there is none."""
    found = read_at(value, path)
    return found if isinstance(found, str) else ""


def put_texts(value: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `value` in which something of `texts` (by path) stands, with that: lists whole."""
    changed = {path.split("/")[0] for path in texts}
    found = {name: copy.deepcopy(value[name]) for name in value if name in changed}
    for path, text in texts.items():
        *above, last = path.split("/")
        at: Any = found
        for part in above:
            at = at[int(part)] if isinstance(at, list) else at[part]
        at[last] = text
    return found
