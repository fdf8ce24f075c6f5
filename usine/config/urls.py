"""Every address of Usine. Rooms attach their own `urls.py`; the first match wins."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path
from django.views.static import serve
from wagtail.admin import urls as cms_urls

from usine.accounts.public import staff_required

ROOMS = (
    *("accounts", "studio", "journeys", "testdrive", "orders", "audience"),
    *("reputation", "translations", "launches"),
)

urlpatterns = [
    path("cms/", include(cms_urls)),
    path("", include("usine.commons.desk")),
    *(path("", include(f"usine.{room}.urls")) for room in ROOMS if find_spec(f"usine.{room}.urls")),
    # The library is for the team; the public gets the copies that a release keeps (/pictures/).
    path("media/<path:path>", staff_required(serve), {"document_root": settings.MEDIA_ROOT}),
]

handler404 = "usine.commons.desk.page_not_found"
handler403 = "usine.commons.desk.permission_denied"
handler500 = "usine.commons.pages.server_error"
