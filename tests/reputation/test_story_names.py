"""A story has one way to be called and one mention that leads to it, wherever it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reputation.said import say
from tests.reputation.world import NOW, OREE
from usine.reputation import volumes
from usine.reputation.models import Alert, Mention
from usine.reputation.paper.setting import LONGEST, make_content, quote_story
from usine.reputation.report import read_report
from usine.reputation.trouble.alerts import gather_evidence
from usine.reputation.trouble.letters import write_letter
from usine.reputation.trouble.showing import show_alert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "named")]
ROOM = "/desk/reputation/"


def test_a_story_whose_fullest_copy_speaks_to_ones_market_is_there_by_the_first_of_it(enter):
    """The head of a story is the fullest of its mentions, which need not be the one that is counted."""
    first = say("Curto.", country="PT", language="pt")
    copies = [
        say(text, country="FR", story=first.story) for text in ("Une odeur étrange.", "L’odeur est étrange.")
    ]
    first.story.head = copies[1]
    first.story.save()

    def list_shown(username):
        return [row["mention"].pk for row in enter(username).get(ROOM).context["rows"]]

    assert list_shown("hugo") == [copies[0].pk] and list_shown("ana") == [first.pk]


def test_a_story_is_called_the_same_on_screens_on_paper_and_in_mails(enter, ana):
    """As the first mention tells it, however full a copy is; long titles are cut, lines joined."""
    first = say(
        "Arde.", country="PT", language="pt", title="Um carro\narde " + "muito " * 40, aspect="safety"
    )
    fuller = say("Arde " * 90, country="PT", language="pt", title="Tudo sobre o incêndio", story=first.story)
    first.story.head = fuller
    first.story.save()
    volumes.apply_counts(volumes.count_mentions([*Mention.objects.values_list("pk", flat=True)]))
    begun = NOW - timedelta(hours=3)
    alert = Alert(kind="negative", subject=OREE, country="PT", began_at=begun, raised_at=NOW, last_at=NOW)
    alert.evidence = gather_evidence(alert).to_json()
    alert.save()
    called = ("Um carro arde " + "muito " * 40)[:89] + "…"
    client = enter("ana")

    for path in (f"alerts/{alert.pk}/", "reports/PT/2026-W48/"):
        page = client.get(ROOM + path).content.decode()
        stories = page[page.index("Top stories") :]
        assert f">{called}<" in stories and ">Tudo sobre" not in stories, path
    letter = write_letter(show_alert(ana, alert.pk), language="en", to=ana).text
    report = read_report(ana, entity=OREE, market="PT", monday=NOW.date() - timedelta(days=1), now=NOW)
    paper = make_content(report, can_write=lambda text: True)
    assert called[:80] in letter and "Tudo sobre" not in letter
    assert called[:80] in paper["stories"][0]["text"]


def test_a_story_is_called_the_same_where_a_copy_heard_later_was_published_first(enter, ana):
    at = NOW - timedelta(hours=1)
    heard = say("Ouvido primeiro.", country="PT", language="pt", title="Ouvido primeiro", at=at)
    early = at - timedelta(hours=1)
    say("Publicado.", country="PT", language="pt", title="Publicado antes", at=early, story=heard.story)
    volumes.apply_counts(volumes.count_mentions([*Mention.objects.values_list("pk", flat=True)]))
    begun = at - timedelta(minutes=30)
    alert = Alert(kind="negative", subject=OREE, country="PT", began_at=begun, raised_at=NOW, last_at=NOW)
    alert.evidence = gather_evidence(alert).to_json()
    alert.save()

    inbox = enter("ana").get(ROOM, {"state": "all"}).context["rows"]
    report = read_report(ana, entity=OREE, market="PT", monday=NOW.date() - timedelta(days=1), now=NOW)
    [line] = show_alert(ana, alert.pk).stories
    assert [row["mention"].pk for row in inbox] == [heard.pk]
    assert [story.first.pk for story in report.stories] == [heard.pk] == [line.first.pk]
    assert line.since == early  # so that it is known, not new


def test_the_paper_quotes_the_words_behind_pictures():
    """As many words as ever, however many pictures stand before them, which no font of it writes."""
    assert quote_story(Mention(text="🔥" * 150 + " Les freins lâchent")) == "Les freins lâchent"
    assert len(quote_story(Mention(text="🔥 " + "a b " * 200))) == LONGEST
