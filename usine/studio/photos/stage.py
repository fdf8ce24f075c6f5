"""A stage for one car in Cycles: its pieces as meshes, the camera, the film.

Runs in the darkroom, under Blender's Python. Axes: x to the car's left, y to its tail, z up, metres; the middle of the
wheelbase at the origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from usine.studio.photos.carfile import Piece
from usine.studio.photos.surfaces import make_surface, show_picture

BOUNCES = {"max": 6, "diffuse": 2, "glossy": 4, "transmission": 2, "transparent_max": 16}
BRIGHTEST = 6.0  # a sample reflected once is clamped to it: no fireflies


def clear_stage() -> Any:
    """An empty scene, ready for Cycles on the processor."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.use_persistent_data = True
    scene.cycles.device = "CPU"
    for name, value in BOUNCES.items():
        setattr(scene.cycles, f"{name}_bounces", value)
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_indirect = BRIGHTEST
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.04
    scene.cycles.use_denoising = True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    scene.view_layers[0].cycles.denoising_store_passes = True
    _denoise_alpha(scene)
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.image_settings.color_depth = "16"
    return scene


def _denoise_alpha(scene: Any) -> None:
    """Panes let chance decide which samples pass: Cycles denoises what is seen through them, not how much is."""
    tree = bpy.data.node_groups.new("alpha", "CompositorNodeTree")
    scene.compositing_node_group = tree
    tree.interface.new_socket(name="Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    names = ("CompositorNodeRLayers", "CompositorNodeDenoise", "CompositorNodeSetAlpha", "NodeGroupOutput")
    rendered, denoise, put, output = (tree.nodes.new(name) for name in names)
    denoise.inputs["HDR"].default_value = False
    denoise.inputs["Prefilter"].default_value = "None"
    put.inputs["Type"].default_value = "Replace Alpha"
    tree.links.new(rendered.outputs["Alpha"], denoise.inputs["Image"])
    tree.links.new(rendered.outputs["Image"], put.inputs["Image"])
    tree.links.new(denoise.outputs["Image"], put.inputs["Alpha"])
    tree.links.new(put.outputs["Image"], output.inputs["Image"])


def place_car(
    pieces: Iterable[Piece], *, lit: Mapping[str, float], painted: Mapping[str, Any] | None = None
) -> list[Any]:
    """The car's objects; pieces of one material share its surface. `painted`: a material and its colour instead."""
    surfaces: dict[str, Any] = {}
    found = []
    for piece in pieces:
        name = piece.material["name"]
        key = f"{piece.part} {name}"
        if key not in surfaces:
            colour = painted["colour"] if painted and painted["material"] == name else None
            surfaces[key] = make_surface(piece.material, part=piece.part, lit=lit, colour=colour)
            if piece.picture is not None:
                show_picture(surfaces[key], piece.picture)
        found.append(_place(piece, surfaces[key]))
    return found


def _place(piece: Piece, surface: Any) -> Any:
    mesh = make_mesh(f"{piece.node}.{piece.part}", piece.points, piece.triangles)
    mesh.polygons.foreach_set("use_smooth", np.ones(len(piece.triangles), bool))
    mesh.normals_split_custom_set_from_vertices(piece.normals.astype(np.float32))
    if piece.uv is not None:
        places = piece.uv[piece.triangles.ravel()] * [1, -1] + [
            0,
            1,
        ]  # Blender counts pictures' rows from below
        layer = mesh.uv_layers.new(name="picture")
        layer.uv.foreach_set("vector", places.astype(np.float32).ravel())
    return show(mesh, surface)


def make_mesh(name: str, points: Any, faces: Any) -> Any:
    """A mesh of triangles or of quadrilaterals."""
    mesh = bpy.data.meshes.new(name)
    sides = faces.shape[1]
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(points, np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, np.int32).ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, sides, dtype=np.int32))
    mesh.update()
    return mesh


def show(mesh: Any, surface: Any) -> Any:
    """An object of a mesh on the stage."""
    mesh.materials.append(surface)
    found = bpy.data.objects.new(mesh.name, mesh)
    bpy.context.scene.collection.objects.link(found)
    return found


def aim_camera(camera: Mapping[str, Any]) -> None:
    """Look where a shot says.

    `azimuth` degrees from straight ahead to the car's left, `height` and `distance` metres, `lens` millimetres (36 mm
    film), `at` metres ahead, to the left, up; `aperture` is an f-number, without it all is sharp.
    """
    scene = bpy.context.scene
    ahead, left, up = camera["at"]
    target = Vector((left, -ahead, up))
    angle = np.radians(camera["azimuth"])
    place = Vector((np.sin(angle), -np.cos(angle), 0)) * camera["distance"] + Vector(
        (left, -ahead, camera["height"])
    )
    lens = bpy.data.cameras.new("camera")
    lens.lens = camera["lens"]
    lens.clip_start = 0.02
    lens.shift_x, lens.shift_y = camera.get("shift", (0, 0))
    if camera.get("aperture"):
        lens.dof.use_dof = True
        lens.dof.focus_distance = camera.get("focus", (target - place).length)
        lens.dof.aperture_fstop = camera["aperture"]
    found = bpy.data.objects.new("camera", lens)
    found.location = place
    found.rotation_euler = (target - place).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(found)
    if scene.camera:
        bpy.data.objects.remove(scene.camera)
    scene.camera = found


def expose(shot: Mapping[str, Any], *, threads: int, target: str) -> Any:
    """Render a shot, only its `region` where it has one (left, top, right, bottom in pixels).

    The negative is (height, width, 4), linear, premultiplied, first row at the top.
    """
    scene = bpy.context.scene
    size = shot["size"]
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.film_transparent = shot.get("cut_out", False)
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.cycles.samples, scene.cycles.seed = shot["samples"], shot["seed"]
    scene.render.filepath = target
    _frame(scene, size, shot.get("region"))
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(target)
    image.colorspace_settings.name = "Linear Rec.709"
    width, height = image.size
    found = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(found)
    bpy.data.images.remove(image)
    return found.reshape(height, width, 4)[::-1].astype(np.float16)


def _frame(scene: Any, size: Sequence[int], region: Sequence[int] | None) -> None:
    """Blender cuts pixels off: a hundredth of one keeps whole numbers whole."""
    scene.render.use_border = scene.render.use_crop_to_border = region is not None
    if region is not None:
        (width, height), (left, top, right, bottom) = size, region
        scene.render.border_min_x, scene.render.border_max_x = (left + 0.01) / width, (right + 0.01) / width
        scene.render.border_min_y = (height - bottom + 0.01) / height
        scene.render.border_max_y = (height - top + 0.01) / height
