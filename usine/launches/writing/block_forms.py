"""The form of a block that a scope writes as a whole, made from the block's definition, and what was written in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import (
    BooleanBlock,
    ChoiceBlock,
    DecimalBlock,
    IntegerBlock,
    ListBlock,
    StructBlock,
    TextBlock,
)
from wagtail.images.blocks import ImageChooserBlock

from usine.commons.errors import UsineError
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.texts import ContentInvalid
from usine.launches.pages.shapes import find_film
from usine.launches.sources.library import read_library
from usine.launches.sources.masters import make_plain

SPARE_ITEMS = 2
"""Empty items at the end of a list, to be filled or left out."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: what is entered under `path`, as `kind` (text, long, number, tick, choice, picture)."""

    path: str
    label: str
    help_text: str
    kind: str
    is_required: bool
    value: str
    choices: tuple[tuple[str, str], ...] = ()


def list_form(block_type: str, value: Mapping[str, Any]) -> list[FormField]:
    """The fields of a block of a type, filled with `value`; lists have some empty items more."""
    return list(_walk(PageBlocks().child_blocks[block_type], value, "", "", is_needed=True))


def _walk(block: Any, value: Any, path: str, label: str, *, is_needed: bool) -> Iterator[FormField]:
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            if name != "fallback":
                told = f"{label}, {child.label}" if label else str(child.label)
                below = f"{path}/{name}" if path else name
                yield from _walk(child, (value or {}).get(name), below, told, is_needed=is_needed)
    elif isinstance(block, ListBlock):
        items = list(value or ())
        least = block.meta.min_num or 1
        count = max(len(items) + SPARE_ITEMS, least)
        for number in range(min(count, block.meta.max_num or count)):
            item = items[number] if number < len(items) else None
            told = f"{label} {number + 1}"
            yield from _walk(
                block.child_block, item, f"{path}/{number}", told, is_needed=is_needed and number < least
            )
    else:
        yield _make_field(block, value, path, label, is_needed=is_needed)


def _make_field(block: Any, value: Any, path: str, label: str, *, is_needed: bool) -> FormField:
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(block, ChoiceBlock):
        kind, choices = "choice", tuple((str(k), str(v)) for k, v in block.field.choices if k)
    elif isinstance(block, ImageChooserBlock):
        kind = "picture"
    elif isinstance(block, BooleanBlock):
        kind = "tick"
    elif isinstance(block, (IntegerBlock, DecimalBlock)):
        kind = "number"
    else:
        kind = "long" if isinstance(block, TextBlock) else "text"
    said = "" if value is None or value is False else str(value)
    help_text = str(getattr(block.field, "help_text", "") or "")
    return FormField(path, label, help_text, kind, is_needed and bool(block.required), said, choices)


def refill(field: FormField, posted: Mapping[str, str]) -> FormField:
    """The field with what was typed in it."""
    return replace(field, value=posted.get(field.path, ""))


def read_form(block_type: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """The value that a form's fields (by path) make, checked as Wagtail's own editor checks it.

    Items of lists in which nothing is written are left out. Raises ContentInvalid, naming the field.
    """
    return clean_value(block_type, _gather(PageBlocks().child_blocks[block_type], posted, ""))


def _gather(block: Any, posted: Mapping[str, str], path: str) -> Any:
    if isinstance(block, StructBlock):
        below = f"{path}/" if path else ""
        return {name: _gather(child, posted, f"{below}{name}") for name, child in block.child_blocks.items()}
    if isinstance(block, ListBlock):
        numbers = {
            int(number)
            for name in posted
            if name.startswith(f"{path}/") and (number := name[len(path) + 1 :].split("/")[0]).isdecimal()
        }
        filled = [
            number
            for number in sorted(numbers)
            if any(
                text.strip() for name, text in posted.items() if f"{name}/".startswith(f"{path}/{number}/")
            )
        ]
        return [_gather(block.child_block, posted, f"{path}/{number}") for number in filled]
    text = posted.get(path, "").replace("\r\n", "\n").replace("\0", "").strip()
    if isinstance(block, BooleanBlock):
        return bool(text)
    if isinstance(block, (IntegerBlock, DecimalBlock)):
        return text.replace(",", ".") or None
    if isinstance(block, ImageChooserBlock):
        return int(text) if text.isdecimal() else None
    return text


def clean_value(block_type: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The value of a block as the master would keep it; a picture without a twin gets that of the library.

    Raises ContentInvalid, naming the fields.
    """
    block = PageBlocks().child_blocks[block_type]
    try:
        cleaned = block.clean(block.normalize(block.to_python(dict(raw))))
    except ValidationError as error:
        raise ContentInvalid(f"{block.label}: {say_fault(error, block)}") from error
    value: dict[str, Any] = make_plain(block.get_prep_value(cleaned))
    if "film" in value:
        try:
            find_film(value["film"])
        except UsineError as error:
            raise ContentInvalid(_("There is no film %(name)s.") % {"name": value["film"]}) from error
    if value.get("picture") and "fallback" in value and not value["fallback"]:
        picture = read_library().get(value["picture"])
        value["fallback"] = picture.fallback if picture else None
    return value


def say_fault(error: ValidationError, block: Any = None) -> str:
    """Wagtail's nested errors in one sentence: “Title: This field is required.”"""
    inner = getattr(error, "block_errors", None)
    if isinstance(inner, Mapping):
        return "; ".join(f"{_label(block, name)}: {say_fault(fault)}" for name, fault in inner.items())
    if isinstance(inner, Sequence) and (faults := [fault for fault in inner if fault]):
        return "; ".join(say_fault(fault) for fault in faults)
    return " ".join(str(message) for message in error.messages)


def _label(block: Any, name: str) -> str:
    return str(block.child_blocks[name].label) if block is not None else name
