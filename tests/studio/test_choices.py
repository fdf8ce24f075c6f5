"""What a buyer sees: every value of the range changes the car, or the file says why nobody sees it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml

from usine.ranges.public import check_range
from usine.studio.choices import open_wardrobe
from usine.studio.silhouette import Silhouette, SilhouetteInvalid, read_silhouette

PROJECT = Path(__file__).resolve().parents[2]
CARS = [PROJECT / f"demo/studio/{name}.yaml" for name in ("lisiere", "oree")]  # called as their ranges


def seen(model, choices):
    """All that makes a picture: which meshes are there, and the look of each."""
    materials = model.wardrobe.materials
    return {
        (part.node, id(part.mesh), materials[name])
        for part, name in model.wardrobe.resolve(model.parts, choices)
    }


def test_every_value_that_the_file_does_not_call_unseen_changes_the_car(model, features):
    """Each value against each other one of its feature, everything else by default, the colour twice."""
    unseen = read_silhouette(PROJECT / "demo/studio/oree.yaml").part("choices", "unseen")
    assert unseen.keys() < features.keys()
    bases = ({}, {"colour": "garance"})  # caps in Lichen are not seen on a car in Lichen
    for name, feature in features.items():
        if name in unseen:
            continue
        looks = {
            value.name: [seen(model, {**base, name: value.name}) for base in bases]
            for value in feature.values
        }
        for one, other in combinations(looks, 2):
            assert looks[one] != looks[other], f"{name}: {one} looks like {other}"


def test_what_is_called_unseen_changes_nothing(model, features):
    """Otherwise the reason in the file would be a lie."""
    for name in read_silhouette(PROJECT / "demo/studio/oree.yaml").part("choices", "unseen"):
        one, *others = (seen(model, {name: value.name}) for value in features[name].values)
        assert all(other == one for other in others), name


def test_a_change_is_large_enough_to_be_seen(model, features):
    """What comes or goes measures a centimetre and a half at least: nobody pays for what is lost in a picture."""
    for part in model.parts:
        if part.when:
            size = part.mesh.points.max(axis=0) - part.mesh.points.min(axis=0)
            assert size.max() > 0.015, (part.node, part.material, part.when)


@pytest.mark.parametrize("path", CARS, ids=lambda path: path.stem)
def test_a_file_names_only_values_that_its_range_has(path):
    features = check_range(PROJECT / "demo/ranges" / path.stem).catalogue.features
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = [part["when"] for kind in ("fittings", "covers") for part in content[kind] if "when" in part]
    for when in named:
        for feature, values in when.items():
            assert set(values) <= {value.name for value in features[feature].values}, (feature, values)
    open_wardrobe(read_silhouette(path), features)


def test_later_features_rule_over_earlier_ones(model):
    dress = model.wardrobe.dress
    assert dress({"colour": "garance"})["roof"] == "paint_garance"
    assert dress({"colour": "garance", "roof": "humus"})["roof"] == "paint_humus"
    assert dress({"colour": "garance", "mirror_caps": "lichen"})["mirror_cap"] == "paint_lichen"


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"paints": {"varnish": {"attribute": "hex", "of": ["paint"]}}}, "no feature varnish"),
        ({"paints": {"trim": {"attribute": "hex", "of": ["paint"]}}}, "trim sente has no hex"),
        ({"materials": {"roof": {"thatch": {"roof": "black"}}}}, "roof has no value thatch"),
        ({"wheels": {"feature": "trim", "finishes": {}}}, "trim sente has no inches"),
    ],
)
def test_what_the_range_has_not_is_named(features, choices, sentence):
    content = yaml.safe_load((PROJECT / "demo/studio/oree.yaml").read_text(encoding="utf-8"))
    changed = content | {"choices": content["choices"] | choices}
    with pytest.raises(SilhouetteInvalid, match=sentence):
        open_wardrobe(Silhouette("oree", changed), features)
