"""Search: the same answers as reading every text, in every language; filters, pages, markets, in few queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reputation.hearing import CAR, NOW, OTHER, add_source, hear, take
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.reputation.contracts import Aspect, Handling, SearchInvalid, Sentiment
from usine.reputation.models import Mention
from usine.reputation.search_index import relabelled
from usine.reputation.searching import COUNTED, Filters, Page, find_ids, search

pytestmark = pytest.mark.django_db
TEXTS = (
    "La compétition de l'été à Orléans",
    "competition in the summer",
    "电池起火，请注意安全",
    "新車の電池が発火した",
    "السيارة الجديدة رائعة",
    "รถยนต์ไฟฟ้าไฟไหม้",
    "전기차가 불에 탔어요",
    "Ein Brand im Akku: 12 Verletzte",
)


@pytest.fixture
def mentions(db):
    add_source()
    add_source("paper")
    take(*(hear(n, text, published_at=NOW - timedelta(minutes=n)) for n, text in enumerate(TEXTS)))


def ask(query: str, actor: Actor = SYSTEM, **filters) -> list[int]:
    return [int(m.external_id) for m in search(actor, query, Filters(**filters)).mentions]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("competition", [0, 1]),
        ("COMPÉTITION ete", [0]),
        ("电池", [2]),
        ("電池", [3]),
        ("車", [3]),
        ("火", [2, 3]),
        ("سيارة", [4]),
        ("ไฟไหม้", [5]),
        ("불", [6]),
        ('"in the summer"', [1]),
        ('"summer the"', []),
        ("competition -summer", [0]),
        ("-competition", [2, 3, 4, 5, 6, 7]),
        ("competition OR brand", [0, 1, 7]),
        ("summer OR ete competition", [0, 1]),
        ("verl*", [7]),
        ("", list(range(8))),
    ],
)
def test_words_find_their_texts_the_latest_first(mentions, query, found):
    assert ask(query) == found


@pytest.mark.parametrize(
    "query", ['"', '" OR', "tokens:x", "NEAR(a b)", "a AND", "*", "-", "h=new", "'); DROP", "\x00", "((("]
)
def test_nothing_that_is_typed_is_read_as_a_language_of_the_engine(mentions, query):
    search(SYSTEM, query)


def test_a_word_without_end_is_found_by_its_beginning(db):
    add_source()
    take(hear(1, "x" * 9000))

    assert ask("x" * 9000) == ask("xxxx*") == [1]


@pytest.mark.parametrize("beginning", ["é", "él", "éle", "elec", "elect", "火", "سيا", "ฟ"])
def test_beginnings_of_any_length_are_found_in_any_script(db, beginning):
    add_source()
    texts = (
        "Électrique et sobre",
        "电池起火了，请注意安全",
        "السيارة الجديدة رائعة",
        "รถยนต์ไฟฟ้าไฟไหม้",
        "rien de tel",
    )
    take(*(hear(number, text) for number, text in enumerate(texts)))
    expected = {"火": [1], "سيا": [2], "ฟ": [3]}.get(beginning, [0])

    assert ask(f"{beginning}*") == expected


def test_too_many_words_are_refused(mentions):
    with pytest.raises(SearchInvalid, match="at most"):
        search(SYSTEM, " ".join(f"w{n}" for n in range(40)))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text("电池火車安全いab c", min_size=1, max_size=8), min_size=1, max_size=6),
    st.text("电池火車安全い", min_size=1, max_size=3),
)
def test_a_chinese_or_japanese_word_is_found_wherever_it_stands(db, texts, word):
    Mention.objects.all().delete()
    add_source()
    take(*(hear(number, text) for number, text in enumerate(texts)))
    taken = set(Mention.objects.values_list("text", flat=True))

    assert {m.text for m in search(SYSTEM, word).mentions} == {text for text in taken if word in text}


def test_filters_keep_what_has_the_label(db):
    add_source()
    add_source("paper", country="BE")
    take(
        hear(1, "a lovely bramble, price", published_at=NOW),
        hear(2, "an awful bramble, safety", source="paper", kind="article", country="", language="nl"),
        hear(3, "an awful nettle, price", published_at=NOW - timedelta(days=2)),
    )

    assert ask("", countries=("BE",)) == [2]
    assert ask("", languages=("nl",)) == [2]
    assert ask("", sources=("paper",)) == ask("", kinds=("article",)) == [2]
    assert ask("", entities=(CAR,)) == [1, 2]
    assert ask("", entities=(CAR, OTHER), sentiments=(Sentiment.NEGATIVE,)) == [2, 3]
    assert ask("", aspects=(Aspect.PRICE,), sentiments=(Sentiment.NEGATIVE,)) == [3]
    assert ask("", aspects=(Aspect.PRICE,), entities=(CAR,)) == [1]
    assert ask("", since=NOW - timedelta(hours=1)) == [1, 2]
    assert ask("", until=NOW - timedelta(hours=1)) == [3]
    assert ask("awful", countries=("FR",)) == [3]


def test_copies_may_be_left_out(db):
    add_source()
    text = "the charging station in the harbour was closed all day and nobody told the drivers"
    take(hear(1, text), hear(2, text, published_at=NOW))

    assert ask("harbour") == [2, 1]
    assert ask("harbour", with_copies=False) == [1]


def test_the_filter_of_handling_follows_the_mention_itself(mentions):
    """By a trigger: whoever handles mentions has not to think of the index."""
    Mention.objects.filter(external_id="3").update(handling=Handling.ANSWERED)

    assert ask("", handlings=(Handling.ANSWERED,)) == [3]
    assert ask("", handlings=(Handling.NEW,)) == [0, 1, 2, 4, 5, 6, 7]


def test_labels_set_right_are_found_by(mentions):
    mention = Mention.objects.get(external_id="1")
    with relabelled([mention.pk]):
        Mention.objects.filter(pk=mention.pk).update(sentiment="negative", country="BE")

    assert ask("summer", sentiments=("negative",), countries=("BE",)) == [1]
    assert ask("", countries=("FR",)) == [0, 2, 3, 4, 5, 6, 7]


def test_a_deleted_mention_is_not_found(mentions):
    Mention.objects.filter(external_id="1").delete()

    assert ask("competition") == [0]
    assert ask("summer") == []


def test_an_actor_finds_what_their_markets_say(db):
    add_source()
    take(hear(1), hear(2, country="PT"), hear(3, country="BR"), hear(4, country=""))
    ana = Actor(1, "Ana", Role.MARKET, frozenset({"PT", "BR"}))

    assert sorted(ask("bramble", ana)) == [2, 3]
    assert ask("bramble", ana, countries=("PT", "FR")) == [2]
    assert ask("bramble", ana, countries=("FR",)) == ask("", ana, countries=("-",)) == []
    assert sorted(ask("bramble")) == [1, 2, 3, 4]
    assert ask("bramble", countries=("-",)) == [4]


def test_pages_follow_each_other_while_mentions_come_in(mentions):
    seen: list[int] = []
    page = Page(size=3)
    while True:
        found = search(SYSTEM, "", page=page)
        seen += [int(m.external_id) for m in found.mentions]
        if not found.next:
            break
        take(hear(f"9{len(seen)}", "newer"))
        page = Page(size=3, after=found.next)

    assert seen == list(range(8))


def test_a_page_of_nowhere_is_refused(mentions):
    with pytest.raises(SearchInvalid, match="begin at the first"):
        search(SYSTEM, "", page=Page(after="1; --"))


def test_the_total_is_exact_while_it_is_small(mentions):
    found = search(SYSTEM, "competition", page=Page(size=1))

    assert (found.total, found.is_more, len(found.mentions)) == (2, False, 1)
    assert COUNTED >= 1000


def test_a_common_word_is_looked_for_as_it_stands(mentions, monkeypatch):
    """And so on the pages after, where the first was."""
    take(hear("88", "competitions of today", published_at=NOW + timedelta(minutes=1)))
    assert ask("competition") != ask("competitions")
    assert len(ask("competition")) == 3

    monkeypatch.setattr("usine.reputation.searching.COUNTED", 1)
    first = search(SYSTEM, "competition", page=Page(size=1))
    assert (first.total, first.is_more, first.mentions[0].external_id) == (1, True, "0")
    second = search(SYSTEM, "competition", page=Page(size=1, after=first.next))
    assert (second.mentions[0].external_id, second.next, second.is_more) == ("1", "", True)
    starred = search(SYSTEM, "competition*", page=Page(size=1))
    assert starred.mentions[0].external_id == "88"


def test_a_search_costs_the_same_queries_whatever_it_finds(mentions, django_assert_num_queries):
    for query, count in (("competition", 5), ("no such thing", 2), ('"in the summer"', 4), ("", 4)):
        with django_assert_num_queries(count):
            found = search(SYSTEM, query)
            [(m.source.slug, list(m.entities.all()), list(m.aspects.all())) for m in found.mentions]
    with django_assert_num_queries(1):
        assert len(find_ids(SYSTEM, "")) == 8
