"""The page that the mail's link opens: cancel a drive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from usine.launches.contracts import FrameNotPublished
from usine.launches.public import get_frame
from usine.orders import public, words
from usine.orders.appointment import describe
from usine.orders.contracts import CancellationTooLate


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_booking(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's link asks; the button cancels, so that no mail scanner does it by looking.

    An unknown link is an error of the site (LinkInvalid): nobody knows whose language it would speak.
    """
    lead = public.get_booking(token)
    locale = words.find_locale(lead.language, lead.market)
    now, status = timezone.now(), 200
    if request.method == "POST":
        try:
            lead = public.cancel_test_drive(token, now=now)
        except CancellationTooLate as error:
            status = error.http_status
    try:
        frame = get_frame(lead.vehicle, locale=locale, current="test-drive")
    except FrameNotPublished:  # the site may close before the drive: one still cancels
        frame = None
    with translation.override(locale.language):
        appointment = describe(lead, locale=locale, now=now)
        context = {
            "frame": frame,
            "around": locale,
            "lead": lead,
            "appointment": appointment,
            "again": f"/{locale.path}/{lead.vehicle}/test-drive/",
        }
        return render(request, "orders/cancel.html", context, status=status)
