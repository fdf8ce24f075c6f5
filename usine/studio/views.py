"""Pictures of configurations, by their keys. They are public: a key names colours and wheels, never a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from usine.commons import ratelimit
from usine.studio.pictures.layers import PictureNotFound
from usine.studio.pictures.shelf import SUFFIXES, get_picture

YEAR_S = 365 * 86_400
MADE_PER_HOUR = 400


@require_safe
def show_picture(request: HttpRequest, vehicle: str, key: str, suffix: str) -> HttpResponse:
    """A kept picture at once; one that has to be made first only so often an hour for each visitor."""

    def count() -> None:
        ratelimit.check(ratelimit.client_key(request, "picture"), limit=MADE_PER_HOUR, window_s=3600)

    try:
        data = get_picture(vehicle, key, suffix, before_making=count)
    except PictureNotFound as error:
        return HttpResponse(str(error), status=error.http_status, content_type="text/plain; charset=utf-8")
    response = HttpResponse(data, content_type=SUFFIXES[suffix])
    patch_cache_control(response, public=True, max_age=YEAR_S, immutable=True)
    return response
