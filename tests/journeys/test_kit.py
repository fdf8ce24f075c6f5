"""The kit that a browser answers with: kept for ever under its content's key, and nothing in it that is not on sale."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.conf import settings
from django.template import engines
from django.utils import translation

from tests.oree import publish_oree
from usine.journeys import kit as kits
from usine.journeys.cars import list_sold
from usine.journeys.skeleton import NotInSkeleton, _Reader, read_skeleton
from usine.kernel import ask, from_bytes, list_rules, price
from usine.offers.public import get_offer

PAGE = "/nl-be/oree/configurator/"
LOCAL = Path(__file__).resolve().parents[2] / "frontend" / "src" / "configurator" / "local"


@pytest.fixture
def belgium(db):
    return publish_oree("BE", "MA")


def find_kit(client, page=PAGE):
    return client.get(page).context["kit"]


def test_a_kit_is_kept_for_ever_under_its_key(client, belgium, django_assert_max_num_queries):
    address = find_kit(client)
    with django_assert_max_num_queries(1):
        plain = client.get(address)
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in plain.headers and not plain.cookies
    assert address == find_kit(client)

    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content

    again = client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_another_key_and_another_sites_kit_are_not_found(client, belgium):
    address = find_kit(client)
    assert client.get(re.sub(r"\w{32}", "0" * 32, address)).status_code == 404
    assert client.get(address.replace("nl-be", "fr-be")).status_code == 404
    assert client.get(address.replace("nl-be", "fr-fr")).status_code == 404
    assert client.post(address).status_code == 405


def test_a_range_too_large_for_a_phone_has_no_kit(client, belgium, monkeypatch):
    address = find_kit(client)
    monkeypatch.setattr(kits, "MAX_BYTES", 1000)
    page = client.get(PAGE)
    assert page.context["kit"] == "" and b"data-kit" not in page.content
    assert client.get(address).status_code == 404


def test_a_kit_says_nothing_that_is_not_on_sale(client, belgium):
    for path, market in (("nl-be", "BE"), ("ar-ma", "MA")):
        content = client.get(find_kit(client, f"/{path}/oree/configurator/")).json()
        offer = get_offer(content["offer"])
        assert offer.market == market
        sold = list_sold(offer)
        for part in (content["range"], content["private"]):
            ranged = from_bytes(b64decode(part))
            assert set(ranged.domains) <= {feature["name"] for feature in content["features"]}
            assert all(set(values) <= set(sold[name]) for name, values in ranged.domains.items())
            assert b"market" not in b64decode(part) and b"period" not in b64decode(part)
        for feature in content["features"]:
            assert {value["name"] for value in feature["values"]} == set(sold[feature["name"]])
        unsold = {n for n, values in sold.items() if set(values) == {"no"}}
        assert unsold, "the demo has options for some countries only"
        words = set(re.findall(r"\w+", json.dumps({**content, "templates": "", "reasons": ""})))
        assert not unsold & words


def test_a_kit_answers_as_the_offer_does(client, belgium):
    content = client.get(find_kit(client)).json()
    offer = get_offer(content["offer"])
    amounts = {term: {tuple(row): amount for row, amount in rows} for term, rows in content["prices"]}
    answer = ask(price(from_bytes(b64decode(content["range"])), amounts), {})
    for feature in content["features"]:
        assert dict(answer.values[feature["name"]]) == list_sold(offer)[feature["name"]]


def test_counted_sentences_have_the_form_of_each_count(client, belgium):
    content = client.get(find_kit(client, "/ar-ma/oree/configurator/")).json()
    for one, many in kits.COUNTED:
        forms, form_of = content["counted"][one]
        assert len(forms) > 2  # Arabic has six, of which some are alike
        with translation.override("ar"):
            assert [forms[i] for i in form_of] == [
                translation.ngettext(one, many, count) for count in range(len(form_of))
            ]


def test_every_sentence_that_the_browser_says_is_in_the_kit():
    said, counted = set(), set()
    for file in LOCAL.glob("*.ts"):
        if file.name.endswith(".test.ts"):
            continue
        with file.open("rb") as source:
            found = extract("javascript", source, keywords={"say": None, "sayCount": None})
            for _line, message, _comments, _context in found:
                (counted if message in dict(kits.COUNTED) else said).add(message)
    assert said == set(kits.SENTENCES)
    assert counted == set(dict(kits.COUNTED))


def test_what_the_browser_cannot_read_is_refused():
    for text in (
        "{% now 'Y' %}",
        "{{ price|upper }}",
        "{% if a > b %}{% endif %}",
        "{% include name %}",
        "{% load i18n %}{% blocktranslate count n=a %}x{% plural %}y{% endblocktranslate %}",
        "{{ a|add:b }}",
    ):
        nodes = engines["django"].from_string(text).template.nodelist
        with pytest.raises(NotInSkeleton):
            _Reader().read(nodes)


@pytest.mark.parametrize("language", [language for language, _name in settings.LANGUAGES])
def test_the_templates_can_be_read_in_every_language(language):
    with translation.override(language):
        templates = read_skeleton()
    assert {"content", "title", "journeys/_row.html", "journeys/_told.html"} <= set(templates)


def test_a_kit_explains_by_the_rules_of_its_market_only(client, belgium):
    content = client.get(find_kit(client)).json()
    assert "extinguisher-required" in content["reasons"]
    assert "block-heater-standard-finland" not in content["reasons"]
    assert tuple(content["reasons"]) == list_rules(b64decode(content["rules"]))


@pytest.mark.parametrize("path", ["nl-be", "ar-ma"])
def test_answering_costs_a_phone_a_fraction_of_300_kilobytes(
    client, belgium, path, settings, record_property
):
    kit = client.get(
        find_kit(client, f"/{path}/oree/configurator/"), headers={"Accept-Encoding": "gzip"}
    ).content
    manifest = json.loads((settings.FRONTEND_DIST / "manifest.json").read_text())
    files = {chunk["file"] for name, chunk in manifest.items() if "configurator/" in name}
    code = sum(
        len(gzip.compress((settings.FRONTEND_DIST / f).read_bytes())) for f in files if f.endswith(".js")
    )
    record_property("kit_bytes", len(kit))
    record_property("code_bytes", code)
    assert code > 10_000, "the chunks of the configurator are found"
    assert len(kit) + code < 100_000
