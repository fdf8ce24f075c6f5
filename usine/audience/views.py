"""Where the public pages post a visitor's choice, and, where it allows that, which page is read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from usine.audience import actions, rules
from usine.audience.contracts import NotCounted
from usine.commons import ratelimit
from usine.commons.consent import WORDING, find_counted_visitor, keep_consent, read_consent
from usine.launches.public import get_frame
from usine.markets.public import get_locale

CHOICES_PER_HOUR = 60
WITHDRAWALS_PER_HOUR = 6000
"""Of one address, behind which a whole company may be: nobody is kept from taking their consent back."""
VISITS_PER_HOUR = 1200


@csrf_exempt  # pages are files, without a token; only JSON is taken, which no other site may post
@require_POST
def take_choice(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """204 with the cookie that keeps the choice for six months."""
    is_allowed, wording = rules.parse_choice(request.content_type or "", request.body, newest=WORDING)
    locale = get_locale(locale_path)
    get_frame(vehicle, locale=locale)
    before = read_consent(request)
    _check_pace(request, is_allowed=is_allowed, is_known=bool(before and before.visitor))
    chosen = actions.choose(
        is_allowed, wording=wording, before=before, vehicle=vehicle, locale=locale, at=timezone.now()
    )
    response = HttpResponse(status=204)
    keep_consent(response, chosen, is_secure=request.is_secure())
    return response


@csrf_exempt
@require_POST
def take_visit(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """204 when the page is counted; 403 without the visitor's consent."""
    visitor = find_counted_visitor(request)
    if not visitor:
        raise NotCounted("This visitor has not allowed to be counted.")
    ratelimit.check(ratelimit.client_key(request, "visits"), limit=VISITS_PER_HOUR, window_s=3600)
    page = rules.parse_visit(request.content_type or "", request.body)
    locale = get_locale(locale_path)
    get_frame(vehicle, locale=locale)
    actions.count_visit(page, visitor=visitor, vehicle=vehicle, locale=locale)
    return HttpResponse(status=204)


def _check_pace(request: HttpRequest, *, is_allowed: bool, is_known: bool) -> None:
    """What writes is limited; who refuses and was never counted writes nothing. Raises TooManyRequests."""
    if is_allowed:
        ratelimit.check(ratelimit.client_key(request, "consent"), limit=CHOICES_PER_HOUR, window_s=3600)
    elif is_known:
        ratelimit.check(
            ratelimit.client_key(request, "withdrawal"), limit=WITHDRAWALS_PER_HOUR, window_s=3600
        )
