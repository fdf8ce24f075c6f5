"""The door of `orders`."""

from __future__ import annotations

from usine.orders.actions import (
    book_test_drive,
    cancel_test_drive,
    change_state,
    get_booking,
    make_cancel_token,
    purge_contacts,
)
from usine.orders.queries import (
    count_by_state,
    get_lead,
    iterate_leads,
    list_drives,
    list_leads,
    list_taken,
    list_waiting,
)

__all__ = [
    "book_test_drive",
    "cancel_test_drive",
    "change_state",
    "count_by_state",
    "get_booking",
    "get_lead",
    "iterate_leads",
    "list_drives",
    "list_leads",
    "list_taken",
    "list_waiting",
    "make_cancel_token",
    "purge_contacts",
]
