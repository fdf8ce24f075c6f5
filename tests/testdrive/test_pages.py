"""The page of a virtual drive, what is kept of one, and what is refused."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.oree import publish_oree
from usine.commons.facts import read_facts
from usine.commons.models import Fact
from usine.journeys.public import read_car
from usine.launches.public import get_frame
from usine.markets.public import get_locale
from usine.offers.public import get_offer_on_sale
from usine.testdrive import views
from usine.testdrive.film import find_film
from usine.testdrive.kit import make_kit
from usine.testdrive.models import KeptDrive
from usine.testdrive.rules import parse_summary
from usine.testdrive.showing import LENGTHS_M, show_summary, tell_distance

PAGE = "/nl-be/oree/virtual-drive/"
TOKEN = "0123456789abcdef01234567"
ROUTES = Path(__file__).resolve().parents[2] / "frontend" / "src" / "testdrive" / "routes"


@pytest.fixture
def belgium(db):
    publish_oree("BE")


def summary(**changes: Any) -> dict[str, Any]:
    return {
        "route": "coast",
        "weather": "dusk",
        "mode": "eco",
        "is_guided": False,
        "distance_m": 4468.2,
        "seconds": 301.5,
        "used": 0.621,
        "unit": "kWh",
        "eco": 91,
        "top_m_s": 21.4,
        "moments": [
            {"kind": "sight", "time_s": 60, "value": 0, "name": "lighthouse"},
            {"kind": "fastest", "time_s": 120, "value": 21.4, "name": ""},
        ],
    } | changes


def send(client: Client, body: Any, *, query: str = "?powertrain=ev52", token: str = TOKEN, page: str = PAGE):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        f"{page}results/{query}",
        raw,
        content_type="application/json",
        headers={"Idempotency-Key": token, "Accept": "application/json"},
    )


def read_kit(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="kit" type="application/json">(.*?)</script>', html)
    assert found
    return json.loads(found[1])


def test_the_page_gives_the_car_of_the_address_its_figures_and_the_way_to_book(client, belgium):
    html = client.get(f"{PAGE}?trim=futaie&powertrain=ev52&wheels=rameau").content.decode()
    kit = read_kit(html)

    assert kit["car"]["figures"] == "ev52"
    assert kit["car"]["inches"] in (16, 17, 18)
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", kit["car"]["colour"])
    assert (kit["side"], kit["isMiles"], kit["tag"]) == ("right", False, "nl-BE")
    assert kit["words"]["km_h"] == "{n} km/u"
    assert "Orée Futaie" in html
    assert "15,1 kWh/100 km" in html
    assert 'action="/nl-be/oree/configurator/save/"' in html
    assert "powertrain.ev52" in html  # the car that is booked
    assert "<noscript>" in html


def test_a_saved_car_is_driven_by_its_code_and_an_unknown_code_is_the_usual_car(client, belgium):
    saved = client.post("/nl-be/oree/configurator/save/", {"state": "powertrain.ev52", "then": "test-drive"})
    code = saved["Location"].split("c=")[1]

    assert read_kit(client.get(f"{PAGE}?c={code}").content.decode())["car"]["figures"] == "ev52"
    usual = read_kit(client.get(PAGE).content.decode())
    assert read_kit(client.get(f"{PAGE}?c=2222222").content.decode()) == usual


def test_a_market_that_drives_on_the_left_counts_miles(belgium):
    offer = get_offer_on_sale(get_frame("oree", locale=get_locale("nl-be")).offer_key)
    british = get_locale("en-gb")
    kit = make_kit(offer, read_car(offer, {}, locale=british), locale=british, results="/")

    assert (kit["side"], kit["isMiles"]) == ("left", True)
    assert kit["gallon"] == pytest.approx(4.54609)
    assert tell_distance(4468, locale=british) == "2.8 mi"
    petrol = show_summary(parse_summary(json.dumps(summary(unit="l", used=0.25)).encode()), locale=british)
    assert petrol.consumption == "50 mpg"  # 4.468 km on 0.25 l: 2.776 miles on 0.055 gallons
    assert (
        show_summary(parse_summary(json.dumps(summary()).encode()), locale=british).consumption
        == "22.4 kWh/100 mi"
    )


def test_the_film_of_a_drive_has_captions_in_the_pages_language_and_says_them(client, belgium):
    html = client.get(PAGE).content.decode()
    track = re.search(r'<track kind="captions" src="([^"]+)" srclang="nl"', html)
    assert track
    assert "Hier rijdt iemand voor u: de kustweg, in de stand Normaal." in html
    assert html.count("<li>", html.index("film__t"), html.index("</details>")) == 5


def test_a_language_without_captions_reads_them_in_english(belgium):
    film = find_film("oree", language="xx")
    assert film and (film.language, film.captions) == ("en", find_film("oree", language="en").captions)


def test_without_a_film_the_page_says_nothing_of_one(belgium):
    assert find_film("moon", language="nl") is None


def test_arabic_reads_from_the_right(client, db):
    publish_oree("MA")
    html = client.get("/ar-ma/oree/virtual-drive/").content.decode()

    assert 'dir="rtl"' in html
    assert read_kit(html)["direction"] == "rtl"


def test_a_finished_drive_is_kept_with_its_fact_and_has_a_page(client, belgium):
    answer = send(client, summary())
    address = answer.json()["address"]
    fact = next(read_facts(name="VirtualDriveFinished"))
    html = client.get(address).content.decode()

    assert answer.status_code == 201
    assert (fact.market, fact.subject, fact.by) == ("BE", "oree", "visitor")
    assert fact.payload["code"] in address
    assert (fact.payload["eco"], fact.payload["route"], fact.payload["distance_m"]) == (91, "coast", 4468)
    assert "4,5 km" in html
    assert "13,9 kWh/100 km" in html
    assert "In zicht: de vuurtoren." in html
    assert "Snelst: 77 km/u." in html
    assert "powertrain.ev52" in html
    shared = re.search(
        r'<meta property="og:image" content="http://testserver(/c-pictures/[^"]+[.]jpg)">', html
    )
    assert shared
    assert client.get(shared[1])["Content-Type"] == "image/jpeg"


def test_a_drive_sent_twice_is_one_drive_and_one_fact(client, belgium):
    first, second = send(client, summary()), send(client, summary())

    assert first.json() == second.json()
    assert KeptDrive.objects.count() == Fact.objects.filter(name="VirtualDriveFinished").count() == 1
    assert send(client, summary(), token="f" * 24).json() != first.json()


def test_a_key_of_another_offers_drive_is_refused(client, belgium):
    publish_oree("FR")
    assert send(client, summary()).status_code == 201
    assert send(client, summary(), page="/fr-fr/oree/virtual-drive/").status_code == 422
    assert KeptDrive.objects.count() == 1


def test_a_drive_is_read_in_the_market_where_it_was_driven(client, belgium):
    publish_oree("FR")
    address = send(client, summary()).json()["address"]
    response = client.get(address.replace("nl-be", "fr-fr"))
    assert (response.status_code, response["Location"]) == (302, address)


def test_another_language_reads_the_same_drive_in_its_own_words(client, belgium):
    answer = send(client, summary(unit="l", used=0.25), query="?powertrain=turbo74")
    address = answer.json()["address"].replace("nl-be", "fr-be")
    html = client.get(address).content.decode()

    assert "En vue : le phare." in html
    assert "5,6 l/100 km" in html


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b'"coast"',
        summary(route="moon"),
        summary(mode=None),
        summary(is_guided="yes"),
        summary(distance_m=-1),
        summary(distance_m=60_000),
        summary(distance_m=True),
        summary(seconds=1),  # 4.5 km in a second
        summary(used=1e300),
        b'{"route": "coast", "distance_m": NaN, "seconds": Infinity}',
        b'{"route": "coast", "weather": "day", "mode": "eco", "is_guided": false, "seconds": 1, "distance_m": 1'
        + b"0" * 400
        + b"}",
        summary(eco=101),
        summary(moments="none"),
        summary(moments=[{}] * 9),
        summary(moments=[3]),
        summary(moments=[{"kind": "sight", "time_s": 1, "value": 0, "name": "<script>"}]),
        summary(moments=[{"kind": "bumped", "time_s": 1, "value": 0, "name": ""}]),
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_cannot_be_a_drive_is_refused_with_a_sentence_and_nothing_is_kept(client, belgium, body):
    answer = send(client, body)

    assert answer.status_code == 422
    assert answer.json()["error"] == "drive_invalid"
    assert not KeptDrive.objects.exists()
    assert not Fact.objects.filter(name="VirtualDriveFinished").exists()


def test_an_electric_car_burns_no_litres(client, belgium):
    answer = send(client, summary(unit="l", used=0.25))

    assert answer.status_code == 422
    assert answer.json()["message"].endswith("does not count what it uses in l.")
    assert not KeptDrive.objects.exists()


def test_a_drive_needs_a_key_of_its_own_a_token_and_a_site(client, belgium):
    assert send(client, summary(), token="short").status_code == 422
    assert send(client, summary(), page="/nl-be/moon/virtual-drive/").status_code == 404
    assert client.get(f"{PAGE}results/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, summary()).status_code == 403


def test_an_unknown_drive_and_a_foreign_vehicle_lead_to_a_page_that_says_so(client, belgium):
    code = send(client, summary()).json()["address"].split("/")[-2]

    assert client.get(f"{PAGE}22222222/").status_code == 404
    assert client.get(f"/nl-be/moon/virtual-drive/{code}/").status_code == 404
    assert client.get("/xx-xx/oree/virtual-drive/").status_code == 404


def test_too_many_drives_from_one_address_have_to_wait(client, belgium, monkeypatch):
    monkeypatch.setattr(views, "DRIVES_PER_HOUR", 2)
    for number in range(2):
        assert send(client, summary(), token=f"{number:024d}").status_code == 201
    assert send(client, summary(), token=f"{9:024d}").status_code == 429


def test_the_page_asks_the_database_little(client, belgium, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(3):
        client.get(PAGE)
    address = send(client, summary()).json()["address"]
    client.get(address)
    with django_assert_max_num_queries(3):
        client.get(address)


def test_the_lengths_that_the_page_tells_are_those_of_the_roads():
    """A cubic B-spline is shorter than its control polygon, and not by much: route.test.ts has the metre."""
    for name, metres in LENGTHS_M.items():
        points = json.loads((ROUTES / f"{name}.json").read_text())["points_m"]
        around = sum(math.dist(a[:2], b[:2]) for a, b in zip(points, points[1:] + points[:1], strict=True))
        assert 0.95 * around < metres < around
