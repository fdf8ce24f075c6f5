"""The shape of range files: JSON Schemas, one a kind of file, that the reader and editors both check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from usine.ranges.conditions import did_you_mean

FOLDER = Path(__file__).parent / "schemas"
KINDS = ("range", "features", "rules", "texts")
TYPES = {
    "string": "text",
    "object": "a mapping of names",
    "array": "a list, as in [a, b]",
    "integer": "a whole number",
    "number": "a number",
}
KeyPath = tuple[str | int, ...]
Error = Any
"""A ValidationError of jsonschema; by its types, any part of it may be unset."""


@lru_cache(maxsize=len(KINDS))
def read_schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) of `range`, `features`, `rules` or `texts` files."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))
    return schema


def check_shape(kind: str, content: Any) -> Iterator[tuple[KeyPath, str]]:
    """Where the content of a file has not the shape of its kind, and one sentence on each; one a place."""
    validator = Draft202012Validator(read_schema(kind), format_checker=FormatChecker(formats=("date",)))
    errors = sorted(
        validator.iter_errors(content),
        key=lambda e: (list(map(str, e.absolute_path)), e.validator == "oneOf", str(e.validator), e.message),
    )
    told: set[KeyPath] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if path not in told:
            told.add(path)
            yield _say(error)


def _say(error: Error) -> tuple[KeyPath, str]:
    """The place of an error (of an unknown or wrong name, that name) and its sentence."""
    path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        return (*path, error.instance), _say_name(error)
    if error.validator == "additionalProperties":
        return _say_unknown(error, path)
    if error.validator == "oneOf":
        return _say_shape(error, path)
    say = SENTENCES.get(str(error.validator))
    key = next((part for part in reversed(path) if isinstance(part, str)), "file")
    return path, say(error, key) if say else f"“{key}” is not right: {error.message}."


def _say_name(error: Error) -> str:
    if error.validator == "not":
        return f"“{error.instance}” has a meaning of its own in conditions and price tables: choose another name."
    if error.validator == "maxLength":
        return f"“{error.instance[:20]}…” is longer than {error.validator_value} signs."
    return f"“{error.instance}” cannot stand here. {error.schema.get('description', '')}".strip()


def _say_unknown(error: Error, path: KeyPath) -> tuple[KeyPath, str]:
    known = tuple(error.schema["properties"])
    unknown = next(key for key in error.instance if key not in known)
    hint = did_you_mean(unknown, known)
    return (*path, unknown), f"“{unknown}” is not a part of {error.schema['title']}{hint}."


def _say_shape(error: Error, path: KeyPath) -> tuple[KeyPath, str]:
    """Of a text, what is wrong with it; of a rule, the shapes that it may have."""
    if error.schema.get("title") != "a rule":
        branch = 1 if isinstance(error.instance, Mapping) else 0
        within = next(e for e in error.context if e.schema_path[0] == branch)
        return _say(within)
    shapes = [shape["title"] for shape in error.schema["oneOf"]]
    return path, f"A rule is one of these: {'; '.join(shapes)}. Write two rules to say two things."


def _say_required(error: Error, key: str) -> str:
    missing = next(name for name in error.validator_value if name not in error.instance)
    if missing == "en":
        return "A text must be there in English (en)."
    return f"“{missing}” is missing."


def _say_type(error: Error, key: str) -> str:
    wanted = error.validator_value
    if error.schema.get("format") == "date":
        return _say_date(error, key)
    if isinstance(wanted, list):
        return f"“{key}” must be a text, a number, true or false."
    hint = ": put it in quotes" if wanted == "string" and isinstance(error.instance, (int, float)) else ""
    return f"“{key}” must be {TYPES[wanted]}{hint}."


def _say_pattern(error: Error, key: str) -> str:
    if error.schema.get("format") == "date":
        return _say_date(error, key)
    return f"“{key}” cannot be “{error.instance}”. {error.schema.get('description', '')}".strip()


def _say_date(error: Error, key: str) -> str:
    return f"“{key}” must be a date such as 2027-04-01, not “{error.instance}”."


def _say_dependent(error: Error, key: str) -> str:
    name = next(name for name in error.validator_value if name in error.instance)
    return f"“{name}” needs “{'”, “'.join(error.validator_value[name])}” beside it."


SENTENCES: Mapping[str, Callable[[Error, str], str]] = {
    "required": _say_required,
    "type": _say_type,
    "pattern": _say_pattern,
    "format": _say_date,
    "enum": lambda e, key: f"“{key}” must be one of {', '.join(e.validator_value)}, not “{e.instance}”.",
    "minimum": lambda e, key: f"“{key}” must be {e.validator_value} at least, not {e.instance}.",
    "maximum": lambda e, key: f"“{key}” must be {e.validator_value} at most, not {e.instance}.",
    "exclusiveMinimum": lambda e, key: f"“{key}” must be more than {e.validator_value}, not {e.instance}.",
    "dependentRequired": _say_dependent,
    "minItems": lambda e, key: f"“{key}” must list {e.validator_value} at least.",
    "minProperties": lambda e, key: f"“{key}” is empty.",
    "minLength": lambda e, key: f"“{key}” is empty.",
    "maxLength": lambda e, key: f"“{key}” is longer than {e.validator_value} signs.",
    "uniqueItems": lambda e, key: f"“{key}” lists something twice.",
    "contains": lambda e, key: f"“{key}” must list {e.validator_value['const']}.",
    "not": lambda e, key: f"“{key}” has values: “includes” and “attributes” cannot stand beside them.",
}
