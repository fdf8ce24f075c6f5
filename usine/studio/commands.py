"""`usine studio`: a car from its silhouette, with what its range lets a buyer choose."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from usine.commons.errors import UsineError
from usine.commons.files import write_whole
from usine.ranges.public import check_range
from usine.studio.photos.commands import add_verb as add_photos

if TYPE_CHECKING:
    from usine.studio.gltf import Model


class StudioRefused(UsineError):
    code = "studio_refused"


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("studio", help="cars by curves, as 3D files").add_subparsers(
        metavar="VERB", required=True
    )
    build = verbs.add_parser("build", help="write the car of a silhouette as a GLB file, everything in it")
    build.add_argument("silhouette", type=Path, help="YAML file (demo/studio/*.yaml)")
    build.add_argument("target", type=Path, help="the GLB file to write")
    build.set_defaults(run=_build)
    levels = verbs.add_parser("levels", help="write the small files of cars for pages: CAR.viewer.glb, ...")
    levels.add_argument("silhouette", type=Path, nargs="+", help="YAML files (demo/studio/*.yaml)")
    levels.add_argument("target", type=Path, help="the folder to write to (frontend/src/assets/cars)")
    levels.set_defaults(run=_write_levels)
    for verb in (build, levels):
        verb.add_argument("--range", type=Path, required=True, help="folder of the range: what can be chosen")
        verb.add_argument(
            "--detail",
            type=float,
            default=1.0,
            help="size of the cells: 1 for pictures, 2 for a look (default 1)",
        )
    add_photos(verbs)


def _build(args: argparse.Namespace) -> int:
    with _refusing():
        from usine.studio.gltf import write_glb

        _find_folder(args.target.parent)
        car = _build_car(args, args.silhouette)
        file = write_glb(car)
        write_whole(args.target, file)
    seen = ", ".join(car.wardrobe.stands_for)
    sys.stdout.write(f"{args.target}: {len(file):,} bytes, {len(car.parts)} parts, dressed by {seen}\n")
    return 0


def _write_levels(args: argparse.Namespace) -> int:
    with _refusing():
        from usine.studio.levels import LEVELS, write_file

        _find_folder(args.target)
        for silhouette in args.silhouette:
            car = _build_car(args, silhouette)
            for level in LEVELS:
                file = write_file(car, level)
                target = args.target / f"{car.name}.{level}.glb"
                write_whole(target, file)
                sys.stdout.write(f"{target}: {len(file):,} bytes\n")
                sys.stdout.flush()
    return 0


def _find_folder(folder: Path) -> None:
    """Refuse before minutes of work what could not be written after it."""
    if not folder.is_dir():
        raise StudioRefused(f"{folder} is no folder: make it first.")


def _build_car(args: argparse.Namespace, silhouette: Path) -> Model:
    from usine.studio.assembly import build_car
    from usine.studio.silhouette import read_silhouette

    if not 0.5 <= args.detail <= 8:
        raise StudioRefused(f"{args.detail:g} is no detail: choose between 0.5 and 8.")
    car = read_silhouette(silhouette)
    return build_car(car, check_range(args.range).catalogue.features, detail=args.detail)


@contextmanager
def _refusing() -> Iterator[None]:
    """What may go wrong with files and programs, as a sentence each."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StudioRefused(f"The studio needs {error.name}: run `scripts/setup dev`.") from error
    except OSError as error:
        raise StudioRefused(f"{error.filename}: {error.strerror}.") from error
    except ValueError as error:
        if type(error).__module__.startswith("usine.studio."):
            raise StudioRefused(str(error)) from error
        raise
