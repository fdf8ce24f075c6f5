"""Where a visitor is, for the error pages of `commons`: the site of the address, else the browser's language."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

from usine.commons.errors import UsineError
from usine.commons.pages import Surroundings
from usine.launches.public import get_frame
from usine.markets.public import find_locale

VEHICLE = "oree"
"""The vehicle whose site an address without a known one leads to."""


def find_surroundings(request: HttpRequest) -> Surroundings:
    """The locale and the vehicle that begin the address; a site that is not published has no frame."""
    path, vehicle, *_ = [*request.path.strip("/").split("/"), "", ""]
    locale = find_locale(path)
    if locale is None:
        language = translation.get_language_from_request(request).split("-")[0]
        return Surroundings(
            language, language, "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
        )
    for name in dict.fromkeys((vehicle, VEHICLE)):
        try:
            frame = get_frame(name, locale=locale)
        except UsineError:
            continue
        return Surroundings(locale.language, locale.tag, locale.direction, f"/{locale.path}/{name}/", frame)
    return Surroundings(locale.language, locale.tag, locale.direction)
