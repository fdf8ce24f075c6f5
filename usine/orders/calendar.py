"""The appointment as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DRIVE = timedelta(minutes=30)


def make_event(
    *, uid: str, starts_at: datetime, made_at: datetime, summary: str, place: str, is_cancelled: bool = False
) -> str:
    """One event of half an hour; times in UTC, so that every calendar shows its reader's own."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Usine//Test drive//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(made_at)}",
        f"DTSTART:{_stamp(starts_at)}",
        f"DTEND:{_stamp(starts_at + DRIVE)}",
        f"SUMMARY:{_escape(summary)}",
        f"LOCATION:{_escape(place)}",
        "STATUS:CANCELLED" if is_cancelled else "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_fold(line) + "\r\n" for line in lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    for mark in "\\;,":
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> str:
    """At most 75 bytes a line, never inside a character."""
    folded, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            folded, size = folded + "\r\n ", 1
        folded, size = folded + character, size + width
    return folded
