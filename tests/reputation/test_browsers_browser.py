"""Messages in a real browser: the states of the button, the service worker that shows them, and what a click opens.

Chromium subscribes at its maker's push service, which no test reaches: the subscription is put in its place, all around
it is real. A push is delivered by the DevTools protocol, as a push service would. Chromium without windows shows no
notifications: here it is the one that has them.
"""

from __future__ import annotations

import json
import os
import shutil

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Worker

from tests.axe import run_axe
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.reputation.browsing import SERVICE, Browser
from usine.accounts.contracts import Role
from usine.accounts.models import User
from usine.accounts.public import create_account
from usine.reputation.models import AlertListener, PushSubscription

pytestmark = pytest.mark.browser
ALERTS = "/desk/reputation/alerts/"
KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SUBSCRIBED = """said => {
  let own = null;
  const made = {...said, toJSON: () => said, unsubscribe: async () => { own = null; return true; }};
  PushManager.prototype.subscribe = async options => {
    if (new Uint8Array(options.applicationServerKey).length !== 65) throw new Error('no key');
    return own = made;
  };
  PushManager.prototype.getSubscription = async () => own;
}"""
SENT = {
    "title": "Portugal : colère au sujet de l’Orée",
    "body": "Bien plus de négatif que d’habitude. 14 mentions.",
    "address": f"{ALERTS}7/",
    "tag": "alert-7",
    "lang": "fr",
}


