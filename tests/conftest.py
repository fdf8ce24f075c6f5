"""What every test may use: the real data's folder, the system's Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.test import TransactionTestCase
from hypothesis import settings

from tests.replay import put_back, remember_first
from tests.visitors import let_choose

PROJECT = Path(__file__).resolve().parents[1]
# Playwright's synchronous interface runs an event loop in the thread that also uses the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Each run draws other examples; `pytest --hypothesis-profile=long tests/kernel tests/ranges` draws many.
settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("quick")

LONG = (
    *(f"tests/studio/test_{name}.py" for name in ("cars", "choices", "commands", "files", "film")),
    *("tests/kernel/test_browser_kernel.py", "tests/ranges/test_readers_fuzz.py"),
)
"""Minutes of what changes seldom: whoever changes it names the file, or runs them all by `make test-long`."""

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def data_folder() -> Path:
    return Path(os.environ.get("USINE_DATA", PROJECT.parent / "shared"))


def find_chromium() -> str:
    """Chromium without windows where it is installed: the same pages for half the time; else the one with windows."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests of LONG (make test-long)")
    parser.addoption("--stored", action="store_true", help="only the tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that take long first, so that no worker waits for one at the end.

    `--stored`: a second database needs no second run of what stores nothing.
    """
    long = {item.path for item in items if any(map(item.get_closest_marker, ("browser", "data")))}
    items.sort(key=lambda item: item.path not in long)
    others = [item for item in items if _is_left_out(item, config)]
    if others:
        items[:] = [item for item in items if item not in set(others)]
        config.hook.pytest_deselected(items=others)


def _is_left_out(item: pytest.Item, config: pytest.Config) -> bool:
    path = item.path.relative_to(PROJECT).as_posix()
    is_long = path in LONG and not config.getoption("--long")
    is_asked_for = any(Path(path).name in argument for argument in config.args)
    return (is_long and not is_asked_for) or (config.getoption("--stored") and not _uses_database(item))


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real ranges. Absent: skipped with that reason, or failed when REQUIRE_DATA=1."""
    folder = data_folder()
    if not (folder / "ranges").is_dir():
        reason = f"no real data in {folder}: name its folder with USINE_DATA"
        if os.environ.get("REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The migrated database, whose rows every test finds: Django would empty it after one that commits."""
    with django_db_blocker.unblock():
        remember_first()


TransactionTestCase._fixture_teardown = lambda _case: put_back()  # type: ignore[method-assign]


def forget_clicks(context) -> None:
    """A configurator posts its clicks as it is closed: they would land in the next test's database."""
    for page in context.pages:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")


@pytest.fixture
def page(chromium):
    """A fresh page that fails the test on any error in its console; its visitor has refused to be counted."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    let_choose(context)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    forget_clicks(context)
    context.close()
    assert errors == []
