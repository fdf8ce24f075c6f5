"""The public pages of a test drive: book it, then its confirmation. Plain forms; nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from usine.launches.public import get_frame
from usine.markets.public import get_locale
from usine.orders import public
from usine.orders.appointment import describe, make_calendar
from usine.orders.booking_page import BookingPage


class _Protection(CsrfViewMiddleware):
    """Django's own check of a form's token, asked by the view: a page open for too long is refused in its own place."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """Show the page, look at another place, week or day, or book."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    with translation.override(locale.language):
        page = BookingPage(request, frame, locale, now=timezone.now())
        if request.method == "POST" and page.step == "book" and not request.POST.get("website"):
            if not _is_ours(request):
                page.faults["send"] = _("This page was open for a long time: please press the button again.")
            elif token := page.book():
                return HttpResponseRedirect(f"/{locale.path}/{vehicle}/test-drive/{token}/")
            elif page.is_new_place:
                page.faults.clear()
        return render(request, "orders/booking.html", page.context(), status=422 if page.faults else 200)


@never_cache
@require_safe
def confirm(request: HttpRequest, locale_path: str, vehicle: str, token: str) -> HttpResponse:
    """What was booked, at an address that only its visitor has."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    lead = public.get_booking(token)
    with translation.override(locale.language):
        context: dict[str, Any] = {
            "frame": frame,
            "lead": lead,
            "appointment": describe(lead, locale=locale, now=timezone.now()),
            "cancel": f"/test-drive/cancel/{token}/",
        }
        return render(request, "orders/booked.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, locale_path: str, vehicle: str, token: str) -> HttpResponse:
    """The appointment for the visitor's calendar, at the same address as its confirmation."""
    locale = get_locale(locale_path)
    lead = public.get_booking(token)
    with translation.override(locale.language):
        response = HttpResponse(make_calendar(lead), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="test-drive.ics"'
    return response


def _is_ours(request: HttpRequest) -> bool:
    check = _Protection(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is None
