"""What a buyer chooses and sees: which parts are there, which material stands for which; from a range and a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from usine.ranges.contracts import Feature, FeatureValue
from usine.studio.materials import MATERIALS, Material, matt, paint
from usine.studio.parts import Part
from usine.studio.silhouette import Silhouette, SilhouetteInvalid
from usine.studio.wheels import WheelDesign

PAINT = "paint"


@dataclass(frozen=True)
class Wardrobe:
    """How a car is dressed.

    `materials` by name; `stands_for`: by feature and value, which material another one is replaced by, later features
    over earlier ones; `defaults`: the value of each feature that is seen, where nothing is chosen; `wheels` by value.
    """

    materials: Mapping[str, Material]
    stands_for: Mapping[str, Mapping[str, Mapping[str, str]]]
    defaults: Mapping[str, str]
    wheel_feature: str
    wheels: Mapping[str, WheelDesign]

    def dress(self, choices: Mapping[str, str]) -> dict[str, str]:
        """For each material that is replaced the name of the one in its place."""
        found: dict[str, str] = {}
        for feature, values in self.stands_for.items():
            found |= values.get(choices.get(feature, self.defaults[feature]), {})
        return found

    def resolve(self, parts: Iterable[Part], choices: Mapping[str, str]) -> list[tuple[Part, str]]:
        """The parts of a car with some choices, each with the name of its material."""
        full = {**self.defaults, **choices}
        dressed = self.dress(full)
        return [(part, dressed.get(part.material, part.material)) for part in parts if part.is_there(full)]


def open_wardrobe(car: Silhouette, features: Mapping[str, Feature]) -> Wardrobe:
    """What the file says about the features of a range.

    Raises SilhouetteInvalid where it names a feature, a value or an attribute that the range has not.
    """
    said = car.part("choices")
    materials = dict(MATERIALS)
    stands_for: dict[str, dict[str, dict[str, str]]] = {}
    for feature, coat in said["paints"].items():
        values = stands_for.setdefault(feature, {})
        for value in _feature(car, features, feature).values:
            name = f"{PAINT}_{value.name}"
            materials[name] = paint(_attribute(car, feature, value, str(coat["attribute"])))
            values[value.name] = dict.fromkeys(coat["of"], name)
    for feature, attributes in said.get("fabrics", {}).items():
        values = stands_for.setdefault(feature, {})
        for value in _feature(car, features, feature).values:
            for attribute, replaced in attributes.items():
                name = f"{feature}_{value.name}_{attribute.removesuffix('_hex')}"
                materials[name] = matt(_attribute(car, feature, value, attribute))
                values.setdefault(value.name, {}).update(dict.fromkeys(replaced, name))
    for feature, own in said.get("materials", {}).items():
        known = {value.name for value in _feature(car, features, feature).values}
        for value, replaced in own.items():
            if value not in known:
                raise SilhouetteInvalid(f"{car.name}: choices.materials: {feature} has no value {value}.")
            stands_for.setdefault(feature, {}).setdefault(value, {}).update(replaced)
    wheels = said["wheels"]["feature"]
    defaults = {name: feature.values[0].name for name, feature in features.items()} | said.get("defaults", {})
    for feature in said["paints"]:
        materials |= {old: materials[new] for old, new in stands_for[feature][defaults[feature]].items()}
    return Wardrobe(
        materials,
        stands_for,
        defaults,
        wheels,
        {value.name: _wheel(car, wheels, value) for value in _feature(car, features, wheels).values},
    )


def _wheel(car: Silhouette, feature: str, value: FeatureValue) -> WheelDesign:
    inches, spokes, width = (
        float(_attribute(car, feature, value, name)) for name in ("inches", "spokes", "spoke_on")
    )
    finishes = car.part("choices", "wheels", "finishes")
    finish, behind = finishes.get(value.name, ("alloy", ""))
    return WheelDesign(inches, int(spokes), width, finish, behind)


def _attribute(car: Silhouette, feature: str, value: FeatureValue, name: str) -> str:
    if name not in value.attributes:
        raise SilhouetteInvalid(
            f"{car.name}: {feature} {value.name} has no {name} in the range, which the studio needs."
        )
    return str(value.attributes[name])


def _feature(car: Silhouette, features: Mapping[str, Feature], name: str) -> Feature:
    if name not in features:
        raise SilhouetteInvalid(f"{car.name}: the range has no feature {name}, which the file dresses by.")
    return features[name]
