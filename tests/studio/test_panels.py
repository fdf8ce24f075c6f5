"""Cutting a surface: areas are what the outline holds, nothing is lost, everything stays turned outwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.studio.mesh import face_normals
from usine.studio.outlines import mirror, round_off, signed_distance
from usine.studio.panels import Panels


def plate(cells=20):
    """A square of one metre in the plane z = 0, of two triangles a cell, turned upwards."""
    line = np.linspace(0, 1, cells + 1)
    points = np.array([(x, y, 0.0) for x in line for y in line])
    number = np.arange((cells + 1) ** 2).reshape(cells + 1, -1)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    triangles = np.concatenate(
        [np.stack([p.ravel() for p in corners], axis=1) for corners in ((a, b, c), (a, c, d))]
    )
    return Panels(points, triangles, "sheet")


def area(panels, *names):
    return float(
        np.linalg.norm(face_normals(panels.points, panels.triangles[panels.part(*names)]), axis=1).sum() / 2
    )


def disc(x, y, radius):
    return lambda points: np.hypot(points[:, 0] - x, points[:, 1] - y) - radius


def within(outline):
    return lambda points: signed_distance(outline, points[:, :2])


@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(0.01, 0.35))
def test_a_cut_takes_the_area_of_its_region_and_loses_nothing(x, y, radius):
    panels = plate()
    panels.cut(disc(x, y, radius), "pane")
    assert area(panels, "sheet", "pane") == pytest.approx(1.0, abs=1e-9)
    assert (face_normals(panels.points, panels.triangles)[:, 2] >= 0).all()
    lies_inside = x - radius > 0 and x + radius < 1 and y - radius > 0 and y + radius < 1
    if lies_inside and radius > 0.1:
        assert area(panels, "pane") == pytest.approx(np.pi * radius**2, rel=0.05)


def test_neighbours_share_the_points_of_the_cut():
    """No cracks: each inner edge still has two triangles, the rim one."""
    panels = plate()
    panels.cut(disc(0.5, 0.5, 0.3), "pane")
    pairs = np.concatenate([panels.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    edges, count = np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)
    ends = panels.points[edges][:, :, :2]
    on_rim = ((ends == 0).all(axis=1) | (ends == 1).all(axis=1)).any(axis=1)
    assert (count[on_rim] == 1).all() and (count[~on_rim] == 2).all()


def test_a_cut_within_a_part_leaves_the_others():
    panels = plate()
    panels.cut(disc(0.5, 0.5, 0.3), "pane")
    panels.cut(lambda points: points[:, 0] - 0.5, "left", within=["pane"])
    assert area(panels, "left") == pytest.approx(area(panels, "pane"), rel=1e-6)
    assert panels.names == ("sheet", "pane", "left")


def test_a_groove_is_as_wide_as_it_says():
    panels = plate()
    panels.groove(lambda points: points[:, 0] - 0.5, 0.004, "gap")
    assert area(panels, "gap") == pytest.approx(0.004, rel=1e-6)


def test_what_is_dropped_is_gone():
    panels = plate()
    panels.cut(disc(0.5, 0.5, 0.3), "hole")
    panels.drop("hole")
    assert panels.names == ("sheet",)
    assert area(panels, "sheet") == pytest.approx(1 - np.pi * 0.09, rel=0.01)


def test_a_region_that_misses_the_surface_changes_nothing():
    panels = plate()
    before = panels.triangles.tobytes()
    panels.cut(disc(5, 5, 0.3), "pane")
    assert panels.triangles.tobytes() == before and panels.names == ("sheet",)


def test_rounded_corners_stay_inside_and_touch_the_sides():
    outline = round_off([(0, 0), (1, 0), (1, 1), (0, 1)], 0.2)
    assert outline.min() >= 0 and outline.max() <= 1
    assert signed_distance(outline, np.array([[0.5, 0.0], [0.5, 0.5], [0.0, 0.0]])) == pytest.approx(
        [0.0, -0.5, 0.0703], abs=0.005
    )


def test_the_distance_of_a_mirrored_outline_is_the_same_on_both_sides():
    """Corners on the middle are there twice: they are one corner, not a side without length."""
    outline = round_off(mirror([(0, 0), (0.4, 0.1), (0.3, 0.6), (0, 0.7)]), 0.05)
    points = np.random.default_rng(1).uniform(-1, 1, (500, 2))
    assert np.isfinite(signed_distance(outline, points)).all()
    assert signed_distance(outline, points) == pytest.approx(
        signed_distance(outline, points * [-1, 1]), abs=1e-9
    )


def test_fewer_than_three_corners_are_no_outline():
    with pytest.raises(ValueError, match="three corners"):
        round_off([(0, 0), (0, 0), (1, 1)], 0.1)
