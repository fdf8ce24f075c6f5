"""The room's desk in a real browser: the inbox by keyboard alone, and no screen that somebody cannot use."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from tests.axe import run_axe
from tests.reputation.world import make_world
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons.models import Fact
from usine.reputation.models import Alert, Correction, Mention, Note, SetAside, Source

pytestmark = pytest.mark.browser
ROOM = "/desk/reputation/"


@pytest.fixture
def enter(live_server, transactional_db, page):
    """A page of somebody who has just signed in."""
    make_world(timezone.now(), size=60, rumour=30)
    create_account("hugo", name="Hugo Lemaire", password="demo", role=Role.MARKET, markets=("FR",))
    create_account("claire", name="Claire Vasseur", password="demo", role=Role.CENTRAL)

    def enter_as(username: str):
        page.goto(f"{live_server.url}/desk/login/?next={ROOM}")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill("demo")
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"**{ROOM}**")
        return page

    return enter_as


def shown(page) -> int:
    return int(page.locator("[data-mention]").get_attribute("data-mention"))


def test_a_manager_works_the_inbox_by_keyboard_alone(enter, live_server):
    page = enter("hugo")
    chosen = {"name": "usine_desk_language", "value": "fr", "url": f"{live_server.url}/desk/"}
    page.context.add_cookies([chosen])
    page.goto(f"{live_server.url}{ROOM}?state=all")
    first = shown(page)
    page.keyboard.press("j")
    page.wait_for_function(f"document.querySelector('[data-mention]').dataset.mention !== '{first}'")
    second = shown(page)
    assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == str(second)
    assert page.locator("main h1").inner_text() and page.locator("html").get_attribute("lang") == "fr"

    # a label is set right
    mention = Mention.objects.get(pk=second)
    wanted = "1" if mention.sentiment == "positive" else "3"
    with page.expect_navigation():
        page.keyboard.press(wanted)
    corrected = Correction.objects.get()
    assert (corrected.mention_id, corrected.by, corrected.before) == (
        second,
        "Hugo Lemaire",
        mention.sentiment,
    )

    # an answer is written and kept, without the mouse
    page.keyboard.press("r")
    page.keyboard.type("Bonjour, merci de nous l’écrire.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert Note.objects.get(is_answer=True).text == "Bonjour, merci de nous l’écrire."
    assert (
        shown(page) == second
        and page.locator(".said").inner_text() == "La réponse est gardée, avec votre nom."
    )

    # and taken back
    with page.expect_navigation():
        page.keyboard.press("u")
    mention.refresh_from_db()
    assert not Note.objects.exists() and mention.handling != "answered"
    assert Fact.objects.filter(name="MentionUndone", by="Hugo Lemaire").count() == 1

    # two are ticked and closed together; what closes one leads to the next
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("[data-ticked]").inner_text() == "2 cochées"
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()


def test_no_screen_breaks_a_rule_or_is_wider_than_the_phone(enter, live_server):
    page = enter("claire")
    alert = Alert.objects.get(kind="negative").pk
    paths = (
        "",
        f"alerts/{alert}/",
        "boards/?days=7&market=PT",
        "reports/PT/" + _week() + "/",
        "sources/",
        "answers/",
    )
    found = {}
    for number, path in enumerate(paths):
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(live_server.url + ROOM + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            if width == 1440 or number == 0:
                found[path, width] = run_axe(page)
    assert {place: said for place, said in found.items() if said} == {}


def _week() -> str:
    year, number, _day = timezone.now().isocalendar()
    return f"{year}-W{number:02d}"


def test_the_way_from_a_silent_alert_to_the_sources_is_as_wide_as_its_words(enter, live_server):
    page = enter("claire")
    alert = Alert.objects.filter(kind="silent_source").values_list("pk", flat=True)[0]
    page.goto(f"{live_server.url}{ROOM}alerts/{alert}/")
    link = page.locator(f"main a.b[href='{ROOM}sources/']")
    words = link.evaluate(
        """it => {
          const words = document.createRange();
          words.selectNodeContents(it);
          return words.getBoundingClientRect().width;
        }"""
    )
    assert words < link.bounding_box()["width"] < words + 40


def test_on_a_phone_the_tab_that_one_is_on_is_in_sight_and_labels_stand_apart(enter, live_server):
    page = enter("claire")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{ROOM}answers/")
    page.locator(".tabs > [aria-current]").wait_for()
    page.wait_for_function(
        """() => {
          const tabs = document.querySelector('.tabs').getBoundingClientRect();
          const own = document.querySelector('.tabs > [aria-current]').getBoundingClientRect();
          return own.left >= tabs.left - 1 && own.right <= tabs.right + 1;
        }"""
    )
    labels = page.locator("li .meta").all_inner_texts()
    glued = re.compile(r"(French|English|German|Portuguese|Spanish)(?=\w)")
    assert labels and not any(glued.search(text) for text in labels), labels
    assert page.evaluate("scrollY") == 0


def test_a_slash_leads_to_the_search_of_the_screen_and_elsewhere_to_that_of_leads(enter, live_server):
    page = enter("claire")
    focused = {}
    for path in ("", "boards/"):
        page.goto(live_server.url + ROOM + path)
        page.keyboard.press("/")
        focused[path] = page.evaluate("document.activeElement.id")
    assert focused == {"": "q", "boards/": "find"}


def test_the_foot_promises_only_keys_that_do_something(enter, live_server):
    page = enter("claire")

    def promises(path: str) -> bool:
        page.goto(live_server.url + ROOM + path)
        page.locator(".keys").wait_for()
        return (
            page.locator(".keys")
            .get_by_text(re.compile(r"^\s*(jk move|j\s*k\s*(move|mention))\s*$"))
            .is_visible()
        )

    assert {path: promises(path) for path in ("", "sources/", "?q=zzzzzz", "boards/", "answers/")} == {
        "": True,
        "sources/": True,
        "?q=zzzzzz": False,
        "boards/": False,
        "answers/": False,
    }


def test_a_saved_search_of_a_long_name_stays_in_its_panel(enter, live_server):
    page = enter("claire")
    page.locator(".views .pop summary").click()
    page.locator("#search-name").fill("m" * 120)
    with page.expect_navigation():
        page.locator(".views .pop .fld button").click()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(live_server.url + ROOM)
        page.locator(".views .pop summary").click()
        panel = page.locator(".views .pop > div").bounding_box()
        assert panel["x"] >= 0 and panel["x"] + panel["width"] <= width and panel["width"] <= 384, width
        for part in ("#search-name", ".lst button", ".lst a"):
            box = page.locator(f".views .pop {part}").bounding_box()
            assert box["x"] + box["width"] <= panel["x"] + panel["width"], (width, part)
    with page.expect_navigation():
        page.locator(".views .pop .lst button").click()
    assert page.locator(".views .pop .lst a").count() == 0


def test_charts_fit_their_screen_or_start_at_their_end(enter, live_server):
    page = enter("claire")
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("reports/PT/" + _week() + "/", "boards/?days=28&market=PT"):
            page.goto(live_server.url + ROOM + path)
            charts = page.evaluate(
                """[...document.querySelectorAll('svg.ch')].filter((one) => one.clientWidth).map((one) =>
                  [one.parentElement.scrollWidth - one.parentElement.clientWidth,
                   12 * one.clientWidth / one.viewBox.baseVal.width])"""
            )
            assert charts and all(hidden == 0 and 10 <= size <= 16 for hidden, size in charts), (width, path)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{ROOM}alerts/{Alert.objects.get(kind='negative').pk}/")
    left, most = page.locator("[data-from-end]").evaluate(
        "(one) => [one.scrollLeft, one.scrollWidth - one.clientWidth]"
    )
    assert most > 0 and abs(left - most) <= 1


def test_a_report_is_printed_whole_with_its_colours(enter, live_server):
    page = enter("claire")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    for path in ("reports/PT/" + _week() + "/", f"alerts/{Alert.objects.get(kind='negative').pk}/"):
        page.goto(live_server.url + ROOM + path)
        assert page.locator(".dock").is_hidden() and page.locator(".keys").is_hidden()
        chart = page.locator("svg.ch:visible").bounding_box()
        assert chart["x"] >= 0 and chart["x"] + chart["width"] <= 718, path
        kept = page.locator(".key").first.evaluate("(one) => getComputedStyle(one).printColorAdjust")
        assert kept == "exact"


def test_what_is_set_aside_is_read_on_a_phone_without_scrolling(enter, live_server):
    page = enter("claire")
    now, source = timezone.now(), Source.objects.earliest("pk")
    SetAside.objects.create(
        source=source,
        external_id="1",
        heard={"text": "A bateria perde autonomia no inverno. " * 4},
        reason="the language “pt-and-more” is not one of two letters",
        published_at=now,
        at=now,
        tried_at=now,
    )
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{ROOM}sources/{source.slug}/")
    boxes = [cell.bounding_box() for cell in page.locator(".stacked :is(th, td):visible").all()]
    assert all(box["x"] + box["width"] <= 390 for box in boxes)
    assert page.locator(".stacked tbody th").bounding_box()["width"] > 300
    assert page.locator(".stacked button").first.is_visible()
