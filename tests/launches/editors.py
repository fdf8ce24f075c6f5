"""People at the desk of sites: who signs in, what they write, what the editor shows them."""

from __future__ import annotations

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.accounts.public import create_account
from usine.launches.models import MasterPage
from usine.launches.workflow.approvals import get_standing, move_site
from usine.launches.workflow.steps import Step

HERO = "f3c95789-ace1-4954-ac5d-6baed2eac902"
PAGE = "/desk/launches/oree/BE/adapt/fr-be/"


def sign_in(client, username, role, *markets):
    create_account(username, name=username.title(), password="demo", role=role, markets=markets)
    client.login(username=username, password="demo")
    return client


def sign_in_by_hand(page, address, username, role=Role.CENTRAL, *markets):
    """Open an address of the desk in a browser, which asks who one is, and sign in."""
    create_account(username, name=username.title(), password="demo", role=role, markets=markets)
    page.goto(address)
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill("demo")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(address)


ELS = Actor(user_id=1, name="Els", role=Role.MARKET, markets=frozenset({"BE"}))
CLAIRE = Actor(user_id=2, name="Claire", role=Role.CENTRAL, markets=frozenset())


def approve(*markets, by=SYSTEM, note="as agreed"):
    """Move the sites of markets to approved, whatever step they are at, as they are now."""
    for market in markets:
        ways = {Step.DRAFT: (Step.REVIEW, Step.APPROVED), Step.APPROVED: ()}
        for step in ways.get(get_standing("oree", market).step, (Step.APPROVED,)):
            move_site("oree", market=market, to=step, by=by, note=note)


def find_block(client, block=HERO, page=PAGE):
    blocks = client.get(page).context["blocks"]
    return next(found for found in blocks if found["block_id"] == block)


def write(client, *, verb="save", block=HERO, page=PAGE, seen=None, reason="", **texts):
    """Post to a block of the editor: texts by path, `__` for its slashes; as if the page was opened just now."""
    known = find_block(client, block, page)["seen"] if seen is None else seen
    said = {f"text:{path.replace('__', '/')}": text for path, text in texts.items()}
    return client.post(page, {"block": block, "verb": verb, "seen": known, "reason": reason, **said})


def retell(text):
    """The centre changes the title of the opening view and publishes the master."""
    home = MasterPage.objects.get(slug="home")
    hero = next(child for child in home.body if str(child.id) == HERO)
    hero.value["title"] = text
    home.save_revision().publish()
