"""The languages that the public pages speak, which are those of the settings."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation


def find_spoken(language: str) -> str:
    """The language itself, or English for one without catalogues.

    Django and Wagtail have catalogues of their own in many more languages, which would mix into English pages.
    """
    return language if language in dict(settings.LANGUAGES) else "en"


def speak(language: str) -> translation.override:
    """Translate into a language, or into English, while the context lasts."""
    return translation.override(find_spoken(language))
