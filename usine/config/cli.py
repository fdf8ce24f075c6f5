"""The command `usine`: one parser, each room adds its own groups (`usine/<room>/commands.py`)."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec

from usine.commons.errors import UsineError

ROOMS = (
    *("markets", "ranges", "offers", "dealers", "studio"),
    *("launches", "translations", "journeys", "orders", "audience", "reputation", "config"),
)


NAMED = {"reputation": "what the public says"}
"""Rooms with one group of their own name, whose verbs take a second to import: only whoever calls it waits for them."""


def build_parser(wanted: str = "") -> argparse.ArgumentParser:
    """All groups and verbs. A verb sets `run`: a function of the parsed arguments that returns the exit status.

    With the name of a `wanted` group, others of NAMED have no verbs.
    """
    parser = argparse.ArgumentParser(prog="usine", description="The digital factory of a carmaker.")
    groups = parser.add_subparsers(metavar="GROUP", required=True)
    for room in ROOMS:
        if room in NAMED and wanted not in ("", "-h", "--help", room):
            groups.add_parser(room, help=NAMED[room])
        elif find_spec(f"usine.{room}.commands"):
            import_module(f"usine.{room}.commands").register(groups)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command. 0: done; 1: refused with a sentence on standard error; 2: wrong usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "usine.config.settings")
    import django

    django.setup()
    words = sys.argv[1:] if argv is None else argv
    args = build_parser(words[0] if words else "").parse_args(words)
    try:
        return int(args.run(args) or 0)
    except UsineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
