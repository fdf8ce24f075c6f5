"""Values that cross the door of `orders`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from usine.commons.errors import UsineError


class LeadState(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    DONE = "done"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Contact:
    first_name: str
    last_name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the visitor agreed to: the version of the text and the very words, in their language."""

    version: str
    text: str
    newsletter: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """A visitor who wants to be called: here a test drive. Empty contact fields once the data are erased."""

    id: int
    market: str
    language: str
    vehicle: str
    configuration_code: str
    offer_key: str
    dealer_id: int
    dealer_name: str
    starts_at: datetime  # aware, in the dealer's time zone
    contact: Contact
    consent: Consent
    state: LeadState
    created_at: datetime
    is_cancelled: bool
    is_erased: bool


@dataclass(frozen=True, slots=True)
class LeadPage:
    """One page of a list; `total` counts every lead that matches."""

    leads: tuple[Lead, ...]
    page: int
    page_count: int
    total: int


class SlotTaken(UsineError):
    code = "slot_taken"
    http_status = 409


class LeadNotFound(UsineError):
    code = "lead_not_found"
    http_status = 404


class CancellationTooLate(UsineError):
    code = "cancellation_too_late"
    http_status = 409


class LinkInvalid(UsineError):
    code = "link_invalid"
    http_status = 404
