"""Drives that visitors finished and kept. They hold nothing about the visitor."""

from __future__ import annotations

from django.db import models


class KeptDrive(models.Model):
    """A finished drive of one offer's car; `token` makes a summary that is sent twice the same drive."""

    code = models.CharField(max_length=8, unique=True)
    token = models.CharField(max_length=32, unique=True)
    vehicle = models.CharField(max_length=60)
    locale = models.CharField(max_length=20)
    offer_key = models.CharField(max_length=64)
    choices = models.JSONField()
    summary = models.JSONField()
    finished_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vehicle", "finished_at"], name="drive_by_vehicle")]
