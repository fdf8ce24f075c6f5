"""Files are whole or not there."""

from __future__ import annotations

import pytest

from usine.commons.files import write_whole


def test_a_file_is_replaced_as_a_whole_and_its_folder_made(tmp_path):
    path = tmp_path / "a/b/picture.webp"
    for data in (b"first", b"second"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert [entry.name for entry in path.parent.iterdir()] == ["picture.webp"]


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "taken", b"data")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]
