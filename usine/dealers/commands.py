"""`usine dealers load`, `usine dealers list`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from usine.accounts.contracts import SYSTEM
from usine.dealers import public
from usine.dealers.contracts import DealersInvalid
from usine.markets.public import get_market


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("dealers", help="points of sale").add_subparsers(metavar="VERB", required=True)
    load = verbs.add_parser("load", help="load a CSV file of points of sale, whole or not at all; repeatable")
    load.add_argument("file", type=Path)
    load.add_argument("--json", action="store_true")
    load.set_defaults(run=_load)
    show = verbs.add_parser("list", help="the points of sale of a market, or of all, by postcode")
    show.add_argument("--market", default="", help="ISO 3166 code, as BE")
    show.add_argument("--near", default="", help="a town or a postcode: the nearest first")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    show.set_defaults(run=_list)


def _load(args: argparse.Namespace) -> int:
    if not args.file.is_file():
        raise DealersInvalid(f"There is no file {args.file}: name a CSV file of points of sale.")
    count = public.load_dealers(args.file, by=SYSTEM)
    sys.stdout.write((json.dumps({"loaded": count}) if args.json else f"{count} points of sale") + "\n")
    return 0


def _list(args: argparse.Namespace) -> int:
    if args.near and not args.market:
        raise DealersInvalid("--near searches within one market: add --market, as --market BE.")
    if args.market:
        get_market(args.market)  # an unknown code is said, not answered with an empty list
    for dealer in (hit.dealer for hit in public.search_dealers(args.market, args.near).hits):
        row = {
            "code": dealer.code,
            "market": dealer.market,
            "postcode": dealer.postcode,
            "city": dealer.city,
            "name": dealer.name,
            "timezone": dealer.timezone,
        }
        line = json.dumps(row, ensure_ascii=False) if args.json else "\t".join(row.values())
        sys.stdout.write(line + "\n")
    return 0
