"""`usine reputation …`: the verbs of the room's packages, joined."""

from __future__ import annotations

import argparse

from usine.reputation.sources import commands as sources
from usine.reputation.training import commands as training
from usine.reputation.trouble import commands as trouble


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("reputation", help="what the public says").add_subparsers(
        metavar="VERB", required=True
    )
    for package in (sources, trouble, training):
        package.register(verbs)
