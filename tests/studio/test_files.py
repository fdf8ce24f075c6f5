"""A car's file: sound glTF, axes turned and not mirrored, choices where viewers look for them, small at each level."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from usine.studio.gltf import TURN, VARIANTS, write_glb
from usine.studio.levels import LEVELS, write_file
from usine.studio.palette import write_png
from usine.studio.photos.carfile import CarFile
from usine.studio.screens import draw_screen

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "frontend/src/assets/cars"
CARS = ("lisiere", "oree")
MOVING = ("door_", "tailgate", "steering_wheel", "wheel_")
MOST = {"viewer": (500_000, 130_000, 45), "drive": (180_000, 40_000, 25)}  # bytes, triangles, draws


@pytest.fixture(scope="module", params=[False, True], ids=["for photographs", "for pages"])
def glb(model, request):
    return write_glb(model, in_one=request.param)


@pytest.fixture(scope="module")
def small(model):
    return {level: write_file(model, level) for level in LEVELS}


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
        width = {"VEC3": 3, "VEC2": 2, "SCALAR": 1}[found["type"]]
        flat = np.frombuffer(binary, kind, found["count"] * width, view["byteOffset"])
        return flat.reshape(-1, width)

    return content, array


def primitives_of(content):
    """Every primitive with the node on which it hangs, the one that a choice's node hangs on, its part."""
    nodes = content["nodes"]
    above = {child: node for node in nodes for child in node.get("children", ())}
    for place, node in enumerate(nodes):
        top = node if above.get(place, nodes[-1]) is nodes[-1] else above[place]
        for primitive in content["meshes"][node["mesh"]]["primitives"] if "mesh" in node else ():
            yield top, node, primitive


def test_the_axes_are_turned_and_not_mirrored():
    assert np.linalg.det(TURN) == pytest.approx(1.0)


def test_in_gltf_the_nose_points_to_z_and_triangles_turn_with_their_normals(glb):
    content, array = read_glb(glb)
    seen = {}
    for top, node, primitive in primitives_of(content):
        points = array(primitive["attributes"]["POSITION"]).astype(float)
        normals = array(primitive["attributes"]["NORMAL"]).astype(float)
        corners = array(primitive["indices"]).reshape(-1, 3).astype(int)
        faces = np.cross(*(points[corners[:, k]] - points[corners[:, 0]] for k in (1, 2)))
        agree = (faces * normals[corners].mean(axis=1)).sum(axis=1) > 0
        assert np.linalg.norm(faces[agree], axis=1).sum() > 0.9 * np.linalg.norm(faces, axis=1).sum()
        turn = [-1, 1, -1] if node.get("rotation") else [1, 1, 1]
        seen[top["name"], primitive["extras"]["part"]] = points * turn + top["translation"]
    assert seen["body", "headlamp"][:, 2].min() > 1.0 and seen["body", "tail_lamp"][:, 2].max() < -1.0
    assert seen["body", "roof"][:, 1].max() > 1.4 and seen["body", "cladding"][:, 1].min() > 0
    # seen along +z with y up, the left is +x
    assert seen["wheel_FL", "rubber"][:, 0].min() > 0.5 and seen["wheel_FL", "rubber"][:, 2].min() > 0.8
    assert seen["wheel_RR", "rubber"][:, 0].max() < -0.5 and seen["wheel_RR", "rubber"][:, 2].max() < -0.8
    assert seen["door_FL", "paint"][:, 0].min() > 0.3 and seen["steering_wheel", "dash"][:, 0].min() > 0


def test_wheels_hang_on_their_centres_with_their_faces_outwards(glb):
    content, array = read_glb(glb)
    places = {node["name"]: node for node in content["nodes"] if "translation" in node}
    assert places["wheel_FL"]["translation"] == pytest.approx([0.757, 0.318, 4.05 / 2 - 0.83])
    assert places["wheel_RR"]["translation"] == pytest.approx([-0.757, 0.318, 4.05 / 2 - 3.41])
    for name, out in (("wheel_FL", 1), ("wheel_FR", -1)):
        children = [content["nodes"][child] for child in places[name]["children"]]
        assert {tuple(child["extras"]["when"]["wheels"]) for child in children} == {
            (wheel,) for wheel in ("brindille", "galet", "rameau", "faine", "aubier", "frondaison", "cime")
        }
        hub = next(
            p for p in content["meshes"][children[0]["mesh"]]["primitives"] if p["extras"]["part"] == "hub"
        )
        side = array(hub["attributes"]["POSITION"])[:, 0].mean() * (-1 if children[0].get("rotation") else 1)
        assert side * out > 0.03


def test_screens_show_a_picture_upright(glb):
    content, array = read_glb(glb)
    screen = next(p for _, _, p in primitives_of(content) if p["extras"]["part"] == "tablet")
    places, points = (array(screen["attributes"][name]) for name in ("TEXCOORD_0", "POSITION"))
    left_top = np.argmin(places.sum(axis=1))
    right_bottom = np.argmax(places.sum(axis=1))
    assert points[left_top][0] > points[right_bottom][0]  # who looks to the nose has +x on the left
    assert points[left_top][1] > points[right_bottom][1]


def test_lit_screens_are_photographed_as_they_were_drawn(model):
    pieces = CarFile(write_glb(model)).pieces({}, opened={})
    tablet = next(piece for piece in pieces if piece.part == "tablet")
    with Image.open(io.BytesIO(draw_screen("tablet"))) as drawn:
        assert np.array_equal(tablet.picture, np.asarray(drawn))
    assert len(np.unique(tablet.picture.reshape(-1, 3), axis=0)) > 20  # not one flat colour
    assert (tablet.uv.min(axis=0).tolist(), tablet.uv.max(axis=0).tolist()) == ([0, 0], [1, 1])


