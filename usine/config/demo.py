"""The demonstration: loads the content of `demo/` through the rooms' doors, like any user would."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from usine.accounts.contracts import SYSTEM, Role
from usine.commons.errors import UsineError
from usine.config import server

FOLDER = Path(__file__).resolve().parents[2] / "demo"
CODE = Path(__file__).resolve().parents[1]
PASSWORD = "demo"
ACCOUNTS = (
    ("claire", "Claire Vasseur", Role.CENTRAL, ()),
    ("hugo", "Hugo Lemaire", Role.MARKET, ("FR",)),
    ("els", "Els Peeters", Role.MARKET, ("BE",)),
    ("jonas", "Jonas Brandt", Role.MARKET, ("DE",)),
    ("salma", "Salma Idrissi", Role.MARKET, ("MA",)),
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
    server.check_port_is_free("127.0.0.1", port)
    load_demo(folder)
    _print_addresses(f"http://localhost:{port}")
    return server.serve(host="127.0.0.1", port=port)


def _steps(folder: Path) -> Iterator[tuple[str, object]]:
    from usine.accounts.public import create_account
    from usine.dealers.public import load_dealers
    from usine.launches.public import load_launch, publish_launch
    from usine.ranges.public import release_range

    yield "Database", lambda: call_command("migrate", verbosity=0)

    def create_accounts() -> None:
        for username, name, role, markets in ACCOUNTS:
            create_account(username, name=name, password=PASSWORD, role=role, markets=markets)

    yield "Accounts", create_accounts
    yield "Range of the Orée, compiled", lambda: release_range(folder / "ranges" / "oree", by=SYSTEM)
    yield "Dealers", lambda: load_dealers(folder / "dealers.csv")
    yield "Master site and its markets", lambda: load_launch(folder / "launches" / "oree", by=SYSTEM)
    yield (
        "Offers and sites of every market, published",
        lambda: publish_launch("oree", markets=None, by=SYSTEM),
    )


def _fingerprint(folder: Path) -> str:
    """Content of the demo, of the code and of the front end: any change loads the demo again."""
    digest = hashlib.sha256()
    manifest = settings.FRONTEND_DIST / "manifest.json"
    files = [*folder.rglob("*"), *CODE.rglob("*.py"), *CODE.rglob("*.html"), *CODE.rglob("*.po"), manifest]
    for file in sorted(file for file in files if file.is_file()):
        digest.update(str(file).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _print_addresses(site: str) -> None:
    from usine.launches.public import list_published_locales

    _say("\nUsine is running.\n")
    _say(f"  Aurige, all countries   {site}/")
    for locale in list_published_locales("oree"):
        _say(f"  {locale.tag:<23} {site}/{locale.path}/oree/")
    _say(f"\n  The team's desk         {site}/desk/")
    _say(f"  Texts and media         {site}/cms/\n")
    _say(f"  Accounts, password “{PASSWORD}”:")
    for username, name, role, markets in ACCOUNTS:
        _say(
            f"    {username:<8} {name}, {'central team' if role is Role.CENTRAL else 'market ' + ', '.join(markets)}"
        )
    _say("\n  Stop with Ctrl-C.\n")


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
