"""The door of `journeys`."""

from __future__ import annotations

from usine.journeys.configured import read_car
from usine.journeys.queries import get_configuration
from usine.journeys.summary import summarise

__all__ = ["get_configuration", "read_car", "summarise"]
