"""From fields to triangles: on the surface, closed, turned outwards, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from usine.studio.curves import Curve
from usine.studio.fields import join, meet, normals, rounded_box
from usine.studio.mesh import combine, turned_out
from usine.studio.surfacing import find_surface


def ball(radius, centre=(0.0, 0.0, 0.0)):
    return lambda points: np.linalg.norm(points - np.asarray(centre), axis=1) - radius


def edges_of(mesh):
    """Every edge with how many triangles have it."""
    pairs = np.concatenate([mesh.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    return np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)


def volume(mesh):
    a, b, c = (mesh.points[mesh.triangles[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def test_a_ball_is_on_its_surface_closed_and_as_large_as_it_is():
    mesh = find_surface(ball(0.5), (-0.7,) * 3, (0.7,) * 3, 0.05)
    assert np.abs(np.linalg.norm(mesh.points, axis=1) - 0.5).max() < 1e-6
    assert set(edges_of(mesh)[1]) == {2}
    assert turned_out(mesh) > 0.9999
    assert volume(mesh) == pytest.approx(4 / 3 * np.pi * 0.5**3, rel=0.01)
    assert np.allclose(mesh.normals, mesh.points / 0.5, atol=1e-6)


def test_half_a_ball_and_its_mirror_make_the_whole_one():
    half = find_surface(ball(0.5), (-0.7,) * 3, (0.7,) * 3, 0.05, half=True)
    assert half.points[:, 1].min() == 0.0
    edges, count = edges_of(half)
    assert np.allclose(half.points[edges[count == 1]][:, :, 1], 0.0)  # open at the middle alone
    both = combine([half, half.mirrored()])
    assert turned_out(both) > 0.9999
    assert volume(both) == pytest.approx(4 / 3 * np.pi * 0.5**3, rel=0.01)


def test_triangles_are_even():
    mesh = find_surface(ball(0.5), (-0.7,) * 3, (0.7,) * 3, 0.05)
    sides = np.stack(
        [
            np.linalg.norm(mesh.points[mesh.triangles[:, a]] - mesh.points[mesh.triangles[:, b]], axis=1)
            for a, b in ((0, 1), (1, 2), (2, 0))
        ]
    )
    assert np.median(sides.min(axis=0) / sides.max(axis=0)) > 0.5


def test_a_thing_far_from_the_grid_points_looked_at_first_is_found():
    """A slab thinner than a coarse cell is on no coarse point, and must not be missed."""
    mesh = find_surface(rounded_box((0.013, 0.0, 0.0), (0.02, 0.3, 0.3), 0.01), (-0.5,) * 3, (0.5,) * 3, 0.02)
    assert volume(mesh) == pytest.approx(0.04 * 0.6 * 0.6, rel=0.05)


def test_the_same_field_gives_the_same_bytes():
    one, other = (find_surface(ball(0.3), (-0.5,) * 3, (0.5,) * 3, 0.05) for _ in range(2))
    assert one.points.tobytes() == other.points.tobytes()
    assert one.triangles.tobytes() == other.triangles.tobytes()


def test_rounded_edges_stay_within_and_grooves_are_filled():
    line = np.linspace(-1, 1, 201)
    points = np.stack([line, 0.3 - line, np.zeros_like(line)], axis=1)
    one, other = points[:, 0], points[:, 1]
    assert (meet(one, other, 0.1) >= np.maximum(one, other) - 1e-12).all()
    assert (join(one, other, 0.1) <= np.minimum(one, other) + 1e-12).all()
    assert meet(np.array([-0.05]), np.array([-0.05]), 0.1) > -0.05  # cut off at the edge


def test_normals_are_units_and_point_out():
    points = np.array([[0.5, 0.0, 0.0], [0.0, -0.5, 0.0]])
    assert np.allclose(normals(ball(0.5), points), [[1, 0, 0], [0, -1, 0]], atol=1e-6)


def test_a_curve_goes_by_its_points_without_overshoot():
    knots = [(0.0, 0.0), (1.0, 0.0), (1.2, 1.0), (3.0, 1.0)]
    curve = Curve(knots, smoothing=0.01)
    where = np.linspace(-1, 4, 500)
    assert curve(where).min() > -1e-6 and curve(where).max() < 1 + 1e-6
    assert curve(np.array([-5.0, 9.0])) == pytest.approx([0.0, 1.0], abs=1e-9)
    assert np.abs(np.diff(curve(where), 2)).max() < 0.01  # no kink


@pytest.mark.parametrize("knots", [[], [(0, 1)], [(0, 1), (0, 2)], [(1, 0), (0, 0)], [(0, 1, 2), (1, 1, 1)]])
def test_points_that_make_no_curve_are_refused(knots):
    with pytest.raises(ValueError, match="ascending"):
        Curve(knots)
