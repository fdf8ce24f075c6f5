"""The public page that books a test drive: where, when, who. Plain forms; nothing typed is ever lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from usine.commons import ratelimit
from usine.dealers.contracts import Dealer, Slot
from usine.dealers.public import list_dealers, list_slots
from usine.journeys.contracts import CarSummary, ConfigurationNotFound
from usine.journeys.public import summarise
from usine.launches.contracts import Frame
from usine.launches.public import get_frame
from usine.markets.contracts import Locale
from usine.markets.public import format_date, get_locale
from usine.orders import public, rules
from usine.orders.contracts import Consent, Contact, SlotTaken

DAYS_SHOWN = 7
BOOKINGS_PER_HOUR = 10
FIELDS = ("first_name", "last_name", "email", "phone")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """Show the page, look at another day or place, or book."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    with translation.override(locale.language):
        page = _Page(request, frame, locale)
        if (
            request.method == "POST"
            and request.POST.get("step") == "book"
            and not request.POST.get("website")
        ):
            token = page.book()
            if token:
                return HttpResponseRedirect(f"/{locale.path}/{vehicle}/test-drive/{token}/")
        return render(request, "orders/booking.html", page.context(), status=422 if page.faults else 200)


@never_cache
@require_safe
def confirm(request: HttpRequest, locale_path: str, vehicle: str, token: str) -> HttpResponse:
    """What was booked, at an address that only its visitor has."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    lead = public.get_booking(token)
    context = {
        "frame": frame,
        "lead": lead,
        "day": format_date(lead.starts_at.date(), locale=locale),
        "cancel": f"/test-drive/cancel/{token}/",
    }
    with translation.override(locale.language):
        return render(request, "orders/booked.html", context)


class _Page:
    """One view of the page: what the visitor sent, what is free, what is wrong."""

    def __init__(self, request: HttpRequest, frame: Frame, locale: Locale):
        self.request, self.frame, self.locale = request, frame, locale
        self.form: QueryDict = request.POST if request.method == "POST" else request.GET
        self.now = timezone.now()
        self.faults: dict[str, str] = {}
        self.dealers = list_dealers(locale.market)
        self.dealer = self._find_dealer()
        self.key = _read_key(self.form.get("key", ""))
        self.slots = self._list_slots()
        self.free = self._list_free()
        self.day = self._find_day()
        self.car = self._find_car()

    def book(self) -> str:
        """Check and book; returns the token of the confirmation, or "" with `faults` filled."""
        contact = Contact(**{name: self.form.get(name, "").strip() for name in FIELDS})
        for field, fault in rules.find_contact_faults(contact).items():
            self.faults[field] = _say_fault(field, fault)
        if not self.form.get("consent"):
            self.faults["consent"] = _("Tick the box: without it we cannot send you the confirmation.")
        wanted = self.form.get("slot")
        slot = next((slot for slot in self.free if slot.starts_at.isoformat() == wanted), None)
        if slot is None:
            self.faults["slot"] = self._say_taken()
        if self.faults or slot is None or self.dealer is None:
            return ""
        try:
            ratelimit.check(
                ratelimit.client_key(self.request, "book-test-drive"), limit=BOOKINGS_PER_HOUR, window_s=3600
            )
            lead = public.book_test_drive(
                self.dealer,
                slot=slot,
                vehicle=self.frame.vehicle,
                language=self.locale.language,
                contact=contact,
                consent=Consent(rules.CONSENT_VERSION, _consent_text(), bool(self.form.get("newsletter"))),
                submission_key=self.key,
                now=self.now,
                configuration_code=self.car.code.replace("-", "") if self.car else "",
                offer_key=self.frame.offer_key,
            )
        except ratelimit.TooManyRequests:
            self.faults["slot"] = _("Too many bookings from here: please try again in an hour.")
            return ""
        except SlotTaken:
            self.free = self._list_free()
            self.faults["slot"] = self._say_taken()
            return ""
        return public.make_cancel_token(lead.id)

    def context(self) -> dict[str, object]:
        chosen_slot = self.form.get("slot", "")
        return {
            "frame": self.frame,
            "dealers": self.dealers,
            "dealer": self.dealer,
            "days": [
                {
                    "value": day.isoformat(),
                    "date": day,
                    "label": format_date(day, locale=self.locale),
                    "chosen": day == self.day,
                    "is_open": any(slot.starts_at.date() == day for slot in self.free),
                }
                for day in self._days()
            ],
            "slots": [
                {
                    "value": slot.starts_at.isoformat(),
                    "time": f"{slot.starts_at:%H:%M}",
                    "chosen": slot.starts_at.isoformat() == chosen_slot,
                }
                for slot in self.free
                if slot.starts_at.date() == self.day
            ],
            "contact": {name: self.form.get(name, "") for name in FIELDS},
            "consent": self.form.get("consent"),
            "newsletter": self.form.get("newsletter"),
            "consent_text": _consent_text(),
            "faults": self.faults,
            "key": self.key,
            "car": self.car,
        }

    def _find_dealer(self) -> Dealer | None:
        wanted = self.form.get("dealer", "")
        return next((d for d in self.dealers if str(d.id) == wanted), next(iter(self.dealers), None))

    def _days(self) -> list[date]:
        zone = ZoneInfo(self.dealer.timezone) if self.dealer else ZoneInfo("UTC")
        first = self.now.astimezone(zone).date() + timedelta(days=1)
        return [first + timedelta(days=offset) for offset in range(DAYS_SHOWN)]

    def _list_slots(self) -> tuple[Slot, ...]:
        if self.dealer is None:
            return ()
        return list_slots(self.dealer.id, start=self._days()[0], days=DAYS_SHOWN)

    def _list_free(self) -> list[Slot]:
        if self.dealer is None:
            return []
        taken = public.list_taken(self.dealer.id, after=self.now)
        return [slot for slot in self.slots if slot.starts_at not in taken]

    def _find_day(self) -> date:
        days = self._days()
        wanted = next((day for day in days if day.isoformat() == self.form.get("day")), None)
        return wanted or next((slot.starts_at.date() for slot in self.free), days[0])

    def _find_car(self) -> CarSummary | None:
        code = self.form.get("c", "")
        try:
            return summarise(code, locale=self.locale) if code else None
        except ConfigurationNotFound:
            return None

    def _say_taken(self) -> str:
        try:
            wanted = datetime.fromisoformat(self.form.get("slot", ""))
        except ValueError:
            return _("Choose a time.")
        if wanted.tzinfo is None:
            return _("Choose a time.")
        nearest = rules.find_nearest_slot((slot.starts_at for slot in self.free), wanted)
        if nearest is None:
            return _("This time has just been taken: choose another day.")
        day = format_date(nearest.date(), locale=self.locale)
        return _("This time has just been taken. The nearest free one: %(day)s, %(time)s.") % {
            "day": day,
            "time": f"{nearest:%H:%M}",
        }


def _read_key(sent: str) -> str:
    """The key that makes a double submit the same booking; a new one when the form has none of ours."""
    try:
        return str(UUID(sent))
    except ValueError:
        return str(uuid4())


def _consent_text() -> str:
    return _(
        "I agree that Aurige uses these contact details for this drive. They are erased after three months."
    )


def _say_fault(field: str, fault: str) -> str:
    if fault == "no_at":
        return _("The @ sign is missing, for example marie@example.com.")
    return {
        "first_name": _("Write your first name, at most 80 letters."),
        "last_name": _("Write your last name, at most 80 letters."),
        "email": _("Write a whole e-mail address, for example marie@example.com."),
        "phone": _("Write the number with digits, for example +33 6 12 34 56 78."),
    }[field]
