"""`usine audience forget`."""

from __future__ import annotations

import argparse
import sys

from django.utils import timezone

from usine.audience.actions import forget_visitors
from usine.commons.consent import KEPT


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("audience", help="which pages are read").add_subparsers(
        metavar="VERB", required=True
    )
    forget = verbs.add_parser("forget", help="erase visitors' numbers of more than six months ago")
    forget.set_defaults(run=lambda _args: _forget())


def _forget() -> int:
    count = forget_visitors(before=timezone.now() - KEPT)
    sys.stdout.write(f"{count} visits without their visitor\n")
    return 0