def test_screens_are_pictures_in_the_showroom_and_plain_on_the_road(small):
    names = {
        level: {image.get("name") for image in read_glb(file)[0]["images"]} for level, file in small.items()
    }
    assert names["viewer"] == {"colours", "surfaces", "tablet", "cluster"}
    assert names["drive"] == names["thumbnail"] == {"colours", "surfaces"}


def test_every_paint_is_a_variant_of_all_that_is_painted(glb, features):
    content, _ = read_glb(glb)
    variants = [variant["name"] for variant in content["extensions"][VARIANTS]["variants"]]
    colours = [value.name for value in features["colour"].values]
    assert [name for name in variants if name.startswith("colour:")] == [f"colour:{name}" for name in colours]
    names = [material["name"] for material in content["materials"]]
    painted = [
        p for _, _, p in primitives_of(content) if p["extras"]["part"] in ("paint", "roof", "mirror_cap")
    ]
    assert len(painted) >= 8
    for primitive in painted:
        mappings = primitive["extensions"][VARIANTS]["mappings"]
        shown = {variants[v]: names[m["material"]] for m in mappings for v in m["variants"]}
        assert all(shown[f"colour:{name}"] == f"paint_{name}" for name in colours)


def test_what_rules_last_stands_last(glb):
    content, _ = read_glb(glb)
    extras = content["nodes"][-1]["extras"]
    assert extras["features"].index("colour") < extras["features"].index("roof")
    assert extras["defaults"]["colour"] == "lichen"


def test_khronos_validator_finds_nothing(glb, tmp_path):
    assert shutil.which("node"), "Node is needed, as for the front end"
    (tmp_path / "car.glb").write_bytes(glb)
    script = (
        "const bytes = new Uint8Array(require('node:fs').readFileSync(process.argv[1]));"
        "require('gltf-validator').validateBytes(bytes).then((found) => console.log(JSON.stringify(found.issues)));"
    )
    command = ["node", "--eval", script, str(tmp_path / "car.glb")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    issues = json.loads(done.stdout)
    assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"][:3]


def test_pictures_are_read_back_as_they_were(tmp_path):
    from PIL import Image

    pixels = np.random.default_rng(7).integers(0, 256, (3, 5, 3), dtype=np.uint8)
    (tmp_path / "picture.png").write_bytes(write_png(pixels))
    with Image.open(tmp_path / "picture.png") as picture:
        assert (np.asarray(picture) == pixels).all()


def shown(content, choices):
    """Triangles and draws of a compressed car with some choices: `when` of ranges, nodes that share a mesh."""
    root = content["nodes"][content["scenes"][0]["nodes"][0]]
    chosen = root["extras"]["defaults"] | choices
    triangles = draws = 0
    for node in content["nodes"]:
        for primitive in content["meshes"][node["mesh"]]["primitives"] if "mesh" in node else ():
            count = content["accessors"][primitive["indices"]]["count"]
            ranges = primitive.get("extras", {}).get("ranges", [{"first": 0, "count": count}])
            there = [r for r in ranges if all(chosen[k] in v for k, v in r.get("when", {}).items())]
            triangles += sum(r["count"] for r in there) // 3
            draws += bool(there)
    return triangles, draws


@pytest.mark.parametrize("level", LEVELS)
def test_ranges_hold_every_index_once(small, level):
    content, _ = read_glb(small[level])
    for mesh in content["meshes"]:
        materials = [primitive["material"] for primitive in mesh["primitives"]]
        assert len(materials) == len(set(materials)), mesh["name"]
        for primitive in mesh["primitives"]:
            at = 0
            for found in primitive.get("extras", {}).get("ranges", ()):
                assert found["first"] == at and found["count"] % 3 == 0
                at += found["count"]
            assert at in (0, content["accessors"][primitive["indices"]]["count"])


def test_a_level_keeps_only_the_choices_that_it_shows(small):
    content, _ = read_glb(small["drive"])
    assert not [node for node in content["nodes"] if "opens" in node.get("extras", {})]
    named = {
        feature
        for mesh in content["meshes"]
        for primitive in mesh["primitives"]
        for found in primitive.get("extras", {}).get("ranges", ())
        for feature in found.get("when", {})
    }
    assert named and named <= set(LEVELS["drive"].features)


def test_what_opens_and_turns_keeps_its_hinge_in_small_files(model, small):
    whole, _ = read_glb(write_glb(model, in_one=True))
    hinges = {
        node["name"]: node["translation"]
        for node in whole["nodes"]
        if node.get("name", "").startswith(MOVING) and "translation" in node
    }
    for level, data in small.items():
        nodes = {node["name"]: node for node in read_glb(data)[0]["nodes"] if node.get("name") in hinges}
        assert {"wheel_FL", "wheel_RR"} <= set(nodes), level
        for name, node in nodes.items():
            assert node["translation"] == pytest.approx(hinges[name], abs=1e-6), (level, name)
            assert node.get("scale", [1, 1, 1]) == [1, 1, 1], (level, name)


@pytest.mark.parametrize("level", MOST)
@pytest.mark.parametrize("car", CARS)
def test_shipped_cars_are_small_whatever_is_chosen(car, level, features):
    file = (SHIPPED / f"{car}.{level}.glb").read_bytes()
    content, _ = read_glb(file)
    most_bytes, most_triangles, most_draws = MOST[level]
    assert len(file) <= most_bytes
    dearest = {name: value.name for name, feature in features.items() for value in feature.values}
    for choices in ({}, dearest, *({name: v.name} for name, f in features.items() for v in f.values)):
        triangles, draws = shown(content, choices)
        assert triangles <= most_triangles and draws <= most_draws, choices
