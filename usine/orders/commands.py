"""`usine leads list`, `usine orders purge`."""

from __future__ import annotations

import argparse
import json
import sys

from django.contrib.auth import get_user_model
from django.utils import timezone

from usine.accounts.public import get_actor
from usine.commons.errors import NotFound
from usine.orders import public


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    leads = groups.add_parser("leads", help="people who asked for something").add_subparsers(
        metavar="VERB", required=True
    )
    show = leads.add_parser("list", help="the leads that a member of staff may see, newest first")
    show.add_argument("--as", dest="username", required=True, help="whose eyes: a user name")
    show.add_argument("--market", default="")
    show.add_argument("--state", default="")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_list)
    orders = groups.add_parser("orders", help="bookings").add_subparsers(metavar="VERB", required=True)
    purge = orders.add_parser("purge", help="erase contact data of drives of more than three months ago")
    purge.add_argument("--json", action="store_true")
    purge.set_defaults(run=_purge)


def _list(args: argparse.Namespace) -> int:
    user = get_user_model().objects.filter(username=args.username).first()
    if user is None:
        raise NotFound(f"There is no account {args.username}.")
    for lead in public.iterate_leads(get_actor(user), market=args.market, state=args.state):
        row = {
            "id": lead.id,
            "market": lead.market,
            "state": lead.state.value,
            "starts_at": lead.starts_at.isoformat(),
            "dealer": lead.dealer_name,
            "name": f"{lead.contact.first_name} {lead.contact.last_name}".strip(),
            "email": lead.contact.email,
            "code": lead.configuration_code,
            "cancelled": lead.is_cancelled,
        }
        line = (
            json.dumps(row, ensure_ascii=False)
            if args.json
            else "\t".join(str(cell) for cell in row.values())
        )
        sys.stdout.write(line + "\n")
    return 0


def _purge(args: argparse.Namespace) -> int:
    count = public.purge_contacts(now=timezone.now())
    sys.stdout.write((json.dumps({"erased": count}) if args.json else f"{count} contacts erased") + "\n")
    return 0
