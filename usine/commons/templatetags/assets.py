"""`{% load assets %}{% asset "styles/site.css" %}`: the address of a built file."""

from __future__ import annotations

from django import template

from usine.commons.assets import get_asset

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    return get_asset(name).url
