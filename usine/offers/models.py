"""Offers, kept for ever: a price shown on a date can be explained years later."""

from __future__ import annotations

from django.db import models


class StoredOffer(models.Model):
    """Immutable. Built again from its range release and with its tax rate, it has the same key."""

    key = models.CharField(max_length=64, unique=True)
    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    range_key = models.CharField(max_length=64)
    terms = models.CharField(max_length=64, blank=True)  # rules.digest_terms; empty: made before it was kept
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    tax_rate = models.CharField(
        max_length=40, blank=True
    )  # an exact fraction, "1/5"; empty: made before it was kept
    made_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "made_at"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.valid_from} {self.key[:8]}"
