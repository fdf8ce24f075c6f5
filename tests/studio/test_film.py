"""The film: its clock, captions, what the camera sees, dissolves; refusals in a sentence."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from PIL import Image, ImageChops

from usine.config.cli import main
from usine.studio.film import FilmInvalid, Projector, make_film, read_film, record_takes, write_captions
from usine.studio.takes import TakeFailed, Takes

ROOT = Path(__file__).resolve().parents[2]
FONT = ROOT / "frontend/src/assets/fonts/archivo-latin-var.woff2"
CARS = ROOT / "frontend/src/assets/cars"
SCENE = {"route": "coast", "from": 560, "lead": 1}
RED, BLUE = (200, 0, 0), (0, 0, 200)
CLIP = {
    "pictures": ["red"],
    "seconds": 3,
    "from": [0.5, 0.5, 1],
    "to": [0.5, 0.5, 0.5],
    "say": {"en": "Red."},
}
FILM = {
    "name": "small",
    "size": [64, 36],
    "rate": 4,
    "fade": 1,
    "ground": "#ffffff",
    "clips": [CLIP, CLIP | {"pictures": ["blue"], "say": {"en": "Blue."}}],
}


@pytest.fixture
def film(tmp_path):
    for name, colour in (("red", RED), ("blue", BLUE)):
        Image.new("RGB", (64, 36), colour).save(tmp_path / f"{name}.webp", lossless=True)
    return lambda **change: read_film(write(tmp_path, FILM | change))


def write(folder, content):
    path = folder / "film.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    return path


def test_a_clip_dissolves_into_the_next(film, tmp_path):
    projector = Projector(film(), tmp_path, FONT)
    assert projector.frame(1.0).getpixel((30, 20)) == pytest.approx(RED, abs=2)
    assert projector.frame(2.5).getpixel((30, 20)) == pytest.approx((100, 0, 100), abs=3)
    assert projector.frame(3.5).getpixel((30, 20)) == pytest.approx(BLUE, abs=2)
    assert len(list(projector.frames())) == 5 * 4


def test_captions_follow_the_clips_and_never_meet(film):
    assert write_captions(film(), "en").splitlines() == [
        *("WEBVTT", "", "00:00:00.000 --> 00:00:02.000", "Red."),
        *("", "00:00:02.000 --> 00:00:04.000", "Blue."),
    ]


def test_the_camera_moves_and_stays_in_the_picture(film, tmp_path):
    """Half red, half blue: going right, the camera ends where all is blue."""
    picture = Image.new("RGB", (64, 36), RED)
    picture.paste(BLUE, (32, 0, 64, 36))
    picture.save(tmp_path / "half.webp", lossless=True)
    clip = CLIP | {"pictures": ["half"], "from": [0.0, 0.5, 0.5], "to": [5.0, 0.5, 0.5]}
    projector = Projector(film(clips=[clip]), tmp_path, FONT)
    assert projector.frame(0).getpixel((50, 18)) == pytest.approx(RED, abs=9)
    assert projector.frame(2.9).getpixel((10, 18)) == pytest.approx(BLUE, abs=9)


def test_a_still_that_is_wider_stands_on_the_ground(film, tmp_path):
    Image.new("RGB", (64, 12), RED).save(tmp_path / "wide.webp", lossless=True)
    frame = Projector(film(clips=[CLIP | {"pictures": ["wide"]}]), tmp_path, FONT).frame(0)
    assert frame.getpixel((30, 2)) == (255, 255, 255)
    assert frame.getpixel((30, 18)) == pytest.approx(RED, abs=9)


def test_a_scene_is_shown_by_its_frames_made_small(film, tmp_path):
    (tmp_path / "car.glb").write_bytes(b"car")
    scene = {"route": "coast"}
    said = film(car="moon", clips=[{"scene": scene, "seconds": 3, "say": {"en": "A drive."}}])
    takes = Takes(tmp_path / "takes", tmp_path / "car.glb", size=said.size, rate=said.rate)
    with pytest.raises(TakeFailed, match="not recorded"):
        takes.find_frame(scene, 0)
    folder = takes.place(scene)
    folder.mkdir(parents=True)
    for number, colour in enumerate(((0, 0, 200), (0, 200, 0))):
        Image.new("RGB", (128, 72), colour).save(folder / f"{number:05}.jpg", quality=95)
    projector = Projector(said, tmp_path, FONT, takes)
    assert projector.frame(0).size == (64, 36)
    assert projector.frame(0).getpixel((30, 20)) == pytest.approx((0, 0, 200), abs=4)
    assert projector.frame(2.5).getpixel((30, 20)) == pytest.approx((0, 200, 0), abs=4)  # the last one stays


@pytest.mark.browser
def test_a_take_is_drawn_by_the_drive_itself_and_kept(film, tmp_path):
    said = film(size=[96, 54], car="oree", clips=[{"scene": SCENE, "seconds": 3, "say": {"en": "A drive."}}])
    takes = Takes(tmp_path / "takes", CARS / "oree.drive.glb", size=said.size, rate=1)
    lines: list[str] = []
    with ThreadPoolExecutor(1) as apart:  # Playwright's loop of other tests runs in this thread
        apart.submit(record_takes, said, takes, lines.append).result()
        apart.submit(record_takes, said, takes, lines.append).result()  # is there already
    assert lines == [f"clip 1: {number} of 3 frames" for number in (1, 2, 3)]
    first, last = (Image.open(takes.find_frame(SCENE, number)).convert("RGB") for number in (0, 2))
    assert first.size == (192, 108)
    assert ImageChops.difference(first, last).getbbox()  # it moves
    assert len(first.getcolors(99_999)) > 500  # a picture, no empty canvas


def test_what_is_no_film_is_refused(film, tmp_path):
    with pytest.raises(FilmInvalid, match="no film"):
        film(clips=[{"seconds": 3}])
    with pytest.raises(FilmInvalid, match="each of more than 2 seconds"):
        film(clips=[CLIP | {"seconds": 2}])
    with pytest.raises(FilmInvalid, match="shows moon, which is not in"):
        Projector(film(clips=[CLIP | {"pictures": ["moon"]}]), tmp_path, FONT).frame(0)


def test_without_ffmpeg_a_sentence_says_what_to_install(film, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FilmInvalid, match="apt-get install ffmpeg"):
        make_film(film(), Projector(film(), tmp_path, FONT), tmp_path)


def test_an_ffmpeg_that_gives_up_is_told_and_leaves_no_half_film(film, tmp_path, monkeypatch):
    program = shutil.which("false")
    monkeypatch.setattr("usine.studio.film.shutil.which", lambda _name: program)
    with pytest.raises(FilmInvalid, match="ffmpeg could not write"):
        make_film(film(), Projector(film(), tmp_path, FONT), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["small.en.vtt"]


def test_clips_in_other_languages_are_refused(film):
    with pytest.raises(FilmInvalid, match="same languages"):
        film(clips=[CLIP, CLIP | {"say": {"fr": "Rouge."}}])


@pytest.mark.parametrize("name", ["film", "drive"])
def test_the_demos_films_last_20_to_30_seconds_and_speak_every_language_of_the_demo(name):
    film = read_film(ROOT / f"demo/studio/{name}.yaml")
    assert 20 <= film.seconds <= 30
    assert all(set(clip.say) == set(dict(settings.LANGUAGES)) for clip in film.clips)


@pytest.mark.parametrize("name", ["film", "drive"])
def test_the_captions_that_are_shipped_are_those_of_the_films(name, tmp_path):
    source, made = ROOT / f"demo/studio/{name}.yaml", ROOT / "frontend/src/assets/film"

    assert main(["studio", "film", "--film", str(source), "--to", str(tmp_path), "--captions"]) == 0

    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert len(written) == len(settings.LANGUAGES)
    assert written == {file: (made / file).read_text("utf-8") for file in written}


def test_the_launch_tells_in_words_what_the_captions_say():
    film = read_film(ROOT / "demo/studio/film.yaml")
    launch = ROOT / "demo/launches/oree"
    master = yaml.safe_load((launch / "master.yaml").read_text("utf-8"))
    block = next(block for block in master["pages"]["home"]["blocks"] if block["type"] == "film")
    told = {"en": block["value"]["transcript"]}
    for path in (launch / "overlays").glob("??.yaml"):
        entries = yaml.safe_load(path.read_text("utf-8"))["entries"]
        told[path.stem] = next(e for e in entries if e["block"] == block["id"])["value"]["transcript"]
    for language, words in told.items():
        assert words.splitlines() == [clip.say[language] for clip in film.clips], language
