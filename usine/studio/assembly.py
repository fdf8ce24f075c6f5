"""A whole car: shell, fittings and every wheel of its range, dressed by what a buyer chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from usine.ranges.contracts import Feature
from usine.studio.choices import Wardrobe, open_wardrobe
from usine.studio.fittings import QUICK, build_fittings
from usine.studio.gltf import Model
from usine.studio.parts import Hinge, Part
from usine.studio.shell import FINE, build_shell
from usine.studio.silhouette import Silhouette
from usine.studio.wheels import CELL, COARSEST, build_wheel

COARSE = 0.04  # metres: the largest cells of a body that still has all its panels
OUTSET = 0.012  # metres from the half track to the middle of a wheel


def build_car(car: Silhouette, features: Mapping[str, Feature], *, detail: float = 1.0) -> Model:
    """A car with everything that its range may show.

    `detail` multiplies the size of all cells: 1 is for pictures, 2 for a quick look. Raises SilhouetteInvalid.
    """
    wardrobe = open_wardrobe(car, features)
    shell = build_shell(car, size=min(FINE * detail, COARSE))
    wheels, hubs = _build_wheels(car, wardrobe, detail)
    parts = (*shell.parts, *build_fittings(car, detail=detail), *wheels)
    hinges = {**shell.hinges, **hubs, **_steering(car)}
    x, y, z = (float(v) for v in car.part("driver", "eye"))
    return Model(car.name, parts, wardrobe, hinges, car.package.length / 2, (x, y, z))


def close_doors(model: Model) -> Model:
    """The car whose doors do not open: their parts hang on the body, what only an open one shows is left out."""
    opening = {name for name, hinge in model.hinges.items() if hinge.axis is not None and not hinge.turns}
    parts = [
        replace(part, node="body") if part.node in opening else part for part in model.parts if not part.inner
    ]
    return replace(model, parts=parts, hinges={k: v for k, v in model.hinges.items() if k not in opening})


def _build_wheels(car: Silhouette, wardrobe: Wardrobe, detail: float) -> tuple[list[Part], dict[str, Hinge]]:
    """Each design once, about its centre; four nodes have it, those on the left turned half round."""
    hubs = _hubs(car)
    parts = []
    cell, radius = min(CELL * detail, COARSEST), car.package.wheel_radius
    for value, design in wardrobe.wheels.items():
        for material, mesh in build_wheel(design, radius, cell=cell, even=detail < QUICK).items():
            parts += [
                Part(
                    node,
                    material,
                    mesh,
                    {wardrobe.wheel_feature: (value,)},
                    local=True,
                    about=node[-1] == "L",
                )
                for node in hubs
            ]
    return parts, hubs


def _hubs(car: Silhouette) -> dict[str, Hinge]:
    package = car.package
    side = package.half_track + OUTSET
    return {
        f"wheel_{end}{hand}": Hinge((axle, sign * side, package.wheel_radius))
        for end, axle in zip("FR", package.axles, strict=True)
        for hand, sign in (("R", 1), ("L", -1))
    }


def _steering(car: Silhouette) -> dict[str, Hinge]:
    """What the steering wheel turns about, for a driver on either side."""
    said = car.part("driver", "steering")
    x, y, z = (float(v) for v in said["at"])
    along, across, up = (float(v) for v in said["axis"])
    left = Hinge((x, y, z), (along, across, up), float(said["degrees"]), turns=True)
    return {said["node"]: left, f"{said['node']}_right": replace(left, pivot=(x, -y, z))}
