"""Many words as one regular expression, which looks at each sign once."""

from __future__ import annotations

import re
from collections.abc import Iterable

Trie = dict[str, "Trie"]


def write_pattern(words: Iterable[str], between: str = "") -> str:
    """An expression that matches the longest of the words; `between` may stand between any two signs of one."""
    root: Trie = {}
    for word in words:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}
    return _write(root, between) if root else r"(?!)"


def _write(node: Trie, between: str) -> str:
    is_end = "" in node
    branches = []
    for sign in sorted(sign for sign in node if sign):
        rest = _write(node[sign], between)
        gap = between if rest and between else ""
        branches.append(f"{re.escape(sign)}{gap}{rest}")
    if not branches:
        return ""
    if len(branches) == 1 and not is_end:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if is_end else ''}"
