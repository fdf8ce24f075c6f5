"""The darkroom: a process of Blender's Python that exposes one shot for each line of its input.

    python -m usine.studio.photos.darkroom   # lines of JSON: car, shot, threads, to; answers {"negative", "seconds"}

It stays alive from shot to shot, so that a car is set up once for all pictures that only move the camera.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from usine.studio.photos.carfile import CarFile
from usine.studio.photos.moods import set_mood
from usine.studio.photos.stage import aim_camera, clear_stage, expose, place_car

STAGED = ("choices", "opened", "steered", "mood", "lamps", "cut_out", "cabin", "without", "painted")


def main() -> int:
    answers = _keep_output_clean()
    staged = None
    for line in sys.stdin:
        order = json.loads(line)
        shot = order["shot"]
        wanted = (order["car"], json.dumps([shot.get(name) for name in STAGED], sort_keys=True))
        started = time.process_time()
        if staged != wanted:
            _set_up(order["car"], shot)
            staged = wanted
        aim_camera(shot["camera"])
        negative = expose(shot, threads=order["threads"], target=order["to"] + ".exr")
        os.unlink(order["to"] + ".exr")
        with open(order["to"], "wb") as file:
            np.save(file, negative)
        answer = {"negative": order["to"], "seconds": round(time.process_time() - started, 1)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


def _set_up(car: str, shot: dict[str, Any]) -> None:
    clear_stage()
    pieces = CarFile.open(Path(car)).pieces(
        shot.get("choices", {}), opened=shot.get("opened", {}), steered=shot.get("steered", 0.0)
    )
    seen = (piece for piece in pieces if piece.part not in shot.get("without", ()))
    place_car(seen, lit=shot.get("lamps", {}), painted=shot.get("painted"))
    set_mood(shot["mood"], cut_out=shot.get("cut_out", False), cabin=shot.get("cabin", 1.0))


def _keep_output_clean() -> TextIO:
    """Blender writes to standard output as it likes: answers keep the real one, Blender gets standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    sys.exit(main())
