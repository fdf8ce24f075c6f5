"""Cars from their files: the size of their sheets, every part there and turned outwards, doors that open outwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from usine.studio.body import body_field
from usine.studio.fittings import build_fittings
from usine.studio.mesh import combine, open_edges, turned_out
from usine.studio.shell import build_shell
from usine.studio.silhouette import Silhouette, SilhouetteInvalid, read_silhouette
from usine.studio.wheels import WheelDesign, build_wheel

PROJECT = Path(__file__).resolve().parents[2]
CARS = [PROJECT / f"demo/studio/{name}.yaml" for name in ("lisiere", "oree")]
COARSE = 0.04
SHEETS = {
    *(
        "paint",
        "surround",
        "side_glass",
        "rear_glass",
        "windscreen",
        "headlamp",
        "daylight",
        "beam",
        "tail_lamp",
    ),
    *(
        "tail_light",
        "indicator",
        "grille",
        "intake",
        "cladding",
        "gap",
        "well",
        "roof",
        "lens",
        "red_lens",
        "lining",
    ),
}
SUNK = ("beam", "chrome", "grille", "intake")
DOORS = {"door_FR", "door_FL", "door_RR", "door_RL", "tailgate"}


@pytest.fixture(scope="module", params=CARS, ids=lambda path: path.stem)
def car(request):
    return read_silhouette(request.param)


@pytest.fixture(scope="module")
def shell(car):
    return build_shell(car, size=COARSE)


@pytest.fixture(scope="module")
def fittings(car):
    return build_fittings(car, detail=7)


@pytest.fixture(scope="module")
def content():
    return yaml.safe_load((PROJECT / "demo/studio/oree.yaml").read_text(encoding="utf-8"))


def points_of(parts, *materials):
    return np.concatenate([part.mesh.points for part in parts if part.material in materials])


def test_fittings_are_whole(fittings):
    """Closed: each edge has as many triangles on the one side as on the other."""
    for part in fittings:
        if part.uv is not None:  # a flat screen
            continue
        assert turned_out(part.mesh) > 0.93, part.material  # cells of a centimetre in a pipe of three
        edges = np.concatenate([part.mesh.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
        count = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)[1]
        assert (count % 2 == 0).all(), part.material


def test_fittings_are_where_a_driver_looks_for_them(car, fittings):
    nodes = {part.node for part in fittings}
    assert {"steering_wheel", "steering_wheel_right", "interior", *DOORS} <= nodes
    left, right = (
        np.concatenate([part.mesh.points for part in fittings if part.node == node])
        for node in ("steering_wheel", "steering_wheel_right")
    )
    assert left[:, 1].max() < 0 < right[:, 1].min()
    tablet = points_of(fittings, "tablet").mean(axis=0)
    assert abs(tablet[1]) < 0.02 and abs(tablet[0] - left[:, 0].mean()) < 0.3
    body = body_field(car)
    inside = [part.mesh.points for part in fittings if part.node == "interior"]
    assert all((body(points) < 0).mean() > 0.95 for points in inside)


def test_handles_stand_out_of_the_doors(car, fittings):
    body = body_field(car)
    handles = [part.mesh.points for part in fittings if part.node in DOORS and part.material == "paint"]
    assert len(handles) == 4
    for points in handles:
        assert (body(points) > -0.045).all() and (body(points) > 0).any()


def test_a_fitting_that_cannot_be_read_is_named(content):
    box = {"at": [1, 0, 1], "half": [0.1, 0.1, 0.1]}
    for wrong in (
        {"node": "body"},
        {"node": "body", "material": "plate", "cell": "x", "shapes": []},
        {"node": "body", "material": "plate", "blend": 0, "shapes": [{**box, "rod": True}]},
        {
            "node": "body",
            "material": "plate",
            "cell": 0.1,
            "shapes": [{"at": [1, 0, 1], "strokes": "emblem"}],
        },
        {"node": "body", "material": "plate", "cell": 0.1, "shapes": [box], "when": ["x"]},
    ):
        with pytest.raises(SilhouetteInvalid, match="a fitting cannot be read"):
            build_fittings(Silhouette("oree", content | {"fittings": [wrong]}))


def test_the_body_is_as_large_as_its_sheet_says(car, shell):
    points = np.concatenate([part.mesh.points for part in shell.parts])
    package = car.package
    low, high = points.min(axis=0), points.max(axis=0)
    assert high[0] - low[0] == pytest.approx(package.length, abs=0.012)
    assert high[1] - low[1] == pytest.approx(package.width, abs=0.012)
    assert high[2] == pytest.approx(package.height, abs=0.012)
    assert low[2] == pytest.approx(package.clearance, abs=0.012)


def test_every_sheet_is_there_and_turned_outwards(shell):
    assert {part.material for part in shell.parts} >= SHEETS
    for part in shell.parts:
        least = 0.85 if part.material in SUNK else 0.985  # cells of 4 cm hold no relief of 2
        assert turned_out(part.mesh) > least, (part.node, part.material)
        assert np.allclose(np.linalg.norm(part.mesh.normals, axis=1), 1, atol=1e-6), (
            part.node,
            part.material,
        )
        assert np.isfinite(part.mesh.points).all(), (part.node, part.material)


def test_both_sides_have_the_same_doors(shell):
    assert {part.node for part in shell.parts} == {"body", *DOORS}
    for right, left in (("door_FR", "door_FL"), ("door_RR", "door_RL")):
        sides = [
            combine([p.mesh for p in shell.parts if p.node == node and not p.side]).points
            for node in (right, left)
        ]
        assert np.allclose(sides[0] * [1, -1, 1], sides[1])
        assert sides[0][:, 1].min() > 0.3


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_door_opens_outwards_about_its_hinge(shell, door):
    """Its far edge moves away from the middle of the car (a tailgate's: up), its near edge stays."""
    hinge = shell.hinges[door]
    points = np.concatenate([p.mesh.points for p in shell.parts if p.node == door and p.material == "paint"])
    away = points - np.array(hinge.pivot)
    far = points[np.argmax((away**2).sum(axis=1))]
    moved = turn(far, hinge)
    if door == "tailgate":
        assert moved[2] > far[2] + 0.3 and moved[0] > far[0] - 0.1
    else:
        assert abs(moved[1]) > abs(far[1]) + 0.3 and np.sign(moved[1]) == np.sign(far[1])
    near = points[np.argmin(np.linalg.norm(np.cross(away, hinge.axis), axis=1))]
    assert np.linalg.norm(turn(near, hinge) - near) < 0.1


def turn(point, hinge):
    """Rodrigues' rotation of a point by all that a hinge opens."""
    axis, angle = np.array(hinge.axis), np.radians(hinge.degrees)
    own = point - np.array(hinge.pivot)
    turned = (
        own * np.cos(angle) + np.cross(axis, own) * np.sin(angle) + axis * (axis @ own) * (1 - np.cos(angle))
    )
    return turned + np.array(hinge.pivot)


def test_an_open_door_shows_a_rim_a_card_and_a_frame(shell):
    inner = [(part.node, part.material) for part in shell.parts if part.inner]
    assert inner.count(("body", "paint")) == 3
    for door in DOORS:
        assert len([node for node, _ in inner if node == door]) == 2
    rim = points_of([p for p in shell.parts if p.node == "door_FR" and p.inner], "paint")
    sheet = points_of([p for p in shell.parts if p.node == "door_FR" and not p.inner], "paint")
    assert 0.01 < sheet[:, 1].max() - np.median(rim[:, 1]) < 0.4


def test_the_two_halves_are_one_sheet(shell):
    """No open edge runs along the middle of roof and paint: there is nothing that could come apart."""
    for part in shell.parts:
        if part.node == "body" and part.material in ("roof", "paint", "cladding") and not part.inner:
            ends = part.mesh.points[open_edges(part.mesh.triangles)]
            assert not (np.abs(ends[:, :, 1]) < 1e-9).all(axis=1).any(), part.material


def test_wheels_turn_freely_in_their_arches(car, shell):
    package = car.package
    points = points_of([part for part in shell.parts if not part.inner], "paint", "cladding")
    for axle in package.axles:
        away = np.hypot(points[:, 0] - axle, points[:, 2] - package.wheel_radius)
        assert away[np.abs(points[:, 1]) > 0.52].min() > package.wheel_radius + 0.02


def test_lamps_and_panes_are_where_they_belong(car, shell):
    length = car.package.length
    middle = {name: points_of(shell.parts, name).mean(axis=0) for name in SHEETS}
    assert middle["headlamp"][0] < 0.2 * length and middle["tail_lamp"][0] > 0.8 * length
    assert middle["windscreen"][0] < middle["side_glass"][0] < middle["rear_glass"][0]
    assert min(middle[pane][2] for pane in ("windscreen", "side_glass", "rear_glass")) > middle["paint"][2]


def test_lamps_lie_behind_their_lenses(car, shell):
    body = body_field(car)
    sunk, lens = (body(points_of(shell.parts, name)) for name in ("headlamp", "lens"))
    assert np.percentile(sunk, 25) < -0.012 and lens.min() > -0.004


@pytest.mark.parametrize(
    "design",
    [WheelDesign(16, 7, 0.34), WheelDesign(18, 16, 0.3), WheelDesign(17, 12, 0.4, "alloy", "dark_alloy")],
)
def test_a_wheel_is_as_large_as_its_tyre_and_turned_outwards(design):
    parts = build_wheel(design, 0.318, cell=0.008)
    whole = combine(list(parts.values()))
    assert np.hypot(whole.points[:, 0], whole.points[:, 2]).max() == pytest.approx(0.318, abs=1e-6)
    assert all(turned_out(mesh) > 0.995 for mesh in parts.values())
    tread = parts["rubber"]
    outwards = tread.points * [1, 0, 1]
    on_tread = np.hypot(outwards[:, 0], outwards[:, 2]) > 0.317
    assert ((tread.normals * outwards).sum(axis=1)[on_tread] > 0).all()  # by the axis, not by itself
    face = parts["alloy"].normals[parts["alloy"].points[:, 1] > 0.085]
    assert (face[:, 1] > 0).mean() > 0.7


def without(content, *path):
    copy = yaml.safe_load(yaml.safe_dump(content))
    part = copy
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return copy


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (("package", "length"), "package.length is missing"),
        (("flank", "plan"), "flank.plan is missing"),
        (("bonnet",), "bonnet.line is missing"),
        (("cabin", "roof"), "cabin.roof is missing"),
        (("panels",), "panels is missing"),
        (("outlines", "side_glass"), "outlines.side_glass"),
        (("doors",), "doors is missing"),
        (("covers",), "covers is missing"),
        (("lining",), "lining is missing"),
    ],
)
def test_what_is_missing_in_a_file_is_named(content, path, sentence):
    with pytest.raises(SilhouetteInvalid, match=sentence):
        build_shell(Silhouette("oree", without(content, *path)), size=0.2)


