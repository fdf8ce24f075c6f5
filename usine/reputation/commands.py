"""`usine reputation …`: the verbs of the room's packages, joined."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

PACKAGES = ("training", "texts", "sources", "trouble", "desk")


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("reputation", help="what the public says").add_subparsers(
        metavar="VERB", required=True
    )
    for package in PACKAGES:
        name = f"usine.reputation.{package}"
        if find_spec(name) and find_spec(f"{name}.commands"):
            import_module(f"{name}.commands").register(verbs)
