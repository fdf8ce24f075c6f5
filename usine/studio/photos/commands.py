"""`usine studio photos`: what is missing or out of date; `layers`: what each choice changes; `film`: of the stills."""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from usine.commons.errors import UsineError
from usine.studio.film import Projector, keep_captions, make_film, read_film, record_takes
from usine.studio.photos.job import plan, run_job
from usine.studio.photos.layer_job import LayerJob
from usine.studio.photos.process import DarkroomProcess
from usine.studio.photos.shots import Shot, read_shots
from usine.studio.takes import Takes

ALBUM = Path("frontend/src/assets/cars")
NEGATIVES = Path("var/studio/negatives")
CARS = Path("var/studio")
TAKES = Path("var/studio/takes")
LAYERS = Path("demo/studio/layers")
FILM, FILMS = Path("demo/studio/film.yaml"), Path("frontend/src/assets/film")
FONT = Path("frontend/src/assets/fonts/archivo-latin-var.woff2")
SHOTS = Path("demo/studio/shots.yaml")


class NothingToShoot(UsineError):
    code = "nothing_to_shoot"


def add_verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    photos = verbs.add_parser("photos", help="photograph cars by Cycles; goes on where it stopped")
    photos.add_argument("--to", type=Path, default=ALBUM, help=f"folder of the pictures (default {ALBUM})")
    photos.add_argument(
        "--only", default="*", help="names of shots, with * and ?, apart by commas (default all)"
    )
    photos.set_defaults(run=_photograph)
    layers = verbs.add_parser("layers", help="photograph what each choice changes; goes on where it stopped")
    layers.add_argument(
        "series", help="names of shots that differ in colour alone, with * and ?, apart by commas"
    )
    layers.add_argument(
        "--features", default="", help="only these, apart by commas (default all that are seen)"
    )
    layers.add_argument("--to", type=Path, help=f"folder of the layers (default {LAYERS}/<vehicle>)")
    layers.set_defaults(run=_photograph_layers)
    for verb in (photos, layers):
        _add_common(verb)
    film = verbs.add_parser("film", help="make a film of stills and drives, with captions")
    film.add_argument("--film", type=Path, default=FILM, help=f"its clips (default {FILM})")
    film.add_argument("--stills", type=Path, default=ALBUM, help=f"folder of the stills (default {ALBUM})")
    film.add_argument("--takes", type=Path, default=TAKES, help=f"where scenes are kept (default {TAKES})")
    film.add_argument("--to", type=Path, default=FILMS, help=f"folder of the film (default {FILMS})")
    film.add_argument(
        "--captions", action="store_true", help="write the captions alone, of a film that is made"
    )
    film.set_defaults(run=_film)


def _add_common(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--shots", type=Path, default=SHOTS, help=f"the shots (default {SHOTS})")
    verb.add_argument("--cars", type=Path, default=CARS, help=f"folder of <vehicle>.glb (default {CARS})")
    verb.add_argument("--negatives", type=Path, default=NEGATIVES, help=f"default {NEGATIVES}")
    verb.add_argument("--scale", type=float, default=1.0, help="of the pictures' size, for a preview")
    verb.add_argument("--samples", type=int, help="a pixel, instead of each shot's own")
    verb.add_argument("--threads", type=int, default=2, help="of the renderer (default 2)")


def _photograph(args: argparse.Namespace) -> int:
    shots = _list_shots(args, args.only)
    return _finish(
        lambda: run_job(plan(shots, args.cars), args.to, args.negatives, darkroom=_darkroom(args), say=_say)
    )


def _photograph_layers(args: argparse.Namespace) -> int:
    shots = _list_shots(args, args.series)
    folder = args.to or LAYERS / shots[0].vehicle
    return _finish(
        lambda: LayerJob(shots, args.cars, features=_split(args.features)).run(
            folder, args.negatives, darkroom=_darkroom(args), say=_say
        )
    )


def _film(args: argparse.Namespace) -> int:
    film = read_film(args.film)
    if args.captions:
        keep_captions(film, args.to)
        _say(f"{args.to}: captions in {len(film.clips[0].say)} languages")
        return 0
    takes = Takes(args.takes, args.stills / f"{film.car}.drive.glb", size=film.size, rate=film.rate)
    if film.car:
        record_takes(film, takes, _say)
    make_film(film, Projector(film, args.stills, FONT, takes), args.to)
    _say(f"{args.to / film.name}.mp4: {film.seconds:.1f} s")
    return 0


def _list_shots(args: argparse.Namespace, pattern: str) -> list[Shot]:
    shots = _choose(read_shots(args.shots), pattern)
    if args.scale != 1 or args.samples:
        shots = [shot.scaled(args.scale, args.samples) for shot in shots]
    return shots


def _darkroom(args: argparse.Namespace) -> Callable[[], DarkroomProcess]:
    return partial(DarkroomProcess, threads=args.threads)


def _finish(work: Callable[[], int]) -> int:
    try:
        work()
    except KeyboardInterrupt:
        _say("Stopped. What is exposed is kept: the same command goes on from here.")
        return 1
    return 0


def _choose(shots: Sequence[Shot], pattern: str) -> list[Shot]:
    found = [shot for shot in shots if any(fnmatch.fnmatch(shot.name, one) for one in pattern.split(","))]
    if not found:
        raise NothingToShoot(
            f"No shot is called {pattern}: there are {', '.join(shot.name for shot in shots)}."
        )
    return found


def _split(names: str) -> list[str]:
    return [name for name in names.split(",") if name]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
