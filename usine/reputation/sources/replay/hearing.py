"""The whole fortnight heard in one go, for who loads the demo: real connectors and HTTP, and nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db.models import Q

from usine.reputation.models import Source
from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.fetching import Fetcher
from usine.reputation.sources.loading import load_sources
from usine.reputation.sources.registry import CONNECTORS
from usine.reputation.sources.replay.commands import make_server
from usine.reputation.sources.taking import TakeIn
from usine.reputation.sources.visiting import Visited, visit


@dataclass(slots=True)
class _NoWaiting:
    """A clock that only moves by being waited for: politeness towards our own server costs no time."""

    seconds: float = field(default=0.0)

    def count(self) -> float:
        return self.seconds

    def rest(self, seconds: float) -> None:
        self.seconds += seconds


def hear_fortnight(
    folder: Path,
    *,
    today: date,
    now: datetime,
    take_in: TakeIn,
    tell: Callable[[Visited], None] = lambda visited: None,
    only: Collection[str] = (),
    port: int | None = None,
) -> int:
    """Load the demo's sources and hear all that they have said by `now` of the fortnight that ends with `today`.

    Heard again, it is the same: cursors and identifiers hold. `only` names sources; `port` is that of the settings,
    so that the replay's own server goes on where this ends. Returns how many mentions were handed over.
    Raises ReplayInvalid while another replay has the port.
    """
    count, clock = 0, _NoWaiting()
    with _serve(folder, today, now, settings.REPUTATION_REPLAY_PORT if port is None else port) as bound:
        load_sources(folder.parent / "sources.yaml", port=bound)
        fetcher = Fetcher(
            settings.REPUTATION_AGENT,
            is_local_allowed=True,
            pause_s=0.0,
            clock=clock.count,
            sleep=clock.rest,
            now=lambda: now,
        )
        for source in _list_outlets(bound, only):
            visited = visit(source, now=now, take_in=take_in, fetcher=fetcher, draw=lambda: 0.5)
            count += visited.mentions
            tell(visited)
        fetcher.close()
    return count


@contextmanager
def _serve(folder: Path, today: date, now: datetime, port: int) -> Iterator[int]:
    """A replay in a thread, whose time stands still; gives its port."""
    server = make_server(folder, today, port=port, pace=Pace(now, 0.0, 0.0, now))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _list_outlets(port: int, only: Collection[str]) -> list[Source]:
    """The sources that the replay serves, and no others."""
    visited = [name for name, connector in CONNECTORS.items() if not connector.is_pushed]
    wanted = Q(is_on=True, connector__in=visited, address__contains=f".localhost:{port}")
    wanted &= Q(slug__in=only) if only else Q()
    return list(Source.objects.filter(wanted).order_by("slug"))
