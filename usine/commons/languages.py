"""The languages that the public pages speak, which are those of the settings, for what a browser asks."""

from __future__ import annotations

from django.conf import settings


def find_spoken(language: str) -> str:
    """The language itself, or English for one without catalogues.

    Django and Wagtail have catalogues of their own in many more languages, which would mix into English pages.
    """
    return language if language in dict(settings.LANGUAGES) else "en"
