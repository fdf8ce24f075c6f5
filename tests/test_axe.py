"""The accessibility check itself finds what is wrong, in each theme."""

from __future__ import annotations

import pytest

from tests.axe import run_axe

PAGE = """<html lang="en" style="color-scheme: light dark"><title>A page</title><main><h1>A page</h1>
<img src="data:,"><p style="color: light-dark(#000, #333); background: light-dark(#fff, #222)">Dim in the dark.</p>
</main></html>"""


@pytest.mark.browser
def test_a_picture_without_words_is_found_and_a_text_that_is_dim_in_the_dark(page):
    page.set_content(PAGE)
    assert [violation.split(": ")[:2] for violation in run_axe(page)] == [
        ["light", "image-alt"],
        ["dark", "color-contrast"],
    ]
