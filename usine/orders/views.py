"""What a visitor sees of this room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from usine.orders import public


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_booking(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's link asks; the button cancels, so that no mail scanner does it by looking."""
    if request.method == "POST":
        lead = public.cancel_test_drive(token, now=timezone.now())
    else:
        lead = public.get_booking(token)
    with translation.override(lead.language):
        context = {
            "lead": lead,
            "language": lead.language,
            "direction": "rtl" if lead.language == "ar" else "ltr",
        }
        return render(request, "orders/cancel.html", context)
