"""`usine demo`, `usine serve`, `usine worker`: the commands that put the rooms together."""

from __future__ import annotations

import argparse
from pathlib import Path

from usine.config import demo, server


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser(
        "demo", help="the demonstration: a brand, its vehicles, their launches"
    ).add_subparsers(metavar="VERB", required=True)
    load = verbs.add_parser("load", help="load the demo's accounts, range, dealers and sites; repeatable")
    load.add_argument("--force", action="store_true", help="load again even if nothing changed")
    load.add_argument("--folder", type=Path, default=demo.FOLDER, help="folder of the demo's content")
    load.set_defaults(run=lambda args: demo.load_demo(args.folder, force=args.force))
    run = verbs.add_parser("run", help="load what changed, then serve with a worker")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--folder", type=Path, default=demo.FOLDER, help="folder of the demo's content")
    run.set_defaults(run=lambda args: demo.run_demo(args.folder, port=args.port))

    serve = groups.add_parser("serve", help="serve Usine, with its worker")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--processes", type=int, default=1)
    serve.add_argument("--no-worker", action="store_true", help="jobs are run elsewhere (usine worker)")
    serve.set_defaults(
        run=lambda args: server.serve(
            host=args.host, port=args.port, processes=args.processes, with_worker=not args.no_worker
        )
    )
    worker = groups.add_parser("worker", help="run jobs until stopped")
    worker.add_argument("--drain", action="store_true", help="stop when no job is left")
    worker.add_argument("--builder", action="store_true", help="only build markets of publications elsewhere")
    worker.add_argument("--broker", action="store_true", help="take jobs as messages of USINE_BROKER come")
    worker.add_argument(
        "--kinds", default="", help="with --broker, only jobs whose kind begins so: KIND,KIND…"
    )
    worker.set_defaults(run=_work)


def _work(args: argparse.Namespace) -> int:
    if args.broker:
        return server.receive(kinds=[kind for kind in args.kinds.split(",") if kind])
    return server.work(drain=args.drain, parts_only=args.builder)
