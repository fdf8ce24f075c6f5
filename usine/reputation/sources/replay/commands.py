"""`usine reputation replay`: the demo's fortnight over HTTP, until stopped."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.replay.content import ReplayInvalid, parse_moment, read_content
from usine.reputation.sources.replay.schedule import DAYS, find_beginning, plan
from usine.reputation.sources.replay.server import ReplayServer
from usine.reputation.sources.replay.serving import Fortnight


def add_replay(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "replay", help="serve a fortnight of the public as local sources, until stopped"
    )
    parser.add_argument("--port", type=int, default=settings.REPUTATION_REPLAY_PORT)
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its time runs (1); 0 stands still")
    parser.add_argument("--from", dest="begin", metavar="MOMENT", help='"11 18:30" is day 11; default: now')
    parser.add_argument(
        "--until", metavar="MOMENT", help="where time stands still; default: the end of day 14"
    )
    parser.add_argument("--today", type=date.fromisoformat, help="the fortnight's last day; default: today")
    parser.add_argument("--folder", type=Path, default=settings.REPUTATION_REPLAY)
    parser.set_defaults(run=_replay)


def make_server(
    folder: Path, today: date, *, port: int, pace: Pace, read_clock: object = time.monotonic
) -> ReplayServer:
    """A server of the fortnight that ends with `today`, not yet serving. Raises ReplayInvalid."""
    content = read_content(folder)
    said = plan(content, today)
    begins = find_beginning(today)
    try:
        return ReplayServer(
            port,
            lambda bound: Fortnight(content.outlets, said, begins, bound),
            pace,
            read_clock=read_clock,  # type: ignore[arg-type]
        )
    except OSError as error:
        raise ReplayInvalid(f"The port {port} cannot be had ({error.strerror}): give another one.") from error


def make_pace(
    today: date, *, speed: float, begin: str | None, until: str | None, now: datetime, at_s: float
) -> Pace:
    """The pace that the command's words ask for. Raises ReplayInvalid."""
    if not 0 <= speed <= 100_000:
        raise ReplayInvalid(f"Time that runs {speed:g} times as fast: write a number from 0 to 100000.")
    first = find_beginning(today)
    end = first + timedelta(days=parse_moment(until) if until else DAYS)
    start = first + timedelta(days=parse_moment(begin)) if begin else min(now, end)
    if start > end:
        raise ReplayInvalid(f"The replay would end ({end:%F %R}) before it begins ({start:%F %R}).")
    return Pace(start, at_s, speed, end)


def _replay(args: argparse.Namespace) -> int:
    now = timezone.now().astimezone(UTC)
    today = args.today or now.date()
    pace = make_pace(
        today, speed=args.speed, begin=args.begin, until=args.until, now=now, at_s=time.monotonic()
    )
    server = make_server(args.folder, today, port=args.port, pace=pace)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _write(
            f"{pace.begins:%F %R} UTC at port {server.server_port}, {args.speed:g} times as fast, "
            f"until {pace.until:%F %R}"
        )
        server.serve_forever()
    except KeyboardInterrupt:
        _write("Stopped.")
    finally:
        server.server_close()
    return 0


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
