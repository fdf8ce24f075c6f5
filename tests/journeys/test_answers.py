"""The configurator's answers as data are those of its page, for good choices and bad ones."""

from __future__ import annotations

import pytest

from tests.oree import publish_oree

PAGE = "/nl-be/oree/configurator/"
ANSWERS = f"{PAGE}answers/"


@pytest.fixture
def belgium(db):
    return publish_oree("BE")


def test_the_answer_is_the_car_of_the_page(client, belgium):
    chosen = {"trim": "futaie", "powertrain": "ev52", "colour": "lichen", "roof_bars": "yes"}
    found = client.get(ANSWERS, chosen).json()
    car = client.get(PAGE, chosen).context["car"]
    assert found["choices"] == chosen
    assert found["price_minor"] == car.price_minor
    assert found["car"] == {n: v for n, v in car.values.items() if n in car.offer.catalogue.features}
    assert "glass" not in found["valid"]["roof"]
    for name, values in found["valid"].items():
        assert values == {value: list(bounds) for value, bounds in car.bounds[name].items()}
        assert found["car"][name] in values


def test_unknown_names_and_impossible_choices_are_said(client, belgium):
    found = client.get(ANSWERS, {"roof_bars": "yes", "roof": "glass", "wings": "two", "trim": "x"}).json()
    assert found["unknown"] == ["wings", "trim"]
    assert len(found["given_up"]) == 1
    assert set(found["choices"]) | set(found["given_up"]) == {"roof_bars", "roof"}


def test_a_click_asks_the_database_once(client, belgium, django_assert_max_num_queries):
    client.get(ANSWERS)
    with django_assert_max_num_queries(1):
        answer = client.get(ANSWERS, {"trim": "futaie"})
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_only_what_is_live_answers(client, belgium):
    assert client.get("/fr-fr/oree/configurator/answers/").status_code == 404
    assert client.post(ANSWERS).status_code == 405


def test_an_offer_kept_by_its_key_answers_without_the_database(client, belgium, django_assert_num_queries):
    first = client.get(ANSWERS, {"trim": "futaie"})
    kept = f"{ANSWERS}{first.json()['offer']}/"
    with django_assert_num_queries(0):
        again = client.get(kept, {"trim": "futaie"})
    assert again.content == first.content


def test_an_offer_answers_only_where_it_is_sold(client, belgium):
    key = client.get(ANSWERS).json()["offer"]
    for foreign in (f"/fr-fr/oree/configurator/answers/{key}/", f"/nl-be/other/configurator/answers/{key}/"):
        assert client.get(foreign).status_code == 404
    assert client.get(f"{ANSWERS}{key[:-1]}x/").status_code == 404
