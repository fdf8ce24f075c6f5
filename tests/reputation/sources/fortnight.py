"""The demo's replay, read and planned once per process, and servers of it in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from threading import Thread
from time import monotonic

from django.conf import settings

from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.replay.content import Content, read_content
from usine.reputation.sources.replay.schedule import DAYS, Said, find_beginning, plan
from usine.reputation.sources.replay.server import ReplayServer
from usine.reputation.sources.replay.serving import Fortnight

TODAY = date(2026, 11, 26)
BEGIN = find_beginning(TODAY)
END = BEGIN + timedelta(days=DAYS)


@cache
def get_content() -> Content:
    return read_content(settings.REPUTATION_REPLAY)


@cache
def get_said() -> tuple[Said, ...]:
    return plan(get_content(), TODAY)


@contextmanager
def replaying(pace: Pace, read_clock=monotonic) -> Iterator[ReplayServer]:
    """A server of the fortnight at a free port."""
    content, said = get_content(), get_said()
    server = ReplayServer(
        0, lambda port: Fortnight(content.outlets, said, BEGIN, port), pace, read_clock=read_clock
    )
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
