"""The parts that a car is put together from: what each hangs on, is made of, and is chosen by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from usine.studio.curves import Floats
from usine.studio.mesh import Mesh

When = Mapping[str, Sequence[str]]
"""For each feature the values with which a part is there; all of them must hold."""

ALWAYS: When = {}


@dataclass(frozen=True, eq=False)
class Part:
    """A mesh, the node that it hangs on, its material.

    In the car's axes, or `local`: about its node's pivot. `about` turns a local part half round the upright axis.
    `inner` parts are seen through an open door alone. `side` is R or L for what only one side of a shell has.
    `uv` are the places of its points in a picture, (n, 2), v downwards.
    """

    node: str
    material: str
    mesh: Mesh
    when: When = field(default_factory=dict)
    local: bool = False
    about: bool = False
    side: str = ""
    inner: bool = False
    uv: Floats | None = None

    def mirrored(self, node: str) -> Part:
        """Its twin on the other side of the car; a picture on it stays the right way round."""
        uv = None if self.uv is None else self.uv * [-1.0, 1.0] + [1.0, 0.0]
        return replace(self, node=node, mesh=self.mesh.mirrored(), uv=uv)

    def is_there(self, choices: Mapping[str, str]) -> bool:
        """Whether a car with these choices has it. A feature without a choice hides nothing."""
        return all(choices.get(feature, values[0]) in values for feature, values in self.when.items())


@dataclass(frozen=True)
class Hinge:
    """What a node turns about: a point of the car's axes and, for doors, the axis and how far it opens, degrees."""

    pivot: tuple[float, float, float]
    axis: tuple[float, float, float] | None = None
    degrees: float = 0.0
    turns: bool = False  # by a driver's hand, as the steering wheel does, and not by opening

    def mirrored(self) -> Hinge:
        """The same on the other side of the car: turning the other way."""
        x, y, z = self.pivot
        axis = None if self.axis is None else (self.axis[0], -self.axis[1], self.axis[2])
        return replace(self, pivot=(x, -y, z), axis=axis, degrees=-self.degrees)


def place(part: Part, hinges: Mapping[str, Hinge]) -> Mesh:
    """A part's mesh in the car's axes, everything closed."""
    if not part.local:
        return part.mesh
    mesh = part.mesh
    if part.about:
        turn = np.array([-1.0, -1.0, 1.0])
        mesh = Mesh(mesh.points * turn, mesh.normals * turn, mesh.triangles)
    return mesh.moved(np.asarray(hinges[part.node].pivot, float))


def list_there(parts: Iterable[Part], choices: Mapping[str, str]) -> list[Part]:
    """The parts of a car with some choices."""
    return [part for part in parts if part.is_there(choices)]
