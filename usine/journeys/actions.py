"""Verbs of the journeys' room."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from usine.commons.facts import record_fact
from usine.journeys.cars import Car
from usine.journeys.contracts import Clicks, SavedConfiguration
from usine.journeys.models import Configuration, ReceivedBatch
from usine.journeys.queries import ALPHABET, CODE_LENGTH, as_value
from usine.markets.contracts import Locale
from usine.offers.contracts import Offer

VISITOR = "visitor"
KEEP_TOKENS = timedelta(days=30)


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


def record_clicks(clicks: Clicks, *, offer: Offer, locale: Locale, token: str = "") -> bool:
    """Record what was chosen and which conflicts were met; False when a batch of this token is recorded already.

    Tokens are drawn for one batch; they are kept apart from the facts, and for 30 days.
    """
    today = timezone.now().date()
    with transaction.atomic():
        if token:
            ReceivedBatch.objects.filter(received_on__lt=today - KEEP_TOKENS).delete()
            _, is_new = ReceivedBatch.objects.get_or_create(token=token, defaults={"received_on": today})
            if not is_new:
                return False
        about = {"by": VISITOR, "market": locale.market, "subject": offer.vehicle}
        payload = {"offer_key": offer.key, "locale": locale.path}
        if clicks.choices:
            record_fact("ChoicesMade", **about, **payload, counts=dict(clicks.choices))
        if clicks.conflicts:
            counts = [asdict(conflict) for conflict in clicks.conflicts]
            record_fact("ConflictsMet", **about, **payload, counts=counts)
    return True


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
