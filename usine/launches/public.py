"""The door of `launches`."""

from __future__ import annotations

from usine.launches.actions import preview_publication, publish_sites, roll_back, withdraw_site
from usine.launches.jobs import request_papers
from usine.launches.papers.fonts import get_fonts
from usine.launches.publishing.clearing import clear_releases
from usine.launches.publishing.frames import get_frame
from usine.launches.publishing.live_tree import LiveFollower, show_live
from usine.launches.queries import list_live_sites, list_sold_markets, list_vehicles
from usine.launches.workflow.states import list_seen_locales
from usine.launches.writing.loading import load_launch
from usine.launches.writing.translating import (
    check_may_translate,
    list_scope_texts,
    list_texts_by_scope,
    list_written_scopes,
    render_retold,
    save_scope_texts,
)

__all__ = [
    "LiveFollower",
    "check_may_translate",
    "clear_releases",
    "get_fonts",
    "get_frame",
    "list_live_sites",
    "list_scope_texts",
    "list_seen_locales",
    "list_sold_markets",
    "list_texts_by_scope",
    "list_vehicles",
    "list_written_scopes",
    "load_launch",
    "preview_publication",
    "publish_sites",
    "render_retold",
    "request_papers",
    "roll_back",
    "save_scope_texts",
    "show_live",
    "withdraw_site",
]
