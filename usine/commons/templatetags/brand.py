"""`{% load brand %}{% brand %}`, or `{% brand as brand %}` before a sentence that says it."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def brand() -> str:
    """The carmaker's name, as the settings say it."""
    return str(settings.BRAND)
