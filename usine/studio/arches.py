"""Wheel arches: the opening in the sheet, the flange that the sheet is turned in by, the well behind it."""

from __future__ import annotations

import numpy as np

from usine.studio.curves import Floats
from usine.studio.mesh import Mesh, Triangles, combine, facing, open_edges, strip
from usine.studio.panels import Region
from usine.studio.regions import FAR
from usine.studio.silhouette import Package, Silhouette

FLANGE, INNER = 0.030, 0.50  # metres that the sheet is turned in; y of the inner wall of a wheel well


def arch_region(car: Silhouette, axle: float) -> Region:
    """The opening round a wheel, on the side of the car."""
    package = car.package

    def region(points: Floats) -> Floats:
        away = np.hypot(points[:, 0] - axle, points[:, 2] - package.wheel_radius) - package.arch_radius
        return np.asarray(np.where(points[:, 1] > 0.42, away, FAR))

    return region


def line_arch(body: Mesh, car: Silhouette, axle: float) -> tuple[Mesh, Mesh]:
    """What closes a wheel arch: the flange and the well."""
    package = car.package
    edges = _rim_of(body, axle, package)
    inwards = -(body.points - [axle, 0.0, package.wheel_radius]) * [1.0, 0.0, 1.0]
    inwards /= np.maximum(np.linalg.norm(inwards, axis=1, keepdims=True), 1e-9)
    turned = body.points + 0.004 * inwards - [0.0, FLANGE, 0.0]
    behind = np.stack([turned[:, 0], np.full(len(turned), INNER), turned[:, 2]], axis=1)
    flange = strip(body.points, turned, inwards, edges)
    wall = strip(turned, behind, inwards, edges)
    used, places = np.unique(edges, return_inverse=True)
    fan = np.concatenate([behind[used], [[axle, INNER, package.wheel_radius]]])
    places = places.reshape(edges.shape)
    hub = np.stack([places[:, 0], places[:, 1], np.full(len(places), len(used))], axis=1)
    return flange, combine([wall, facing(fan, np.tile([0.0, 1.0, 0.0], (len(fan), 1)), hub)])


def _rim_of(body: Mesh, axle: float, package: Package) -> Triangles:
    """The edges of the sheet round a wheel arch."""
    edges = open_edges(body.triangles)
    away = np.hypot(body.points[:, 0] - axle, body.points[:, 2] - package.wheel_radius)
    on_rim = (np.abs(away - package.arch_radius) < 0.003) & (body.points[:, 1] > INNER - 0.1)
    return np.asarray(edges[on_rim[edges].all(axis=1)])
