"""The door of `launches`."""

from __future__ import annotations

from usine.launches.frames import get_frame

__all__ = ["get_frame"]
