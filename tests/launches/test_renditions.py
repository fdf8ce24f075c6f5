"""What browsers get of a picture that somebody uploaded: light files, upright, without what a camera wrote."""

from __future__ import annotations

import io
import random
import re

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from usine.launches import store
from usine.launches.content.texts import ContentInvalid
from usine.launches.sources.renditions import WIDEST, make_renditions, make_twin

ORIENTATION, GPS, LIES_ON_ITS_SIDE = 0x0112, 0x8825, 6


@pytest.fixture(autouse=True)
def own_releases(settings, tmp_path):
    settings.RELEASES_ROOT = tmp_path / "releases"


def draw(width: int, height: int) -> Image.Image:
    """A sky that pales, with boxes: compresses like a photograph, and one sees which side is up."""
    dice = random.Random(7)
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    for _ in range(40):
        x, y = dice.randrange(width), dice.randrange(height // 2, height)
        box = (x, y, x + width // 9, y + height // 20)
        picture.paste((dice.randrange(256), dice.randrange(256), 60), box)
    return picture


def save(picture: Image.Image, kind: str, **options) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def read(url: str) -> Image.Image:
    file = store.find_shared("pictures", url.removeprefix("/pictures/"))
    assert file is not None, url
    return Image.open(file)


def read_widths(srcset: str) -> dict[int, str]:
    return {int(width): url for url, width in re.findall(r"(\S+) (\d+)w", srcset)}


def tell_difference(one: Image.Image, other: Image.Image) -> float:
    """Root mean square over the channels, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).rms)


def test_a_photograph_comes_in_two_new_formats_and_a_plain_one_upright_and_without_its_place():
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 29.0)}
    upright = draw(2000, 3000)
    file = save(upright.rotate(90, expand=True), "JPEG", quality=95, exif=exif)
    made = make_renditions("yard.jpg", file)

    assert [media for media, _ in made.sources] == ["image/avif", "image/webp"]
    for media, srcset in made.sources:
        widths = read_widths(srcset)
        assert list(widths) == [640, 1280, WIDEST]
        for width, url in widths.items():
            picture = read(url)
            assert picture.size == (width, width * 3 // 2) and picture.get_format_mimetype() == media
            assert not picture.getexif()
            assert tell_difference(picture, upright.resize(picture.size, Image.Resampling.LANCZOS)) < 8
    assert (made.width, made.height) == read(made.url).size == (WIDEST, WIDEST * 3 // 2)
    plain = read(made.plain)
    assert (plain.format, plain.size, dict(plain.getexif())) == ("JPEG", (1280, 1920), {})
    smallest = store.find_shared("pictures", read_widths(made.sources[0][1])[640].removeprefix("/pictures/"))
    assert smallest.stat().st_size < len(file) / 10


def test_a_file_made_for_browsers_goes_to_them_as_it_is_with_a_smaller_one_for_phones():
    file = save(draw(1400, 700), "AVIF", quality=60)
    made = make_renditions("lead.avif", file)
    widths = read_widths(made.sources[0][1])

    assert list(widths) == [640, 1400]
    assert store.find_shared("pictures", widths[1400].removeprefix("/pictures/")).read_bytes() == file


def test_a_file_for_browsers_that_says_where_it_was_taken_is_made_again_without():
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 29.0)}
    made = make_renditions("lead.webp", save(draw(700, 350), "WEBP", exif=exif))

    assert not read(made.url).getexif() and not read(made.plain).getexif()


def test_a_cut_out_stays_clear_in_every_format():
    cut = draw(900, 400).convert("RGBA")
    cut.paste((0, 0, 0, 0), (0, 0, 900, 100))
    made = make_renditions("car.png", save(cut, "PNG"))

    for url in (made.url, made.plain, *read_widths(made.sources[1][1]).values()):
        clear = read(url).convert("RGBA").getchannel("A")
        assert (clear.getpixel((5, 5)), clear.getpixel((clear.width - 5, clear.height - 5))) == (0, 255)


def test_what_was_made_is_found_again(settings):
    file = save(draw(1500, 900), "JPEG")
    before = make_renditions("yard.jpg", file)
    folder = settings.RELEASES_ROOT / "shared" / "pictures"
    written = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}

    assert make_renditions("yard.jpg", file) == before
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == written


def test_a_picture_that_moves_keeps_moving():
    frames = [Image.new("RGB", (90, 60), (20 * n, 0, 0)) for n in range(4)]
    file = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    made = make_renditions("turn.gif", file)

    assert made.url == made.plain and read(made.url).n_frames == 4 and made.sources == ()


@pytest.mark.parametrize("mode", ["I;16", "I"])
def test_greys_of_sixteen_bits_stay_as_light_as_they_are(mode):
    greys = Image.linear_gradient("L").resize((900, 600))
    fine = greys.convert("I").point(lambda grey: grey * 257)
    file = save(fine if mode == "I" else fine.convert("I;16"), "PNG" if mode == "I;16" else "TIFF")
    assert Image.open(io.BytesIO(file)).mode == mode
    made = make_renditions("fog.png", file)

    for url in (made.url, made.plain):
        picture = read(url)
        assert tell_difference(picture, greys.resize(picture.size)) < 3


@pytest.mark.parametrize(
    "profile", [b"spoilt", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()]
)
def test_a_picture_for_a_press_leaves_its_profile_behind_with_its_inks(profile):
    drawn = draw(900, 600)
    made = make_renditions("ad.jpg", save(drawn.convert("CMYK"), "JPEG", quality=95, icc_profile=profile))

    for url in (made.url, made.plain, *read_widths(made.sources[1][1]).values()):
        picture = read(url)
        assert picture.mode == "RGB" and "icc_profile" not in picture.info
        assert tell_difference(picture, drawn.resize(picture.size, Image.Resampling.LANCZOS)) < 8


def test_a_photograph_keeps_its_own_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = make_renditions("yard.jpg", save(draw(700, 400), "JPEG", icc_profile=profile))

    assert read(made.plain).info["icc_profile"] == profile


@pytest.mark.parametrize("spoil", [lambda file: file[:700], lambda _file: b"<svg/>", lambda _file: b""])
def test_a_spoilt_file_is_refused_by_its_name(spoil):
    with pytest.raises(ContentInvalid, match=r"The picture yard\.jpg cannot be read as a picture: upload it"):
        make_renditions("yard.jpg", spoil(save(draw(600, 400), "JPEG")))


@pytest.mark.parametrize("kind", ["AVIF", "WEBP"])
def test_notes_in_either_form_keep_a_file_from_going_out_as_it_is(kind):
    note = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>48.85 N</x:xmpmeta>"
    made = make_renditions("lead", save(draw(700, 350), kind, xmp=note))
    for url in (made.url, made.plain):
        assert "xmp" not in read(url).info


def test_a_twin_goes_out_as_it_is_only_without_a_cameras_notes():
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 29.0)}
    light, told = save(draw(700, 350), "WEBP"), save(draw(700, 350), "JPEG", exif=exif)

    kept = make_twin("lead.webp", light)
    assert store.find_shared("pictures", kept.url.removeprefix("/pictures/")).read_bytes() == light
    made = read(make_twin("lead.jpg", told).url)
    assert (made.format, made.size, dict(made.getexif())) == ("JPEG", (700, 350), {})
