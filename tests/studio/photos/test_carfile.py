"""A car's file as photographers read it: axes, choices, doors, paint."""

from __future__ import annotations

import numpy as np
import pytest

from tests.studio.photos.small_car import make_small_car
from usine.studio.photos.carfile import CarFile, CarFileInvalid


def pieces(choices, **opened):
    return list(CarFile(make_small_car()).pieces(choices, opened=opened))


def test_the_car_stands_upright_with_its_nose_towards_minus_y():
    (body,) = pieces({})
    assert body.points.min(axis=0) == pytest.approx([-1, -2, 0])
    assert body.points.max(axis=0) == pytest.approx([1, 2, 1])


def test_triangles_turn_the_way_their_normals_say_after_the_change_of_axes():
    (body,) = pieces({})
    a, b, c = (body.points[body.triangles[:, k]] for k in range(3))
    assert ((np.cross(b - a, c - a) * body.normals[body.triangles].mean(axis=1)).sum(axis=1) > 0).all()


def test_a_choice_paints_and_what_is_open_has_the_files_default():
    assert pieces({})[0].material["name"] == "paint_lichen"
    assert pieces({"colour": "sapin"})[0].material["name"] == "paint_sapin"
    paint = CarFile(make_small_car()).find_paint({"colour": "sapin"})
    assert paint.colour == (0.02, 0.1, 0.06)
    assert paint.finish == CarFile(make_small_car()).find_paint({}).finish


def test_a_node_is_seen_only_with_its_choice():
    assert [piece.node for piece in pieces({"doors": "no"})] == ["body"]
    assert [piece.node for piece in pieces({"doors": "yes"})] == ["body", "door_FL"]


def test_a_door_turns_about_its_hinge():
    """A quarter turn about the upright: what was 2 m behind the hinge is 2 m beside it."""
    closed, opened = pieces({"doors": "yes"})[1], pieces({"doors": "yes"}, door_FL=1.0)[1]
    assert np.ptp(closed.points, axis=0) == pytest.approx([2, 4, 1])
    assert np.ptp(opened.points, axis=0) == pytest.approx([4, 2, 1])
    assert opened.points.mean(axis=0) == pytest.approx(closed.points.mean(axis=0), abs=1e-6)


def test_what_is_no_car_is_refused():
    with pytest.raises(CarFileInvalid, match="no GLB"):
        CarFile(b"a picture of a car, perhaps")
    packed = make_small_car().replace(
        b'"asset"', b'"extensionsRequired": ["EXT_meshopt_compression"], "asset"'
    )
    with pytest.raises((CarFileInvalid, ValueError)):
        CarFile(packed)
