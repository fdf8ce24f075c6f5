"""Closed outlines in a plane: panes, lamps, doors, as a designer draws them on an elevation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from usine.studio.curves import Floats

ARC = 6  # points of a rounded corner
NEAR = 0.05  # metres from an outline's box: cuts and grooves look no further
ROOM = 0.48  # of a side, at most, that a corner takes


def round_off(corners: Sequence[Sequence[float]], radii: float | Sequence[float]) -> Floats:
    """A polygon (n, 2) with each corner rounded by about its radius (a parabola between the two sides).

    Corners that fall on the one before are dropped: they have no direction. Raises ValueError on fewer than three.
    """
    points = np.asarray(corners, float)
    rounds = np.array(np.broadcast_to(np.asarray(radii, float), (len(points),)))
    distinct = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1) > 1e-6
    points, rounds = points[distinct], rounds[distinct]
    if len(points) < 3:
        raise ValueError("An outline needs three corners or more.")
    share = np.linspace(0, 1, ARC)[:, None]
    found = []
    for i, corner in enumerate(points):
        before, after = points[i - 1] - corner, points[(i + 1) % len(points)] - corner
        room = min(rounds[i], ROOM * np.linalg.norm(before), ROOM * np.linalg.norm(after))
        start = corner + before / np.linalg.norm(before) * room
        end = corner + after / np.linalg.norm(after) * room
        found.append((1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end)
    return np.concatenate(found)


def mirror(corners: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The corners of one half, then those of the other: the first number changes its sign."""
    half = [(float(a), float(b)) for a, b in corners]
    return [*half, *((-a, b) for a, b in reversed(half))]


def signed_distance(outline: Floats, points: Floats) -> Floats:
    """For each point (n, 2) its distance from the outline, negative inside; beyond NEAR only a lower bound of it."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    found = np.linalg.norm(np.maximum(np.maximum(low - points, points - high), 0), axis=1)
    near = found < NEAR
    found[near] = _exact_distance(outline, points[near])
    return np.asarray(found)


def line_distance(line: Floats, points: Floats) -> Floats:
    """For each point (n, d) its distance from a line through points (m, d)."""
    least = np.full(len(points), np.inf)
    for start, end in pairwise(line):
        along = end - start
        share = np.clip((points - start) @ along / max(along @ along, 1e-18), 0, 1)
        away = points - start - share[:, None] * along
        least = np.minimum(least, (away * away).sum(axis=1))
    return np.asarray(np.sqrt(least))


def _exact_distance(outline: Floats, points: Floats) -> Floats:
    closed = np.concatenate([outline, outline[:1]])
    inside = np.zeros(len(points), bool)
    for start, end in pairwise(closed):
        along = end - start
        if start[1] != end[1]:
            crosses = (start[1] > points[:, 1]) != (end[1] > points[:, 1])
            where = start[0] + (points[:, 1] - start[1]) * along[0] / along[1]
            inside ^= crosses & (points[:, 0] < where)
    return np.asarray(np.where(inside, -1.0, 1.0) * line_distance(closed, points))
