"""Cars from their files: the size of their sheets, every part there and turned outwards, a sound glTF file."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml

from usine.studio.assembly import build_car
from usine.studio.body import body_field
from usine.studio.fittings import build_fittings
from usine.studio.gltf import TURN, VARIANTS
from usine.studio.mesh import combine, turned_out
from usine.studio.shell import build_shell
from usine.studio.silhouette import Silhouette, SilhouetteInvalid, read_silhouette
from usine.studio.wheels import WheelDesign, build_wheel

PROJECT = Path(__file__).resolve().parents[2]
CARS = sorted((PROJECT / "demo/studio").glob("*.yaml"))
COLOURS = {"lichen": "#bdb822", "bouleau": "#dcd9d0"}
COARSE = 0.04
PARTS = {
    *("paint", "surround", "side_glass", "windscreen", "backlight", "headlamp", "daylight", "tail_lamp"),
    *("tail_light", "grille", "intake", "cladding", "gap", "well", "roof"),
}


@pytest.fixture(scope="module", params=CARS, ids=lambda path: path.stem)
def car(request):
    return read_silhouette(request.param)


@pytest.fixture(scope="module")
def shell(car):
    return build_shell(car, size=COARSE)


@pytest.fixture(scope="module")
def content():
    return yaml.safe_load((PROJECT / "demo/studio/oree.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def glb():
    oree = read_silhouette(PROJECT / "demo/studio/oree.yaml")
    return build_car(oree, WheelDesign(17, 5, 0.6, forked=True), COLOURS, detail=3)


def read_glb(data):
    """The JSON of a file and a function from the number of an accessor to its array."""
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    (size,) = struct.unpack("<I", data[12:16])
    content, binary = json.loads(data[20 : 20 + size]), data[28 + size :]

    def array(number):
        found = content["accessors"][number]
        view = content["bufferViews"][found["bufferView"]]
        kind = {5126: "<f4", 5125: "<u4"}[found["componentType"]]
        width = {"VEC3": 3, "SCALAR": 1}[found["type"]]
        flat = np.frombuffer(binary, kind, found["count"] * width, view["byteOffset"])
        return flat.reshape(-1, width)

    return content, array


def test_fittings_are_whole_and_where_a_driver_looks_for_them(car):
    found = {}
    for fitting in build_fittings(car, detail=2):
        assert turned_out(fitting.mesh) > 0.99, fitting.material
        edges = np.concatenate([fitting.mesh.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
        assert (np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)[1] == 2).all(), fitting.material
        found.setdefault((fitting.node, fitting.material), []).append(fitting.mesh.points)
    wheel = found["steering_wheel", "dash"][0]
    assert wheel[:, 1].max() < 0  # on the left
    tablet = found["interior", "tablet"][0].mean(axis=0)
    assert abs(tablet[1]) < 0.02 and abs(tablet[0] - wheel[:, 0].mean()) < 0.3
    body = body_field(car)
    for points in found["body", "handle"]:
        assert (body(points) > -0.045).all() and (body(points) > 0).any()  # on the sheet, standing out of it
    inside = [points for (node, _), meshes in found.items() if node == "interior" for points in meshes]
    assert all((body(points) < 0).mean() > 0.95 for points in inside)


def test_a_fitting_that_cannot_be_read_is_named(content):
    for wrong in ({"node": "body"}, {"node": "body", "material": "plate", "cell": "x", "shapes": []}):
        with pytest.raises(SilhouetteInvalid, match="a fitting cannot be read"):
            build_fittings(Silhouette("oree", content | {"fittings": [wrong]}))


def test_there_is_more_than_one_silhouette():
    assert len(CARS) >= 2


def test_the_body_is_as_large_as_its_sheet_says(car, shell):
    points = combine(list(shell.values())).points
    package = car.package
    low, high = points.min(axis=0), points.max(axis=0)
    assert high[0] - low[0] == pytest.approx(package.length, abs=0.012)
    assert 2 * high[1] == pytest.approx(package.width, abs=0.012)
    assert high[2] == pytest.approx(package.height, abs=0.012)
    assert low[2] == pytest.approx(package.clearance, abs=0.012)


def test_every_part_is_there_and_turned_outwards(shell):
    assert shell.keys() >= PARTS
    for name, mesh in shell.items():
        assert len(mesh.triangles), name
        assert turned_out(mesh) > 0.998, name
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-6), name
        assert np.isfinite(mesh.points).all(), name


def test_wheels_turn_freely_in_their_arches(car, shell):
    package = car.package
    points = np.concatenate([shell[name].points for name in ("paint", "cladding")])
    for axle in package.axles:
        away = np.hypot(points[:, 0] - axle, points[:, 2] - package.wheel_radius)
        assert away[points[:, 1] > 0.52].min() > package.wheel_radius + 0.02


def test_lamps_and_panes_are_where_they_belong(car, shell):
    length = car.package.length
    middle = {name: mesh.points.mean(axis=0) for name, mesh in shell.items()}
    assert middle["headlamp"][0] < 0.2 * length and middle["tail_lamp"][0] > 0.8 * length
    assert middle["windscreen"][0] < middle["side_glass"][0] < middle["backlight"][0]
    assert min(middle[pane][2] for pane in ("windscreen", "side_glass", "backlight")) > middle["paint"][2]


@pytest.mark.parametrize(
    "design", [WheelDesign(16, 7, 0.34), WheelDesign(18, 16, 0.3), WheelDesign(17, 5, 0.6, True)]
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


def test_the_same_file_gives_the_same_bytes(glb):
    oree = read_silhouette(PROJECT / "demo/studio/oree.yaml")
    assert build_car(oree, WheelDesign(17, 5, 0.6, forked=True), COLOURS, detail=3) == glb


def test_the_axes_are_turned_and_not_mirrored():
    assert np.linalg.det(TURN) == pytest.approx(1.0)


def test_in_gltf_the_nose_points_to_z_and_triangles_turn_with_their_normals(glb):
    content, array = read_glb(glb)
    seen = {}
    for node in content["nodes"][:-1]:
        for primitive in content["meshes"][node["mesh"]]["primitives"]:
            points = array(primitive["attributes"]["POSITION"]).astype(float)
            normals = array(primitive["attributes"]["NORMAL"]).astype(float)
            corners = array(primitive["indices"]).reshape(-1, 3).astype(int)
            faces = np.cross(*(points[corners[:, k]] - points[corners[:, 0]] for k in (1, 2)))
            agree = (faces * normals[corners].mean(axis=1)).sum(axis=1) > 0
            assert np.linalg.norm(faces[agree], axis=1).sum() > 0.99 * np.linalg.norm(faces, axis=1).sum()
            name = content["materials"][primitive["material"]]["name"]
            seen[node["name"], name] = points + node["translation"]
    assert seen["body", "headlamp"][:, 2].min() > 1.0 and seen["body", "tail_lamp"][:, 2].max() < -1.0
    assert seen["body", "paint"][:, 1].max() > 1.4 and seen["body", "cladding"][:, 1].min() > 0
    wheels = {node: points for (node, material), points in seen.items() if material == "rubber"}
    # seen along +z with y up, the left is +x
    assert wheels["wheel_FL"][:, 0].min() > 0.5 and wheels["wheel_FL"][:, 2].min() > 0.8
    assert wheels["wheel_RR"][:, 0].max() < -0.5 and wheels["wheel_RR"][:, 2].max() < -0.8


def test_wheels_hang_on_their_centres(glb):
    content, _ = read_glb(glb)
    places = {node["name"]: node["translation"] for node in content["nodes"][:-1]}
    assert places["wheel_FL"] == pytest.approx([0.757, 0.318, 4.05 / 2 - 0.83])
    assert places["wheel_RR"] == pytest.approx([-0.757, 0.318, 4.05 / 2 - 3.41])


def test_every_paint_is_a_variant_of_all_that_is_painted(glb):
    content, _ = read_glb(glb)
    assert [v["name"] for v in content["extensions"][VARIANTS]["variants"]] == list(COLOURS)
    names = [material["name"] for material in content["materials"]]
    painted = [
        primitive
        for mesh in content["meshes"]
        for primitive in mesh["primitives"]
        if names[primitive["material"]] == "paint"
    ]
    assert len(painted) == 1
    painted += [
        primitive
        for mesh in content["meshes"]
        for primitive in mesh["primitives"]
        if names[primitive["material"]] in ("roof", "mirror_cap", "handle")
    ]
    assert len(painted) == 4
    for primitive in painted:
        mappings = primitive["extensions"][VARIANTS]["mappings"]
        assert {v: names[m["material"]] for m in mappings for v in m["variants"]} == {
            0: "paint_lichen",
            1: "paint_bouleau",
        }


def test_khronos_validator_finds_nothing(glb, tmp_path):
    assert shutil.which("node"), "Node is needed, as for the front end"
    (tmp_path / "car.glb").write_bytes(glb)
    script = (
        "const bytes = new Uint8Array(require('node:fs').readFileSync(process.argv[1]));"
        "require('gltf-validator').validateBytes(bytes).then((found) =>"
        " console.log(JSON.stringify([found.issues, found.info.drawCallCount])));"
    )
    command = ["node", "--eval", script, str(tmp_path / "car.glb")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    issues, draws = json.loads(done.stdout)
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"][:3]
    assert draws <= 45


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
