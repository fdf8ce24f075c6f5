"""Developing: the tone curve's promises, alpha, glow, formats."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from usine.studio.photos.album import encode
from usine.studio.photos.develop import develop, set_in, tone


def negative(*pixel):
    return np.broadcast_to(np.array(pixel, np.float16), (32, 32, 4)).copy()


def test_middle_colours_keep_their_hue_and_their_value_less_the_reflection():
    colour = np.array([[0.5, 0.3, 0.1]])
    assert tone(colour) == pytest.approx(colour - 0.04)


def test_brighter_light_is_never_darker_and_never_clipped():
    light = np.linspace(0, 20, 400)[:, None] * np.array([1.0, 0.9, 0.7])
    found = tone(light)
    assert (np.diff(found, axis=0) >= 0).all()
    assert found.max() < 1


def test_a_stop_doubles_the_light():
    one, two = (develop(negative(0.1, 0.1, 0.1, 1), exposure=stops) for stops in (1.0, 0.0))
    assert one.getpixel((0, 0)) == develop(negative(0.2, 0.2, 0.2, 1)).getpixel((0, 0))
    assert one.getpixel((0, 0))[0] > two.getpixel((0, 0))[0]


def test_half_seen_light_is_as_bright_as_all_of_it():
    half, whole = develop(negative(0.1, 0.05, 0.05, 0.5)), develop(negative(0.2, 0.1, 0.1, 1))
    assert half.getpixel((3, 3))[:3] == pytest.approx(whole.getpixel((3, 3))[:3], abs=1)
    assert half.getpixel((3, 3))[3] == 128


def test_a_lamp_glows_before_nothing():
    lamp = negative(0, 0, 0, 0)
    lamp[14:18, 14:18] = (8, 8, 8, 1)
    assert develop(lamp).getpixel((12, 16))[3] == 0
    assert develop(lamp, glow=0.5).getpixel((12, 16))[3] > 0


def test_a_shadow_ends_before_the_border():
    shadow = negative(0, 0, 0, 0.5)
    picture = develop(shadow, fade=True).getchannel("A")
    assert picture.getpixel((16, 16)) == 128
    assert max(picture.getpixel(place) for place in ((0, 16), (31, 16), (16, 31))) < 70
    assert develop(shadow).getchannel("A").getextrema() == (128, 128)


def test_a_cut_out_is_set_in_where_it_was_told():
    found = set_in(Image.new("RGBA", (40, 20), (9, 9, 9, 255)), (0.5, 10, 8))
    assert (found.size, found.getbbox()) == ((40, 20), (10, 8, 30, 18))


def test_an_opaque_picture_and_a_jpeg_have_no_alpha():
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    for picture, suffix, mode in (
        (clear, "webp", "RGBA"),
        (clear, "jpg", "RGB"),
        (clear.convert("RGB").convert("RGBA"), "avif", "RGB"),
    ):
        with Image.open(io.BytesIO(encode(picture, suffix))) as found:
            assert found.mode == mode
    with Image.open(io.BytesIO(encode(clear, "jpg"))) as found:
        assert found.getpixel((4, 4)) == pytest.approx((244, 243, 238), abs=2)
