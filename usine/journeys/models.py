"""Cars that visitors saved, and which batches of clicks arrived. They hold nothing about the visitor."""

from __future__ import annotations

from django.db import models


class Configuration(models.Model):
    """One car of one offer in one language; saved again, it keeps its code (`digest` is unique)."""

    code = models.CharField(max_length=7, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    vehicle = models.CharField(max_length=60)
    locale = models.CharField(max_length=20)
    offer_key = models.CharField(max_length=64)
    choices = models.JSONField()
    values = models.JSONField()
    price_minor = models.BigIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vehicle", "saved_at"], name="configuration_by_vehicle")]


class ReceivedBatch(models.Model):
    """A batch of clicks that arrived: posted again because its answer was lost, it is not counted twice."""

    token = models.CharField(max_length=32, unique=True)
    received_on = models.DateField(db_index=True)
