"""The frame of a market's site, for the pages of other rooms."""

from __future__ import annotations

from functools import lru_cache

from usine.launches import store
from usine.launches.contracts import Frame, FrameNotPublished
from usine.launches.pages.render import FRAME_FILE, mark_current, read_frame
from usine.launches.queries import find_publication
from usine.markets.contracts import Locale


def get_frame(vehicle: str, *, locale: Locale, current: str = "") -> Frame:
    """What dresses a page of another room; `current` names the page that the menu marks ("configurator").

    Raises FrameNotPublished when no site of the vehicle is live at the locale.
    """
    live = find_publication(vehicle, locale.market)
    if live is None or live.release is None:
        raise FrameNotPublished(
            f"There is no site for {vehicle} at /{locale.path}/: start from another country."
        )
    return mark_current(_read_frame(live.release.key, locale.path), current)


@lru_cache(maxsize=512)
def _read_frame(release_key: str, path: str) -> Frame:
    """Kept in memory: releases never change."""
    file = store.find_file(release_key, f"{path}/{FRAME_FILE}")
    if file is None:
        raise FrameNotPublished(f"The release {release_key[:12]} has no site at /{path}/: publish it again.")
    return read_frame(file.read_text("utf-8"), release_key=release_key)
