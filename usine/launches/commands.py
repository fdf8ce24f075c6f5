"""`usine launch`, `usine publish`, `usine papers`: the sites and their papers from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from usine.accounts.contracts import SYSTEM
from usine.launches import public, queries
from usine.launches.contracts import LiveSite
from usine.launches.duties.judging import Finding
from usine.launches.duties.sites import judge_market
from usine.launches.papers.markets import make_market_papers
from usine.launches.publishing import comparing
from usine.launches.publishing.clearing import KEPT
from usine.launches.publishing.wording import Kind
from usine.launches.sources.redirects import HEADING, list_lines
from usine.launches.sources.rights import list_ending, list_rights
from usine.launches.visitors.redirects import list_served
from usine.launches.writing.history import list_writes, undo_write
from usine.markets.public import get_market
from usine.offers.public import get_today

WDIFF = {Kind.SAME: "{}", Kind.LEFT_OUT: " {} ", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
"""As GNU wdiff writes words that are removed and added."""


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    launch = groups.add_parser("launch", help="the master and the overlays of a launch").add_subparsers(
        metavar="VERB", required=True
    )
    load = launch.add_parser("load", help="load a launch from its files; nothing is published")
    load.add_argument("folder", type=Path)
    load.add_argument("--json", action="store_true", help="for programs")
    load.set_defaults(run=_load)
    clear = launch.add_parser("clear", help="take releases that nobody will serve again from the disk")
    clear.add_argument("vehicle")
    clear.add_argument("--keep", type=int, default=KEPT, help=f"releases of each market that stay ({KEPT})")
    clear.set_defaults(run=_clear)
    live = launch.add_parser("live", help="show web servers again what is live (each publication does it)")
    live.set_defaults(run=_show_live)
    history = launch.add_parser("history", help="what was written in a scope: who, when, what")
    undo = launch.add_parser("undo", help="take the last write to a block in a scope back")
    for verb, run in ((history, _tell_history), (undo, _undo)):
        verb.add_argument("vehicle")
        verb.add_argument("--scope", required=True, help="a language (fr) or a locale (fr-be)")
        verb.add_argument("--block", required=verb is undo, default="", help="its id, or page:home")
        verb.add_argument("--json", action="store_true", help="for programs")
        verb.set_defaults(run=run)
    moved = launch.add_parser(
        "redirects", help="where old addresses of the live sites lead, as a map of nginx reads them"
    )
    moved.add_argument("--json", action="store_true", help="for programs")
    moved.set_defaults(run=_show_redirects)
    duties = launch.add_parser(
        "duties", help="what the law of a market asks of its site, and what it says of it"
    )
    duties.add_argument("vehicle")
    duties.add_argument("--market", required=True, help="a code: FR (the master is 001)")
    duties.add_argument("--json", action="store_true", help="for programs")
    duties.set_defaults(run=_show_duties)
    rights = launch.add_parser(
        "rights", help="rights to pictures and films that have ended or end within 30 days"
    )
    rights.add_argument("vehicle")
    rights.add_argument("--all", action="store_true", help="every right")
    rights.add_argument("--json", action="store_true", help="for programs")
    rights.set_defaults(run=_show_rights)
    publish = groups.add_parser("publish", help="make the sites of markets and switch them all at once")
    publish.add_argument("vehicle")
    publish.add_argument(
        "--markets", default="all", help="all, active (in digital), or codes: BE,FR (the master is 001)"
    )
    publish.add_argument(
        "--on", type=date.fromisoformat, default=None, help="the day of the offer, YYYY-MM-DD"
    )
    what = publish.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="the releases of these markets; publishes nothing")
    what.add_argument(
        "--back", nargs="?", const="", metavar="KEY", help="serve the earlier release, or that of KEY"
    )
    what.add_argument(
        "--dry-run", action="store_true", help="what a publication would change, by page and reason"
    )
    what.add_argument(
        "--compare",
        nargs=2,
        metavar=("KEY", "KEY"),
        help="what differs between two releases; live: the one served, now: what would be published",
    )
    what.add_argument("--withdraw", action="store_true", help="take the sites of these markets down")
    publish.add_argument(
        "--despite-embargo", action="store_true", help="publish also where the launch is under embargo"
    )
    publish.add_argument("--json", action="store_true", help="for programs")
    publish.set_defaults(run=_publish)
    papers = groups.add_parser("papers", help="make the brochure and the price list of a market as PDF")
    papers.add_argument("vehicle")
    papers.add_argument("--market", required=True, help="a code: FR (the master is 001)")
    papers.add_argument("--language", default="", help="one of the market's languages: fr; default all")
    papers.add_argument("--out", type=Path, required=True, help="the folder that the files are written to")
    papers.add_argument("--json", action="store_true", help="for programs")
    papers.set_defaults(run=_make_papers)


def _load(args: argparse.Namespace) -> int:
    loaded = public.load_launch(args.folder, by=SYSTEM)
    if args.json:
        row = {
            "vehicle": loaded.vehicle,
            "pages": loaded.pages,
            "overlays": loaded.overlays,
            "kept": list(loaded.kept),
        }
        _write(json.dumps(row))
        return 0
    _write(f"{loaded.vehicle}: {loaded.pages} pages and {loaded.overlays} overlays changed")
    for name in loaded.kept:
        _write(f"kept as people wrote it: {name}")
    return 0


def _clear(args: argparse.Namespace) -> int:
    count = public.clear_releases(args.vehicle, by=SYSTEM, keep=max(1, args.keep))
    _write(f"{args.vehicle}: {count} releases removed from the disk")
    return 0


def _show_live(args: argparse.Namespace) -> int:
    _write(f"{public.show_live()} sites are live")
    return 0


def _tell_history(args: argparse.Namespace) -> int:
    for write in list_writes(args.vehicle, args.scope, block_id=args.block):
        if args.json:
            _write(json.dumps({**asdict(write), "at": write.at.isoformat()}, ensure_ascii=False))
        else:
            _write(f"{write.at:%Y-%m-%d %H:%M}\t{write.by}\t{write.block_id}\t{write.told}")
    return 0


def _undo(args: argparse.Namespace) -> int:
    write = undo_write(args.vehicle, args.scope, block_id=args.block, by=SYSTEM)
    if args.json:
        _write(json.dumps({**asdict(write), "at": write.at.isoformat()}, ensure_ascii=False))
    else:
        _write(f"undone: {write.told}, by {write.by} on {write.at:%Y-%m-%d %H:%M}")
    return 0


def _show_duties(args: argparse.Namespace) -> int:
    """Answers 1 where a duty is missing, as a publication would refuse."""
    market = get_market(args.market.strip().upper()).code
    judged = judge_market(args.vehicle, market)
    for found in judged:
        row = {
            "market": market,
            "locale": found.locale.path,
            "duty": found.duty.key,
            "finding": found.finding.value,
            "says": found.duty.duty,
            "what": found.what,
            "do": found.duty.do,
            "source": found.duty.source,
            "since": found.duty.since.isoformat() if found.duty.since else "",
            "standing": found.duty.standing.value,
        }
        if args.json:
            _write(json.dumps(row, ensure_ascii=False))
        else:
            more = f": {found.what}; {found.duty.do}" if found.what else ""
            _write(f"{found.locale.path}\t{found.finding}\t{found.duty.duty}{more} [{found.duty.source}]")
    return int(any(found.finding is Finding.MISSING for found in judged))


def _show_rights(args: argparse.Namespace) -> int:
    rights = list_rights(args.vehicle)
    shown = rights if args.all else list_ending(rights, get_today())
    for right in shown:
        until = right.until.isoformat() if right.until else ""
        if args.json:
            _write(json.dumps({**asdict(right), "until": until}, ensure_ascii=False))
        else:
            where = " ".join(right.markets)
            _write(
                f"{until or 'no end'}\t{right.kind}\t{right.name}\t{where}\t{right.owner}\t{right.licence}"
            )
    if not shown and not args.json:
        _write("no right ends within 30 days")
    return 0


def _show_redirects(args: argparse.Namespace) -> int:
    """Lines to be written to a file that nginx includes."""
    found = list_served()
    _write(json.dumps(found) if args.json else "\n".join([HEADING, *list_lines(found)]))
    return 0


def _publish(args: argparse.Namespace) -> int:
    markets = _read_markets(args.vehicle, args.markets)
    if args.list:
        for market in markets:
            _write_past(args, market)
    elif args.dry_run:
        on = args.on or get_today()
        found = public.preview_publication(args.vehicle, markets=markets, on=on, by=SYSTEM)
        _write_changes(args, found)
    elif args.compare:
        for market in markets:
            _write_comparison(args, market)
    elif args.withdraw:
        for market in markets:
            public.withdraw_site(args.vehicle, market=market, by=SYSTEM)
            _write(json.dumps({"market": market, "live": False}) if args.json else f"{market}\tdown")
    elif args.back is not None:
        _write_sites(
            args,
            [public.roll_back(args.vehicle, market=market, by=SYSTEM, to=args.back) for market in markets],
        )
    else:
        on = args.on or get_today()
        report = None if args.json else _show_progress
        sites = public.publish_sites(
            args.vehicle,
            markets=markets,
            on=on,
            by=SYSTEM,
            report=report,
            despite_embargo=args.despite_embargo,
        )
        _write_sites(args, sites)
        public.request_papers(args.vehicle, by=SYSTEM)
    return 0


def _make_papers(args: argparse.Namespace) -> int:
    market = get_market(args.market.strip().upper()).code
    for locale, paper, content in make_market_papers(args.vehicle, market=market, language=args.language):
        file = args.out / locale.path / Path(paper.path).name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if args.json:
            _write(json.dumps({"locale": locale.tag, "file": str(file), **asdict(paper)}, ensure_ascii=False))
        else:
            _write(f"{file}\t{paper.pages} pages\t{paper.bytes_size // 1024} KiB\t{paper.title}")
    return 0


def _read_markets(vehicle: str, text: str) -> tuple[str, ...]:
    """Codes in any case; `all` is every market that the range has a price list for, `active` those active in digital.

    Raises MarketNotFound.
    """
    which = text.strip().lower()
    if which in ("all", "active"):
        sold = public.list_sold_markets(vehicle)
        return sold if which == "all" else tuple(code for code in sold if get_market(code).is_active)
    return tuple(get_market(code.strip().upper()).code for code in text.split(",") if code.strip())


def _show_progress(percent: int, market: str) -> None:
    sys.stderr.write(f"{percent:>3} %  {market}\n")


def _write_sites(args: argparse.Namespace, sites: Iterable[LiveSite]) -> None:
    for site in sites:
        addresses = [f"/{locale.path}/{site.vehicle}/" for locale in site.locales]
        if args.json:
            row = {
                "market": site.market,
                "release": site.release_key,
                "offer": site.offer_key,
                "pages": site.page_count,
                "addresses": addresses,
            }
            _write(json.dumps(row))
        else:
            _write(f"{site.market}\t{site.release_key[:12]}\t{site.page_count} pages\t{' '.join(addresses)}")


def _write_changes(args: argparse.Namespace, found: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    for market, pages in found.items():
        if args.json:
            _write(json.dumps({"market": market, "changes": pages}))
        elif not pages:
            _write(f"{market}\tnothing")
        else:
            for path, why in pages.items():
                _write(f"{market}\t/{path.removesuffix('index.html')}\t{', '.join(why)}")


def _write_comparison(args: argparse.Namespace, market: str) -> None:
    before, after = args.compare
    on = args.on or get_today()
    found = comparing.compare_versions(args.vehicle, market=market, before=before, after=after, on=on)
    if args.json:
        _write(json.dumps(asdict(found), ensure_ascii=False))
        return
    for page in found.pages:
        locale, _, rest = page.path.partition("/")
        _write(f"{market}\t/{locale}/{args.vehicle}/{rest.removesuffix('index.html')}\t{page.difference}")
        for text in page.texts:
            _write("\t" + "".join(WDIFF[span.kind].format(span.text) for span in text.spans))
        if page.more:
            _write(f"\tand {page.more} more texts")
        for one in (*page.prices, *page.head):
            _write(f"\t{one.name}: [-{one.before}-] {{+{one.after}+}}")
        for one in (*page.pictures, *page.files):
            _write(f"\t{'+' if one.after else '-'} {one.name}")
    for path, difference in found.files:
        _write(f"{market}\t{path}\t{difference}")
    _write(f"{market}\t{len(found.pages)} pages differ, {found.same} are the same")


def _write_past(args: argparse.Namespace, market: str) -> None:
    for past in queries.list_past_releases(args.vehicle, market):
        row = {
            "market": market,
            "release": past.key,
            "published_at": past.published_at.isoformat(),
            "by": past.by,
            "live": past.is_live,
        }
        if args.json:
            _write(json.dumps(row))
        else:
            mark = "live" if past.is_live else "-"
            _write(f"{market}\t{past.key[:12]}\t{past.published_at:%Y-%m-%d %H:%M}\t{past.by}\t{mark}")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
