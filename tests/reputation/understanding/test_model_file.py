"""A model's file gives back what was written, byte for byte the same each time, and refuses what was changed."""

from __future__ import annotations

import numpy as np
import pytest

from usine.reputation.contracts import ModelInvalid
from usine.reputation.understanding.model_file import read_model, write_model

ARRAYS = {
    "weights": np.arange(-6, 6, dtype=np.int8).reshape(4, 3),
    "scale": np.array([0.5, 1.5], dtype=np.float16),
    "empty": np.zeros((0, 3), dtype=np.float32),
}


@pytest.fixture
def path(tmp_path):
    write_model(tmp_path / "a.model", {"heads": ["posts"]}, ARRAYS)
    return tmp_path / "a.model"


def test_arrays_come_back_as_they_were(path):
    model = read_model(path)

    assert model.about == {"heads": ["posts"]}
    assert set(model.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert model.arrays[name].dtype == array.dtype
        assert np.array_equal(model.arrays[name], array)


def test_the_same_content_makes_the_same_file(path, tmp_path):
    digest = write_model(tmp_path / "b.model", {"heads": ["posts"]}, dict(reversed(ARRAYS.items())))

    assert (tmp_path / "b.model").read_bytes() == path.read_bytes()
    assert digest == read_model(path).digest


@pytest.mark.parametrize("at", [10, 60, -70])
def test_a_changed_byte_is_found(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)

    with pytest.raises(ModelInvalid, match="damaged"):
        read_model(path)


def test_a_file_cut_short_is_found(path):
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ModelInvalid, match="damaged"):
        read_model(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else"])
def test_another_file_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(ModelInvalid):
        read_model(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelInvalid, match="nowhere"):
        read_model(tmp_path / "nowhere.model")


def test_a_type_that_the_format_lacks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="float64"):
        write_model(tmp_path / "c.model", {}, {"a": np.zeros(2)})
