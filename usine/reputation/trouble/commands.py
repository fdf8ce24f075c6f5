"""`usine reputation watch | erase | push-key`: the verbs of counts and trouble."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.utils import timezone

from usine.accounts.contracts import SYSTEM
from usine.reputation.erasing import erase_author
from usine.reputation.trouble import push, watching
from usine.reputation.trouble.letters import write_headline


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    watch = verbs.add_parser("watch", help="look at the counts once, and raise or close alerts")
    watch.set_defaults(run=_watch)
    erase = verbs.add_parser(
        "erase", help="delete what an author said, and never take anything of theirs again"
    )
    erase.add_argument("source", help="the source's slug")
    erase.add_argument("author", help="the name that the source knows them by")
    erase.set_defaults(run=_erase)
    key = verbs.add_parser("push-key", help="make a key for messages to browsers (USINE_PUSH_KEY)")
    key.set_defaults(run=lambda _args: _say(push.make_key()))


def _watch(_args: argparse.Namespace) -> None:
    for alert in watching.watch(timezone.now()):
        _say(write_headline(alert))


def _erase(args: argparse.Namespace) -> None:
    count = erase_author(args.source, args.author, by=SYSTEM.name, now=timezone.now())
    _say(f"{count} mentions are gone; nothing of this author will be taken again.")


def _say(sentence: Any) -> None:
    sys.stdout.write(f"{sentence}\n")
