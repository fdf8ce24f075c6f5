"""The boards' figures are those that counting the mentions by hand gives."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.reputation.said import say
from tests.reputation.world import CALA, NOW, OREE, make_world
from usine.reputation import boards
from usine.reputation.boards import Scope
from usine.reputation.desk.boards import read_tiles
from usine.reputation.desk.charts import Step, draw_bars, round_up
from usine.reputation.desk.tables import make_safe
from usine.reputation.models import Mention, MentionAspect, MentionEntity
from usine.reputation.report import list_weeks, read_week, write_week

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def count_by_hand(scope: Scope, entity: str) -> list[Mention]:
    keys = MentionEntity.objects.filter(entity=entity).values("mention")
    rows = Mention.objects.filter(pk__in=keys)
    zone = scope.zone
    return [
        row
        for row in rows
        if scope.first <= row.published_at.astimezone(zone).date() <= TODAY
        and (not scope.market or row.country == scope.market)
        and scope.actor.may_see(row.country)
    ]


@pytest.mark.parametrize("market", ["", "PT", "JP"])
def test_counts_are_those_of_the_mentions(claire, market):
    make_world(size=120, rumour=30)
    scope = Scope(claire, OREE, market, TODAY - timedelta(days=13), 14)
    said = count_by_hand(scope, OREE)
    stories = [row for row in said if not row.is_copy]
    days = boards.count_days(scope)
    assert list(days) == [TODAY - timedelta(days=number) for number in reversed(range(28))]
    by_day = Counter(row.published_at.astimezone(scope.zone).date() for row in stories)
    assert {day: tone.stories for day, tone in days.items() if day >= scope.first and tone.stories} == by_day
    now = boards.total(tone for day, tone in days.items() if day >= scope.first)
    assert (now.stories, now.mentions, now.reach) == (len(stories), len(said), sum(row.reach for row in said))
    assert now.negative == sum(row.sentiment == "negative" for row in stories)
    aspects = Counter(row.aspect for row in MentionAspect.objects.filter(mention__in=stories, entity=OREE))
    assert {
        code: tone.stories for code, tone in boards.count_aspects(scope).items() if tone.stories
    } == aspects
    sources = Counter(row.source.name for row in stories)
    assert {name: t.stories for name, t in boards.count_sources(scope).items() if t.stories} == sources
    voices = boards.count_voices(scope)
    assert voices.get(CALA, (boards.Tone(),))[0].stories == len(
        [row for row in count_by_hand(scope, CALA) if not row.is_copy]
    )
    authors = boards.count_authors(scope)
    assert authors.count == len({row.author_key for row in said if row.author_key})


def test_a_market_manager_counts_their_markets_alone(claire, ana):
    make_world(size=80, rumour=20)
    wide, own = (Scope(actor, OREE, "", TODAY - timedelta(days=27), 28) for actor in (claire, ana))
    assert set(boards.count_countries(own)) == {"PT"} < set(boards.count_countries(wide))
    other = Scope(ana, OREE, "FR", own.first, 28)
    assert boards.total(boards.count_days(other).values()).mentions == 0


def test_answers_in_time_late_missing_and_waiting(claire):
    for handled in (NOW - timedelta(days=1, hours=1), NOW - timedelta(hours=1), None):
        say(at=NOW - timedelta(days=2), handled_at=handled)
    say(at=NOW - timedelta(minutes=5))
    say(at=NOW - timedelta(days=2), intent="praise")
    answers = boards.count_answers(Scope(claire, OREE, "FR", TODAY - timedelta(days=6), 9), now=NOW)
    assert (answers.owed, answers.in_time, answers.late, answers.missing, answers.waiting) == (4, 1, 1, 1, 1)
    assert answers.share == pytest.approx(1 / 3) and answers.hours == pytest.approx(35.0)


def test_launches_are_laid_over_each_other_by_days_since_their_reveal(claire):
    make_world(size=80, rumour=0)
    zeros = {OREE: TODAY - timedelta(days=21), CALA: TODAY - timedelta(days=7)}
    scope = Scope(claire, OREE, "", TODAY - timedelta(days=27), 28)
    for curve in boards.count_since(scope, zeros, before=2, after=5):
        zero = zeros[curve.entity]
        keys = MentionEntity.objects.filter(entity=curve.entity).values("mention")
        days = [
            (timezone.localdate(row.published_at) - zero).days
            for row in Mention.objects.filter(pk__in=keys, is_copy=False)
        ]
        assert curve.counts == Counter(day for day in days if -2 <= day <= 5)


def test_weeks_are_read_and_written_as_iso_has_them():
    assert read_week("2026-W53") == date(2026, 12, 28)
    assert write_week(date(2027, 1, 3)) == "2026-W53"
    assert list_weeks(date(2026, 11, 26), count=2) == [date(2026, 11, 23), date(2026, 11, 16)]


def test_every_market_has_one_tile_and_no_two_share_one():
    from usine.markets.public import list_markets

    tiles = read_tiles()
    assert {code for code, _column, _row in tiles} >= {market.code for market in list_markets()}
    assert (
        len({(column, row) for _code, column, row in tiles})
        == len({code for code, *_ in tiles})
        == len(tiles)
    )


@pytest.mark.parametrize(
    ("value", "end"), [(0, 4), (4, 4), (7, 8), (11, 12), (103, 120), (150, 150), (151, 200)]
)
def test_an_axis_ends_at_a_round_figure_not_far_above(value, end):
    assert round_up(value) == pytest.approx(end)


def test_a_chart_of_nothing_is_still_one_and_its_words_are_escaped():
    assert "<svg" in draw_bars([], [], title="<b>", says="") and "<b>" not in draw_bars(
        [], [], title="<b>", says=""
    )
    assert "nan" not in draw_bars([Step(0, 0)], [], title="", says="")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx"])
def test_no_text_is_a_formula(text):
    assert make_safe(text) == f"'{text}" and make_safe(3) == 3 and make_safe("plain") == "plain"
