"""`usine markets list|show`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from usine.markets.contracts import Market
from usine.markets.public import get_market, list_markets


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("markets", help="the country organisations").add_subparsers(
        metavar="VERB", required=True
    )
    every = verbs.add_parser("list", help="one line a market: code, name, currency, languages")
    every.add_argument("--active", action="store_true", help="only those with digital sites")
    every.set_defaults(run=_list)
    one = verbs.add_parser("show", help="everything that is known of a market")
    one.add_argument("code", help="ISO 3166 code such as BE, or 001 for the master")
    one.set_defaults(run=_show)
    for verb in (every, one):
        verb.add_argument("--json", action="store_true", help="for programs")


def _list(args: argparse.Namespace) -> int:
    for market in list_markets(active=True if args.active else None):
        if args.json:
            sys.stdout.write(json.dumps(_facts(market), ensure_ascii=False) + "\n")
        else:
            languages = " ".join(locale.language for locale in market.locales)
            state = "active" if market.is_active else "-"
            sys.stdout.write(f"{market.code}  {state:<8}{market.currency}  {languages:<9} {market.name}\n")
    return 0


def _show(args: argparse.Namespace) -> int:
    facts = _facts(get_market(args.code.upper()))
    if args.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return 0
    for name, value in facts.items():
        sys.stdout.write(f"{name:<18}{_say(value)}\n")
    return 0


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return str(value) or "unknown"


def _facts(market: Market) -> dict[str, Any]:
    """A market in plain digits and words."""
    percent = market.tax_rate * 100
    return {
        "code": market.code,
        "name": market.name,
        "active": market.is_active,
        "region": market.region,
        "locales": [locale.path for locale in market.locales],
        "direction": [locale.direction for locale in market.locales],
        "currency": market.currency,
        "currency_digits": market.currency_digits,
        "tax_name": market.tax_name,
        "tax_rate_percent": f"{float(percent):g}",
        "tax_source": market.tax_source,
        "price_display": f"tax {market.tax_display}",
        "display_source": market.display_source,
        "driving_side": market.driving_side,
        "speed_unit": market.speed_unit,
        "time_zone": market.time_zone,
    }
