"""robots.txt as RFC 9309 reads it: the group that names us, the longest rule, `*` and `$`; and Crawl-delay.

The standard library's reader takes the first rule that fits and knows no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

LARGEST = 500 * 1024  # bytes that are read (RFC 9309, 2.5)
LONGEST_DELAY_S = 60.0  # what is asked beyond it would mean: never


@dataclass(frozen=True, slots=True)
class Robots:
    """What one host lets us read. `rules` are (is allowed, pattern); `delay_s` stands between two requests."""

    rules: Sequence[tuple[bool, str]] = ()
    delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path with its query may be read; /robots.txt always may."""
        wanted = _normalise(path or "/")
        found = [(len(rule), is_allowed) for is_allowed, rule in self.rules if _fits(rule, wanted)]
        return max(found, default=(0, True))[1] or path == "/robots.txt"


EVERYTHING = Robots()
NOTHING = Robots(((False, "/"),))


def read_robots(text: str, agent: str) -> Robots:
    """The rules for the product named `agent` (the part before the slash), else those for everybody."""
    groups: dict[str, tuple[list[tuple[bool, str]], list[float]]] = {}
    names: list[str] = []
    is_open = False  # still among the lines that name a group
    for line in text[:LARGEST].splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if field == "user-agent":
            names = [*names, value.lower()] if is_open else [value.lower()]
            is_open = True
            groups.setdefault(value.lower(), ([], []))
        elif field in ("allow", "disallow", "crawl-delay"):
            is_open = False
            for name in names:
                _add(groups[name], field, value)
    own = agent.partition("/")[0].lower()
    rules, delays = groups.get(own) or groups.get("*") or ([], [])
    return Robots(tuple(rules), min(max(delays, default=0.0), LONGEST_DELAY_S))


def _add(group: tuple[list[tuple[bool, str]], list[float]], field: str, value: str) -> None:
    if field == "crawl-delay":
        if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
            group[1].append(float(value))
    elif value:  # an empty Disallow forbids nothing
        group[0].append((field == "allow", _normalise(value)))


def _normalise(path: str) -> str:
    """Percent signs written in one way, so that /a%3cd and /a%3Cd are the same."""
    return quote(unquote_to_bytes(path), safe="/?&=*$:;,+@!~'()[]-._")


def _fits(rule: str, path: str) -> bool:
    """Whether a rule is the beginning of a path; `*` is anything, `$` at its end the path's end."""
    is_whole = rule.endswith("$")
    parts = rule.removesuffix("$").split("*")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if not is_whole:
        return True
    return (len(parts) == 1 and at == len(path)) or (len(parts) > 1 and path.endswith(parts[-1]))
