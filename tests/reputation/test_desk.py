"""The room's screens: what one may see and nothing else, in a constant number of queries, in the reader's language."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.reputation.pages import ROOM, read
from tests.reputation.said import say
from tests.reputation.world import CALA, NOW, OREE, make_world
from usine.reputation import volumes
from usine.reputation.contracts import Handling
from usine.reputation.desk import answers
from usine.reputation.models import Alert, AlertListener, Mention, MentionEntity, SavedSearch, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "named")]
SCREENS = ("", "alerts/", "boards/", "reports/", "reports/PT/2026-W48/", "sources/", "answers/")


def test_visitors_are_sent_to_sign_in(client, db):
    assert {client.get(ROOM + path).status_code for path in SCREENS} == {302}


def test_every_screen_says_that_there_is_nothing_yet(enter):
    client = enter("ana")
    for path in SCREENS:
        assert "empty" in read(client, path) or path.startswith("reports/PT"), path


def test_an_analyst_sees_her_markets_only(enter):
    own, other = say("Cheiro estranho.", country="PT", language="pt"), say("L’odeur est étrange.")
    client = enter("ana")
    Alert.objects.create(kind="volume", country="FR", began_at=NOW, raised_at=NOW, last_at=NOW)
    for path in (
        "",
        "?state=all",
        f"?q={other.text}",
        "?market=FR",
        "boards/",
        "alerts/",
        "reports/PT/2026-W48/",
    ):
        assert "étrange" not in read(client, path).replace('value="L’odeur est étrange."', "")
    assert own.text in read(client)
    refused = [
        client.get(f"{ROOM}?at={other.pk}"),
        client.get(f"{ROOM}alerts/{Alert.objects.get().pk}/"),
        client.get(f"{ROOM}reports/FR/2026-W48/"),
        client.get(f"{ROOM}reports/FR/2026-W48.pdf"),
        client.post(f"{ROOM}mentions/{other.pk}/resolve/"),
        client.post(f"{ROOM}alerts/{Alert.objects.get().pk}/close/"),
    ]
    assert [answer.status_code for answer in refused] == [404] * len(refused)
    other.refresh_from_db()
    assert other.handling == Handling.NEW and Alert.objects.get().closed_at is None


def test_a_mention_is_answered_closed_and_the_act_undone(enter):
    first, second = say("Premier."), say("Second.")
    client = enter("hugo")
    act = f"{ROOM}mentions/{first.pk}/"
    answer = client.post(f"{act}answer/", {"text": "Bonjour.", "query": "intent=complaint"})
    assert answer.url == f"{ROOM}?intent=complaint&at={first.pk}"
    assert "Bonjour." in read(client, f"?at={first.pk}")
    assert client.post(f"{act}resolve/", {"then": str(second.pk)}).url == f"{ROOM}?at={second.pk}"
    client.post(f"{ROOM}undo/")
    first.refresh_from_db()
    assert first.handling == Handling.ANSWERED
    assert "Rien" not in read(client, f"?at={first.pk}&state=answered")
    client.post(f"{act}correct/", {"field": "sentiment", "label": "nonsense"})
    client.post(f"{act}dance/")
    client.post(f"{ROOM}mentions/", {"mention": [first.pk, second.pk], "verb": "ignore"})
    assert set(Mention.objects.values_list("handling", flat=True)) == {Handling.IGNORED}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("sentiment=positive", {"beau"}),
        ("intent=question", {"quand"}),
        ("aspect=design", {"beau"}),
        ("entity=competitor:cala-2", {"rival"}),
        ("language=de", {"wann"}),
        ("market=DE", {"wann"}),
        ("q=BEAU", {"beau"}),
        ("state=overdue", {"vieux"}),
        ("state=mine", set()),
        ("source=nowhere", set()),
        ("q=BEAU%00", {"beau"}),
        ("page=0", {"beau", "quand", "rival", "wann", "vieux"}),
        ("sentiment=bogus&state=bogus&page=x&at=zzz", {"beau", "quand", "rival", "wann", "vieux"}),
    ],
)
def test_filters_keep_what_they_say(enter, query, shown):
    say("Très beau.", sentiment="positive", intent="praise", aspect="design")
    say("C’est pour quand ?", intent="question", sentiment="neutral")
    say("Le rival fait mieux.", entity=CALA)
    say("Wann kommt er?", country="DE", language="de")
    say("Un vieux message.", at=NOW.replace(day=2))
    page = read(enter("claire"), f"?{query}")
    rows = re.findall(r'class="row__text".*?</span>', page)
    assert {
        word for word in ("beau", "quand", "rival", "wann", "vieux") if any(word in r.lower() for r in rows)
    } == shown


def test_the_menu_and_the_list_agree_on_the_market(enter):
    own = say("Cheiro estranho.", country="PT", language="pt")
    abroad = say("Odd smell.", country="NZ", language="en")
    page = enter("ana").get(f"{ROOM}?market=FR").context
    assert (page["filters"].market, [row["mention"].pk for row in page["rows"]]) == ("", [own.pk])
    client = enter("claire")
    page = client.get(f"{ROOM}?market=NZ").context  # no market of ours; an alert leads there
    assert [row["mention"].pk for row in page["rows"]] == [abroad.pk] and "NZ" in dict(page["markets"])
    assert client.get(f"{ROOM}?market=nowhere").context["filters"].market == ""


def test_a_mention_of_no_country_that_is_known_takes_no_screen_down(enter):
    """Such were stored before they were refused."""
    mention = say("Odd smell.", country="PT")
    Mention.objects.filter(pk=mention.pk).update(country="QQ")
    client = enter("claire")
    for address in ("", "?market=QQ", "boards/"):
        assert client.get(f"{ROOM}{address}").status_code == 200
    assert "Odd smell." in client.get(ROOM).content.decode()
    assert client.get(f"{ROOM}reports/QQ/2026-W48/").status_code == 404


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000, "²", "-1", "x"])
def test_what_is_no_mention_of_anybody_is_not_taken(enter, number):
    mention = say()
    client = enter("hugo")
    assert client.post(f"{ROOM}mentions/", {"mention": number, "verb": "resolve"}).status_code == 302
    assert client.post(f"{ROOM}mentions/{'9' * 25}/resolve/").status_code == 404
    mention.refresh_from_db()
    assert mention.handling == Handling.NEW


@pytest.mark.parametrize("zero", ["0001-01-01", "9999-12-31", "1999-12-31", "soon"])
def test_a_day_zero_that_no_calendar_surrounds_is_left_out(enter, zero):
    volumes.apply_counts(volumes.count_mentions([say().pk]))
    client = enter("claire")
    found = [
        client.get(f"{ROOM}boards/?zero-{OREE}={day}").context["choice"].zeros[OREE].isoformat()
        for day in ("2026-11-02", zero)
    ]
    assert found == ["2026-11-02", NOW.date().isoformat()]  # its loudest day, as without one


def test_quiet_hours_have_no_zone_of_their_own(enter):
    client = enter("ana")
    for wrong in ("22:00+02:00", "22:00Z", "late"):
        answer = client.post(
            f"{ROOM}alerts/choose/", {"from": wrong, "until": "07:00", "language": "en"}, follow=True
        )
        assert answer.status_code == 200 and "A time is written as 22:00." in answer.content.decode()
    assert not AlertListener.objects.exists()


def test_copies_are_folded_and_a_country_without_the_head_shows_its_first_copy(enter):
    head = say("La même dépêche.")
    copies = [say("La même dépêche.", story=head.story) for _ in range(3)]
    abroad = [say("La même dépêche.", story=head.story, country="PT") for _ in range(2)]
    page = read(enter("hugo"))
    assert f'data-row="{head.pk}"' in page and "5 copies" in page
    assert not any(f'data-row="{copy.pk}"' in page for copy in copies)
    page = read(enter("ana"))
    assert [f'data-row="{copy.pk}"' in page for copy in abroad] == [True, False]


def test_what_others_wrote_is_never_run_and_reads_in_its_own_direction(enter):
    say('<script>alert(1)</script> "x" <img src=x onerror=1>', country="FR")
    say("السيارة جميلة", country="FR", language="ar")
    script = say("Cliquez ici.", address="javascript:alert(1)")
    client = enter("hugo")
    assert "javascript:" not in read(client, f"?at={script.pk}")
    page = read(client, "?state=all")
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;" in page
    assert 'lang="ar" dir="rtl"' in page


def test_an_author_is_a_number_of_mentions_and_no_name(enter):
    mention = say(author_key="5f4dcc3b5aa765d61d8327deb882cf99")
    say(author_key="5f4dcc3b5aa765d61d8327deb882cf99")
    page = read(enter("hugo"), f"?at={mention.pk}")
    assert "one author, 2 mentions" in page and "5f4dcc3b" not in page


def test_the_number_of_queries_does_not_grow_with_what_is_said(enter):
    client = enter("claire")
    counts = []
    for size in (30, 150):
        make_world(size=size, rumour=20) if size == 30 else [say(f"Encore {n}.") for n in range(size)]
        paths = [*SCREENS, f"alerts/{Alert.objects.get(kind='negative').pk}/", "boards/?market=PT&days=7"]
        seen = {}
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                read(client, path)
            seen[path] = len(queries)
        counts.append(seen)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 26


def test_boards_leave_as_csv_and_workbook_with_the_pages_figures(enter):
    make_world(size=60, rumour=10)
    client = enter("claire")
    page = client.get(f"{ROOM}boards/?days=14")
    for key, table in page.context["tables"].items():
        text = client.get(f"{ROOM}boards/{key}.csv?days=14").content.decode("utf-8-sig")
        assert len(text.splitlines()) == len(table.rows) + 1
        sheet = load_workbook(io.BytesIO(client.get(f"{ROOM}boards/{key}.xlsx?days=14").content)).active
        cells = list(sheet.iter_rows(values_only=True))
        assert cells[0] == table.heads and len(cells) == len(table.rows) + 1
        assert cells[1][1] == pytest.approx(table.rows[0][1])
    for path in ("boards/nothing.csv", "boards/volume.pdf", "boards/volume.exe"):
        assert client.get(ROOM + path).status_code == 404


def test_no_formula_leaves_in_an_export(enter):
    Source.objects.create(slug="forum", name="=HYPERLINK(1)", connector="rss", address="https://x.example/")
    say()
    text = enter("claire").get(f"{ROOM}boards/sources.csv").content.decode("utf-8-sig")
    assert "\n'=HYPERLINK(1)," in text


def test_reports_open_with_what_is_spoken_of_most_and_compare_with_no_week_before_the_first(enter):
    said = [say("Mau.", country="PT", language="pt", entity=f"vehicle:{name}") for name in "abb"]
    volumes.apply_counts(volumes.count_mentions([mention.pk for mention in said]))
    client = enter("ana")
    client.cookies["usine_desk_language"] = "fr"

    weeks = client.get(f"{ROOM}reports/")
    week = client.get(f"{ROOM}reports/PT/2026-W48/")

    assert weeks.context["entity"] == week.context["scope"].entity == "vehicle:b"
    assert "23 nov. – 29 nov." in weeks.content.decode()
    assert week.context["report"].now.stories == 2
    assert "avant" not in week.context["lede"] and "<small>avant" not in week.content.decode()


def test_the_weekly_report_is_a_tagged_paper_of_its_market(enter):
    make_world(size=60, rumour=30)
    client = enter("ana")
    answer = client.get(f"{ROOM}reports/PT/2026-W48.pdf")
    paper = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in paper.pages)
    assert answer["Content-Type"] == "application/pdf" and b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    assert "Orée in Portugal, week 48 of 2026" in text and "Setúbal" in text and "France" not in text
    client.cookies["usine_desk_language"] = "fr"
    french = client.get(f"{ROOM}reports/PT/2026-W48.pdf").content
    assert "semaine 48 de 2026" in PdfReader(io.BytesIO(french)).pages[0].extract_text()
    weeks = ("2026-W60", "2026-W53x", "0000-W01", "0001-W01", "1999-W52", "9999-W53", "2027-W01")
    assert {client.get(f"{ROOM}reports/PT/{week}/").status_code for week in weeks} == {404}


def test_the_page_of_a_week_that_runs_has_the_clock_of_its_market(enter):
    say("Mau.", country="JP", language="ja")
    at = NOW - timedelta(minutes=1)
    Alert.objects.create(kind="volume", country="JP", began_at=at, raised_at=at, last_at=at)
    page = enter("claire").get(f"{ROOM}reports/JP/2026-W48/")
    text = page.content.decode()
    assert "Tue 18:33" in text and "until Tuesday 24 November 2026, 18:34" in text
    assert not page.context["later"]


def test_an_alert_that_ended_before_anybody_took_it_on_is_still_put_before_people(enter):
    alert = make_world(size=60, rumour=40).alerts[0]
    Alert.objects.filter(pk=alert.pk).update(closed_at=NOW)
    client = enter("ana")

    def list_states():
        found = client.get(f"{ROOM}alerts/").context
        return {name: [row["alert"].pk for row in found[name]] for name in ("current", "missed", "past")}

    missed = list_states()
    client.post(f"{ROOM}alerts/{alert.pk}/acknowledge/")
    taken = list_states()

    assert alert.pk in missed["missed"] and alert.pk not in missed["past"]
    assert alert.pk in taken["past"] and alert.pk not in taken["missed"]
    assert Alert.objects.get(pk=alert.pk).acknowledged_by == "Ana Sequeira"


def test_whoever_closes_an_alert_has_taken_it_on(enter):
    alert = make_world(size=60, rumour=40).alerts[0]
    enter("ana").post(f"{ROOM}alerts/{alert.pk}/close/")
    alert.refresh_from_db()

    assert (alert.closed_at, alert.acknowledged_at, alert.acknowledged_by) == (NOW, NOW, "Ana Sequeira")


def test_an_alert_tells_what_is_new_and_is_taken_on_and_closed(enter):
    world = make_world(size=60, rumour=40)
    client, alert = enter("ana"), world.alerts[0]
    page = read(client, f"alerts/{alert.pk}/")
    assert "Portugal: anger about Orée" in page and "nobody has it yet" in page and '<svg class="ch"' in page
    context = client.get(f"{ROOM}alerts/{alert.pk}/").context
    found, course = context["found"], context["course"]
    ill = [
        row
        for row in world.mentions
        if (row.country, row.sentiment) == ("PT", "negative") and row.published_at >= alert.began_at
    ]
    before = [row for row in ill if row.published_at < alert.raised_at]
    assert (found.then.mentions, found.now.mentions) == (len(before), len(ill))
    assert 0 < len(before) < len(ill)
    assert f"When the alert was raised there were {len(before)}." in page
    assert f"then {len(before)}" in page and "What has come since" in page
    assert sum(one.negative for one in course.bins[-8:]) >= len(ill)
    assert found.first.published_at == min(row.published_at for row in ill)
    assert {row.pk for row in found.samples} <= {row.pk for row in before}
    assert {row.pk for row in found.samples}.isdisjoint(row.pk for row in found.later)
    client.post(f"{ROOM}alerts/{alert.pk}/acknowledge/")
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at) == ("Ana Sequeira", NOW)
    client.post(f"{ROOM}alerts/{alert.pk}/close/")
    alert.refresh_from_db()
    assert alert.closed_at == NOW and "Taken on by Ana Sequeira" in read(client, f"alerts/{alert.pk}/")


def test_searches_are_kept_and_templates_written_at_the_desk(enter):
    client = enter("claire")
    client.post(f"{ROOM}searches/", {"name": "Prices", "query": "aspect=price", "is_shared": "on"})
    assert "Prices" in read(enter("hugo"))
    kept = SavedSearch.objects.get()
    client = enter("claire")
    client.post(f"{ROOM}searches/{kept.pk}/delete/")
    assert not SavedSearch.objects.exists()
    client.post(f"{ROOM}answers/keep/", {"name": "Hello", "language": "fr", "text": "Bonjour"})
    mention = say()
    assert 'data-text="Bonjour"' in read(client, f"?at={mention.pk}")
    assert "Bonjour</textarea>" in read(client, f"?at={mention.pk}&template={_first_template(client)}")


def _first_template(client) -> int:
    return client.get(f"{ROOM}answers/").context["rows"][0]["template"].pk


def test_an_author_is_forgotten_by_the_central_team_alone(enter, monkeypatch):
    asked = []
    monkeypatch.setattr(answers, "erase_author", lambda *who, **how: asked.append((who, how)) or 3)
    enter("hugo").post(f"{ROOM}answers/erase/", {"source": "mastodon", "author": "x"})
    assert asked == []
    enter("claire").post(f"{ROOM}answers/erase/", {"source": "mastodon", "author": " @x "})
    assert asked == [(("mastodon", "@x"), {"by": "Claire Vasseur", "now": NOW})]


def test_a_name_is_marked_where_it_stands_with_a_title_and_without(enter):
    client = enter("claire")
    bare, titled = say(), say(title="Tiens", text="mon Orée")
    MentionEntity.objects.filter(mention=titled).update(start=10, end=14)
    for mention in (bare, titled):
        assert ">Orée</mark>" in read(client, f"?at={mention.pk}")


def test_a_text_that_was_cut_says_so_where_it_is_shown(enter):
    cut, whole = say(cut_from=61_234), say()
    client = enter("hugo")
    said = "Cut: the first 50,000 characters of at least 61,234."
    assert said in read(client, f"?at={cut.pk}") and "Cut: " not in read(client, f"?at={whole.pk}")
    began = NOW - timedelta(hours=2)
    alert = Alert.objects.create(
        kind="volume", subject=OREE, country="FR", began_at=began, raised_at=NOW, last_at=NOW
    )
    assert read(client, f"alerts/{alert.pk}/").count(said) == 1


def test_a_title_that_repeats_how_the_text_begins_is_said_once(enter):
    mention = say(title="Ma petite Orée a…", text="Ma petite Orée a trois ans.")
    MentionEntity.objects.filter(mention=mention).update(start=10, end=14)
    page = read(enter("claire"), f"?at={mention.pk}")
    assert "Orée a…" not in page and ">Orée</mark> a trois ans." in page


def test_a_language_without_a_score_says_so(enter, monkeypatch):
    quality = {"fr": 60.0}
    monkeypatch.setattr("usine.reputation.desk.words.get_quality", lambda: quality)
    client = enter("claire")
    measured, unmeasured = say(), say(country="DE", language="de")
    said = "was never measured"
    assert said not in read(client, f"?at={measured.pk}")
    assert said in read(client, f"?at={unmeasured.pk}")
