"""`{% load assets %}{% asset "styles/site.css" %}`: the address of a built file; `assets_of` gives several."""

from __future__ import annotations

from django import template

from usine.commons.assets import get_asset, list_assets

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    return get_asset(name).url


@register.simple_tag
def assets_of(*start: str) -> list[str]:
    """The addresses of all files whose name begins with these parts put together; none is no error."""
    return list_assets("".join(start))