@pytest.mark.parametrize(
    ("panel", "sentence"),
    [
        ({"cut": "pane", "view": "below"}, "below is no view"),
        ({"view": "side", "outline": "side_glass"}, "neither cut nor groove"),
        ({"cut": "pane", "view": "side", "outline": "moon"}, "outlines.moon"),
    ],
)
def test_a_panel_that_says_nothing_is_named(content, panel, sentence):
    with pytest.raises(SilhouetteInvalid, match=sentence):
        build_shell(Silhouette("oree", content | {"panels": [panel]}), size=0.2)


@pytest.mark.parametrize(
    ("part", "said", "sentence"),
    [
        ("doors", {"node": "door_F"}, "a door cannot be read"),
        ("covers", {"of": ["paint"]}, "a cover cannot be read"),
        ("covers", {"of": ["paint"], "material": "mist", "side": "top"}, "a cover cannot be read"),
        ("panels", {"cut": "pane", "view": "side", "recess": {"depth": "x"}}, "a recess cannot be read"),
    ],
)
def test_doors_covers_and_recesses_that_cannot_be_read_are_named(content, part, said, sentence):
    with pytest.raises(SilhouetteInvalid, match=sentence):
        build_shell(Silhouette("oree", content | {part: [said]}), size=0.2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "says nothing"),
        ("- 1", "says nothing"),
        ("a: [", "is not YAML"),
        ("package: {length: x}", "is no number"),
    ],
)
def test_files_that_are_no_silhouette_are_refused(tmp_path, text, sentence):
    (tmp_path / "car.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SilhouetteInvalid, match=sentence):
        read_silhouette(tmp_path / "car.yaml")
