"""Reads of the test drive's room."""

from __future__ import annotations

from usine.testdrive.contracts import DriveNotFound, DriveSummary, FinishedDrive, Moment
from usine.testdrive.models import KeptDrive

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Nothing that is read for something else: no 0 o, 1 i l, u."""
CODE_LENGTH = 8


def get_drive(code: str, *, vehicle: str) -> FinishedDrive:
    """The kept drive of a code. Raises DriveNotFound."""
    kept = KeptDrive.objects.filter(code=code.lower()[:CODE_LENGTH], vehicle=vehicle).first()
    if kept is None:
        raise DriveNotFound("No drive is kept under this address.")
    return as_value(kept)


def as_value(kept: KeptDrive) -> FinishedDrive:
    told = dict(kept.summary)
    moments = tuple(Moment(**moment) for moment in told.pop("moments"))
    return FinishedDrive(
        code=kept.code,
        vehicle=kept.vehicle,
        locale=kept.locale,
        offer_key=kept.offer_key,
        choices=kept.choices,
        summary=DriveSummary(**told, moments=moments),
        finished_at=kept.finished_at,
    )
