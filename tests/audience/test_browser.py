"""The question in a real browser: one click each way, changed from the footer, by keyboard, in both directions."""

from __future__ import annotations

import pytest

from tests.axe import run_axe
from tests.oree import publish_oree
from tests.visitors import NUMBER, let_choose, open_phone, write_choice
from usine.commons.consent import COOKIE
from usine.commons.models import Fact

pytestmark = pytest.mark.browser
SITE = "/fr-fr/oree/"
QUESTION = "#counting"


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("FR", "MA")
    return live_server.url


@pytest.fixture
def context(chromium):
    """A phone whose visitor has not been asked yet; no script may raise."""
    with open_phone(chromium) as context:
        yield context


def read_cookie(context) -> str:
    return next((cookie["value"] for cookie in context.cookies() if cookie["name"] == COOKIE), "")


def list_facts():
    facts = Fact.objects.filter(by="visitor").order_by("id")
    return [(fact.name, fact.payload.get("page", "")) for fact in facts]


def test_one_click_refuses_and_nothing_is_counted_or_stored(site, context):
    page = context.new_page()
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.goto(site + SITE)
    assert (context.cookies(), posted) == ([], [])
    with page.expect_response("**/consent/"):
        page.get_by_role("button", name="Refuser").click()
    assert page.locator(QUESTION).is_hidden()

    page.goto(f"{site}{SITE}configurator/?trim=futaie")
    page.wait_for_selector("html[data-answers=here]", state="attached")
    assert page.locator(QUESTION).is_hidden()
    page.locator("label:has(#colour-garance)").click()
    page.wait_for_url("**colour=garance**")
    page.evaluate("dispatchEvent(new Event('online'))")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert read_cookie(context) == write_choice()
    assert [url.removeprefix(site + SITE) for url in posted] == ["consent/"]
    assert list_facts() == []


def test_one_click_accepts_and_the_footer_takes_it_back(site, context):
    page = context.new_page()
    page.goto(f"{site}{SITE}versions/")
    with page.expect_response("**/visits/") as counted:
        page.get_by_role("button", name="Accepter").click()
    assert counted.value.status == 204
    with page.expect_response("**/visits/"):
        page.goto(f"{site}{SITE}nowhere/")
    assert list_facts() == [("CountingAllowed", ""), ("PageRead", "versions"), ("PageRead", "not-found")]

    page.evaluate("localStorage.setItem('usine.clicks', '{}')")
    page.get_by_role("link", name="Mesure des visites").click()
    said = page.locator(f"{QUESTION} [data-said]")
    assert said.inner_text().startswith("Vous avez accepté le ")
    with page.expect_response("**/consent/"):
        page.get_by_role("button", name="Refuser").click()
    assert page.evaluate("document.activeElement.textContent") == "Mesure des visites : votre choix"
    assert page.evaluate("localStorage.length") == 0
    assert (read_cookie(context), list_facts()[-1]) == (write_choice(), ("CountingEnded", ""))
    page.get_by_role("link", name="Mesure des visites").click()
    assert said.inner_text().startswith("Vous avez refusé le ")


def test_the_keyboard_passes_through_and_neither_answer_is_nearer(site, context):
    page = context.new_page()
    page.goto(site + SITE)
    named = []
    for _ in range(5):
        page.keyboard.press("Tab")
        named.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert named[:4] == ["Aller au contenu", "Ce qui est enregistré", "Refuser", "Accepter"]
    assert named[4] not in named[:4]

    refuse, accept = (page.locator(f"{QUESTION} button[value={value}]") for value in ("no", "yes"))
    sizes = [button.bounding_box() for button in (refuse, accept)]
    assert len({(round(box["width"]), round(box["height"])) for box in sizes}) == 1
    assert sizes[0]["height"] >= 44
    looks = [
        button.evaluate(
            "(e) => ['color','backgroundColor','fontSize','fontWeight'].map(n => getComputedStyle(e)[n])"
        )
        for button in (refuse, accept)
    ]
    assert looks[0] == looks[1]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    with page.expect_response("**/consent/"):
        page.keyboard.press("Enter")
    assert read_cookie(context) == write_choice()


@pytest.mark.parametrize("address", [SITE, "/ar-ma/oree/test-drive/"])
def test_axe_finds_nothing_while_it_asks_and_nothing_moves_for_it(site, context, address):
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => {"
        "for (const entry of list.getEntries()) moved += entry.value;}).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(site + address)  # a machine that takes long to fetch its fonts has them then
    page.locator(QUESTION).wait_for()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(site + address)
        page.locator(QUESTION).wait_for()
        height = page.locator(QUESTION).bounding_box()["height"]
        assert height <= 844 * 0.3, width
        assert run_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("moved") < 0.01


def test_the_price_and_the_booking_stay_in_reach_on_a_phone_while_it_asks(site, context):
    page = context.new_page()
    page.goto(f"{site}{SITE}configurator/?trim=futaie")
    page.locator(QUESTION).wait_for()
    covered = page.evaluate(
        """() => [...document.querySelectorAll('.sum a, .sum button, .sum__n, #counting button')].filter(one => {
            const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return box.width > 0 && !one.contains(top);
        }).map(one => one.outerHTML)"""
    )
    assert covered == []
    assert page.locator(".sum a:visible, .sum button:visible").count() >= 1


def test_guests_editors_and_those_without_script_are_not_asked(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + SITE)
    assert page.locator(QUESTION).is_hidden()
    assert context.cookies() == []
    context.close()

    context = chromium.new_context()
    page = context.new_page()
    html = page.request.get(site + SITE).text()
    page.route("**/staging/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    with page.expect_response("**/assets/site-*.js"):
        page.goto(f"{site}/staging/key{SITE}")
    assert page.locator(QUESTION).is_hidden()
    context.close()


def test_who_tells_every_site_is_not_asked(site, context):
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(site + SITE)
    page.get_by_role("link", name="Mesure des visites").click()
    assert page.locator(QUESTION).is_visible()
    page.reload()
    assert page.locator(QUESTION).is_hidden()


def test_an_older_wording_asks_again(site, context):
    let_choose(context, NUMBER)
    page = context.new_page()
    html = page.request.get(site + SITE).text()
    newer = html.replace('data-wording="1"', 'data-wording="2"')
    assert newer != html
    page.route(f"**{SITE}", lambda route: route.fulfill(body=newer, content_type="text/html"))
    page.goto(site + SITE)
    page.locator(QUESTION).wait_for()
    assert list_facts() == []
