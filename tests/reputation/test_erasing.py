"""Privacy: an author who asks for it is gone everywhere and for ever; each source keeps for its days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers

from tests.reputation.hearing import CAR, NOW, WordReader, add_source, hear, take
from usine.accounts.contracts import SYSTEM
from usine.reputation import models
from usine.reputation.arrivals import put_down, take_arrivals
from usine.reputation.authors import key_author
from usine.reputation.contracts import AlertKind, ReputationRefused, SourceInvalid
from usine.reputation.erasing import erase_author, expire
from usine.reputation.models import Alert, Arrival, Erasure, Mention, Note, SearchText, Volume
from usine.reputation.searching import search
from usine.reputation.stories import Stories
from usine.reputation.trouble.alerts import Sighting, note_sightings
from usine.reputation.trouble.showing import show_alert

pytestmark = pytest.mark.django_db
LONG = "the charging station in the harbour was closed all day and nobody told the drivers"


@pytest.fixture(autouse=True)
def source(db):
    return add_source()


def test_an_erased_author_is_gone_from_every_table():
    index = Stories()
    take(hear(1, "my awful bramble xylophone", author="@Ann"), hear(2, author="Bob"), index=index)
    mention = Mention.objects.get(external_id="1")
    Note.objects.create(mention=mention, text="answer to xylophone", by="Eve", at=NOW)
    [alert] = note_sightings([Sighting(AlertKind.NEGATIVE, CAR, began_at=NOW - timedelta(hours=1))], now=NOW)
    put_down([hear(3, "xylophone", author="Ann")], now=NOW)

    assert erase_author("forum", "ann", by="Eve", now=NOW) == 1

    kept = [row for model in _list_models() for row in model.objects.all()]
    assert "xylophone" not in serializers.serialize("json", kept)
    assert "Ann" not in serializers.serialize("json", kept)
    assert search(SYSTEM, "xylophone").mentions == ()
    assert show_alert(SYSTEM, alert.pk).samples == ()
    assert Mention.objects.get().external_id == "2"
    assert Erasure.objects.get().author_key == key_author("forum", "Ann")
    assert sum(Volume.objects.filter(entity="").values_list("mentions", flat=True)) == 1


def _list_models():
    return [
        each
        for each in vars(models).values()
        if isinstance(each, type) and issubclass(each, models.models.Model) and not each._meta.abstract
    ]


def test_what_an_erased_author_says_is_never_taken_again():
    take(hear(1, author="Ann"))
    erase_author("forum", "Ann", by="Eve", now=NOW)

    again = take(hear(1, author="ann"), hear(5, author="@ANN "), hear(6, author="Bob"))
    assert (again.forgotten, len(again.new)) == (2, 1)
    put_down([hear(7, author="Ann")], now=NOW)
    taken = take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests")
    assert (taken.forgotten, Arrival.objects.count()) == (1, 0)
    assert not Mention.objects.filter(author_key=key_author("forum", "Ann")).exists()


def test_the_same_name_elsewhere_is_somebody_else():
    add_source("paper")
    take(hear(1, author="Ann"), hear(2, author="Ann", source="paper"))

    assert erase_author("forum", "Ann", by="Eve", now=NOW) == 1
    assert Mention.objects.get().source.slug == "paper"


def test_erasing_twice_or_nobody():
    take(hear(1, author="Ann"))

    assert [erase_author("forum", "Ann", by="Eve", now=NOW) for _ in range(2)] == [1, 0]
    with pytest.raises(ReputationRefused, match="name"):
        erase_author("forum", " @ ", by="Eve", now=NOW)
    with pytest.raises(SourceInvalid, match="There is no source fourm"):
        erase_author("fourm", "Ann", by="Eve", now=NOW)


def test_a_story_whose_first_mention_goes_is_still_counted_once():
    index = Stories()
    take(hear(1, LONG, author="Ann"), hear(2, LONG, author="Bob"), hear(3, LONG, author="Cy"), index=index)
    erase_author("forum", "Ann", by="Eve", now=NOW)

    story = models.Story.objects.get()
    assert (story.size, story.head.external_id) == (2, "2")
    assert list(Mention.objects.order_by("pk").values_list("is_copy", flat=True)) == [False, True]
    assert sum(Volume.objects.filter(entity="").values_list("stories", flat=True)) == 1
    assert [m.external_id for m in search(SYSTEM, "harbour -drives").mentions]
    take(hear(4, LONG, author="Dee"), index=index)
    assert models.Story.objects.get().size == 3


def test_a_source_keeps_for_its_days_and_the_counts_for_ever():
    add_source("brief", keep_days=2)
    at = NOW - timedelta(days=1)
    take(hear(1, published_at=at, source="brief"), hear(2, published_at=at))

    later = NOW + timedelta(days=2)
    assert expire(by="tests", now=later) == 1
    assert Mention.objects.get().source.slug == "forum"
    assert SearchText.objects.count() == 1
    assert sum(Volume.objects.filter(entity="").values_list("mentions", flat=True)) == 2
    again = take(hear(1, published_at=at, source="brief"), now=later)
    assert (again.new, len(again.refused)) == ((), 1)
    assert expire(by="tests", now=later) == 0


def test_a_copy_outlives_the_first_and_may_then_be_erased():
    add_source("brief", keep_days=2)
    at, later = NOW - timedelta(days=1), NOW + timedelta(days=2)
    take(hear(1, LONG, source="brief", published_at=at), hear(2, LONG, published_at=at, author="Bob"))
    expire(by="tests", now=later)

    assert Mention.objects.get().is_copy is False
    assert erase_author("forum", "Bob", by="Eve", now=later) == 1
    assert not Alert.objects.exists()
