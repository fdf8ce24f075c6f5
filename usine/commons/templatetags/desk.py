"""What the desk's templates ask of the shell."""

from __future__ import annotations

from datetime import date

from django import template
from django.http import HttpRequest

from usine.commons import desk
from usine.commons.calendar_words import write_when

register = template.Library()


@register.simple_tag
def desk_rooms() -> list[desk.DeskRoom]:
    """The rooms that exist, in the order of the line."""
    return list(desk.list_rooms())


@register.simple_tag
def desk_languages() -> list[tuple[str, str]]:
    return list(desk.LANGUAGES.items())


@register.simple_tag(takes_context=True)
def desk_theme(context: template.Context) -> str:
    """`light` or `dark` when the reader chose; empty when the system decides."""
    request: HttpRequest | None = context.get("request")
    theme = request.COOKIES.get(desk.THEME_COOKIE, "") if request else ""
    return theme if theme in desk.THEMES else ""


@register.filter
def initials(name: str) -> str:
    """At most two: `Claire Vasseur` is CV."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter(expects_localtime=True)
def when(value: date | None, pattern: str) -> str:
    """`{{ at|when:"d MMM, HH:mm" }}`: a day or a moment in the reader's language; nothing for none."""
    return write_when(value, pattern) if value else ""
