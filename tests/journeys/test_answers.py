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
