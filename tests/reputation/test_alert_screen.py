"""What the screen of an alert and its mail say: tones as they are counted, first tellers, names, and how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from tests.reputation.said import say
from tests.reputation.world import NOW, OREE
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.reputation.contracts import AlertKind, Handling
from usine.reputation.desk.titles import name_alert
from usine.reputation.desk.tones import read_tones
from usine.reputation.models import Alert, Mention, MentionAspect, MentionEntity
from usine.reputation.trouble import alerts
from usine.reputation.trouble.alerts import Sighting, note_sightings
from usine.reputation.trouble.letters import write_letter
from usine.reputation.trouble.showing import show_alert
from usine.reputation.trouble.telling import build_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "named", "unbuilt_assets")]
ROOM = "/desk/reputation/"
HOUR = timedelta(hours=1)


@pytest.fixture
def hugo_enters(client, hugo):
    assert client.login(username="hugo", password="a-long-one")
    return client


def raise_alert(kind: AlertKind = AlertKind.NEGATIVE, **where) -> Alert:
    sighting = Sighting(
        kind,
        OREE,
        **(where or {"country": "FR"}),
        scale_min=360,
        began_at=NOW - 3 * HOUR,
        seen=9,
        expected=0.5,
        score=3.2,
    )
    [alert] = note_sightings([sighting], now=NOW)
    return alert


def test_the_key_that_closes_resolves_what_is_answered_and_reopens_what_is_settled(hugo_enters):
    mention = say()
    done = {}
    for handling in Handling:
        Mention.objects.filter(pk=mention.pk).update(handling=handling)
        page = hugo_enters.get(f"{ROOM}?state=all&at={mention.pk}").content.decode()
        [before] = page.split('data-key="e"')[:-1]
        done[handling.value] = before.rpartition("/mentions/")[2].split("/")[1]
    assert done == {
        "new": "resolve",
        "assigned": "resolve",
        "answered": "resolve",
        "resolved": "reopen",
        "ignored": "reopen",
    }


def test_an_alert_about_safety_shows_the_tone_of_safety_and_only_what_is_still_counted():
    happy = say("L’Orée est belle, mais ses freins lâchent.", sentiment="positive", aspect="safety")
    MentionAspect.objects.filter(mention=happy).update(sentiment="negative")
    corrected = say("L’Orée freine trop bien.", aspect="safety")
    alert = raise_alert(AlertKind.SAFETY)
    MentionAspect.objects.filter(mention=corrected).update(sentiment="positive")

    shown = show_alert(SYSTEM, alert.pk)
    assert [row.pk for row in shown.samples] == [happy.pk]
    assert read_tones(alert, shown.samples) == {happy.pk: "negative"}


def test_an_alert_about_anger_shows_the_tone_towards_whom_it_is_about(hugo_enters):
    mixed = say("L’Orée me déçoit, la Cala est parfaite.", sentiment="positive")
    MentionEntity.objects.filter(mention=mixed).update(sentiment="negative")
    silent = say("Rien de tel.", sentiment="neutral", entity="vehicle:other")
    alert = raise_alert()

    assert read_tones(alert, [mixed, silent]) == {mixed.pk: "negative", silent.pk: "neutral"}
    context = hugo_enters.get(f"{ROOM}alerts/{alert.pk}/").context
    assert [str(row["tone"]) for row in context["samples"]] == ["negative"]
    assert [str(row["tone"]) for row in context["stories"]] == ["negative"]


def test_screen_mail_and_hook_count_the_tone_towards_whom_the_alert_is_about(hugo_enters):
    """Of four that speak of the car: what is ill of it may be well meant of another, and the other way round."""
    for own, of_it in (("positive", "negative"), ("negative", "positive"), ("positive", "positive")):
        mention = say(sentiment=own)
        MentionEntity.objects.filter(mention=mention).update(sentiment=of_it)
        MentionEntity.objects.create(mention=mention, entity="vehicle:other", start=0, end=1, sentiment=own)
    mention = say(sentiment="positive")
    MentionEntity.objects.filter(mention=mention).update(sentiment="negative")
    alert = raise_alert(AlertKind.VOLUME)

    shown = show_alert(SYSTEM, alert.pk)
    assert (shown.then.mentions, shown.then.negative, shown.now.negative) == (4, 2, 2)
    samples = hugo_enters.get(f"{ROOM}alerts/{alert.pk}/").context["samples"]
    assert [str(row["tone"]) for row in samples].count("negative") == 2
    assert "4 mentions, 2 negative ones" in write_letter(shown, language="en", to=SYSTEM).text
    assert build_body(alert)["evidence"]["negative"] == 2


@pytest.mark.parametrize(("kind", "count"), [(AlertKind.NEGATIVE, 1), (AlertKind.SAFETY, 2)])
def test_an_alert_about_ill_counts_as_negative_what_it_is_about(kind, count):
    ill = say("L’Orée est belle, mais ses freins lâchent.", sentiment="positive", aspect="safety")
    MentionEntity.objects.filter(mention=ill).update(sentiment="negative")
    MentionAspect.objects.filter(mention=ill).update(sentiment="negative")
    unnamed = say("L’Orée. Les freins lâchent.", sentiment="positive", aspect="safety")
    MentionAspect.objects.filter(mention=unnamed).update(sentiment="negative", entity="")
    MentionAspect.objects.create(mention=unnamed, aspect="safety", entity=OREE, sentiment="positive")

    evidence = show_alert(SYSTEM, raise_alert(kind).pk).then
    assert (evidence.mentions, evidence.negative) == (count, count)


def test_of_no_entity_the_tone_is_the_mentions_own():
    mention = say(sentiment="negative")
    MentionEntity.objects.filter(mention=mention).update(sentiment="positive")
    assert read_tones(Alert(kind="volume", subject=""), [mention]) == {mention.pk: "negative"}


@pytest.mark.parametrize(
    ("kind", "where", "english", "french"),
    [
        ("negative", {"language": "es"}, "In Spanish: anger about Orée", "En espagnol, Orée\xa0: colère"),
        ("negative", {"country": "PT"}, "Portugal: anger about Orée", "Portugal, Orée\xa0: colère"),
        (
            "safety",
            {},
            "Several sources doubt the safety of Orée",
            "Orée\xa0: doutes de plusieurs sources sur la sécurité",
        ),
        (
            "silent_language",
            {"language": "es"},
            "Nothing is heard in Spanish",
            "On n’entend plus rien en espagnol",
        ),
    ],
)
def test_a_title_names_the_language_and_needs_no_elision(kind, where, english, french):
    alert = Alert(kind=kind, subject="" if kind.startswith("silent") else OREE, **where)
    assert name_alert(alert) == english
    with translation.override("fr"):
        assert name_alert(alert) == french


def test_what_closed_by_itself_says_so_and_offers_no_close(hugo_enters):
    say()
    alert = raise_alert()
    page = hugo_enters.get(f"{ROOM}alerts/{alert.pk}/").content.decode()
    assert "<kbd>c</kbd> close" in page and "Closed by itself" not in page
    assert page.count("6 h, score 3.2") == 2  # on the drawing and beside it

    alerts.close_calm([AlertKind.NEGATIVE], now=NOW + 4 * HOUR)
    answer = hugo_enters.get(f"{ROOM}alerts/{alert.pk}/")
    assert "<kbd>c</kbd>" not in answer.content.decode()
    assert (NOW + 4 * HOUR, "Closed by itself: nothing more was seen") in answer.context["trail"]


def test_what_somebody_closed_did_not_close_by_itself(hugo_enters):
    alert = raise_alert()
    hugo_enters.post(f"{ROOM}alerts/{alert.pk}/close/")
    said = [what for _at, what in hugo_enters.get(f"{ROOM}alerts/{alert.pk}/").context["trail"]]
    assert any(what.startswith("Closed by Hugo") for what in said)
    assert not any("itself" in what for what in said)


def test_a_story_that_was_corrected_is_no_longer_counted_and_one_off_the_top_is():
    stories = []
    for number in range(5):
        head = say(f"Sujet {number}.")
        say(f"Sujet {number}.", story=head.story)
        stories.append(head)
    alert = raise_alert()
    MentionEntity.objects.filter(mention__story=stories[0].story).update(sentiment="positive")
    for number in range(5):
        head = say(f"Plus fort {number}.")
        for _copy in range(3):
            say(f"Plus fort {number}.", story=head.story)

    counts = {line.story.pk: (line.then, line.now) for line in show_alert(SYSTEM, alert.pk).stories}
    assert len(counts) == 10
    assert counts[stories[0].story.pk] == (2, 0)
    assert {counts[head.story.pk] for head in stories[1:]} == {(2, 2)}


def test_a_story_is_called_as_whom_one_may_see_was_first_heard_to_tell_it():
    head = say("L’Orée a brûlé.", country="FR", at=NOW - HOUR)
    copy = say("Copiado de um amigo: o Orée ardeu.", country="PT", at=NOW - 2 * HOUR, story=head.story)
    alert = raise_alert(language="fr")
    Alert.objects.filter(pk=alert.pk).update(country="PT", language="")
    ana = Actor(1, "Ana", Role.MARKET, frozenset({"PT"}))

    assert [line.first.text for line in show_alert(SYSTEM, alert.pk).stories] == ["L’Orée a brûlé."]
    assert [line.first.pk for line in show_alert(ana, alert.pk).stories] == [copy.pk]


def test_a_mail_names_its_sources():
    say()
    letter = write_letter(show_alert(SYSTEM, raise_alert().pk), language="en", to=SYSTEM)
    assert "Sources: Forum (1)" in letter.text
