from __future__ import annotations

import pytest

from tests.reputation.sources.web import StandingTime, Web, fetching


@pytest.fixture(scope="module")
def server():
    web = Web()
    yield web
    web.close()


@pytest.fixture
def web(server):
    server.pages.clear()
    server.asked.clear()
    return server


@pytest.fixture
def standing():
    return StandingTime()


@pytest.fixture
def fetcher(standing):
    with fetching(standing) as client:
        yield client
