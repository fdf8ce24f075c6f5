"""The demo's second vehicle, whose launch is begun, written and published at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.test import Client
from wagtail.blocks import BaseBlock, ListBlock, StructBlock

from tests.launches.editors import write
from tests.oree import DEMO
from usine.accounts.contracts import SYSTEM
from usine.commons.jobs import run_next
from usine.dealers.public import load_dealers
from usine.launches.content.blocks import PageBlocks
from usine.launches.models import MasterPage
from usine.ranges.contracts import RangeRelease
from usine.ranges.public import release_range

RANGE = DEMO / "ranges" / "lisiere"
VEHICLE = "lisiere"
DESK = "/desk/launches/"
MOBILITY = """Pour les trajets courts, privilégiez la marche ou le vélo.
Pensez à covoiturer.
Au quotidien, prenez les transports en commun."""


def release_lisiere() -> RangeRelease:
    return release_range(RANGE, by=SYSTEM)


def make_launch(client: Client) -> None:
    """All that the central team does for a launch in France and Morocco, by forms of the desk alone."""
    release_lisiere()
    load_dealers(DEMO / "dealers.csv", by=SYSTEM)
    client.post(f"{DESK}new/", {"vehicle": VEHICLE, "title": "Lisière, the crossover"})
    edit_page(client, "home", {"hero": {"title": "Where the path begins."}})
    adapt(client, "FR", "fr-fr", "home", "hero", scope="fr", title="Là où commence le chemin.")
    adapt(client, "FR", "fr-fr", "versions", "versions_table", text="Prix TTC au {price_from}.")
    adapt(
        client,
        *("FR", "fr-fr", "legal", "legal"),
        text="{electric_kwh} kWh/100 km, {fuel_litres} l/100 km, CO₂ {co2_g} g/km, classes {co2_classes}. Prix TTC "
        "au {price_from}.",
    )
    adapt(client, *("FR", "fr-fr", "legal", "mobility"), messages=MOBILITY, tag="#SeDéplacerMoinsPolluer")
    adapt(client, "MA", "ar-ma", "home", "hero", title="حيث يبدأ الطريق.")
    for market in ("FR", "MA"):
        approve(client, market)
    client.post(f"{DESK}{VEHICLE}/publish/", {"market": ["FR", "MA"]})
    assert run_next()


def find_page(kind: str) -> MasterPage:
    return MasterPage.objects.get(slug=kind, path__startswith=_root().path)


def _root() -> Any:
    from usine.launches.sources.masters import get_launch

    return get_launch(VEHICLE)


def edit_page(client: Client, kind: str, changes: Mapping[str, Mapping[str, str]]) -> None:
    """Publish a page in Wagtail's editor, as its form would send it, with other texts in the first block of a type."""
    page = find_page(kind)
    form = {
        "title": page.title,
        "slug": page.slug,
        "search_description": page.search_description,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
        "body-count": str(len(page.body)),
    }
    left = dict(changes)
    for number, child in enumerate(page.body.raw_data):
        value = {**child["value"], **left.pop(child["type"], {})}
        form |= {
            f"body-{number}-id": child["id"],
            f"body-{number}-type": child["type"],
            f"body-{number}-order": str(number),
            f"body-{number}-deleted": "",
            **dict(_fill_in(PageBlocks().child_blocks[child["type"]], value, f"body-{number}-value")),
        }
    answer = client.post(f"/cms/pages/{page.pk}/edit/", form)
    assert answer.status_code == 302, answer.context["form"].errors


def _fill_in(block: BaseBlock, value: Any, name: str) -> Iterable[tuple[str, str]]:
    """The fields of a block's form."""
    if isinstance(block, StructBlock):
        for key, child in block.child_blocks.items():
            yield from _fill_in(child, value.get(key), f"{name}-{key}")
    elif isinstance(block, ListBlock):
        yield f"{name}-count", str(len(value))
        for number, item in enumerate(value):
            plain = item["value"] if isinstance(item, Mapping) and item.get("type") == "item" else item
            yield f"{name}-{number}-order", str(number)
            yield f"{name}-{number}-deleted", ""
            yield from _fill_in(block.child_block, plain, f"{name}-{number}-value")
    elif value is not None and value is not False:
        yield name, str(value)


def adapt(
    client: Client, market: str, locale: str, kind: str, block_type: str, *, scope: str = "", **texts: str
) -> None:
    """Say the first block of a type of a page otherwise, in the editor of adaptations."""
    block = next(str(child.id) for child in find_page(kind).body if child.block_type == block_type)
    address = f"{DESK}{VEHICLE}/{market}/adapt/{locale}/?page={kind}&scope={scope or locale}"
    answer = write(client, block=block, page=address, **texts)
    assert answer.status_code == 302, answer.content.decode()


def approve(client: Client, market: str) -> None:
    """Bring a market's site to approved, as somebody does who reads the page of that market."""
    address = f"{DESK}{VEHICLE}/{market}/"
    for step in ("review", "approved"):
        seen = client.get(address).context["flow"]["standing"].looked.inputs
        client.post(f"{address}workflow/move/", {"to": step, "seen": seen, "note": "read and agreed"})
