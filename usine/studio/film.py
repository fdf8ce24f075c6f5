"""Films: camera moves over stills, takes of the virtual drive, dissolves, captions in every language; by ffmpeg.

A film is made once and shipped; making it again needs ffmpeg and the stills, no Blender.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFont

from usine.commons.errors import UsineError
from usine.commons.files import write_whole
from usine.studio.takes import Takes

SUFFIXES = (".webp", ".avif", ".jpg")
WHOLE = (0.5, 0.5, 1.0)
TITLE_SIZE, TITLE_FOOT = 0.08, 0.89  # shares of the height
ENCODING = [
    "-c:v",
    "libx264",
    "-preset",
    "slow",
    "-crf",
    "25",
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "+faststart",
]
ENCODING += ["-threads", "2", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]


class FilmInvalid(UsineError):
    code = "film_invalid"


@dataclass(frozen=True, slots=True)
class Clip:
    """Pictures that dissolve into one another while the camera goes from a view to another, or a take of a scene.

    A view is the middle of what is seen and its width, shares of the picture; a scene is what takes.py records.
    """

    pictures: Sequence[str]
    seconds: float
    view: tuple[Sequence[float], Sequence[float]]
    say: Mapping[str, str]
    ground: str
    title: str = ""
    scene: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Film:
    name: str
    size: tuple[int, int]
    rate: int
    fade: float
    clips: Sequence[Clip]
    starts: Sequence[float] = field(default_factory=tuple)
    poster: float | None = None  # the second whose picture stands for the film
    car: str = ""  # whose scenes are seen

    @property
    def seconds(self) -> float:
        return self.starts[-1] + self.clips[-1].seconds


def read_film(path: Path) -> Film:
    """Raises FilmInvalid."""
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
        clips = [
            Clip(
                tuple(() if "scene" in clip else clip["pictures"]),
                float(clip["seconds"]),
                (clip.get("from", WHOLE), clip.get("to", WHOLE)),
                clip["say"],
                str(clip.get("ground", said.get("ground", ""))),
                clip.get("title", ""),
                clip.get("scene"),
            )
            for clip in said["clips"]
        ]
        fade = float(said["fade"])
        starts = [sum(clip.seconds - fade for clip in clips[:place]) for place in range(len(clips))]
        size = (int(said["size"][0]), int(said["size"][1]))
        film = Film(
            str(said["name"]),
            size,
            int(said["rate"]),
            fade,
            clips,
            starts,
            None if said.get("poster") is None else float(said["poster"]),
            str(said["car"] if any(clip.scene for clip in clips) else ""),
        )
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise FilmInvalid(f"{path}: this is no film ({error}).") from error
    if len({frozenset(clip.say) for clip in clips}) > 1:
        raise FilmInvalid(f"{path}: each clip is said in the same languages.")
    if not clips or any(clip.seconds <= 2 * fade for clip in clips):
        raise FilmInvalid(f"{path}: a film has clips, each of more than {2 * fade:g} seconds.")
    return film


def record_takes(film: Film, takes: Takes, say: Callable[[str], None]) -> None:
    """Record the scenes of a film that are not there. Raises TakeFailed."""
    scenes = {
        f"clip {number}": (clip.scene, clip.seconds)
        for number, clip in enumerate(film.clips, 1)
        if clip.scene
    }
    takes.record(scenes, say)


def write_captions(film: Film, language: str) -> str:
    """The captions as WebVTT; a cue a clip, gone before the next one comes."""
    cues = ["WEBVTT", ""]
    for start, clip in zip(film.starts, film.clips, strict=True):
        cues += [f"{_clock(start)} --> {_clock(start + clip.seconds - film.fade)}", clip.say[language], ""]
    return "\n".join(cues)


def keep_captions(film: Film, target: Path) -> None:
    """Write the captions of each language beside the film, which may be there already."""
    target.mkdir(parents=True, exist_ok=True)
    for language in film.clips[0].say:
        write_whole(target / f"{film.name}.{language}.vtt", write_captions(film, language).encode())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


class Projector:
    """The frames of a film from the stills of a folder and from takes, its title in a font."""

    def __init__(self, film: Film, stills: Path, font: Path, takes: Takes | None = None):
        self._film, self._stills, self._font, self._takes = film, stills, font, takes
        self._open = lru_cache(maxsize=None)(self._load)

    def frames(self) -> Iterator[Image.Image]:
        for number in range(round(self._film.seconds * self._film.rate)):
            yield self.frame(number / self._film.rate)

    def frame(self, at: float) -> Image.Image:
        """What is seen at a second: a clip, or one that dissolves into the next."""
        film = self._film
        found: Image.Image | None = None
        for start, clip in zip(film.starts, film.clips, strict=True):
            if not start <= at < start + clip.seconds:
                continue
            seen = self._look(clip, (at - start) / clip.seconds)
            found = Image.blend(found, seen, min((at - start) / film.fade, 1.0)) if found else seen
        return found or Image.new("RGB", film.size)

    def _look(self, clip: Clip, share: float) -> Image.Image:
        if clip.scene is not None:
            return self._play(clip.scene, share * clip.seconds)
        place = share * len(clip.pictures) - 0.5
        first = min(max(int(place), 0), len(clip.pictures) - 1)
        second = min(first + 1, len(clip.pictures) - 1)
        mixed = _ease(min(max((place - first - 0.3) / 0.4, 0), 1))
        picture = self._open(clip.pictures[first], clip.ground)
        if mixed and second != first:
            picture = Image.blend(picture, self._open(clip.pictures[second], clip.ground), mixed)
        seen = picture.resize(
            self._film.size, Image.Resampling.BICUBIC, box=self._box(clip, share, picture.size)
        )
        return self._write(seen, clip.title, min(max(share * 4 - 1, 0), 1)) if clip.title else seen

    def _play(self, scene: Mapping[str, Any], seconds: float) -> Image.Image:
        assert self._takes is not None, "a film with scenes is shown with its takes"
        with Image.open(self._takes.find_frame(scene, round(seconds * self._film.rate))) as frame:
            return frame.convert("RGB").resize(self._film.size, Image.Resampling.BOX)

    def _box(self, clip: Clip, share: float, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """What the camera sees, kept inside of the picture."""
        width, height = size
        eased = _ease(share)
        x, y, wide = (a + (b - a) * eased for a, b in zip(*clip.view, strict=True))
        across = wide * width
        down = min(across * self._film.size[1] / self._film.size[0], height)
        left = min(max(x * width - across / 2, 0), width - across)
        top = min(max(y * height - down / 2, 0), height - down)
        return left, top, left + across, top + down

    def _write(self, picture: Image.Image, title: str, share: float) -> Image.Image:
        width, height = picture.size
        font = ImageFont.truetype(self._font, round(height * TITLE_SIZE))
        written = picture.copy()
        place = (width / 2, height * TITLE_FOOT)
        ImageDraw.Draw(written).text(place, title, font=font, fill="#efede6", anchor="mm")
        return Image.blend(picture, written, _ease(share))

    def _load(self, name: str, ground: str) -> Image.Image:
        """A still in the film's proportions; one that is wider stands in the middle of the ground."""
        path = next(
            (self._stills / f"{name}{s}" for s in SUFFIXES if (self._stills / f"{name}{s}").exists()), None
        )
        if path is None:
            raise FilmInvalid(f"The film {self._film.name} shows {name}, which is not in {self._stills}.")
        with Image.open(path) as opened:
            still = opened.convert("RGBA")
        width = still.width
        height = max(still.height, round(width * self._film.size[1] / self._film.size[0]))
        found = Image.new("RGBA", (width, height), ground)
        found.alpha_composite(still, (0, (height - still.height) // 2))
        return found.convert("RGB")


def _ease(share: float) -> float:
    return share * share * (3 - 2 * share)


def make_film(film: Film, projector: Projector, target: Path) -> None:
    """Write the film and a file of captions for each language. Raises FilmInvalid where ffmpeg is missing or fails."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise FilmInvalid("Making a film needs ffmpeg. Install it (Debian: apt-get install ffmpeg).")
    keep_captions(film, target)
    if film.poster is not None:
        poster = io.BytesIO()
        projector.frame(film.poster).save(poster, "WEBP", quality=82, method=4)
        write_whole(target / f"{film.name}.webp", poster.getvalue())
    unfinished = target / f"{film.name}.part.mp4"
    width, height = film.size
    source = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{width}x{height}",
        "-r",
        str(film.rate),
        "-i",
        "-",
    ]
    command = [ffmpeg, "-y", "-loglevel", "error", *source, *ENCODING, str(unfinished)]
    try:
        _run(command, projector)
        unfinished.replace(target / f"{film.name}.mp4")
    finally:
        unfinished.unlink(missing_ok=True)


def _run(command: list[str], projector: Projector) -> None:
    """Feed the frames to ffmpeg, which ends with them whatever happens. Raises FilmInvalid."""
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        pipe: Any = process.stdin
        try:
            for frame in projector.frames():
                pipe.write(frame.tobytes())
            pipe.close()
        except BrokenPipeError:  # ffmpeg gave up: its exit says so
            with suppress(BrokenPipeError):
                pipe.close()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise FilmInvalid(f"ffmpeg could not write {command[-1]}.")
