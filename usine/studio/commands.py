"""`usine studio build`: a car from its silhouette, in the colours and on the wheels of its range."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from usine.commons.errors import UsineError
from usine.ranges.contracts import Feature, FeatureValue
from usine.ranges.public import check_range
from usine.studio.photos.commands import add_verb as add_photos


class StudioRefused(UsineError):
    code = "studio_refused"


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("studio", help="cars by curves, as 3D files").add_subparsers(
        metavar="VERB", required=True
    )
    build = verbs.add_parser("build", help="write the car of a silhouette as a GLB file")
    build.add_argument("silhouette", type=Path, help="YAML file (demo/studio/*.yaml)")
    build.add_argument("target", type=Path, help="the GLB file to write")
    build.add_argument(
        "--range", type=Path, required=True, help="folder of the range: its colours, its wheels"
    )
    build.add_argument("--wheels", default="", help="a value of the feature wheels (default: its first)")
    build.add_argument(
        "--detail",
        type=float,
        default=1.0,
        help="size of the cells: 1 for pictures, 2 for a look (default 1)",
    )
    build.set_defaults(run=_build)
    add_photos(verbs)


def _build(args: argparse.Namespace) -> int:
    try:
        from usine.studio.assembly import build_car
        from usine.studio.silhouette import SilhouetteInvalid, read_silhouette
        from usine.studio.wheels import WheelDesign
    except ModuleNotFoundError as error:
        raise StudioRefused(f"The studio needs {error.name}: run `scripts/setup dev`.") from error
    if not 0.5 <= args.detail <= 8:
        raise StudioRefused(f"{args.detail:g} is no detail: choose between 0.5 and 8.")
    features = check_range(args.range).catalogue.features
    wheel = _find_wheel(features, args.wheels)
    facts = wheel.attributes
    design = WheelDesign(float(facts["inches"]), int(facts["spokes"]), float(facts["spoke_on"]))
    colours = {value.name: str(value.attributes["hex"]) for value in _feature(features, "colour").values}
    try:
        car = build_car(read_silhouette(args.silhouette), design, colours, detail=args.detail)
        args.target.write_bytes(car)
    except SilhouetteInvalid as error:
        raise StudioRefused(str(error)) from error
    except OSError as error:
        raise StudioRefused(f"{error.filename}: {error.strerror}.") from error
    sys.stdout.write(f"{args.target}: {len(car):,} bytes, {len(colours)} colours, wheels {wheel.name}\n")
    return 0


def _find_wheel(features: Mapping[str, Feature], name: str) -> FeatureValue:
    wheels = _feature(features, "wheels").values
    found = next((wheel for wheel in wheels if wheel.name == name or not name), None)
    if found is None:
        raise StudioRefused(f"{name} is no wheel of this range: it has {', '.join(w.name for w in wheels)}.")
    return found


def _feature(features: Mapping[str, Feature], name: str) -> Feature:
    if name not in features:
        raise StudioRefused(f"This range has no feature {name}: the studio paints and fits what it has.")
    return features[name]
