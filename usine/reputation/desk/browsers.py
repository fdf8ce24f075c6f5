"""Messages in the browser: its service worker, and what its page asks (`frontend/src/telling`)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor
from usine.commons import ratelimit
from usine.commons.assets import get_asset
from usine.reputation.desk import words
from usine.reputation.desk.entering import desk_screen
from usine.reputation.trouble import push

LARGEST = 4_000  # bytes of what a browser says of itself
TRIES, WINDOW_S = 5, 600


@require_GET
def send_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at an address of the room: a worker may watch over the pages below its own alone.

    Open to everybody, as the front end's other files are: a browser also asks for it after its owner signed out.
    """
    built = settings.FRONTEND_DIST / get_asset("telling/worker.ts").file
    answer = HttpResponse(built.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_POST
@desk_screen
def turn_on(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This browser is told from now on. The body is its subscription as JSON."""
    browser = push.read_browser(_read_body(request))
    push.subscribe(browser, language=words.desk_language(), by=actor, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@desk_screen
def renew(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This browser's push service gave it another subscription; its worker says which took the place of which."""
    said = _read_body(request)
    said = said if isinstance(said, dict) else {}
    endpoint = said.get("old")
    browser = push.read_browser(said.get("new"))
    push.renew(endpoint if isinstance(endpoint, str) else "", browser, by=actor, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@desk_screen
def turn_off(request: HttpRequest, actor: Actor) -> HttpResponse:
    push.unsubscribe(_read_endpoint(request), by=actor)
    return HttpResponse(status=204)


@require_POST
@desk_screen
def try_out(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send this browser a message now, so that one sees how it looks; says why where it does not get there."""
    ratelimit.check(f"push-try:{actor.user_id}", limit=TRIES, window_s=WINDOW_S)
    message = {
        "title": _("This is how an alert looks"),
        "body": _("It says what was found, in which market and how much is said. A click opens it."),
        "address": reverse("reputation_alerts"),
        "tag": "try",
        "lang": words.desk_language(),
    }
    reason = push.try_out(_read_endpoint(request), message, by=actor)
    if reason:
        sentence = _("The test message was not sent: %(reason)s") % {"reason": _(reason)}
        return JsonResponse({"error": "not_told", "message": sentence}, status=502)
    return HttpResponse(status=204)


def _read_body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body) if len(request.body) <= LARGEST else None
    except (ValueError, RecursionError):
        return None


def _read_endpoint(request: HttpRequest) -> str:
    body = _read_body(request)
    found = body.get("endpoint") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""
