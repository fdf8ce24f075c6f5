"""What translators agreed on: pairs of texts, and the words of the glossary."""

from __future__ import annotations

from django.db import models


class MemoryPair(models.Model):
    """A text and its translation as somebody approved it. `key` is the digest of languages, source and target."""

    key = models.CharField(max_length=64, unique=True)
    source_language = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    source = models.TextField()
    target = models.TextField()
    origin = models.CharField(max_length=90)  # vehicle and scope: "city-car, fr"
    approved_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["source_language", "language"])]

    def __str__(self) -> str:
        return f"{self.source_language} {self.language} {self.source[:40]}"


class GlossaryTerm(models.Model):
    """How a vehicle's launch says a word in a language; a name that stays has itself as its translation."""

    vehicle = models.SlugField(max_length=60)
    term = models.CharField(max_length=100)
    language = models.CharField(max_length=8)
    translation = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "term", "language"], name="one_translation_per_term_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.language} {self.term}"


class Upload(models.Model):
    """A file between the moment when somebody saw what it would change, and the one when they take it or not."""

    vehicle = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(db_index=True)
    user_id = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.vehicle} {self.name}"
