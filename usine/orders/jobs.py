"""The confirmation mail: in the visitor's language, text and HTML, with the appointment for their calendar."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from usine.commons import jobs
from usine.orders.actions import make_cancel_token
from usine.orders.calendar import make_event
from usine.orders.models import TestDriveBooking


@jobs.handler("orders.confirm")
def confirm_booking(progress: jobs.Progress, *, booking_id: int) -> None:
    """Send the mail unless it went already, or the booking was cancelled or erased in between."""
    row = TestDriveBooking.objects.filter(pk=booking_id, confirmed_at__isnull=True).first()
    if row is None or row.cancelled_at or not row.email:
        return
    with translation.override(row.language):
        make_mail(row).send()
    TestDriveBooking.objects.filter(pk=row.pk).update(confirmed_at=timezone.now())


def make_mail(row: TestDriveBooking) -> EmailMultiAlternatives:
    """In the language that is active."""
    locale = _find_locale(row.language, row.market)
    starts_at = row.starts_at.astimezone(ZoneInfo(row.dealer_timezone))
    context = {
        "name": row.first_name,
        "dealer": row.dealer_name,
        "day": format_date(starts_at, "full", locale=locale),
        "time": format_time(starts_at, "short", tzinfo=starts_at.tzinfo, locale=locale),
        "cancel_url": f"{settings.SITE_URL}/test-drive/cancel/{make_cancel_token(row.pk)}/",
        "language": row.language,
        "direction": "rtl" if row.language == "ar" else "ltr",
    }
    subject = _("Your test drive of %(day)s") % context
    mail = EmailMultiAlternatives(
        subject, render_to_string("orders/mail/confirmed.txt", context), to=[row.email]
    )
    mail.attach_alternative(render_to_string("orders/mail/confirmed.html", context), "text/html")
    event = make_event(
        uid=f"test-drive-{row.pk}@aurige.example",
        starts_at=row.starts_at,
        made_at=row.created_at,
        summary=_("Test drive, Aurige"),
        place=row.dealer_name,
    )
    mail.attach("test-drive.ics", event, "text/calendar; charset=utf-8; method=PUBLISH")
    return mail


def _find_locale(language: str, market: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{market}")
    except UnknownLocaleError:
        return Locale.parse(language)
