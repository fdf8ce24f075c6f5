"""The door of `testdrive`."""

from __future__ import annotations

from usine.testdrive.queries import get_drive

__all__ = ["get_drive"]
