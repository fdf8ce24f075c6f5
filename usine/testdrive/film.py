"""The film of a guided drive, for those who cannot or will not steer: its files, and its words from its captions."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from usine.commons.assets import AssetMissing, get_asset


@dataclass(frozen=True, slots=True)
class DriveFilm:
    """Addresses, and what is said under the film, a line a clip."""

    video: str
    poster: str
    captions: str
    language: str
    lines: tuple[str, ...]


def find_film(vehicle: str, *, language: str) -> DriveFilm | None:
    """The vehicle's film with captions in a language, in English where nobody wrote them; None without a film."""
    start = f"assets/film/{vehicle}-drive"
    for spoken in (language, "en"):
        try:
            video, poster, captions = (
                get_asset(f"{start}{end}") for end in (".mp4", ".webp", f".{spoken}.vtt")
            )
        except AssetMissing:
            continue
        said = (settings.FRONTEND_DIST / captions.file).read_text("utf-8")
        return DriveFilm(video.url, poster.url, captions.url, spoken, tuple(_read_cues(said)))
    return None


def _read_cues(webvtt: str) -> list[str]:
    """The text of each cue (WebVTT, section 6.1): what follows a line of times, up to an empty line."""
    blocks = [block.split("\n") for block in webvtt.replace("\r\n", "\n").split("\n\n")]
    return [
        " ".join(lines[number + 1 :]).strip()
        for lines in blocks
        for number, line in enumerate(lines)
        if "-->" in line
    ]
