"""The door of `launches`."""

from __future__ import annotations

from usine.launches.actions import publish_sites, roll_back, withdraw_site
from usine.launches.frames import get_frame
from usine.launches.loading import load_launch
from usine.launches.queries import list_live_sites, list_sold_markets

__all__ = [
    "get_frame",
    "list_live_sites",
    "list_sold_markets",
    "load_launch",
    "publish_sites",
    "roll_back",
    "withdraw_site",
]
