"""The accessibility check itself finds what is wrong, once for each rule."""

from __future__ import annotations

import pytest

from tests.axe import run_axe


@pytest.mark.browser
def test_a_picture_without_words_and_pale_text_are_found(page):
    page.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'>"
        "<p style='color: #ccc; background: #fff'>pale</p></main></html>"
    )
    assert [violation.split(":")[0] for violation in run_axe(page)] == ["color-contrast", "image-alt"]
