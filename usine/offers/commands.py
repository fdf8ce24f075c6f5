"""`usine offers make|list|show`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import Any

from usine.accounts.contracts import SYSTEM
from usine.kernel import cheapest, count
from usine.offers import public
from usine.offers.contracts import Offer, Taxed


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("offers", help="ranges as markets sell them").add_subparsers(
        metavar="VERB", required=True
    )
    make = verbs.add_parser("make", help="make a market's offer from the current range")
    make.add_argument("vehicle", help="slug of a released range")
    make.add_argument("--market", required=True, help="ISO 3166 code such as BE")
    make.add_argument("--on", type=_day, metavar="DATE", help="first day, 2027-04-01; default today")
    make.set_defaults(run=_make)
    every = verbs.add_parser("list", help="the offers made, newest first")
    every.add_argument("--vehicle", default="")
    every.add_argument("--market", default="")
    every.set_defaults(run=_list)
    one = verbs.add_parser("show", help="an offer, its cheapest car and the lines of its price")
    one.add_argument("key", help="the first signs of its key, six at least")
    one.set_defaults(run=_show)
    for verb in (make, every, one):
        verb.add_argument("--json", action="store_true", help="for programs")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date: write 2027-04-01") from error


def _make(args: argparse.Namespace) -> int:
    on = args.on or public.get_today()
    _print(args, _facts(public.make_offer(args.vehicle, market=args.market.upper(), on=on, by=SYSTEM)))
    return 0


def _list(args: argparse.Namespace) -> int:
    for offer in public.list_offers(vehicle=args.vehicle, market=args.market.upper()):
        until = offer.valid_until.isoformat() if offer.valid_until else None
        row = {
            "key": offer.key,
            "vehicle": offer.vehicle,
            "market": offer.market,
            "currency": offer.currency,
            "valid_from": offer.valid_from.isoformat(),
            "valid_until": until,
            "range_key": offer.range_key,
            "made_at": offer.made_at.isoformat(),
            "by": offer.by,
        }
        sys.stdout.write(
            json.dumps(row, ensure_ascii=False) + "\n"
            if args.json
            else f"{offer.key[:12]}  {offer.vehicle} {offer.market:<3} {offer.currency}  "
            f"{offer.valid_from} to {until or '-'}\n"
        )
    return 0


def _show(args: argparse.Namespace) -> int:
    offer = public.find_offer(args.key)
    car = cheapest(offer.priced, {})
    lines = [
        {"term": line.term, "choices": dict(line.choices), **_parts(line.taxed)}
        for line in public.itemise(offer, car.values)
    ]
    total = _parts(public.split_price(offer, car.price))
    facts = _facts(offer) | {"configurations": count(offer.priced, {})}
    if args.json:
        facts["cheapest"] = {"values": dict(car.values), "lines": lines, **total}
        _print(args, facts)
        return 0
    _print(args, facts)
    sys.stdout.write(f"\n{'cheapest car':<24}{'net':>14}{'tax':>14}{'gross':>14}\n")
    for line in [*lines, {"term": "total", **total}]:
        amounts = "".join(f"{line[name]:>14}" for name in ("net_minor", "tax_minor", "gross_minor"))
        sys.stdout.write(f"{line['term']:<24}{amounts}\n")
    return 0


def _facts(offer: Offer) -> dict[str, Any]:
    """An offer in plain digits: amounts in minor units, dates as ISO 8601."""
    return {
        "key": offer.key,
        "vehicle": offer.vehicle,
        "market": offer.market,
        "currency": offer.currency,
        "tax_rate_percent": f"{float(offer.tax_rate * 100):g}",
        "tax_included": offer.tax_included,
        "valid_from": offer.valid_from.isoformat(),
        "valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
        "range_key": offer.range_key,
    }


def _parts(taxed: Taxed) -> dict[str, int]:
    return {
        "net_minor": taxed.net_minor,
        "tax_minor": taxed.tax_minor,
        "gross_minor": taxed.gross_minor,
    }


def _print(args: argparse.Namespace, facts: dict[str, Any]) -> None:
    if args.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    for name, value in facts.items():
        sys.stdout.write(f"{name:<18}{'-' if value is None else value}\n")
