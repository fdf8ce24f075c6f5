"""The event record and the job table."""

from __future__ import annotations

from django.db import models

from usine.commons.payloads import Said


class Fact(models.Model):
    """Something that happened, written in the transaction that made it happen.

    Append-only: at most a visitor's number is erased.

    Downstream rooms read with a cursor on `id`; reading a fact needs its name and its payload, never an import.
    """

    name = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    market = models.CharField(max_length=3, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["subject", "id"]),
            # whoever takes their consent back is found among those who were counted (usine/audience/actions.py)
            models.Index(
                Said("visitor"),
                name="fact_visitor",
                condition=models.Q(name="PageRead"),
            ),
            models.Index(
                Said("proof"),
                name="fact_proof",
                condition=models.Q(name="CountingAllowed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class Job(models.Model):
    """Long work that survives a kill: a claimed job whose lease has passed is taken again.

    A part is a job of another one's, which waits for it; any worker may take it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True, blank=True)  # what a handler returns that is no sentence
    by = models.CharField(max_length=200, default="system")
    part_of = models.ForeignKey("self", on_delete=models.CASCADE, related_name="parts", null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)  # who took it last: machine and process
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)  # null: at once
    dispatched_at = models.DateTimeField(
        null=True, blank=True
    )  # when the broker's message was sent; null: not yet
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} {self.state}"


class RateWindow(models.Model):
    """How many attempts were made under a key since `started_at`."""

    key = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
