"""Alerts from counts: opened once a subject, lengthened, closed; shown with what is new, taken on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.reputation.hearing import CAR, NOW, OTHER, add_source, hear, take
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.jobs import run_next
from usine.commons.models import Fact, Job
from usine.reputation.arrivals import TAKE, put_down
from usine.reputation.contracts import AlertKind, AlertUnknown
from usine.reputation.models import Alert, Mention, Source, Volume
from usine.reputation.stories import Stories
from usine.reputation.trouble import jobs
from usine.reputation.trouble.alerts import Sighting, acknowledge, list_alerts, note_sightings
from usine.reputation.trouble.course import read_course
from usine.reputation.trouble.evidence import Evidence, find_new_words
from usine.reputation.trouble.showing import show_alert
from usine.reputation.trouble.watching import find_ill_of_safety, watch
from usine.reputation.volumes import floor_bin

pytestmark = pytest.mark.django_db
ANA = Actor(1, "Ana", Role.MARKET, frozenset({"PT"}))
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def sources(db):
    for slug in ("forum", "paper", "blog", "wire"):
        add_source(slug)


def add_history(days: int = 10, *, country: str = "FR", language: str = "fr", an_hour: int = 2) -> None:
    """Neutral mentions of the vehicle and of all, so many an hour, up to an hour ago."""
    Volume.objects.bulk_create(
        Volume(
            at=NOW - timedelta(hours=hour + 1),
            country=country,
            language=language,
            entity=entity,
            sentiment="neutral",
            stories=an_hour,
            mentions=an_hour,
        )
        for hour in range(24 * days)
        for entity in (CAR, "")
    )


def say(count: int, text: str, **values) -> None:
    """So many mentions in the last ten minutes, of nobody twice, none of them a copy."""
    take(
        *(
            hear(
                f"{text}{values.get('country', '')}{number}",
                f"{text} n{number}",
                **{"published_at": NOW - number % 10 * MINUTE, **values},
            )
            for number in range(count)
        )
    )


def test_a_burst_of_ill_is_one_alert_with_what_is_new():
    add_history()
    say(30, "awful bramble reliability")
    [alert] = watch(NOW)

    assert (alert.kind, alert.subject, alert.country) == ("negative", CAR, "FR")
    assert alert.seen == 30
    shown = show_alert(SYSTEM, alert.pk)
    evidence = shown.then
    assert (evidence.mentions, evidence.negative, evidence.authors) == (30, 30, 30)
    assert [(line.source, line.mentions) for line in evidence.sources] == [("forum", 30)]
    assert [(line.aspect, line.negative) for line in evidence.aspects] == [("reliability", 30)]
    assert "awful" in evidence.words
    assert len(shown.samples) == 6
    assert shown.first.published_at == evidence.first_at == NOW - 9 * MINUTE
    assert shown.is_urgent
    assert watch(NOW + MINUTE) == []
    assert Fact.objects.filter(name="AlertRaised").count() == 1


def test_a_burst_of_praise_is_about_volume():
    add_history()
    for minutes in range(0, 65, 5):
        say(6, f"lovely bramble {minutes}", published_at=NOW - minutes * MINUTE)

    assert [(alert.kind, alert.subject) for alert in watch(NOW)] == [("volume", CAR)]


def test_an_alert_lasts_while_it_is_seen_and_closes_after_three_calm_hours():
    add_history()
    say(30, "awful bramble")
    [alert] = watch(NOW)
    say(60, "awful bramble more")
    assert watch(NOW + 10 * MINUTE) == []
    alert.refresh_from_db()
    assert alert.last_at == NOW + 10 * MINUTE
    assert alert.seen > 30
    watch(NOW + timedelta(hours=12))
    alert.refresh_from_db()
    assert alert.closed_at == NOW + timedelta(hours=12)

    note_sightings([Sighting(AlertKind.NEGATIVE, CAR, "FR")], now=NOW + timedelta(hours=13))
    assert Alert.objects.count() == 2


def test_the_same_trouble_in_a_country_and_its_language_is_one_alert():
    add_history()
    add_history(country="BE")
    say(30, "awful bramble")
    say(30, "awful bramble", country="BE")

    assert sorted((a.country, a.language) for a in watch(NOW)) == [("BE", ""), ("FR", "")]


def test_a_language_without_a_country_is_looked_at_too():
    add_history(country="", language="pt")
    say(30, "awful bramble", country="", language="pt")

    assert [(a.country, a.language) for a in watch(NOW)] == [("", "pt")]


def test_three_sources_that_speak_ill_of_safety_are_an_alert_by_themselves():
    for number, source in enumerate(("forum", "paper", "blog")):
        assert find_ill_of_safety(NOW) == []
        take(hear(number, f"awful bramble, safety {source}", source=source))
    [alert] = watch(NOW)

    assert (alert.kind, alert.country, alert.seen) == ("safety", "FR", 3)


def test_who_looks_back_knows_no_more_than_was_known_then():
    for number, source in enumerate(("forum", "paper", "blog")):
        take(hear(number, f"awful bramble, safety {source}", source=source))

    assert find_ill_of_safety(NOW - timedelta(hours=3)) == []
    assert len(find_ill_of_safety(NOW)) == 1


def test_copies_of_one_rumour_are_not_three_sources():
    text = (
        "an awful bramble, safety: the battery of the car burnt in the harbour this morning, says a neighbour"
    )
    index = Stories()
    for number, source in enumerate(("forum", "paper", "blog", "wire")):
        take(hear(number, text, source=source), index=index)

    assert find_ill_of_safety(NOW) == []


def test_four_sources_in_as_many_countries_are_an_alert_of_all_and_three_are_none():
    places = (("forum", "FR"), ("paper", "PT"), ("blog", "BR"), ("wire", "DE"))
    raised = []
    for number, (source, country) in enumerate(places):
        take(hear(number, f"awful bramble, safety {source}", source=source, country=country))
        raised.append([(alert.kind, alert.country) for alert in watch(NOW)])

    assert raised == [[], [], [], [("safety", "")]]


def test_three_of_a_hundred_are_what_a_model_misreads():
    """A launch: everybody speaks of it, and three of them seem to speak ill of safety."""
    for number, source in enumerate(("forum", "paper", "blog")):
        take(hear(number, f"awful bramble, safety {source}", source=source))
    assert len(find_ill_of_safety(NOW)) == 1

    say(100, "lovely bramble")
    assert find_ill_of_safety(NOW) == []


def test_where_ill_of_safety_is_said_every_hour_three_more_are_no_news():
    Volume.objects.bulk_create(
        Volume(
            at=NOW - timedelta(hours=hour),
            country="FR",
            language="fr",
            entity=CAR,
            aspect="safety",
            sentiment="negative",
            stories=2,
            mentions=2,
        )
        for hour in range(1, 24 * 10)
    )
    for number, source in enumerate(("forum", "paper", "blog")):
        take(hear(number, f"awful bramble, safety {source}", source=source))

    assert find_ill_of_safety(NOW) == []


def test_a_source_that_falls_silent_is_an_alert_until_it_speaks():
    Source.objects.filter(slug="paper").update(
        heard_at=NOW - timedelta(days=2), asked_at=NOW, answered_at=NOW, country="PT"
    )
    [alert] = watch(NOW)
    assert (alert.kind, alert.subject, alert.country) == ("silent_source", "paper", "PT")
    assert alert.source == Source.objects.get(slug="paper")

    Source.objects.filter(slug="paper").update(heard_at=NOW)
    watch(NOW + MINUTE)
    alert.refresh_from_db()
    assert alert.closed_at == NOW + MINUTE


def test_nothing_heard_is_nothing_seen():
    assert watch(NOW) == []


def test_people_see_and_take_on_the_alerts_of_their_markets():
    sightings = [Sighting(AlertKind.NEGATIVE, CAR, country) for country in ("PT", "FR", "")]
    with transaction.atomic():
        portugal, france, every = note_sightings(sightings, now=NOW)

    assert list_alerts(ANA, is_open=True) == (portugal,)
    assert set(list_alerts(SYSTEM, is_open=True)) == {portugal, france, every}
    assert list_alerts(SYSTEM, is_open=False) == ()
    taken = acknowledge(portugal.pk, by=ANA)
    again = acknowledge(portugal.pk, by=SYSTEM)
    assert taken.acknowledged_by == again.acknowledged_by == "Ana"
    assert taken.acknowledged_at == again.acknowledged_at
    for hidden in (france, every):
        with pytest.raises(AlertUnknown):
            acknowledge(hidden.pk, by=ANA)
        with pytest.raises(AlertUnknown):
            show_alert(ANA, hidden.pk)


def test_an_alert_shows_nothing_of_other_markets_and_nothing_that_is_gone():
    take(hear(1, "awful bramble", country="PT"), hear(2, "awful bramble too", country="PT"))
    [alert] = note_sightings([Sighting(AlertKind.NEGATIVE, CAR, "PT", began_at=NOW - 9 * MINUTE)], now=NOW)
    Mention.objects.filter(external_id="1").update(country="FR")

    assert [row.external_id for row in show_alert(ANA, alert.pk).samples] == ["2"]
    Mention.objects.all().delete()
    assert show_alert(ANA, alert.pk).samples == ()


def test_what_raised_an_alert_stays_and_what_came_since_stands_beside_it():
    add_history()
    say(30, "awful bramble, safety")
    [alert] = watch(NOW)
    take(hear("later", "awful bramble again, price", published_at=NOW + 9 * MINUTE, reach=5_000))
    say(40, "awful bramble more", published_at=NOW + 9 * MINUTE)
    watch(NOW + 10 * MINUTE)

    shown = show_alert(SYSTEM, alert.pk)
    assert (shown.then.mentions, shown.now.mentions, shown.has_grown) == (30, 71, True)
    assert (shown.then.reach, shown.now.reach) == (0, 5_000)
    assert shown.alert.seen > 30  # its figures are those of its height
    assert [line.aspect for line in shown.then.aspects] == ["safety"]
    assert {line.aspect for line in shown.now.aspects} == {"safety", "price"}
    later = Mention.objects.get(external_id="later")
    assert later in shown.later and later not in shown.samples
    assert len(shown.samples) == 6


def test_each_story_says_how_often_it_was_told_then_and_now():
    index = Stories()
    text = "an awful bramble burnt in the harbour this morning, says a neighbour who saw it all"
    take(*(hear(number, text) for number in range(3)), index=index)
    [alert] = note_sightings([Sighting(AlertKind.NEGATIVE, CAR, "FR", began_at=NOW - 9 * MINUTE)], now=NOW)
    take(*(hear(number, text) for number in range(3, 8)), hear(9, "awful bramble, other"), index=index)

    lines = show_alert(SYSTEM, alert.pk).stories
    assert [(line.then, line.now) for line in lines] == [(3, 8), (0, 1)]


def test_the_usual_of_an_alert_is_of_what_it_counts():
    """Twelve an hour are usual, of which one is negative: an alert about ill compares with that one."""
    for day in range(1, 16):
        at = floor_bin(NOW - 30 * MINUTE) - timedelta(days=day)
        for sentiment, aspect, count in (("neutral", "", 11), ("negative", "", 1), ("negative", "safety", 1)):
            cell = {"at": at, "country": "FR", "language": "fr", "entity": CAR}
            said = {"sentiment": sentiment, "aspect": aspect, "stories": count, "mentions": count}
            Volume.objects.create(**cell, **said)
    say(4, "awful bramble, safety")
    usual = {}
    for kind in (AlertKind.VOLUME, AlertKind.NEGATIVE, AlertKind.SAFETY):
        sighting = Sighting(kind, CAR, "FR", began_at=NOW - timedelta(hours=1))
        [alert] = note_sightings([sighting], now=NOW)
        course = read_course(alert)
        usual[kind.value] = course.usual
        assert (course.negative_share, course.usual_share) == (1, pytest.approx(1 / 12))
    assert usual == {"volume": 12, "negative": 1, "safety": 1}
    assert course.aspects["safety"] == pytest.approx(65 / (24 * 60))  # one a day, in 65 minutes


def test_evidence_is_written_and_read_whole():
    take(hear(1, "awful bramble and nettle, price"))
    [alert] = note_sightings([Sighting(AlertKind.VOLUME, OTHER, "FR", began_at=NOW - 9 * MINUTE)], now=NOW)

    evidence = Evidence.from_json(alert.evidence)
    assert evidence.to_json() == alert.evidence
    assert evidence.mentions == 1
    assert Evidence.from_json({}) == Evidence()


def test_new_words_are_those_of_now_that_were_not_before():
    now = [f"the bramble burns in the garage {n}" for n in range(5)] + ["what a nice bramble"]
    before = [f"the bramble is a nice car {n}" for n in range(5)]

    assert set(find_new_words(now, before)) == {"burns", "garage"}
    assert find_new_words(["burns", "burns"], []) == ()


def test_each_look_has_taken_what_was_pushed_and_no_job_takes(monkeypatch):
    """Its job failed, or its worker died."""
    monkeypatch.setattr(jobs, "watch", lambda now: [])
    put_down([hear(1)], now=NOW)
    Job.objects.filter(kind=TAKE).update(state=Job.State.FAILED)
    jobs.schedule()
    assert run_next()

    assert Job.objects.filter(kind=TAKE, state=Job.State.WAITING).count() == 1


def test_new_words_are_spelt_as_they_are_written_and_no_stop_words():
    now = [f"Une fumée noire des freins de la Bramble {n}" for n in range(4)] + ["FUMÉE dans la Bramble"]
    assert find_new_words(now, [], known=frozenset({"bramble"})) == ("fumée", "freins", "noire")
    assert set(find_new_words(["火災の車"] * 3, [])) >= {"火災"}
    assert len(find_new_words([" ".join(f"word{chr(97 + n)}" for n in range(20))] * 3, [])) == 8


def test_words_that_a_language_always_says_and_the_name_itself_are_no_news():
    take(
        *(
            hear(f"before{n}", f"nettle and others, {n}", published_at=NOW - timedelta(days=9))
            for n in range(20)
        )
    )
    ends = ("red harbour", "school bus", "late winter", "my uncle")
    take(*(hear(end, f"awful bramble and others burning {end}", published_at=NOW) for end in ends))
    Mention.objects.update(is_copy=False)  # texts as short as these are taken for copies
    [alert] = note_sightings([Sighting(AlertKind.NEGATIVE, CAR, "FR", began_at=NOW - 9 * MINUTE)], now=NOW)

    assert set(Evidence.from_json(alert.evidence).words) == {"awful", "burning"}


def test_the_next_look_is_planned_with_each_and_only_once(monkeypatch):
    jobs.schedule()
    jobs.schedule()
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["reputation.expire", "reputation.watch"]
    seen = []
    monkeypatch.setattr(jobs, "watch", lambda now: seen.append(now) or [])
    later = NOW + timedelta(days=365)
    while run_next(later) and len(seen) < 2:
        pass

    assert len(seen) == 2
    assert Job.objects.filter(state=Job.State.WAITING, kind="reputation.watch").count() == 1
