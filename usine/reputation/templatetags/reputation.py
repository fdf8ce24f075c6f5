"""`{% load reputation %}`: figures and names as the desk's reader writes them."""

from __future__ import annotations

from datetime import date, timedelta

from django import template

from usine.commons.calendar_words import write_when
from usine.reputation.desk import words
from usine.reputation.desk.titles import name_story

register = template.Library()

register.filter("number", words.write_number)
register.filter("short", words.write_short)
register.filter("share", words.write_share)
register.filter("points", words.write_points)
register.filter("negative", words.write_negative)
register.filter("net", words.write_net)
register.filter("entity", words.name_entity)
register.filter("market", words.name_market)
register.filter("language", words.name_language)
register.filter("direction", words.direction)
register.filter("change", words.write_change)
register.filter("story", name_story)


@register.filter
def aspect(code: str) -> str:
    """What an aspect is called; its code when it is none of ours."""
    return str(words.ASPECTS.get(code, code))


@register.filter
def web(address: str) -> str:
    """An address that one may follow: of the web, else none. What others publish may be a script."""
    return address if address.lower().startswith(("https://", "http://")) else ""


@register.filter
def hours(value: float | None) -> str:
    """A number of hours in words; a dash for none."""
    return "–" if value is None else words.write_span(timedelta(hours=value))


@register.filter
def cell(value: object) -> str:
    """A value of a table as people read it: days in words, shares in per cent, figures grouped."""
    if isinstance(value, date):
        return write_when(value, "EEE d MMM")
    if isinstance(value, float):
        return words.write_share(value)
    return words.write_number(value) if isinstance(value, int) else str(value)
