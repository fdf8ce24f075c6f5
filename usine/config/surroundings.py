"""Where a visitor is, for the error pages of `commons`: the site of the address, else the browser's language."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

from usine.commons.errors import UsineError
from usine.commons.pages import Surroundings
from usine.launches.public import get_frame, list_live_sites
from usine.markets.public import find_locale


def find_surroundings(request: HttpRequest) -> Surroundings:
    """The locale and the vehicle that begin the address; without a known vehicle, the first that is live there."""
    path, vehicle, *_ = [*request.path.strip("/").split("/"), "", ""]
    locale = find_locale(path)
    if locale is None:
        language = translation.get_language_from_request(request).split("-")[0]
        return Surroundings(
            language, language, "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
        )
    others = (site.vehicle for site in list_live_sites() if locale in site.locales)
    for name in dict.fromkeys((vehicle, *others)):
        try:
            frame = get_frame(name, locale=locale)
        except UsineError:
            continue
        return Surroundings(locale.language, locale.tag, locale.direction, f"/{locale.path}/{name}/", frame)
    return Surroundings(locale.language, locale.tag, locale.direction)
