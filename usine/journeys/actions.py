"""Verbs of the journeys' room."""

from __future__ import annotations

import hashlib
import json
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from usine.commons.facts import record_fact
from usine.journeys.cars import Car
from usine.journeys.contracts import SavedConfiguration
from usine.journeys.models import Configuration
from usine.journeys.queries import ALPHABET, CODE_LENGTH, as_value
from usine.markets.contracts import Locale

VISITOR = "visitor"


def save_configuration(car: Car, *, locale: Locale) -> SavedConfiguration:
    """Keep a car under a short code; the same car of the same offer and language keeps its code."""
    digest = make_digest(car, locale=locale)
    with transaction.atomic():
        kept, is_new = Configuration.objects.get_or_create(
            digest=digest,
            defaults={
                "code": _draw_code(),
                "vehicle": car.offer.vehicle,
                "locale": locale.path,
                "offer_key": car.offer.key,
                "choices": dict(car.choices),
                "values": dict(car.values),
                "price_minor": car.price_minor,
                "saved_at": timezone.now(),
            },
        )
        if is_new:
            record_fact(
                "ConfigurationSaved",
                by=VISITOR,
                market=locale.market,
                subject=car.offer.vehicle,
                code=kept.code,
                offer_key=car.offer.key,
                locale=locale.path,
            )
    return as_value(kept)


def make_digest(car: Car, *, locale: Locale) -> str:
    """What makes two saved cars the same: offer, language, choices."""
    content = json.dumps([car.offer.key, locale.path, sorted(car.choices.items())])
    return hashlib.sha256(content.encode()).hexdigest()


def _draw_code() -> str:
    """A code that is free now; a clash between two writers ends in IntegrityError, once in billions."""
    for _ in range(10):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not Configuration.objects.filter(code=code).exists():
            return code
    raise IntegrityError("No free code was drawn in ten attempts.")
