"""The door of `ranges`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from usine.accounts.contracts import Actor
from usine.kernel import Choices, Explainer, Memory
from usine.ranges import actions, queries
from usine.ranges.contracts import RangeRelease, Rule
from usine.ranges.release import build_release

__all__ = [
    "check_range",
    "explain_choices",
    "get_current_release",
    "get_release",
    "list_released",
    "release_range",
]


def check_range(folder: Path, *, memory: Memory | None = None) -> RangeRelease:
    """Read, check and compile the range of a folder; nothing is stored. Raises RangeInvalid.

    With the `memory` of an earlier check, what did not change since is not compiled again.
    """
    return build_release(folder, memory=memory)


def release_range(folder: Path, *, by: Actor) -> RangeRelease:
    """Check, compile and keep a range; the same content is kept once. Raises RangeInvalid."""
    return actions.release_range(folder, by=by)


def get_release(key: str) -> RangeRelease:
    """The release with this key, kept in memory once read. Raises RangeNotFound."""
    return queries.get_release(key)


def get_current_release(vehicle: str) -> RangeRelease:
    """The newest release of a vehicle. Raises RangeNotFound."""
    return queries.get_release(queries.get_current_key(vehicle))


def list_released() -> tuple[str, ...]:
    """The vehicles that have a released range, by name."""
    return queries.list_vehicles()


def explain_choices(release: RangeRelease, choices: Choices) -> tuple[Rule, ...]:
    """A smallest set of authored rules that contradict the choices, the first by their names; empty when nothing is
    contradicted."""
    return tuple(
        release.catalogue.rules[name] for name in _explain(release.key, tuple(sorted(choices.items())))
    )


@lru_cache(maxsize=20_000)
def _explain(key: str, choices: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return _get_explainer(key).explain_first(dict(choices))


@lru_cache(maxsize=8)
def _get_explainer(key: str) -> Explainer:
    return Explainer(get_release(key).model)
