"""Verbs of the test drive's room."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils import timezone

from usine.commons.facts import record_fact
from usine.markets.contracts import Locale
from usine.offers.contracts import Offer
from usine.testdrive.contracts import DriveInvalid, DriveSummary, FinishedDrive
from usine.testdrive.models import KeptDrive
from usine.testdrive.queries import ALPHABET, CODE_LENGTH, as_value

VISITOR = "visitor"


def keep_drive(
    summary: DriveSummary, *, offer: Offer, locale: Locale, choices: Mapping[str, str], token: str
) -> FinishedDrive:
    """Keep a finished drive and its fact; the same token again is the same drive.

    Raises DriveInvalid where the token is that of another car's drive.
    """
    with transaction.atomic():
        kept, is_new = KeptDrive.objects.get_or_create(
            token=token,
            defaults={
                "code": _draw_code(),
                "vehicle": offer.vehicle,
                "locale": locale.path,
                "offer_key": offer.key,
                "choices": dict(choices),
                "summary": asdict(summary),
                "finished_at": timezone.now(),
            },
        )
        if kept.offer_key != offer.key:
            raise DriveInvalid("This key is that of a drive of another offer: send a new one.")
        if is_new:
            record_fact(
                "VirtualDriveFinished",
                by=VISITOR,
                market=locale.market,
                subject=offer.vehicle,
                code=kept.code,
                offer_key=offer.key,
                locale=locale.path,
                route=summary.route,
                weather=summary.weather,
                mode=summary.mode,
                is_guided=summary.is_guided,
                distance_m=round(summary.distance_m),
                seconds=round(summary.seconds),
                eco=summary.eco,
            )
    return as_value(kept)


def _draw_code() -> str:
    """A code that is free now; a clash between two writers ends in IntegrityError, once in billions."""
    for _ in range(10):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not KeptDrive.objects.filter(code=code).exists():
            return code
    raise IntegrityError("No free code was drawn in ten attempts.")
