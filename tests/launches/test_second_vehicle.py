"""A second vehicle gets its launch from the files of its range and the desk: no launch files, no commands."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from tests.launches.editors import sign_in
from tests.launches.sites import Page
from tests.lisiere import DESK, RANGE, VEHICLE, find_page, make_launch, release_lisiere
from tests.oree import LAUNCH
from tests.replay import make_once
from usine.accounts.contracts import Role
from usine.commons.models import Fact
from usine.launches.models import LaunchPage, MasterPage, Overlay
from usine.launches.public import list_live_sites
from usine.launches.rules import ALWAYS_THERE
from usine.launches.writing.files import read_launch
from usine.launches.writing.first_pages import find_gaps
from usine.launches.writing.loading import find_or_add_picture
from usine.offers.public import get_offer
from usine.ranges.public import check_range

NEW = f"{DESK}new/"


def say(response):
    return response.content.decode()


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


@pytest.fixture
def central(client, db):
    release_lisiere()
    return sign_in(client, "claire", Role.CENTRAL)


@pytest.fixture
def begun(client, db):
    """Claire, who has just begun the launch."""

    def make():
        release_lisiere()
        answer = sign_in(Client(), "claire", Role.CENTRAL).post(NEW, {"vehicle": VEHICLE})
        assert answer.headers["Location"] == f"/cms/pages/{find_page('home').pk}/edit/"

    make_once(("second vehicle, begun",), make)
    client.login(username="claire", password="demo")
    return client


@pytest.fixture
def visitor(db):
    def make():
        claire = sign_in(Client(), "claire", Role.CENTRAL)
        make_launch(claire)

    make_once(("launch of the second vehicle, at the desk",), make)
    return Client()


def test_the_sites_of_both_markets_are_live_and_no_file_was_read(visitor):
    sites = {site.market: [locale.path for locale in site.locales] for site in list_live_sites(VEHICLE)}

    assert sites == {"FR": ["fr-fr"], "MA": ["fr-ma", "ar-ma"]}
    assert LaunchPage.objects.get(slug=VEHICLE).source_digest == ""
    told = [(fact.name, fact.by) for fact in Fact.objects.filter(subject=VEHICLE, name__startswith="Launch")]
    assert told == [("LaunchFounded", "Claire")]


@pytest.mark.parametrize(
    ("path", "name", "title", "price"),
    [
        ("fr-fr", "Lisière", "Là où commence le chemin.", "23 900 €"),
        ("fr-ma", "Lisière", "Là où commence le chemin.", "267 700 MAD"),
        ("ar-ma", "ليزيير", "حيث يبدأ الطريق.", "267"),
    ],
)
def test_the_home_page_says_the_vehicle_and_its_entry_price(visitor, path, name, title, price):
    """23,900 in base.csv; times 11.2 in Morocco, in hundreds of dirhams; the guard of every car there is not billed."""
    page = Page(read(visitor, f"/{path}/{VEHICLE}/"))
    words = " ".join(page.words.split())

    assert title in words and name in words
    assert price in words.replace("\u00a0", " ").replace("\u202f", " ")
    assert page.root["dir"] == ("rtl" if path.startswith("ar") else "ltr")
    assert {f"/{path}/{VEHICLE}/configurator/", f"/{path}/{VEHICLE}/test-drive/"} <= set(page.links)


@pytest.mark.parametrize(("path", "says"), [("fr-fr", "two cookies"), ("ar-ma", "two cookies")])
def test_its_legal_notice_says_what_is_stored_and_counted(visitor, path, says):
    words = Page(read(visitor, f"/{path}/{VEHICLE}/legal/")).words

    assert says in words and "we count the pages that you open" in words
    assert "no cookie" not in words


def test_every_link_of_a_site_leads_to_a_page(visitor):
    start = f"/fr-fr/{VEHICLE}/"
    todo, seen = {start}, set()
    while todo:
        address = todo.pop()
        seen.add(address)
        links = (link.split("#")[0] for link in Page(read(visitor, address)).links)
        new = {link for link in links if link.startswith(start) and "?" not in link}
        todo |= new - seen if len(seen) < 20 else set()

    assert {
        start,
        f"{start}versions/",
        f"{start}legal/",
        f"{start}configurator/",
        f"{start}test-drive/",
    } <= seen


@pytest.mark.parametrize(("path", "name"), [("fr-fr", "Lisière"), ("ar-ma", "ليزيير")])
def test_the_other_rooms_open_for_the_vehicle(visitor, path, name):
    """Configurator, booking and virtual drive, with its own pictures and its own car in 3D."""
    base = f"/{path}/{VEHICLE}/"
    configurator = read(visitor, f"{base}configurator/")
    drive = read(visitor, f"{base}virtual-drive/")

    assert name in configurator and "/assets/lisiere-sapin" in configurator
    assert "oree" not in configurator.lower() and "oree" not in drive.lower()
    assert re.search(r"lisiere\.drive-[\w-]+\.glb", drive)
    assert name in read(visitor, f"{base}test-drive/")
    assert visitor.get(f"{base}nowhere/").status_code == 404


def test_a_configuration_is_priced_by_its_own_range(visitor):
    """Canopée, electric, with the colour that has no price: 37,900 in base.csv."""
    choices = "trim=canopee&powertrain=ev60&colour=bouleau"
    page = Page(read(visitor, f"/fr-fr/{VEHICLE}/configurator/?{choices}"))

    assert "37\u202f900\u00a0€" in page.words
    live = next(site for site in list_live_sites(VEHICLE) if site.market == "FR")
    assert get_offer(live.offer_key).vehicle == VEHICLE


def test_search_engines_are_told_brand_vehicle_and_offers(visitor):
    data = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', read(visitor, f"/fr-fr/{VEHICLE}/")
    )
    (car,) = [found for found in map(json.loads, data) if found["@type"] == "Car"]

    assert car["name"] == f"{settings.BRAND} Lisière"
    assert (car["offers"]["lowPrice"], car["offers"]["highPrice"]) == ("23900.00", "37900.00")


def test_the_list_of_countries_has_its_own_ways_for_the_vehicle(visitor):
    answer = visitor.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    ((cover, regions, suggestions),) = answer.context["vehicles"]

    assert cover["name"] == "Lisière"
    assert suggestions[0][2] == f"/fr-fr/{VEHICLE}/"
    assert [country.name for _region, countries in regions for country in countries] == ["France", "Maroc"]


# how a launch is begun


def test_a_launch_begins_with_the_pages_that_every_site_has(begun):
    assert LaunchPage.objects.get(slug=VEHICLE).title == "Lisière"
    pages = MasterPage.objects.filter(live=True)
    assert {page.slug for page in pages} == {*ALWAYS_THERE, "versions"}
    assert Overlay.objects.count() == 0
    (launch,) = begun.get(DESK).context["launches"]
    assert {row["status"].market.code for row in launch["rows"]} >= {"FR", "DE", "MA", "001"}
    assert launch["editor"] == f"/cms/pages/{LaunchPage.objects.get(slug=VEHICLE).pk}/"


def test_its_blocks_name_what_the_range_has(begun):
    home, versions = (find_page(kind).body.raw_data for kind in ("home", "versions"))

    assert [block["type"] for block in home] == ["hero", "facts", "walk", "lineup", "booking"]
    trims = [item["value"]["trim"] for item in versions[0]["value"]["trims"]]
    assert trims == ["sente", "futaie", "canopee"]
    named = {item["value"].split("=")[0] for block in versions[1:] for item in block["value"]["features"]}
    features = set(release_lisiere().catalogue.features)
    assert named == features - {"trim", "powertrain", "gearbox", "driving_side", "market", "period"}


def test_its_blocks_are_nobody_elses(begun):
    """Ids are new ones, so that no overlay of another launch is said in it."""
    known = {block["id"] for page in read_launch(LAUNCH).pages for block in page.blocks}
    assert not known & {str(child.id) for page in MasterPage.objects.all() for child in page.body}


def test_a_vehicle_has_one_launch(begun):
    answer = begun.post(NEW, {"vehicle": VEHICLE, "title": "Again"})

    assert answer.status_code == 422
    assert "has a launch already" in say(answer)
    assert begun.get(NEW).context["candidates"] == []
    assert LaunchPage.objects.get(slug=VEHICLE).title == "Lisière"


def test_a_picture_of_the_library_may_open_it(central):
    """With its twin for older browsers, and a title of one's own."""
    cars = settings.PROJECT / "frontend/src/assets/cars"
    avif, webp = (
        find_or_add_picture(f"lisiere-dusk{end}", (cars / f"lisiere-dusk{end}").read_bytes())
        for end in (".avif", ".webp")
    )
    central.post(NEW, {"vehicle": VEHICLE, "picture": avif, "title": " The crossover "})

    hero = find_page("home").body.raw_data[0]["value"]
    assert (hero["picture"], hero["fallback"]) == (avif, webp)
    assert LaunchPage.objects.get(slug=VEHICLE).title == "The crossover"


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"vehicle": "nowhere"}, 404, "No range of nowhere is released"),
        ({"vehicle": ""}, 404, "No range of"),
        ({"vehicle": VEHICLE, "title": "x" * 101}, 422, "The title has 101 signs: 100 are the most"),
        ({"vehicle": VEHICLE, "picture": "999999"}, 422, "not in the library any more"),
    ],
)
def test_what_cannot_be_begun_is_said_above_the_form(central, form, status, sentence):
    answer = central.post(NEW, form)

    assert answer.status_code == status
    assert sentence in say(answer)
    assert not LaunchPage.objects.exists()


