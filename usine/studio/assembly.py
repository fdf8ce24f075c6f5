"""A whole car: shell, wheel arches and wheels as the parts of a glTF file, colours as its variants."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from usine.studio.fittings import build_fittings
from usine.studio.gltf import Part, write_glb
from usine.studio.materials import MATERIALS, Material, paint
from usine.studio.mesh import combine
from usine.studio.shell import FINE, PAINT, build_shell
from usine.studio.silhouette import Silhouette
from usine.studio.wheels import CELL, COARSEST, WheelDesign, build_wheel

BODY = "body"
PAINTED = (PAINT, "roof", "mirror_cap", "handle")  # what has the body's colour where nothing else is chosen
OUTSET = 0.012  # metres from the half track to the middle of a wheel


def build_car(
    car: Silhouette, wheel: WheelDesign, colours: Mapping[str, str], *, detail: float = 1.0
) -> bytes:
    """The car as GLB. `colours` are its paints by name (sRGB, "#rrggbb"), the first one shown; each is a variant.

    `detail` multiplies the size of all cells: 1 is for pictures, 2 for a quick look. Raises SilhouetteInvalid.
    """
    shell = build_shell(car, size=FINE * detail)
    parts = [Part(BODY, name, combine([mesh, mesh.mirrored()])) for name, mesh in shell.items()]
    parts += [Part(f.node, f.material, f.mesh) for f in build_fittings(car, detail=detail)]
    wheels = build_wheel(wheel, car.package.wheel_radius, cell=min(CELL * detail, COARSEST))
    pivots = {}
    for node, pivot, is_right in _wheel_places(car):
        pivots[node] = pivot
        parts += [
            Part(node, name, (mesh if is_right else mesh.mirrored()).moved(np.asarray(pivot)))
            for name, mesh in wheels.items()
        ]
    paints = {f"{PAINT}_{name}": paint(colour) for name, colour in colours.items()}
    used = {part.material for part in parts}
    painted = [name for name in PAINTED if name in used]
    materials: dict[str, Material] = dict.fromkeys(painted, next(iter(paints.values())))
    materials |= {name: material for name, material in MATERIALS.items() if name in used} | paints
    variants = {name: dict.fromkeys(painted, f"{PAINT}_{name}") for name in colours}
    return write_glb(
        parts, materials, name=car.name, centre=car.package.length / 2, pivots=pivots, variants=variants
    )


def _wheel_places(car: Silhouette) -> list[tuple[str, tuple[float, float, float], bool]]:
    """Each wheel's node, its centre, whether it is on the right, where y is positive."""
    package = car.package
    side = package.half_track + OUTSET
    return [
        (
            f"wheel_{end}{'R' if is_right else 'L'}",
            (axle, side if is_right else -side, package.wheel_radius),
            is_right,
        )
        for end, axle in zip("FR", package.axles, strict=True)
        for is_right in (True, False)
    ]
