"""What people do with a mention: seen by their market alone, recorded, undone by whoever did it; labels set right."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.reputation.said import say
from tests.reputation.world import CALA, NOW, OREE
from usine.commons.errors import Forbidden
from usine.commons.models import Fact
from usine.reputation import correcting, handling, keeping
from usine.reputation.contracts import MentionUnknown
from usine.reputation.handling import HandlingRefused
from usine.reputation.models import AnswerTemplate, Correction, Mention, Note, SavedSearch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def state(mention: Mention) -> tuple:
    mention.refresh_from_db()
    return mention.handling, mention.assigned_to_id, mention.handled_at


def test_a_mention_is_taken_answered_and_resolved_and_each_act_is_a_fact(hugo):
    mention = say()
    handling.assign([mention.pk], by=hugo)
    assert state(mention) == ("assigned", hugo.user_id, None)
    handling.answer(mention.pk, " Bonjour, merci. ", by=hugo)
    assert state(mention) == ("answered", hugo.user_id, NOW)
    handling.resolve([mention.pk], by=hugo)
    assert state(mention) == ("resolved", hugo.user_id, NOW)
    note = Note.objects.get()
    assert (note.text, note.is_answer, note.by) == ("Bonjour, merci.", True, "Hugo Lemaire")
    facts = Fact.objects.filter(subject=f"mention:{mention.pk}").order_by("pk")
    assert [(fact.name, fact.by, fact.market) for fact in facts] == [
        (name, "Hugo Lemaire", "FR") for name in ("MentionAssigned", "MentionAnswered", "MentionResolved")
    ]


def test_nobody_touches_a_mention_of_a_market_that_they_do_not_see(hugo, ana, claire):
    french, unknown = say(), say(country="")
    for act in (
        lambda: handling.resolve([french.pk], by=ana),
        lambda: handling.answer(french.pk, "x", by=ana),
        lambda: handling.correct(french.pk, "sentiment", "neutral", by=ana),
        lambda: handling.ignore([say(country="PT").pk, french.pk], by=ana),
        lambda: handling.add_note(unknown.pk, "x", by=hugo),
    ):
        with pytest.raises(MentionUnknown):
            act()
    with pytest.raises(HandlingRefused):
        handling.assign([french.pk], to=ana.user_id, by=claire)
    assert state(french)[0] == "new" and not Fact.objects.filter(name__startswith="Mention").exists()
    handling.ignore([unknown.pk], by=claire)


def test_several_are_all_changed_or_none(hugo):
    first, second = say(), say()
    done = handling.ignore([first.pk, second.pk], by=hugo)
    assert state(first)[0] == state(second)[0] == "ignored"
    handling.reopen([second.pk], by=hugo)
    with pytest.raises(HandlingRefused):
        handling.undo(done.facts, by=hugo)
    assert state(first)[0] == "ignored"


def test_whoever_did_it_undoes_it_as_long_as_nothing_happened_since(hugo, claire):
    mention = say()
    done = handling.answer(mention.pk, "Bonjour", by=hugo)
    with pytest.raises(HandlingRefused):
        handling.undo(done.facts, by=claire)
    handling.undo(done.facts, by=hugo)
    assert state(mention) == ("new", None, None) and not Note.objects.exists()
    with pytest.raises(HandlingRefused):
        handling.undo(done.facts, by=hugo)


def test_a_reopened_mention_is_due_as_before(hugo):
    mention = say()
    due = mention.due_at
    handling.resolve([mention.pk], by=hugo)
    handling.reopen([mention.pk], by=hugo)
    assert state(mention) == ("new", None, None) and mention.due_at == due


def test_signs_that_no_database_keeps_are_left_out_of_what_is_written(hugo):
    mention = say()
    handling.add_note(mention.pk, "un\x00\ndeux\x1b", by=hugo)
    assert Note.objects.get().text == "un\ndeux"
    with pytest.raises(HandlingRefused, match="empty"):
        handling.answer(mention.pk, "\x00\x07", by=hugo)


def test_empty_and_endless_texts_are_refused_in_a_sentence(hugo):
    mention = say()
    for text in ("  ", "x" * 5001):
        with pytest.raises(HandlingRefused, match=r"^The text is "):
            handling.add_note(mention.pk, text, by=hugo)
    with pytest.raises(HandlingRefused):
        handling.ignore(range(1, 202), by=hugo)
    with pytest.raises(HandlingRefused):
        handling.ignore([], by=hugo)


def test_the_tone_is_set_right_and_its_entities_follow(hugo):
    mention = say()
    done = handling.correct(mention.pk, "sentiment", "positive", by=hugo)
    row = mention.entities.get()
    mention.refresh_from_db()
    assert (mention.sentiment, mention.sentiment_sure, row.sentiment) == ("positive", 1, "positive")
    correction = Correction.objects.get()
    assert (correction.before, correction.after, correction.by) == ("negative", "positive", "Hugo Lemaire")
    assert handling.correct(mention.pk, "sentiment", "positive", by=hugo).facts == ()
    handling.undo(done.facts, by=hugo)
    mention.refresh_from_db()
    assert (mention.sentiment, mention.sentiment_sure) == ("negative", 0.7)
    assert mention.entities.get().sentiment == "negative" and not Correction.objects.exists()


def test_an_entity_and_an_aspect_come_change_and_go(hugo):
    mention = say()
    say(entity=CALA)  # whom nobody names no menu offers
    handling.correct(mention.pk, f"entity:{CALA}", "positive", by=hugo)
    assert mention.entities.get(entity=CALA).sentiment == "positive"
    gone = handling.correct(mention.pk, f"entity:{OREE}", "", by=hugo)
    assert [row.entity for row in mention.entities.all()] == [CALA]
    handling.undo(gone.facts, by=hugo)
    back = mention.entities.get(entity=OREE)
    assert (back.sentiment, back.start, back.end) == ("negative", 17, 21)
    handling.correct(mention.pk, f"aspect:range:{OREE}", "neutral", by=hugo)
    added = handling.correct(mention.pk, f"aspect:price:{OREE}", "negative", by=hugo)
    assert set(mention.aspects.values_list("aspect", "sentiment")) == {
        ("range", "neutral"),
        ("price", "negative"),
    }
    handling.undo(added.facts, by=hugo)
    assert mention.aspects.get().aspect == "range"


def test_another_intent_is_another_clock(hugo):
    mention = say(intent="none")
    assert mention.due_at is None
    done = handling.correct(mention.pk, "intent", "purchase", by=hugo)
    mention.refresh_from_db()
    assert mention.due_at - mention.heard_at == timedelta(hours=4)
    handling.undo(done.facts, by=hugo)
    mention.refresh_from_db()
    assert (mention.intent, mention.due_at) == ("none", None)


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("sentiment", "angry"),
        ("sentiment", ""),
        ("intent", "x"),
        ("language", "not a language"),
        ("language", "pt\n"),
        (f"entity:{CALA}\n", "positive"),
        ("entity:nobody", "positive"),
        ("entity:planet:mars", "positive"),
        ("aspect:smell:", "negative"),
        ("language", "zz"),
        ("entity:vehicle:nope", "positive"),
        ("aspect:price:vehicle:nope", "positive"),
        ("handling", "resolved"),
        ("text", "rewritten"),
    ],
)
def test_labels_that_there_are_not_are_refused(hugo, field, label):
    mention = say()
    with pytest.raises(correcting.LabelInvalid):
        handling.correct(mention.pk, field, label, by=hugo)
    assert not Correction.objects.exists()


def test_counts_and_index_follow_each_change(hugo, monkeypatch):
    mention, seen, indexed = say(), [], []

    @contextmanager
    def recounted(ids):
        before = Mention.objects.get(pk=ids[0]).sentiment
        yield
        seen.append((before, Mention.objects.get(pk=ids[0]).sentiment))

    monkeypatch.setattr(correcting, "recounted", recounted)
    monkeypatch.setattr(correcting, "reindex", indexed.extend)
    done = handling.correct(mention.pk, "sentiment", "neutral", by=hugo)
    handling.undo(done.facts, by=hugo)
    assert seen == [("negative", "neutral"), ("neutral", "negative")] and indexed == [mention.pk] * 2


def test_searches_are_kept_for_oneself_or_for_all_and_deleted_by_their_owner(hugo, claire):
    keeping.save_search("Range", "aspect=range&at=3&page=2", is_shared=True, by=claire)
    kept = keeping.save_search("Range", "aspect=price", is_shared=False, by=claire)
    assert SavedSearch.objects.get().query == "aspect=price"
    with pytest.raises(keeping.KeepingRefused):
        keeping.drop_search(kept.pk, by=hugo)
    with pytest.raises(keeping.KeepingRefused):
        keeping.save_search(" ", "", is_shared=False, by=hugo)
    keeping.drop_search(kept.pk, by=claire)
    assert not SavedSearch.objects.exists()


def test_templates_are_the_central_teams(hugo, claire):
    with pytest.raises(Forbidden):
        keeping.save_template("Hello", "fr", "Bonjour", by=hugo)
    for language, intent in (("french!", ""), ("fr", "song")):
        with pytest.raises(keeping.KeepingRefused):
            keeping.save_template("Hello", language, "Bonjour", intent=intent, by=claire)
    keeping.save_template("Hello", "fr", "Bonjour", by=claire)
    kept = keeping.save_template("Hello", "fr", "Bonjour,", intent="question", by=claire)
    assert AnswerTemplate.objects.get().text == "Bonjour,"
    keeping.drop_template(kept.pk, by=claire)
    assert not AnswerTemplate.objects.exists()
