"""The weekly report tells the story of its market and week, as the market's clock has them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from tests.reputation.said import say
from tests.reputation.world import CALA, NOW, OREE, make_world
from usine.commons import assets
from usine.reputation import volumes
from usine.reputation.desk.reports import (
    list_answer_sentences,
    list_voices,
    name_here,
    write_lede,
    write_period,
    write_raised,
)
from usine.reputation.models import Alert, Mention
from usine.reputation.paper.setting import make_content
from usine.reputation.report import Report, read_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]
MONDAY = date(2026, 11, 23)
WEEK = timedelta(days=7)


def report(actor, market: str = "PT", *, now=NOW, monday: date = MONDAY) -> Report:
    keys = Mention.objects.filter(story__isnull=False).values_list("pk", flat=True)
    if not volumes.Volume.objects.exists():
        volumes.apply_counts(volumes.count_mentions(list(keys)))
    return read_report(actor, entity=OREE, market=market, monday=monday, now=now)


def alert(kind: str = "safety", **more) -> Alert:
    at = NOW - timedelta(hours=1)
    values = {"subject": OREE, "country": "PT", "began_at": at, "raised_at": at, "last_at": at, **more}
    return Alert.objects.create(kind=kind, **values)


def test_a_story_is_told_as_its_market_told_it_first_and_not_as_elsewhere_or_at_most_length(ana):
    head = say("Incêndio no Brasil, diz quem viu.", country="BR", language="pt")
    first = say("Curto.", country="PT", language="pt", story=head.story)
    said = {"country": "PT", "language": "pt", "at": NOW - timedelta(hours=2)}
    say("Incêndio, diz quem cá mora.", story=head.story, **said)  # published first, heard later
    say(
        "Incêndio, dizem todos os que nunca falaram deste carro.", country="PT", story=head.story, entity=CALA
    )
    found = report(ana)
    assert [story.first for story in found.stories] == [first]
    assert "Brasil" not in json.dumps(make_content(found, can_write=lambda text: True))


def test_an_alert_was_raised_by_the_clock_of_the_market(claire):
    raised = alert(country="JP")
    with timezone.override("America/New_York"):
        found = report(claire, "JP")
        assert write_raised(found, raised) == "Tue 17:34"
        assert make_content(found, can_write=lambda text: True)["alerts"][0][1] == "Tue 17:34"


def test_a_week_that_runs_says_until_when_and_is_compared_with_the_same_hours(ana):
    say(country="PT")
    same, later = NOW - WEEK - timedelta(hours=1), NOW - WEEK + timedelta(hours=1)
    for at in (same, later, later + timedelta(days=2)):
        say(country="PT", at=at)
    running, over = report(ana), report(ana, now=NOW + WEEK)
    assert (running.now.stories, running.before.stories, over.before.stories) == (1, 1, 3)
    assert list(running.days) == [MONDAY, MONDAY + timedelta(days=1)] and len(over.days) == 7
    assert "until Tuesday 24 November 2026, 09:34" in write_period(running)
    assert "by then the week before" in write_lede(running)
    content = make_content(running, can_write=lambda text: True)
    assert content["period"] == write_period(running)
    assert [day["all-text"] for day in content["days"]] == ["0", "1", *"–––––"]
    assert write_period(over) == "23 November – 29 November 2026"


def test_the_lede_sets_authors_beside_copies_and_not_beside_stories(ana):
    first = say(country="PT", author_key="a", reach=900)
    for key in "bc":
        say(country="PT", author_key=key, reach=1100, story=first.story)
    expected = "1 different mention, 3 with copies, reached 3.1\N{NO-BREAK SPACE}k people; 3 authors spoke."
    assert expected in write_lede(report(ana))


def test_answers_are_those_of_the_entity_and_say_what_is_not_yet_due(ana):
    say(country="PT")
    say(country="PT", entity=CALA)
    found = report(ana)
    assert list_answer_sentences(found) == ["1 answer owed: 1 not yet due."]
    assert found.answers.judged == 0


def test_in_a_week_of_trouble_what_is_most_told_and_ill_comes_first(ana):
    trifle = say("Bonito.", country="PT", sentiment="positive", aspect="design", reach=90_000)
    mild = say("Lindo.", country="PT", sentiment="positive", aspect="design")
    say("Lindo!", country="PT", sentiment="positive", aspect="design", story=mild.story)
    ill = say("A arder.", country="PT", aspect="safety")
    calm = report(ana)
    assert [story.first for story in calm.stories] == [mild, trifle, ill]
    alert("silent_language", subject="", language="pt")
    assert report(ana).troubles == ()
    trouble = alert(raised_at=NOW - timedelta(hours=2))
    alert(country="PT", language="pt", raised_at=NOW - timedelta(hours=1))
    found = report(ana)
    assert [story.first for story in found.stories] == [ill, mild, trifle]
    assert write_lede(found).startswith(
        f"Alert: several sources doubt the safety of Orée ({write_raised(found, trouble)}). "
    )


def test_an_alert_of_all_countries_is_told_in_each_market_that_has_mentions_of_it(ana, claire):
    for country in ("PT", "PT", "BR", "DE"):
        say("A arder.", country=country, aspect="safety")
    say("Lindo.", country="FR", aspect="safety", sentiment="positive")
    row = alert(country="", began_at=NOW - timedelta(hours=2), raised_at=NOW - timedelta(minutes=30))
    named = "everal sources doubt the safety of Orée in all countries"

    found = report(ana)
    assert (found.troubles, found.alerts, found.from_here) == ((row,), (row,), {row.pk: 2})
    assert write_lede(found).startswith(
        f"Alert: s{named}, 2 mentions from here ({write_raised(found, row)}). "
    )
    told = make_content(found, can_write=lambda text: True)["alerts"][0][0]
    assert told == f"S{named}, 2 mentions from here"
    with translation.override("fr"):
        assert "dans tous les pays, dont 2 mentions d’ici" in write_lede(report(ana))
    assert f"S{named}, 1 mention from here" == name_here(report(claire, "DE"), row)
    assert report(claire, "FR").alerts == ()
    assert report(ana, monday=MONDAY - WEEK).alerts == ()


def test_an_alert_of_all_countries_is_opened_by_the_central_team_alone(
    client, ana, claire, at_now, monkeypatch
):
    monkeypatch.setattr(
        "usine.commons.templatetags.assets.get_asset", lambda name: assets.Asset(f"/{name}", name, ())
    )
    say("A arder.", country="PT", aspect="safety")
    row = alert(country="", began_at=NOW - timedelta(hours=2))
    for username, is_linked in (("ana", False), ("claire", True)):
        assert client.login(username=username, password="a-long-one")
        page = client.get("/desk/reputation/reports/PT/2026-W48/").content.decode()
        assert "in all countries, 1 mention from here" in page
        assert (f"/desk/reputation/alerts/{row.pk}/" in page) is is_linked


def test_trouble_here_and_in_all_countries_is_named_both(ana):
    say("A arder.", country="PT", aspect="safety")
    alert(country="", began_at=NOW - timedelta(hours=2), raised_at=NOW - timedelta(hours=1))
    alert(raised_at=NOW - timedelta(minutes=10))
    lede = write_lede(report(ana))
    assert lede.count("doubt the safety of Orée") == 2 and "in all countries, 1 mention from here (" in lede


def test_worst_is_the_aspect_that_most_is_said_against(ana):
    first = say(country="PT", aspect="safety")
    for _copy in range(3):
        say(country="PT", aspect="safety", story=first.story)
    for aspect in ("reliability", "reliability", "price", "price", "price"):
        say(country="PT", aspect=aspect)
    found = report(ana)
    assert found.worst_aspect == "safety"
    assert "safety, 4 of 4 mentions negative" in write_lede(found)


def test_what_nobody_spoke_of_has_a_dash_and_no_nought(ana):
    say(country="PT", entity=CALA, at=NOW - WEEK)
    say(country="PT")
    content = make_content(report(ana), can_write=lambda text: True)
    assert content["voices"][-1] == ["Cala 2", "–", "100%", "–"]
    assert list_voices(report(ana))[-1]["share"] is None
    empty = make_content(report(ana, monday=MONDAY - 3 * WEEK), can_write=lambda text: True)
    assert [figure["value"] for figure in empty["figures"]][1:3] == ["–", "–"]


def test_the_week_of_a_rumour_opens_with_it_in_french_too(ana):
    make_world(size=60, rumour=60)
    with translation.override("fr"):
        found = report(ana)
        lede = write_lede(found)
        assert lede.startswith("Alerte") and "Le plus critiqué\N{NO-BREAK SPACE}: sécurité" in lede
    assert found.stories[0].copies and found.stories[0].first.sentiment == "negative"
