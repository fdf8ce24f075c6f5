"""Figures of agreement between what was labelled and what was said, in per cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

Label = Hashable


def score_macro(gold: Sequence[Label], said: Sequence[Label], labels: Iterable[Label] | None = None) -> float:
    """Macro-F1: the mean over labels of 2tp / (2tp + fp + fn); a label that nobody uses counts 0.

    Without `labels`: those that occur in `gold` or `said`.
    """
    right = Counter(a for a, b in zip(gold, said, strict=True) if a == b)
    there, claimed = Counter(gold), Counter(said)
    wanted = list(labels) if labels is not None else list({*there, *claimed})
    scores = [2 * right[label] / max(there[label] + claimed[label], 1) for label in wanted]
    return 100 * sum(scores) / max(len(scores), 1)


def score_accuracy(gold: Sequence[Label], said: Sequence[Label]) -> float:
    """How many agree."""
    return 100 * sum(a == b for a, b in zip(gold, said, strict=True)) / max(len(gold), 1)


def score_sets(gold: Sequence[Iterable[Label]], said: Sequence[Iterable[Label]]) -> float:
    """Micro-F1 over sets of labels, one set a text."""
    right = claimed = there = 0
    for a, b in zip(map(set, gold), map(set, said), strict=True):
        right += len(a & b)
        there += len(a)
        claimed += len(b)
    return 200 * right / max(there + claimed, 1)


def split_by(keys: Sequence[str], *columns: Sequence[Label]) -> Mapping[str, tuple[list[Label], ...]]:
    """The columns parted by a key, keys in order."""
    found: dict[str, tuple[list[Label], ...]] = {key: tuple([] for _ in columns) for key in sorted(set(keys))}
    for key, *values in zip(keys, *columns, strict=True):
        for column, value in zip(found[key], values, strict=True):
            column.append(value)
    return found
