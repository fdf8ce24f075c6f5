"""What a publication would change: shown before anybody publishes, to those whose markets it is."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from tests.launches.editors import CLAIRE, ELS, approve, retell, sign_in, write
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.jobs import run_next
from usine.commons.models import Job
from usine.launches.forecasts import find_forecast, request_forecast
from usine.launches.models import Forecast, Redirect, Release
from usine.launches.public import list_live_sites
from usine.launches.workflow.embargoes import set_embargo
from usine.launches.writing.redirects import save_redirect

CHANGES = "/desk/launches/oree/changes/"
FOUR = ["BE", "FR", "CN", "HK"]  # the last two are not sold: they cost nothing


def read_title(answer):
    return re.search("<h1>(.*?)</h1>", answer.content.decode())[
        1
    ]  # pages are rendered too, with titles of their own


@pytest.fixture
def central(client, db):
    publish_oree("BE", "FR")
    return sign_in(client, "claire", Role.CENTRAL)


def test_a_market_sees_its_pages_with_why_and_publishes_exactly_those(els):
    assert read_title(els.get(CHANGES)) == "No market would change"
    write(els, title="La ville finit ici.")
    waiting = els.get(CHANGES)
    assert read_title(waiting) == "No market would change, 1 would stay as it is"
    assert "waits for approval" in waiting.content.decode()

    approve("BE", by=ELS)
    answer = els.get(f"{CHANGES}?market=BE")
    (market,) = answer.context["changing"]
    assert [(page["address"], *map(str, page["why"])) for page in market["pages"]] == [
        ("/fr-be/oree/", "texts"),
        ("/fr-be/oree/brochure/", "prices, figures, files"),
    ]
    before = list_live_sites()[0].release_key
    els.post("/desk/launches/oree/publish/", {"market": market["code"]})
    assert run_next()
    assert list_live_sites()[0].release_key != before
    assert read_title(els.get(CHANGES)) == "No market would change"


def test_nobody_works_out_the_markets_of_others(els, client):
    assert els.get(f"{CHANGES}?market=FR").status_code == 403
    assert els.post(CHANGES, {"market": ["BE", "FR"]}).status_code == 403
    assert els.get(f"{CHANGES}?market=XX").status_code == 404
    assert not Forecast.objects.exists()
    client.logout()
    assert client.get(CHANGES).status_code == 302


def test_many_markets_are_worked_out_by_a_job_which_publishes_nothing(central):
    assert "Nothing was worked out yet" in central.get(CHANGES).content.decode()
    write(central, title="La ville finit ici.")
    approve("BE")
    releases = Release.objects.count()
    answer = central.post(CHANGES, {"market": FOUR}, follow=True)
    assert 'data-refresh="forecast"' in answer.content.decode()

    assert run_next()

    answer = central.get(CHANGES)
    context = answer.context
    assert [market["code"] for market in context["changing"]] == ["BE"]
    assert [market["code"] for market in context["left"]] == ["CN", "HK"]
    assert context["same"] == ["France"]
    html = answer.content.decode()
    assert [code for code in FOUR if f'name="market" value="{code}"' in html] == ["BE"]
    assert Release.objects.count() == releases and not Job.objects.filter(kind="publish_sites").exists()


def test_it_says_when_something_changed_since_and_forgets_the_one_before(central):
    first = request_forecast("oree", markets=FOUR, by=CLAIRE)
    assert run_next()
    worked = find_forecast("oree", CLAIRE)
    assert worked.id == first and not worked.is_past
    save_redirect("oree", source="/fr-be/lynx/", target=".", by=CLAIRE)
    assert find_forecast("oree", CLAIRE).is_past
    Redirect.objects.all().delete()
    assert not find_forecast("oree", CLAIRE).is_past
    retell("Another line.")
    assert find_forecast("oree", CLAIRE).is_past

    request_forecast("oree", markets=FOUR, by=CLAIRE)
    assert Forecast.objects.count() == 1
    assert find_forecast("oree", CLAIRE).job.state == Job.State.WAITING
    request_forecast("oree", markets=FOUR, by=CLAIRE)  # before the other one was begun: it never is
    assert run_next() and not run_next()


def test_of_two_that_were_asked_for_at_once_the_newer_is_shown(central):
    first = request_forecast("oree", markets=FOUR, by=CLAIRE)
    newer = Forecast.objects.get(pk=first)
    newer.pk, newer.markets = None, ["BE"]
    newer.save()
    assert find_forecast("oree", CLAIRE).markets == ("BE",)


def test_what_somebody_else_asked_for_is_not_shown(central):
    request_forecast("oree", markets=FOUR, by=CLAIRE)
    assert find_forecast("oree", ELS) is None
    Forecast.objects.update(user_id=ELS.user_id)  # or markets that they hold no more
    assert find_forecast("oree", ELS) is None


def test_markets_that_cannot_be_made_or_are_under_embargo_are_named_with_why(central):
    approve("BE")
    until = f"{timezone.now().year + 2}-01-01T06:00"
    set_embargo("oree", market="BE", until=until, by=CLAIRE)
    write(central, title="La ville finit ici.")
    answer = central.get(f"{CHANGES}?market=BE&market=CN")

    held, unsold = answer.context["left"]
    assert held["refusal"].startswith("under embargo until") and len(held["pages"]) == 2
    assert unsold["refusal"].startswith("no price list sells oree here") and unsold["pages"] == []
    assert not answer.context["changing"]
