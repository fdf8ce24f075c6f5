"""One view of the booking page: what the visitor sent, what is near, what is free, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usine.commons import ratelimit
from usine.dealers.contracts import Answer, Dealer, Hit, Match, Slot
from usine.dealers.public import list_slots, search_dealers
from usine.launches.contracts import Frame
from usine.markets.contracts import Locale
from usine.orders import public, rules, words
from usine.orders.car import DriveCar, find_car
from usine.orders.contracts import Consent, Contact, SlotTaken

BOOKINGS_PER_HOUR = 10
PLACES_SHOWN = 4
LONGEST_PLACE = 80
FIELDS = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True, slots=True)
class _Day:
    value: str
    number: int
    weekday: str
    label: str
    is_chosen: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Time:
    value: str
    text: str
    is_chosen: bool
    is_free: bool
    is_first: bool


class BookingPage:
    """Reads a form as it was sent, books, and says what the template shows. Nothing that was typed is lost."""

    def __init__(self, request: HttpRequest, frame: Frame, locale: Locale, *, now: datetime):
        self.request, self.frame, self.locale, self.now = request, frame, locale, now
        self.form: QueryDict = request.POST if request.method == "POST" else request.GET
        self.faults: dict[str, str] = {}
        self.nearest: datetime | None = None
        self.step = "look" if self.form.get("take") else self.form.get("step", "look")
        self.near = " ".join(self.form.get("near", "").split())[:LONGEST_PLACE]
        self.answer: Answer = search_dealers(locale.market, self.near)
        self.dealer = self._find_dealer()
        self.key = _read_key(self.form.get("key", ""))
        self.wanted = _read_time(self.form.get("take") or self.form.get("slot", ""))
        self.days = self._list_days()
        self.slots = self._list_slots()
        self.taken = public.list_taken(self.dealer.id, after=now) if self.dealer else frozenset()
        self.day = self._find_day()

    @property
    def is_new_place(self) -> bool:
        """A place was typed since the page was shown: Enter in that field asks for it, whatever button is first."""
        return self.near != self.form.get("was_near", "") and self.form.get("step") in ("find", "book")

    def book(self) -> str:
        """Check and book; returns the token of the confirmation, or "" with `faults` filled."""
        contact = Contact(**{name: self.form.get(name, "").strip() for name in FIELDS})
        slot = next((slot for slot in self._list_free() if slot.starts_at == self.wanted), None)
        if slot is None:
            self.faults["slot"] = self._say_taken()
        for field, fault in rules.find_contact_faults(contact).items():
            self.faults[field] = _say_fault(field, fault)
        if not self.form.get("consent"):
            self.faults["consent"] = _("Tick the box: without it we cannot send you the confirmation.")
        if self.faults or slot is None or self.dealer is None:
            return ""
        return self._store(self.dealer, slot, contact)

    def _store(self, dealer: Dealer, slot: Slot, contact: Contact) -> str:
        try:
            ratelimit.check(
                ratelimit.client_key(self.request, "book-test-drive"), limit=BOOKINGS_PER_HOUR, window_s=3600
            )
            lead = public.book_test_drive(
                dealer,
                slot=slot,
                vehicle=self.frame.vehicle,
                language=self.locale.language,
                contact=contact,
                consent=Consent(rules.CONSENT_VERSION, say_consent(), bool(self.form.get("newsletter"))),
                submission_key=self.key,
                now=self.now,
                configuration_code=self.car.code.replace("-", "") if self.car else "",
                offer_key=self.frame.offer_key,
            )
        except ratelimit.TooManyRequests:
            self.faults["send"] = _("Too many bookings from here: please try again in an hour.")
            return ""
        except SlotTaken:
            self.taken = public.list_taken(dealer.id, after=self.now)
            self.faults["slot"] = self._say_taken()
            return ""
        return public.make_cancel_token(lead.id)

    def context(self) -> dict[str, object]:
        """Everything that the template shows."""
        places = list(self._order_places())
        return {
            "frame": self.frame,
            "dealer": self.dealer,
            "near": self.near,
            "near_said": self._say_near(),
            "places": places[:PLACES_SHOWN],
            "more_places": places[PLACES_SHOWN:],
            "months": words.say_months(self.days[0], self.days[-1], self.locale),
            "days": list(self._show_days()),
            "from": self.days[0].isoformat(),
            "earlier": self._shift(-rules.DAYS_SHOWN),
            "later": self._shift(rules.DAYS_SHOWN),
            "times": list(self._show_times()),
            "day_said": words.say_short_day(self.day, self.locale),
            "is_today": self.day == self._today(),
            "contact": {name: self.form.get(name, "") for name in FIELDS},
            "consent": self.form.get("consent"),
            "newsletter": self.form.get("newsletter"),
            "consent_text": say_consent(),
            "faults": self.faults,
            "faults_said": ngettext(
                "One point to look at again", "%(count)s points to look at again", len(self.faults)
            )
            % {"count": len(self.faults)},
            "nearest": self._show_nearest(),
            "key": self.key,
            "car": self.car,
        }

    @cached_property
    def car(self) -> DriveCar | None:
        """The visitor's own car when the form names one, else the vehicle."""
        return find_car(self.form.get("c", ""), offer_key=self.frame.offer_key, locale=self.locale)

    # --- where

    def _find_dealer(self) -> Dealer | None:
        """The one that was chosen; the nearest when a new place was just searched, or none was chosen."""
        dealers = [hit.dealer for hit in self.answer.hits]
        if self.is_new_place and self.answer.found:
            return dealers[0]
        wanted = self.form.get("dealer", "")
        return next((one for one in dealers if str(one.id) == wanted), next(iter(dealers), None))

    def _order_places(self) -> Iterator[dict[str, object]]:
        """As the search orders them; the chosen one is always among those shown first."""
        hits = list(self.answer.hits)
        chosen = next((i for i, hit in enumerate(hits) if hit.dealer == self.dealer), 0)
        if chosen >= PLACES_SHOWN:
            hits.insert(PLACES_SHOWN - 1, hits.pop(chosen))
        for hit in hits:
            yield {
                "dealer": hit.dealer,
                "reason": _say_reason(hit),
                "is_chosen": hit.dealer == self.dealer,
            }

    def _say_near(self) -> str:
        """What the search found, in one sentence; "" when nothing was searched."""
        if not self.near or not self.answer.hits:
            return ""
        best = self.answer.hits[0]
        if not self.answer.found:
            return _("Nothing found near %(place)s: here are all points of sale.") % {"place": self.near}
        if best.match is Match.AREA:
            return _("No point of sale has the postcode %(place)s: the closest postcodes come first.") % {
                "place": self.near
            }
        return ngettext(
            "One point of sale near %(place)s.", "%(count)s points of sale near %(place)s.", self.answer.found
        ) % {"count": self.answer.found, "place": best.place}

    # --- when

    def _today(self) -> date:
        zone = ZoneInfo(self.dealer.timezone) if self.dealer else ZoneInfo("UTC")
        return self.now.astimezone(zone).date()

    def _list_days(self) -> list[date]:
        """The week that is shown: the one asked for, else the one of the wanted time, else from today."""
        asked = _read_day(self.form.get("move") or "") or (
            self.wanted.date() if self.form.get("take") and self.wanted else None
        )
        first = rules.find_first_day(
            self._today(),
            asked or _read_day(self.form.get("from", "")) or _read_day(self.form.get("day", "")),
        )
        return [first + timedelta(days=offset) for offset in range(rules.DAYS_SHOWN)]

    def _shift(self, days: int) -> str:
        """The first day of the week before or after; "" when there is none to show."""
        today = self._today()
        shifted = rules.find_first_day(today, self.days[0] + timedelta(days=days))
        return shifted.isoformat() if shifted != self.days[0] else ""

    def _list_slots(self) -> list[Slot]:
        if self.dealer is None:
            return []
        slots = list_slots(self.dealer.id, start=self.days[0], days=rules.DAYS_SHOWN)
        return [slot for slot in slots if rules.is_bookable(slot.starts_at, now=self.now)]

    def _list_free(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_free and slot.starts_at not in self.taken]

    def _find_day(self) -> date:
        """The day asked for when it has a free time, else the first one that has."""
        open_days = self._open_days()
        asked = (
            self.wanted.date()
            if self.form.get("take") and self.wanted
            else _read_day(self.form.get("day", ""))
        )
        return asked if asked in open_days else min(open_days, default=self.days[0])

    def _open_days(self) -> set[date]:
        return {slot.starts_at.date() for slot in self._list_free()}

    def _show_days(self) -> Iterator[_Day]:
        open_days = self._open_days()
        for day in self.days:
            yield _Day(
                value=day.isoformat(),
                number=day.day,
                weekday=words.say_weekday(day, self.locale),
                label=words.say_day(day, self.locale),
                is_chosen=day == self.day,
                is_open=day in open_days,
            )

    def _show_times(self) -> Iterator[_Time]:
        free = {slot.starts_at for slot in self._list_free()}
        first = min((at for at in free if at.date() == self.day), default=None)
        for slot in self.slots:
            if slot.starts_at.date() == self.day:
                yield _Time(
                    value=slot.starts_at.isoformat(),
                    text=words.say_time(slot.starts_at, self.locale),
                    is_chosen=slot.starts_at == self.wanted,
                    is_free=slot.starts_at in free,
                    is_first=slot.starts_at == first,
                )

    def _say_taken(self) -> str:
        if self.wanted is None:
            return _("Choose a time.")
        self.nearest = rules.find_nearest_slot((slot.starts_at for slot in self._list_free()), self.wanted)
        if self.nearest is None:
            return _("This time has just been taken, and no other is free in these seven days.")
        return _("The time %(time)s has just been taken.") % {
            "time": words.say_time(self.wanted.astimezone(self.nearest.tzinfo), self.locale)
        }

    def _show_nearest(self) -> dict[str, str] | None:
        if self.nearest is None:
            return None
        moment = {
            "day": words.say_short_day(self.nearest.date(), self.locale),
            "time": words.say_time(self.nearest, self.locale),
        }
        return {"value": self.nearest.isoformat(), "text": _("Take %(day)s, %(time)s") % moment}


