"""`usine reputation listen|sources|import|replay`."""

from __future__ import annotations

import argparse
import random
import signal
import sys
from pathlib import Path
from threading import Event

from django.conf import settings

from usine.reputation.contracts import FileUnreadable, SourceInvalid
from usine.reputation.models import Source
from usine.reputation.sources.clocks import Clock, ReplayClock, WorldClock
from usine.reputation.sources.connectors import cut_batches
from usine.reputation.sources.health import keep_delivered_refusals, keep_delivery, list_health
from usine.reputation.sources.importing import LARGEST, read_mentions
from usine.reputation.sources.listening import listen, make_fetcher
from usine.reputation.sources.loading import load_sources
from usine.reputation.sources.replay.commands import add_replay
from usine.reputation.sources.taking import find_intake, read_place
from usine.reputation.sources.visiting import Visited


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs of listening, below `usine reputation`."""
    hear = verbs.add_parser("listen", help="visit the sources that are due, until stopped")
    hear.add_argument("--once", action="store_true", help="only those that are due now")
    hear.add_argument(
        "--only", action="append", default=[], metavar="SOURCE", help="may be given several times"
    )
    hear.add_argument("--workers", type=int, default=8, help="how many sources at the same time (8)")
    hear.add_argument("--replay", action="store_true", help="by the clock of the running replay")
    hear.set_defaults(run=_listen)
    _add_sources(verbs)
    bring = verbs.add_parser(
        "import", help="take the mentions of a CSV, JSONL or Excel file without a wrong row"
    )
    bring.add_argument("file", type=Path)
    bring.add_argument("--source", required=True, metavar="SOURCE", help="in whose name")
    bring.set_defaults(run=_import)
    add_replay(verbs)


def _add_sources(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sources = verbs.add_parser("sources", help="where we listen").add_subparsers(
        metavar="VERB", required=True
    )
    load = sources.add_parser("load", help="put the sources of a YAML file into the table")
    load.add_argument("file", type=Path)
    load.add_argument(
        "--port", type=int, default=settings.REPUTATION_REPLAY_PORT, help="of the demo's replay"
    )
    load.set_defaults(run=_load)
    health = sources.add_parser("list", help="how it goes at each")
    health.set_defaults(run=lambda _args: _list())


def _listen(args: argparse.Namespace) -> int:
    if not 1 <= args.workers <= 64:
        raise SourceInvalid(f"{args.workers} sources at the same time: write a number from 1 to 64.")
    _check_known(args.only)
    stop = Event()
    clock: Clock = ReplayClock(settings.REPUTATION_REPLAY_PORT, stop) if args.replay else WorldClock(stop)
    fetcher, heard = make_fetcher(clock), 0

    def tell(visited: Visited) -> None:
        nonlocal heard
        heard += visited.mentions
        if visited.refused:
            sys.stderr.write(f"{visited.slug}: {visited.refused}\n")
        if visited.error:
            sys.stderr.write(f"{visited.slug}: {visited.error}\n")
        elif visited.mentions:
            _write(f"{clock.now():%F %R} {visited.slug}: {visited.mentions} mentions, {heard} in all")

    _stop_on_signals(stop)
    try:
        listen(
            clock=clock,
            take_in=find_intake(),
            fetcher=fetcher,
            tell=tell,
            stop=stop,
            only=args.only,
            is_once=args.once,
            workers=args.workers,
            draw=random.random,
        )
    finally:
        fetcher.close()
    _write(f"{heard} mentions heard" + (", then stopped" if stop.is_set() else ""))
    return 0


def _stop_on_signals(stop: Event) -> None:
    """The first Ctrl-C lets visits end behind their batch, the second ends at once."""

    def handle(number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        sys.stderr.write("\nStopping once what is being stored is stored; once more to stop at once.\n")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def _check_known(slugs: list[str]) -> None:
    known = set(Source.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in slugs:
        if slug not in known:
            raise SourceInvalid(
                f"There is no source {slug}: usine reputation sources list tells which there are."
            )


def _load(args: argparse.Namespace) -> int:
    loaded = load_sources(args.file, port=args.port)
    _write(f"{len(loaded.added)} sources added, {len(loaded.changed)} changed, {loaded.unchanged} unchanged")
    return 0


def _list() -> int:
    for health in list_health(WorldClock(Event()).now()):
        _write(f"{health.state}\t{health.slug}\t{health.sentence}")
    return 0


def _import(args: argparse.Namespace) -> int:
    _check_known([args.source])
    source = Source.objects.get(slug=args.source)
    try:
        with args.file.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise FileUnreadable(f"{args.file} cannot be read: {error.strerror}.") from error
    now = WorldClock(Event()).now()
    heard = read_mentions(args.file.name, content, read_place(source), now=now)
    take_in = find_intake()
    brought = [take_in(group, by=f"source:{source.slug}", now=now) for group in cut_batches(heard)]
    refused, aside = (
        [each for taken in brought for each in taken.refused],
        sum(each.aside for each in brought),
    )
    keep_delivery(source, has_news=bool(heard), now=now)
    keep_delivered_refusals(heard, refused, now=now)
    count = len(heard) - aside - len(refused)
    said = [f"{count} mention{'' if count == 1 else 's'}"]
    said += [f"{aside} set aside: the intake failed on them"] if aside else []
    said += [f"{len(refused)} refused, the last one: {refused[-1].reason}"] if refused else []
    _write(f"{args.file.name}: " + ", ".join(said))
    return 0


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
