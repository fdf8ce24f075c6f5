"""`usine studio photos`: the launch's photographs, those that are missing or out of date."""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from usine.commons.errors import UsineError
from usine.studio.photos.job import plan, run_job
from usine.studio.photos.process import DarkroomProcess
from usine.studio.photos.shots import Shot, read_shots

ALBUM = Path("frontend/src/assets/cars")
NEGATIVES = Path("var/studio/negatives")
CARS = Path("var/studio")
SHOTS = Path("demo/studio/shots.yaml")


class NothingToShoot(UsineError):
    code = "nothing_to_shoot"


def add_verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    photos = verbs.add_parser("photos", help="photograph cars by Cycles; goes on where it stopped")
    photos.add_argument("--shots", type=Path, default=SHOTS, help=f"the shots (default {SHOTS})")
    photos.add_argument("--cars", type=Path, default=CARS, help=f"folder of <vehicle>.glb (default {CARS})")
    photos.add_argument("--to", type=Path, default=ALBUM, help=f"folder of the pictures (default {ALBUM})")
    photos.add_argument("--negatives", type=Path, default=NEGATIVES, help=f"default {NEGATIVES}")
    photos.add_argument("--only", default="*", help="names of shots, with * and ? (default all)")
    photos.add_argument("--scale", type=float, default=1.0, help="of the pictures' size, for a preview")
    photos.add_argument("--samples", type=int, help="a pixel, instead of each shot's own")
    photos.add_argument("--threads", type=int, default=2, help="of the renderer (default 2)")
    photos.set_defaults(run=_photograph)


def _photograph(args: argparse.Namespace) -> int:
    shots = _choose(read_shots(args.shots), args.only)
    if args.scale != 1 or args.samples:
        shots = [shot.scaled(args.scale, args.samples) for shot in shots]
    darkroom = partial(DarkroomProcess, threads=args.threads)
    try:
        run_job(plan(shots, args.cars), args.to, args.negatives, darkroom=darkroom, say=_say)
    except KeyboardInterrupt:
        _say("Stopped. What is exposed is kept: the same command goes on from here.")
        return 1
    return 0


def _choose(shots: Sequence[Shot], pattern: str) -> list[Shot]:
    found = [shot for shot in shots if fnmatch.fnmatch(shot.name, pattern)]
    if not found:
        raise NothingToShoot(
            f"No shot is called {pattern}: there are {', '.join(shot.name for shot in shots)}."
        )
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
