"""The door of the studio for rooms below it in the line."""

from __future__ import annotations

from collections.abc import Mapping

from usine.studio.pictures import shelf


def picture_address(vehicle: str, values: Mapping[str, str], *, shared: bool = False) -> str:
    """Where the picture of a configuration is, a path; `shared`: a JPEG of 1200 x 630 for shared links.

    Features that are not seen change nothing. Empty where nobody photographed the vehicle.
    """
    return shelf.address(vehicle, values, "jpg" if shared else "webp")
