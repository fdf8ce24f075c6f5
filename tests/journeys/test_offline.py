"""Without network after loading: every click is answered, nothing is lost, what is counted arrives later."""

from __future__ import annotations

import json

import pytest

from tests.axe import run_axe
from tests.conftest import forget_clicks
from tests.oree import publish_oree
from tests.visitors import NUMBER, let_choose, open_phone
from usine.commons.models import Fact

pytestmark = pytest.mark.browser
FRENCH = "/fr-fr/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes"
ARABIC = "/ar-ma/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes"
KEPT = "localStorage.getItem('usine.clicks')"


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("FR", "MA")
    return live_server.url


@pytest.fixture
def context(chromium):
    """A browser of one visitor, who may be counted, whose network can be taken away; no script may raise."""
    with open_phone(chromium) as context:
        let_choose(context, NUMBER)
        yield context
        forget_clicks(context)


def load(context, address):
    """The page, once it answers by itself and has its pictures."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-answers=here]", state="attached")
    page.wait_for_function(
        "[...document.querySelectorAll('.stage__car img')].every(image => image.complete && image.naturalWidth)"
    )
    return page


def list_counts(name):
    return [fact.payload["counts"] for fact in Fact.objects.filter(name=name).order_by("id")]


def test_every_way_through_the_page_works_without_network(site, context):
    page = load(context, site + FRENCH)
    before = page.url
    context.set_offline(True)

    page.locator("#roof-glass-why button").click()
    page.wait_for_url("**roof=glass**")
    assert page.locator("#roof-glass").is_checked() and not page.locator("#roof_bars").is_checked()
    assert page.locator("#told summary").inner_text()
    assert page.locator("#roof_bars-why p").inner_text()  # why not, now the other way round

    page.locator("a[data-undo]").click()
    assert page.locator("#roof_bars").is_checked()
    page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")
    assert page.evaluate("document.querySelector('.c-garance img').getClientRects().length") == 1
    assert page.evaluate("document.querySelector('.c-garance img').naturalWidth") > 0
    price = page.locator(".sum__n").inner_text()
    page.go_back()
    page.wait_for_url(lambda url: "colour=garance" not in url)
    assert page.locator("#roof_bars").is_checked()
    page.go_forward()
    page.wait_for_url("**colour=garance**")
    assert page.locator(".sum__n").inner_text() == price
    for _ in range(3):
        page.go_back()
    page.wait_for_url(before)
    assert page.locator("#trim-futaie").is_checked()
    assert not page.locator("#offline").is_visible()


@pytest.mark.parametrize("address", [FRENCH, ARABIC])
def test_saving_and_booking_say_what_happens_and_keep_the_choices(site, context, address):
    page = load(context, site + address)
    context.set_offline(True)
    page.locator("label:has(#colour-sapin)").click()
    page.wait_for_url("**colour=sapin**")
    chosen = page.url

    for button in (page.locator("#save-car"), page.locator("#summary button[value=test-drive]")):
        button.click()
        page.locator("#waits").wait_for()
        assert page.url == chosen and page.locator("#colour-sapin").is_checked()
        page.locator("label:has(#wheels-galet)").click()
        page.locator("#waits").wait_for(state="hidden")
        page.locator("a[data-undo]").click() if page.locator("a[data-undo]").count() else page.go_back()
        page.wait_for_url(lambda url: "wheels=galet" not in url)
        chosen = page.url

    page.locator("#save-car").click()
    page.locator("#waits").wait_for()
    context.set_offline(False)
    page.locator("#waits [data-retry]").click()
    page.locator(".share code a").wait_for()
    assert page.locator("#colour-sapin").is_checked()
    page.locator("#summary button[value=test-drive]").click()
    page.wait_for_url("**/test-drive/?c=*")


def test_clicks_are_kept_as_numbers_and_arrive_once_when_the_network_is_back(site, context):
    page = load(context, site + FRENCH)
    context.set_offline(True)
    page.locator("#roof-glass-why button").click()
    page.wait_for_url("**roof=glass**")
    page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")

    kept = json.loads(page.evaluate(KEPT))
    offer = Fact.objects.filter(name="OfferMade", market="FR").get().payload["key"]
    conflict = {"wanted": "roof.glass", "in_the_way": ["roof_bars.yes"], "count": 1}
    counts = {"choices": {"roof.glass": 1, "colour.garance": 1}, "conflicts": [conflict]}
    assert kept == {f"/fr-fr/oree/configurator/clicks/ {offer}": {"waiting": counts}}
    assert not Fact.objects.filter(name="ChoicesMade").exists()

    with page.expect_response("**/clicks/") as answered:
        context.set_offline(False)
    assert answered.value.status == 204
    page.wait_for_function(f"{KEPT} === null")
    assert list_counts("ChoicesMade") == [counts["choices"]]
    assert list_counts("ConflictsMet") == [[conflict]]


def test_what_one_page_could_not_post_the_next_one_does(site, context):
    page = load(context, site + FRENCH)
    context.set_offline(True)
    page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")
    page.close()
    context.set_offline(False)

    later = context.new_page()
    with later.expect_response("**/clicks/") as answered:
        later.goto(site + ARABIC)
    assert answered.value.status == 204
    assert list_counts("ChoicesMade") == [{"colour.garance": 1}]


def test_a_lost_answer_counts_nothing_twice(site, context):
    page = load(context, site + FRENCH)
    page.route("**/clicks/", lambda route: (route.fetch(), route.abort())[0])
    page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/clicks/")):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(f"JSON.parse({KEPT})[Object.keys(JSON.parse({KEPT}))[0]].sending")
    page.unroute("**/clicks/")
    with page.expect_response("**/clicks/") as answered:
        page.evaluate("dispatchEvent(new Event('online'))")
    assert answered.value.status == 204
    assert list_counts("ChoicesMade") == [{"colour.garance": 1}]


@pytest.mark.parametrize("wrong", ["altered", "missing", "broken"])
def test_without_a_sound_kit_the_server_answers_as_before(site, context, wrong):
    page = context.new_page()

    def spoil(route):
        if wrong == "missing":
            return route.fulfill(status=404, body="{}")
        body = route.fetch().text()
        if wrong == "altered":
            return route.fulfill(body=body.replace("Futaie", "Futaye", 1))
        return route.fulfill(body=body[:-200])

    page.route("**/kit/*/", spoil)
    with page.expect_response("**/kit/*/") as answered:
        page.goto(site + FRENCH)
    answered.value.finished()
    with page.expect_response("**colour=garance**"):
        page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")
    assert page.locator("#colour-garance").is_checked()
    assert page.locator("html").get_attribute("data-answers") == "server"


@pytest.mark.parametrize("address", [FRENCH, ARABIC])
def test_axe_finds_nothing_after_clicks_answered_here(site, context, address):
    page = load(context, site + address)
    context.set_offline(True)
    page.locator("#roof-glass-why button").click()
    page.wait_for_url("**roof=glass**")
    page.locator("#save-car").click()
    page.locator("#waits").wait_for()
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_keeps_its_place_and_is_told_the_price(site, context):
    page = load(context, site + FRENCH)
    context.set_offline(True)
    page.locator("#roof-glass-want").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**roof=glass**")
    assert page.evaluate("document.activeElement.id") == "roof-glass"
    said = page.locator("p.sr[role=status]").inner_text()
    assert page.locator(".sum__n").inner_text() in said

    page.locator("#alarm").evaluate(
        """box => {
            box.closest('details').open = true;
            box.focus({preventScroll: true});
            box.scrollIntoView({block: 'center', behavior: 'instant'});
        }"""
    )
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    page.keyboard.press("Space")
    page.wait_for_url("**alarm=yes**")
    assert page.evaluate("document.activeElement.id") == "alarm"
    assert page.locator("#alarm").is_checked()
    assert abs(page.evaluate("document.activeElement.getBoundingClientRect().top") - top) < 1
