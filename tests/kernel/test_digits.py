"""Counts of more digits than Python turns into text by itself travel and are read back."""

from __future__ import annotations

import pytest

from usine.kernel import Model, Variable, compile, count, from_bytes, to_bytes, write_digits
from usine.kernel.digits import read_digits


def test_a_count_of_5000_digits_is_kept_in_an_artefact():
    values = tuple(map(str, range(100)))
    compiled = compile(Model(tuple(Variable(f"v{i}", values) for i in range(2500))))
    again = from_bytes(to_bytes(compiled))
    assert count(again, {}) == count(compiled, {}) == 100**2500


def test_digits_are_written_and_read_whatever_their_number():
    for number in (0, 7, 2**64, 10**4299, 10**5000 + 1):
        digits = write_digits(number)
        assert read_digits(digits, number) == number
    assert write_digits(10**5000) == "1" + "0" * 5000


@pytest.mark.parametrize("text", ["", "-1", "1e9", "1.0", "٣", "11", "9" * 100_000])
def test_what_is_no_number_up_to_the_limit_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        read_digits(text, 10)
