"""Every address of Usine. Rooms attach their own `urls.py`; the first match wins."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail.admin import urls as cms_urls

ROOMS = ("accounts", "journeys", "orders", "launches")

urlpatterns = [
    path("cms/", include(cms_urls)),
    path("", include("usine.commons.desk")),
    *(path("", include(f"usine.{room}.urls")) for room in ROOMS if find_spec(f"usine.{room}.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]

handler404 = "usine.commons.desk.page_not_found"
handler403 = "usine.commons.desk.permission_denied"