def say_consent() -> str:
    """The very words that a visitor agrees to, in the language that is active; kept with the booking."""
    return _(
        "I agree that %(brand)s keeps my name, my e-mail address and my telephone number to prepare this drive, "
        "and erases them three months after it."
    ) % {"brand": settings.BRAND}


def _say_reason(hit: Hit) -> str:
    if hit.match in (Match.TOWN, Match.POSTCODE, Match.AREA):
        return f"{hit.place}, {hit.dealer.postcode}"
    if hit.match is Match.SERVED:
        return _("near %(place)s") % {"place": hit.place}
    if hit.match is Match.DISTANCE:
        return _("%(km)s km from %(place)s") % {"km": hit.km, "place": hit.place}
    return ""


def _say_fault(field: str, fault: str) -> str:
    if fault == "no_at":
        return _("The @ sign is missing, for example marie@example.com.")
    return {
        "first_name": _("Write your first name, at most 80 letters."),
        "last_name": _("Write your last name, at most 80 letters."),
        "email": _("Write a whole e-mail address, for example marie@example.com."),
        "phone": _("Write the number with digits, for example +33 6 12 34 56 78."),
    }[field]


def _read_key(sent: str) -> str:
    """The key that makes a double submit the same booking; a new one when the form has none of ours."""
    try:
        return str(UUID(sent))
    except ValueError:
        return str(uuid4())


def _read_day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _read_time(sent: str) -> datetime | None:
    """An aware time, or None for anything else."""
    try:
        at = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return at if at.tzinfo and 2000 < at.year < 9000 else None
