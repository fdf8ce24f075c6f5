"""The demonstration: loads the content of `demo/` through the rooms' doors, like any user would."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import yaml
from django.conf import settings
from django.core.management import call_command

from usine.accounts.contracts import SYSTEM, Role
from usine.accounts.public import create_account
from usine.commons.errors import UsineError
from usine.config import server
from usine.config.web import check_port_is_free
from usine.dealers.public import load_dealers
from usine.launches.public import (
    list_live_sites,
    list_sold_markets,
    list_vehicles,
    load_launch,
    publish_sites,
    request_papers,
)
from usine.offers.public import get_today
from usine.ranges.public import release_range
from usine.reputation.public import follow_replay
from usine.translations.public import fill_memory, load_glossary

FOLDER = Path(__file__).resolve().parents[2] / "demo"
CODE = Path(__file__).resolve().parents[1]
PASSWORD = "demo"
ACCOUNTS = (
    ("claire", "Claire Vasseur", Role.CENTRAL, ()),
    ("hugo", "Hugo Lemaire", Role.MARKET, ("FR",)),
    ("els", "Els Peeters", Role.MARKET, ("BE",)),
    ("jonas", "Jonas Brandt", Role.MARKET, ("DE",)),
    ("salma", "Salma Idrissi", Role.MARKET, ("MA",)),
    ("ines", "Inês Duarte", Role.MARKET, ("PT", "BR")),
)


class DemoRefused(UsineError):
    code = "demo_refused"


def load_demo(folder: Path = FOLDER, *, force: bool = False) -> int:
    """Migrate, then load everything below `folder`. Repeatable; does nothing when neither content nor code changed."""
    if not settings.IS_DEMO:
        raise DemoRefused("The demo has public passwords: it is loaded only with USINE_DEMO=1.")
    stamp, want = settings.VAR / "demo.stamp", _fingerprint(folder)
    if not force and stamp.exists() and stamp.read_text() == want:
        return 0
    for label, step in _steps(folder):
        started = time.perf_counter()
        _say(f"• {label} … ", end="")
        step()
        _say(f"{time.perf_counter() - started:.1f} s")
    stamp.write_text(want)
    return 0


def run_demo(folder: Path = FOLDER, *, port: int) -> int:
    """Load what changed, print where to look, serve until stopped."""
    check_port_is_free("127.0.0.1", port)
    load_demo(folder)
    _print_addresses(f"http://localhost:{port}")
    return server.serve(host="127.0.0.1", port=port)


def _steps(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "Database", lambda: call_command("migrate", verbosity=0)
    yield "Accounts", _create_accounts
    for place in _list_folders(folder / "ranges"):
        yield f"Range “{place.name}”, compiled", partial(release_range, place, by=SYSTEM)
    yield "Points of sale", lambda: load_dealers(folder / "dealers.csv", by=SYSTEM)
    yield "What the public says, heard by the worker from now on", follow_replay
    for place in _list_folders(folder / "launches"):
        name = place.name
        yield f"Launch “{name}”: texts and pictures", partial(load_launch, place, by=SYSTEM)
        yield f"Launch “{name}”: glossary and memory of translations", partial(_load_translations, place)
        yield f"Launch “{name}”: its sites, published", partial(_publish, name, folder / "publish.yaml")


def _list_folders(folder: Path) -> list[Path]:
    """The ranges or launches of the demo: their folders are called by their vehicles."""
    return sorted(place for place in folder.iterdir() if place.is_dir())


def _load_translations(folder: Path) -> None:
    if (folder / "glossary.csv").exists():
        load_glossary(folder.name, folder / "glossary.csv", by=SYSTEM)
    fill_memory(folder.name, by=SYSTEM)


def _publish(vehicle: str, choice: Path) -> None:
    """In the markets that the file names for the vehicle; without a line there, wherever it is sold."""
    chosen = (yaml.safe_load(choice.read_text("utf-8")) if choice.exists() else None) or {}
    markets = chosen.get(vehicle) or list_sold_markets(vehicle)
    publish_sites(vehicle, markets=markets, on=get_today(), by=SYSTEM)
    # Brochures and price lists, made by the worker once the demo is served.
    request_papers(vehicle, by=SYSTEM)


def _create_accounts() -> None:
    for username, name, role, markets in ACCOUNTS:
        create_account(username, name=name, password=PASSWORD, role=role, markets=markets)


def _fingerprint(folder: Path) -> str:
    """Content of the demo, of the code and of the front end: any change loads the demo again."""
    digest = hashlib.sha256()
    manifest = settings.FRONTEND_DIST / "manifest.json"
    files = [*folder.rglob("*"), *CODE.rglob("*.py"), *CODE.rglob("*.html"), *CODE.rglob("*.po"), manifest]
    for file in sorted(file for file in files if file.is_file()):
        digest.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _print_addresses(site: str) -> None:
    _say("\nUsine is running.\n")
    _say(f"  Every country           {site}/")
    lead, *others = sorted(list_vehicles(), key=lambda vehicle: -len(list_live_sites(vehicle)))
    for path in ("fr-fr", "nl-be", "de-ch", "es-mx", "ar-ma", "ja-jp", "en"):
        _say(f"  Launch site, {path:<10} {site}/{path}/{lead}/")
    for vehicle in others:
        _say(f"  Another launch          {site}/fr-fr/{vehicle}/")
    _say(f"  Configurator            {site}/fr-fr/{lead}/configurator/")
    _say(f"  Virtual test drive      {site}/fr-fr/{lead}/virtual-drive/")
    _say(f"  Book a test drive       {site}/fr-fr/{lead}/test-drive/")
    _say(f"  The team's desk         {site}/desk/")
    _say(f"  What the public says    {site}/desk/reputation/")
    _say(f"  Texts and media         {site}/cms/\n")
    _say(f"  Accounts, password “{PASSWORD}”:")
    for username, name, role, markets in ACCOUNTS:
        where = "central team" if role is Role.CENTRAL else f"market {', '.join(markets)}"
        _say(f"    {username:<8} {name}, {where}")
    _say("\n  Stop with Ctrl-C.\n")


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
