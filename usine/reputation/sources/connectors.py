"""What a connector is: one small class that yields what it heard and where it stands. No Django, no ORM."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from usine.reputation.contracts import Heard, MentionKind, SourceInvalid

if TYPE_CHECKING:  # whoever only brings files or deliveries asks no host
    from usine.reputation.sources.fetching import Fetcher

Cursor = Mapping[str, Any]
"""Where a connector stands in its source; JSON. Empty: it was never asked."""
Thing = TypeVar("Thing")
BATCH = 100
"""How many mentions a connector hands over at once, so that a kill costs at most so many to hear again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A source as its connector sees it: where to listen and what the source says of itself."""

    slug: str
    address: str
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    country: str = ""
    reach: int = 0
    keep_days: int | None = None
    """What is older is not kept, so that nobody need bring it; None: everything is kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was heard, and the cursor to keep once it is stored: not before, or a kill would lose it."""

    heard: tuple[Heard, ...]
    cursor: Cursor


class Connector(Protocol):
    """A way to listen. Heard the same again, it yields nothing or the same `external_id`; the oldest comes first.

    `name` is what a source calls it by; `is_pushed` says that others bring what was said, so that nobody visits;
    `options` are those that a source of it may have, with their types.
    """

    name: ClassVar[str]
    is_pushed: ClassVar[bool]
    options: ClassVar[Mapping[str, type]]

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """Everything new since `cursor`. Raises FetchFailed or SourceInvalid; the batches before it still hold."""
        ...


def check_options(connector: Connector, place: Place) -> None:
    """Refuse options that the connector does not know, or of another type; secrets are never among them."""
    for name, value in place.options.items():
        wanted = connector.options.get(name)
        if wanted is None:
            known = ", ".join(sorted(connector.options)) or "none"
            raise SourceInvalid(
                f"The source {place.slug} has the option {name}, which {connector.name} does not know: {known}."
            )
        if type(value) is not wanted:
            raise SourceInvalid(
                f"The option {name} of the source {place.slug} is {value!r}: write {_describe(wanted)}."
            )


def read_secret(place: Place, option: str) -> str:
    """The value of the environment variable that `option` names, empty without the option. Raises SourceInvalid."""
    variable = str(place.options.get(option, ""))
    if not variable:
        return ""
    value = os.environ.get(variable, "")
    if not value:
        raise SourceInvalid(
            f"The source {place.slug} needs the environment variable {variable}, which is not set."
        )
    return value


def cut_batches(things: Sequence[Thing], size: int = BATCH) -> Iterator[Sequence[Thing]]:
    """The same in order, a few at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def read_kind(place: Place, otherwise: MentionKind) -> MentionKind:
    """What the mentions of a source are. Raises SourceInvalid."""
    said = place.options.get("kind", otherwise.value)
    if said not in set(MentionKind):
        raise SourceInvalid(
            f"The source {place.slug} has mentions of the kind {said}: write one of {', '.join(MentionKind)}."
        )
    return MentionKind(said)


def _describe(kind: type) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", list: "a list"}[kind]
