"""The configurator by plain forms: conflict, way out, save, reopen after the range changed."""

from __future__ import annotations

import shutil

import pytest

from tests.oree import RANGE, publish_oree
from usine.commons.models import Fact
from usine.journeys.models import Configuration
from usine.journeys.public import get_configuration, summarise
from usine.markets.public import get_locale

PAGE = "/nl-be/oree/configurator/"
BARS = {"trim": "futaie", "powertrain": "ev52", "colour": "lichen", "roof_bars": "yes"}


@pytest.fixture
def belgium(db):
    return publish_oree("BE")


def test_an_impossible_roof_says_why_and_its_button_makes_it_possible(client, belgium):
    page = client.get(PAGE, BARS)
    assert page.status_code == 200
    assert 'value="roof.glass"' in page.content.decode()

    after = client.get(page.wsgi_request.path, {"state": page.context["state"], "want": "roof.glass"})
    shown = client.get(after.url)

    assert shown.context["car"].values["roof"] == "glass"
    assert shown.context["car"].values["roof_bars"] == "no"
    assert shown.context["notice"].lines
    assert client.get(shown.context["notice"].undo).context["car"].choices == page.context["car"].choices


def test_a_submitted_form_changes_only_what_differs(client, belgium):
    page = client.get(PAGE, BARS)
    car = page.context["car"]
    sent = {name: value for name, value in car.values.items() if value not in ("no",)}

    after = client.get(client.get(PAGE, {**sent, "colour": "sapin", "state": page.context["state"]}).url)

    assert after.context["car"].choices == {**car.choices, "colour": "sapin"}


def test_a_saved_car_keeps_its_code_and_reopens(client, belgium):
    for _ in range(2):
        client.post(f"{PAGE}save/", {"state": "trim.futaie~colour.garance"})
    kept = Configuration.objects.get()

    shown = client.get(client.get(f"/c/{kept.code.lower()}").url)

    assert shown.context["car"].values["colour"] == "garance"
    assert shown.context["code"] == kept.code
    assert Fact.objects.filter(name="ConfigurationSaved").count() == 1
    summary = summarise(kept.code, locale=get_locale("nl-be"))
    assert summary.title == "Orée Futaie"


def test_a_car_saved_from_an_older_offer_says_what_no_longer_holds(client, belgium, tmp_path):
    client.post(f"{PAGE}save/", {"state": "trim.futaie~colour.garance"})
    kept = Configuration.objects.get()
    shutil.copytree(RANGE, tmp_path / "oree")
    with (tmp_path / "oree" / "rules" / "20-colour.yaml").open("a", encoding="utf-8") as rules:
        rules.write("  garance-not-in-belgium: {feature: colour = garance, not-in-market: [BE]}\n")
    publish_oree("BE", folder=tmp_path / "oree")

    shown = client.get(client.get(f"/c/{kept.code}").url)

    assert shown.context["reopened"].lost == ("Garance-rood",)
    assert shown.context["car"].values["trim"] == "futaie"
    assert shown.context["car"].values["colour"] != "garance"
    assert get_configuration(kept.code).choices == {"trim": "futaie", "colour": "garance"}


@pytest.mark.parametrize(
    "address", ["/xx-xx/oree/configurator/", "/nl-be/nothing/configurator/", "/c/ZZZZZZZ", f"{PAGE}?c=%00"]
)
def test_unknown_addresses_are_refused(client, belgium, address):
    assert client.get(address).status_code == 404


def test_strange_queries_end_in_a_car(client, belgium):
    strange = {"trim": "nope", "colour": "lichen", "x": "y", "from": "~~.~a.b"}
    assert client.get(PAGE, strange).status_code == 200
    assert client.get(PAGE, {"state": "a.b~~c", "want": "zz.top"}).status_code == 302


def test_a_code_that_nobody_saved_is_told_in_the_visitors_frame(client, belgium):
    answer = client.get("/c/7K4MR2P", headers={"Accept-Language": "nl-BE"})

    assert answer.status_code == 404
    assert "Geen auto onder deze code" in answer.content.decode()
    assert answer.context["start"] == "/nl-be/oree/configurator/"
    assert client.get("/c/", {"code": " 7k4-mr2p/../x"}).url == "/c/7k4mr2px"


def test_what_an_address_asks_in_vain_is_said(client, belgium):
    answer = client.get(PAGE, {"trim": "futaie", "colour": "mauve", "roof": "glass", "roof_bars": "yes"})

    assert answer.status_code == 200
    assert answer.context["car"].values["trim"] == "futaie"
    assert answer.context["ignored"]
    assert "noindex" in answer.content.decode()


def test_a_private_visitor_is_never_given_a_version_for_companies(client, belgium):
    page = client.get(PAGE)
    trims = next(part for step in page.context["steps"] for part in step.parts if part.name == "trim")

    offered, apart = ({row.value for row in rows} for rows in (trims.rows, trims.asides))

    assert apart == {"pro"} and "pro" not in offered
    assert page.context["car"].values["trim"] in offered
    assert client.get(PAGE, {"trim": "pro"}).context["car"].values["trim"] == "pro"


def test_an_emission_class_is_shown_only_where_the_law_has_one(client, db):
    publish_oree("FR", "MA")
    classes = {
        path: client.get(f"/{path}/oree/configurator/").context["energy"].co2_class
        for path in ("fr-fr", "ar-ma")
    }
    assert classes["fr-fr"] in "ABCDEFG" and classes["ar-ma"] == ""
