"""Releases of ranges, kept whole: the files as they were, and what they compile to."""

from __future__ import annotations

from django.db import models


class RangeVersion(models.Model):
    """Immutable. `files` maps each file of the range to its text, so that the release can be built again."""

    key = models.CharField(max_length=64, unique=True)
    vehicle = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    files = models.JSONField()
    artefact = models.BinaryField()
    released_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "released_at"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.version} {self.key[:8]}"