@pytest.fixture(scope="module")
def notifying(chromium):
    """A Chromium that shows notifications."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    browser = chromium.browser_type.launch(executable_path=found, args=list(CHROMIUM_ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture
def alerts(live_server, transactional_db, notifying, settings):
    """The page of alerts, as a manager of Portugal has just opened it; the browser may show messages."""
    settings.PUSH_KEY = KEY
    create_account("ana", name="Ana Sequeira", password="demo", role=Role.MARKET, markets=("PT",))
    context = notifying.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["notifications"], origin=live_server.url)
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/desk/login/?next={ALERTS}")
    page.locator("[name=username]").fill("ana")
    page.locator("[name=password]").fill("demo")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{ALERTS}")
    yield page
    context.close()
    assert errors == []


def wait_for(page: Page, state: str) -> None:
    page.locator(f'[data-telling][data-now="{state}"]').wait_for()
    shown = page.locator("[data-telling] [data-state]:visible")
    assert [one.get_attribute("data-state") for one in shown.all()] == [state]


def buttons(page: Page) -> list[str]:
    return [str(one.get_attribute("data-turn")) for one in page.locator("[data-turn]:visible").all()]


def start_worker(page: Page) -> Worker:
    """Register as the page does, without a subscription."""
    address = page.locator("[data-telling]").get_attribute("data-worker")
    with page.context.expect_event("serviceworker") as found:
        page.evaluate("address => navigator.serviceWorker.register(address)", address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return found.value


def push(page: Page, worker: Worker, data: str) -> None:
    """Deliver a message as a push service does; what the browser shows right then is kept in the worker."""
    worker.evaluate(
        """() => {
          const show = ServiceWorkerRegistration.prototype.showNotification;
          self.shown = new Promise(done => {
            self.registration.showNotification = async (...said) => {
              await show.apply(self.registration, said);
              done(await self.registration.getNotifications());
            };
          });
        }"""
    )
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # what was said meanwhile is heard
    origin = page.evaluate("location.origin")
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": data}
    )


def read_shown(worker: Worker) -> list[dict[str, str]]:
    """What the browser showed when it had taken the message."""
    return worker.evaluate(
        """() => self.shown.then(shown => shown.map(one => (
          {title: one.title, body: one.body, tag: one.tag, lang: one.lang, address: one.data.address})))"""
    )


def click(worker: Worker) -> list[str]:
    """Click what is shown; says what was opened or focused: that step alone, which needs a hand, is stood in for."""
    return worker.evaluate(
        """async () => {
          const done = [];
          self.clients.openWindow = async address => { done.push(`open ${new URL(address).pathname}`); };
          WindowClient.prototype.focus = async function () { done.push(`focus ${new URL(this.url).pathname}`); };
          const [notification] = await self.shown;
          const event = new NotificationEvent('notificationclick', {notification});
          let waits;
          event.waitUntil = promise => { waits = promise; };
          self.dispatchEvent(event);
          await waits;
          let shown = [notification]; // the browser closes it a moment later
          for (let left = 5000; left && shown.length; left -= 1) shown = await self.registration.getNotifications();
          return [...done, shown.length ? 'still shown' : 'gone'];
        }"""
    )


def test_what_is_pushed_is_shown_and_a_click_opens_the_alert(alerts):
    worker = start_worker(alerts)
    assert alerts.evaluate("navigator.serviceWorker.ready.then(one => new URL(one.scope).pathname)") == (
        "/desk/reputation/"
    )
    push(alerts, worker, json.dumps(SENT))

    assert read_shown(worker) == [SENT]
    assert click(worker) == [f"open {ALERTS}7/", "gone"]


def test_the_alert_that_is_open_already_is_focused_and_another_site_never_opened(alerts):
    worker = start_worker(alerts)
    push(alerts, worker, json.dumps({**SENT, "address": ALERTS}))
    read_shown(worker)
    assert click(worker) == [f"focus {ALERTS}", "gone"]

    # Another tag: the browser closes by tag, a moment later.
    push(alerts, worker, json.dumps({**SENT, "address": "https://evil.example/", "tag": "alert-8"}))
    read_shown(worker)
    assert click(worker) == ["open /desk/reputation/", "gone"]


def test_a_message_that_cannot_be_read_is_still_shown(alerts):
    worker = start_worker(alerts)
    push(alerts, worker, "no json")
    assert read_shown(worker) == [{"title": "Usine", "body": "", "tag": "", "lang": "en", "address": ""}]


def test_one_turns_messages_on_tries_them_and_turns_them_off(alerts, receiver):
    browser = Browser()
    wait_for(alerts, "off")
    assert buttons(alerts) == ["on"]
    alerts.evaluate(SUBSCRIBED, browser.to_json())
    alerts.locator("[data-turn=on]").click()
    wait_for(alerts, "on")
    assert buttons(alerts) == ["try", "off"]
    assert alerts.evaluate("document.activeElement.dataset.turn") == "try"
    row = PushSubscription.objects.get()
    assert (row.endpoint, row.p256dh, row.user) == (
        browser.endpoint,
        browser.keys["p256dh"],
        User.objects.get(username="ana"),
    )
    assert AlertListener.objects.get().by_push
    assert run_axe(alerts) == []

    # The push service that ends it: the sentence says so.
    PushSubscription.objects.update(endpoint=receiver.address)
    alerts.evaluate(
        "address => navigator.serviceWorker.getRegistration().then(one => one.pushManager.getSubscription())"
        ".then(one => { one.endpoint = address; })",
        receiver.address,
    )
    alerts.locator("[data-turn=try]").click()
    wait_for(alerts, "tried")
    assert browser.read_json(receiver.requests[0][2])["lang"] == "en"

    alerts.locator("[data-turn=off]").click()
    wait_for(alerts, "off")
    assert not PushSubscription.objects.exists() and not AlertListener.objects.get().by_push


def test_what_the_server_refuses_stands_on_the_page(alerts, settings):
    settings.PUSH_SERVICES = []
    alerts.evaluate(SUBSCRIBED, Browser().to_json())
    alerts.locator("[data-turn=on]").click()
    wait_for(alerts, "failed")
    assert "is no push service" in alerts.locator("[data-said]").inner_text()
    assert buttons(alerts) == ["on"]


RENEWED = """async ([old, made]) => {
  const subscription = said => ({
    endpoint: said.endpoint, options: {applicationServerKey: new Uint8Array(65)}, toJSON: () => said,
  });
  PushManager.prototype.subscribe = async () => subscription(made);
  const event = new ExtendableEvent('pushsubscriptionchange');
  event.oldSubscription = subscription(old);
  let waits;
  event.waitUntil = promise => { waits = promise; };
  self.dispatchEvent(event);
  await waits;
}"""


def test_what_the_push_service_changes_the_worker_tells_the_desk(alerts):
    """The event, which a push service alone makes, is dispatched in the worker; page, session and door are real."""
    old, new, last = (Browser(f"{SERVICE}/{name}") for name in ("old", "new", "last"))
    user = User.objects.get(username="ana")
    PushSubscription.objects.create(user=user, endpoint=old.endpoint, at=timezone.now(), **old.keys)
    worker = start_worker(alerts)

    worker.evaluate(RENEWED, [old.to_json(), new.to_json()])
    row = PushSubscription.objects.get()
    assert (row.user, row.endpoint, row.p256dh) == (user, new.endpoint, new.keys["p256dh"])

    alerts.context.clear_cookies()  # signed out: nobody is told for whom
    worker.evaluate(RENEWED, [new.to_json(), last.to_json()])
    assert PushSubscription.objects.get() == row
