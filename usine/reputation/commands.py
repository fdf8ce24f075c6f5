"""`usine reputation …`: the verbs of the room's packages, joined."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from usine.accounts.contracts import SYSTEM
from usine.reputation.answer_file import load_templates
from usine.reputation.sources import commands as sources
from usine.reputation.training import commands as training
from usine.reputation.trouble import commands as trouble


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("reputation", help="what the public says").add_subparsers(
        metavar="VERB", required=True
    )
    for package in (sources, trouble, training):
        package.register(verbs)
    answers = verbs.add_parser("answers", help="beginnings of answers").add_subparsers(
        metavar="VERB", required=True
    )
    load = answers.add_parser("load", help="keep the templates of a YAML file, all or nothing")
    load.add_argument("file", type=Path)
    load.set_defaults(run=_load_answers)


def _load_answers(args: argparse.Namespace) -> None:
    count = load_templates(args.file, by=SYSTEM)
    sys.stdout.write(f"{count} template{'' if count == 1 else 's'} kept\n")