def test_markets_and_strangers_begin_nothing(client, db):
    release_lisiere()
    assert client.post(NEW, {"vehicle": VEHICLE}).status_code == 302
    els = sign_in(client, "els", Role.MARKET, "BE")

    assert els.get(NEW).status_code == els.post(NEW, {"vehicle": VEHICLE}).status_code == 403
    assert "New launch" not in say(els.get(DESK))
    assert not LaunchPage.objects.exists()


def test_a_range_says_what_it_lacks_for_a_launch():
    catalogue = check_range(RANGE).catalogue
    colour = catalogue.features["colour"]
    bare = replace(colour, values=tuple(replace(value, attributes={}) for value in colour.values[:1]))
    features = {name: found for name, found in catalogue.features.items() if name != "trim"} | {
        "colour": bare
    }

    assert find_gaps(catalogue) == []
    assert find_gaps(replace(catalogue, features=features)) == [
        "it has no feature trim",
        "colour=sapin has no picture",
    ]


def test_what_stands_in_a_launchs_way_is_said_in_the_desks_language(central):
    central.post("/desk/preferences/", {"language": "fr"})
    answer = central.post(NEW, {"vehicle": VEHICLE, "title": "L" * 101})
    assert answer.status_code == 422
    assert "Le titre compte 101 signes : 100 au plus." in say(answer)
    catalogue = check_range(RANGE).catalogue
    with override("fr"):
        bare = replace(catalogue, features={k: v for k, v in catalogue.features.items() if k != "colour"})
        assert find_gaps(bare) == ["il y manque la caractéristique colour"]
