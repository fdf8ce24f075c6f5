"""What lies on the sheets: clear lenses over lamps, a closed nose, strips and decals that a buyer chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.studio.mesh import Mesh
from usine.studio.panels import Panels, Region
from usine.studio.parts import Part, When
from usine.studio.regions import find_edges, find_region
from usine.studio.silhouette import Silhouette, SilhouetteInvalid

LIFT = 0.0012  # metres that a film stands out, so that depth buffers can tell it from the sheet


@dataclass(frozen=True)
class Cover:
    """Some parts of the shell once more, of another material: all of them or a region, on one side or on both.

    `over` recesses, where they are sunk, or following them. `lift` is how far it stands out, metres.
    """

    of: tuple[str, ...]
    material: str
    when: When
    lift: float
    over: bool
    side: str
    region: Region | None
    edges: tuple[Region, ...] = ()


def read_covers(car: Silhouette) -> list[Cover]:
    """The covers of the file. Raises SilhouetteInvalid."""
    return [_read(car, said) for said in car.part("covers")]


def split_for_covers(covers: Sequence[Cover], panels: Panels) -> None:
    """Give the edges of every cover points of their own on the sheet below."""
    for cover in covers:
        for edge in cover.edges:
            panels.split(edge)


def put_covers(
    covers: Sequence[Cover],
    smooth: Mesh,
    sunk: Mesh,
    panels: Panels,
    owner: NDArray[np.int64],
    nodes: Sequence[str],
) -> list[Part]:
    """Each cover on the node of the sheet below it.

    `smooth` and `sunk` are the shell before and after its relief; `owner` says for each triangle which of the `nodes`
    it hangs on, -1 for the body.
    """
    found = []
    middle = sunk.points[sunk.triangles].mean(axis=1)
    for cover in covers:
        chosen = panels.part(*cover.of)
        if cover.region is not None:
            chosen &= cover.region(middle) < 0
        for place, node in enumerate(("body", *nodes), start=-1):
            mesh = (smooth if cover.over else sunk).part(chosen & (owner == place))
            lifted = Mesh(mesh.points + cover.lift * mesh.normals, mesh.normals, mesh.triangles)
            found.append(Part(node, cover.material, lifted, cover.when, side=cover.side))
    return found


def _read(car: Silhouette, said: Mapping[str, Any]) -> Cover:
    try:
        return Cover(
            tuple(said["of"]),
            str(said["material"]),
            {name: tuple(map(str, values)) for name, values in said.get("when", {}).items()},
            float(said.get("lift", LIFT)),
            bool(said.get("over")),
            {"right": "R", "left": "L", "both": ""}[str(said.get("side", "both"))],
            find_region(car, said) if "view" in said else None,
            tuple(find_edges(car, said)) if "view" in said else (),
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        if isinstance(error, SilhouetteInvalid):
            raise
        raise SilhouetteInvalid(f"{car.name}: a cover cannot be read ({error}): {dict(said)}.") from error
