"""The confirmation mail: in the visitor's language, text and HTML, with the appointment for their calendar."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from usine.commons import jobs
from usine.orders import rules, words
from usine.orders.actions import make_cancel_token
from usine.orders.appointment import find_dealer, make_calendar
from usine.orders.models import TestDriveBooking
from usine.orders.queries import to_lead


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
    lead = to_lead(row)
    locale = words.find_locale(lead.language, lead.market)
    dealer = find_dealer(lead)
    token = make_cancel_token(lead.id)
    context = {
        "name": lead.contact.first_name,
        "dealer": lead.dealer_name,
        "address": f"{dealer.street}, {dealer.postcode} {dealer.city}" if dealer else "",
        "phone": dealer.phone if dealer else "",
        "day": words.say_day(lead.starts_at.date(), locale),
        "time": words.say_time(lead.starts_at, locale),
        "code": words.print_code(lead.configuration_code),
        "code_url": f"{settings.SITE_URL}/c/{lead.configuration_code}",
        "may_cancel": rules.may_cancel(lead.starts_at, timezone=row.dealer_timezone, now=timezone.now()),
        "cancel_url": f"{settings.SITE_URL}/test-drive/cancel/{token}/",
        "page_url": f"{settings.SITE_URL}/{locale.path}/{lead.vehicle}/test-drive/{token}/",
        "newsletter": lead.consent.newsletter,
        "language": lead.language,
        "direction": locale.direction,
    }
    mail = EmailMultiAlternatives(
        _("Your test drive of %(day)s") % context,
        render_to_string("orders/mail/confirmed.txt", context),
        to=[lead.contact.email],
    )
    mail.attach_alternative(render_to_string("orders/mail/confirmed.html", context), "text/html")
    mail.attach("test-drive.ics", make_calendar(lead), "text/calendar; charset=utf-8; method=PUBLISH")
    return mail
