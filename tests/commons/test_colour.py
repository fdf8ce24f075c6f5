"""The measure of colours agrees with the pairs that Sharma, Wu and Dalal published, and with sRGB's white."""

from __future__ import annotations

import pytest

from tests.colour import difference, read_hex, to_lab

PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "published"), PAIRS)
def test_it_gives_the_published_differences_both_ways(one, other, published):
    assert difference(one, other) == pytest.approx(published, abs=1e-4)
    assert difference(other, one) == pytest.approx(published, abs=1e-4)


def test_white_is_white_and_black_is_black():
    assert to_lab(read_hex("#ffffff")) == pytest.approx((100, 0, 0), abs=0.02)
    assert to_lab(read_hex("#000000")) == pytest.approx((0, 0, 0), abs=0.02)
