"""Sources as a file says them, into the table: all of the file or nothing, and the same file again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from usine.reputation.contracts import ReputationRefused, SourceInvalid
from usine.reputation.listed import read_list
from usine.reputation.models import Source
from usine.reputation.sources.addresses import check_address
from usine.reputation.sources.connectors import Place, check_options
from usine.reputation.sources.registry import CONNECTORS

TEXTS = ("name", "connector", "address", "language", "country")
NUMBERS = ("reach", "every_s", "silent_after_s", "keep_days")
FIELDS = ("slug", *TEXTS, *NUMBERS, "options", "is_on")
NEEDED = ("slug", "name", "connector")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Loaded:
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def load_sources(file: Path, *, port: int = 0) -> Loaded:
    """Put the sources of a YAML file into the table; `{port}` in an address is that of the demo's replay.

    Where listening stands at a source is kept, unless its connector, address or options are others now: then it begins
    anew. Whether it is on the file says at first, then people. Sources that the file does not name stay as they are.
    Raises SourceInvalid.
    """
    wanted = [
        _read_source(row, file, at, port)
        for at, row in enumerate(read_list(file, "sources", SourceInvalid), 1)
    ]
    slugs = [values["slug"] for values in wanted]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise SourceInvalid(f"{file.name} has two sources called {slug}: give one another name.")
    with transaction.atomic():
        done = [_keep(values) for values in wanted]
    return Loaded(
        added=tuple(slug for slug, how in done if how == "added"),
        changed=tuple(slug for slug, how in done if how == "changed"),
        unchanged=sum(how == "unchanged" for _, how in done),
    )


def _read_source(row: Any, file: Path, at: int, port: int) -> dict[str, Any]:
    where = f"{file.name}, source {at}"
    if not isinstance(row, dict):
        raise SourceInvalid(f"{where} is no set of names and values.")
    where = f"{file.name}, source {row.get('slug', at)}"
    for name in row:
        if name not in FIELDS:
            raise SourceInvalid(f"{where} has the field {name}, which is none of {', '.join(FIELDS)}.")
    for name in NEEDED:
        if not row.get(name):
            raise SourceInvalid(f"{where} has no {name}.")
    values = {name: _read_field(name, row[name], where) for name in FIELDS if name in row}
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", values["slug"]):
        raise SourceInvalid(
            f"{where} is called by small letters, digits and hyphens, not {values['slug'][:80]!r}."
        )
    values["address"] = values.get("address", "").replace("{port}", str(port))
    _check_connector(values, where)
    return values


def _read_field(name: str, value: Any, where: str) -> Any:
    """A value of the right type. Raises SourceInvalid."""
    if name in NUMBERS:
        if type(value) is not int or not 0 <= value <= MOST:
            raise SourceInvalid(f"{where} has the {name} {value!r}: write a whole number.")
        if name == "every_s" and value < 10:
            raise SourceInvalid(f"{where} is asked every {value} s: leave it in peace for 10 at least.")
    elif name == "is_on":
        if type(value) is not bool:
            raise SourceInvalid(f"{where} has is_on {value!r}: write true or false.")
    elif name == "options":
        if not isinstance(value, dict):
            raise SourceInvalid(f"{where} has options that are no set of names and values.")
    elif not isinstance(value, str):
        raise SourceInvalid(f"{where} has the {name} {value!r}: write it in quotation marks.")
    elif len(value) > Source._meta.get_field(name).max_length:  # type: ignore[union-attr, operator]
        raise SourceInvalid(f"{where} has a {name} of {len(value)} characters: too long.")
    return value


def _check_connector(values: Mapping[str, Any], where: str) -> None:
    connector = CONNECTORS.get(values["connector"])
    if connector is None:
        known = ", ".join(sorted(CONNECTORS))
        raise SourceInvalid(f"{where} has the connector {values['connector']}: there are {known}.")
    options = values.get("options", {})
    try:
        check_options(connector, Place(values["slug"], values["address"], options))
        if not connector.is_pushed and connector.name != "files":
            check_address(values["address"])
    except ReputationRefused as error:
        raise SourceInvalid(f"{where}: {error}") from error
    for name, value in options.items():
        if name.endswith("_env") and not VARIABLE.fullmatch(value):
            raise SourceInvalid(
                f"{where}: {name} names an environment variable, it is not the secret itself."
            )
    if connector.is_pushed and not options.get("secret_env"):
        raise SourceInvalid(f"{where} needs the option secret_env: the environment variable of its secret.")


def _keep(values: Mapping[str, Any]) -> tuple[str, str]:
    slug = str(values["slug"])
    row = Source.objects.filter(slug=slug).first()
    if row is None:
        Source.objects.create(**values)
        return slug, "added"
    others = {name for name, value in values.items() if name != "is_on" and getattr(row, name) != value}
    if not others:
        return slug, "unchanged"
    for name in others:
        setattr(row, name, values[name])
    if others & {"connector", "address", "options"}:
        row.cursor, row.next_at, row.failures, row.error = {}, None, 0, ""
        others |= {"cursor", "next_at", "failures", "error"}
    row.save(update_fields=sorted(others))
    return slug, "changed"
