"""Leads: test-drive bookings."""

from __future__ import annotations

from django.db import models

from usine.orders.contracts import LeadState


class TestDriveBooking(models.Model):
    """A booked drive and the person behind it. Dealer, offer and configuration are named by key, as they were."""

    __test__ = False  # a table, whatever test runners think of its name

    submission_key = models.CharField(
        max_length=64, unique=True
    )  # one form shown once: a second submit is the same
    market = models.CharField(max_length=3)
    language = models.CharField(max_length=8)
    vehicle = models.CharField(max_length=64)
    configuration_code = models.CharField(max_length=16, blank=True)
    offer_key = models.CharField(max_length=80, blank=True)
    dealer_id = models.BigIntegerField()
    dealer_name = models.CharField(max_length=200)
    dealer_timezone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    consent_version = models.CharField(max_length=40)
    consent_text = models.TextField()
    newsletter = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, default=LeadState.NEW, choices=[(s.value, s.value) for s in LeadState]
    )
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dealer_id", "starts_at"],
                condition=models.Q(cancelled_at__isnull=True),
                name="booking_slot_taken_once",
            ),
        ]
        indexes = [
            models.Index(fields=["market", "state", "-id"], name="booking_market_state"),
            models.Index(fields=["starts_at"], name="booking_starts_at"),
        ]

    def __str__(self) -> str:
        return f"test drive {self.pk} {self.market}"
