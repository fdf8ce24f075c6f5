"""What a replay is made of, read from its folder: outlets, what happens when, and what people say.

../sources.yaml      the outlets: host, form and language follow from the sources that listen to them
plot.yaml            rhythms, threads (what happens on which day), outlets that fail or fall silent
texts/<language>.yaml  what people say, by thread
release.yaml         one press release in several languages
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from usine.reputation.contracts import MentionKind, ReputationRefused

FORMS = {
    "feed": "",
    "pages": "site",
    "mastodon": "mastodon",
    "reviews": "reviews",
    "review_page": "review_page",
}

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as safe_load, many times as fast where PyYAML was built with its C library."""


class ReplayInvalid(ReputationRefused):
    code = "replay_invalid"


@dataclass(frozen=True, slots=True)
class Outlet:
    """Something that speaks at a host of its own. `path` is where its list stands, `form` how it is written."""

    slug: str
    name: str
    host: str
    path: str
    form: str  # rss, atom, json, site, mastodon, reviews, review_page
    kind: str
    language: str
    country: str
    reach: int
    is_whole: bool  # its articles are read in full
    delay_s: int = 0
    fails: tuple[float, float] | None = None  # days since the beginning, from and until
    retry_after_s: int = 0
    silent_from: float | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Something that somebody says. `thread` is what it is about; `country` where they live."""

    thread: str
    kind: str
    language: str
    country: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    outlets: tuple[Outlet, ...]
    texts: tuple[Text, ...]
    releases: Mapping[str, Mapping[str, Any]]
    plot: Mapping[str, Any]
    handles: tuple[str, ...] = field(default=())


def read_content(folder: Path) -> Content:
    """The content of a replay's folder. Raises ReplayInvalid."""
    plot = _read_yaml(folder / "plot.yaml")
    outlets = tuple(_read_outlets(folder.parent / "sources.yaml", plot.get("outlets", {})))
    texts = [*_read_texts(folder / "texts"), *_read_training(folder / plot["background"]["folder"], plot)]
    return Content(
        outlets=outlets,
        texts=tuple(texts),
        releases=_read_yaml(folder / "release.yaml"),
        plot=plot,
        handles=tuple(plot["handles"]),
    )


def parse_moment(text: str) -> float:
    """Days since the beginning of the fortnight: `2 10:30` is its second day at 10:30."""
    day, _, clock = str(text).partition(" ")
    hours, _, minutes = (clock or "0:0").partition(":")
    try:
        found = int(day) - 1 + int(hours) / 24 + int(minutes or 0) / 1440
    except ValueError as error:
        raise ReplayInvalid(
            f"{text!r} is no moment of a replay: write the day and the time, 2 10:30."
        ) from error
    if not 0 <= found <= 31:
        raise ReplayInvalid(f"{text!r} is not within a replay.")
    return found


def _read_outlets(file: Path, extras: Mapping[str, Any]) -> Iterator[Outlet]:
    for source in _read_yaml(file)["sources"]:
        form = FORMS.get(source["connector"])
        if form is None:
            continue
        parts = urlsplit(source["address"].replace("{port}", "0"))
        options, extra = source.get("options", {}), extras.get(source["slug"], {})
        fails = extra.get("fails")
        yield Outlet(
            slug=source["slug"],
            name=source["name"],
            host=str(parts.hostname),
            path=parts.path or "/",
            form=form or _find_form(parts.path),
            kind=options.get("kind", MentionKind.ARTICLE.value),
            language=extra.get("language", source.get("language", "")),
            country=extra.get("country", source.get("country", "")),
            reach=source.get("reach", 0),
            is_whole=bool(options.get("article")) or form == "site",
            delay_s=extra.get("delay_s", 0),
            fails=(parse_moment(fails[0]), parse_moment(fails[1])) if fails else None,
            retry_after_s=extra.get("retry_after_s", 0),
            silent_from=parse_moment(extra["silent_from"]) if "silent_from" in extra else None,
        )


def _find_form(path: str) -> str:
    return "json" if path.endswith(".json") else "atom" if path.endswith(".atom") else "rss"


def _read_texts(folder: Path) -> Iterator[Text]:
    for file in sorted(folder.glob("*.yaml")):
        for thread, entries in _read_yaml(file).items():
            for entry in entries:
                ((head, said),) = entry.items()
                kind, country = head.split()
                if kind not in set(MentionKind):
                    raise ReplayInvalid(f"{file.name}, {thread}: {kind} is none of {', '.join(MentionKind)}.")
                is_long = isinstance(said, Mapping)
                text, title = (said["text"], said["title"]) if is_long else (said, "")
                yield Text(thread, kind, file.stem, country, text.strip(), title)


def _read_training(folder: Path, plot: Mapping[str, Any]) -> Iterator[Text]:
    """What people say on any day; without what would tell of the plot's crisis before it begins."""
    avoid = [word.lower() for word in plot["background"]["avoid"]]
    for file in sorted(folder.resolve().glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if not any(word in row["text"].lower() for word in avoid):
                yield Text("background", row["kind"], row["lang"], row["country"], row["text"])


def _read_yaml(file: Path) -> Any:
    try:
        return yaml.load(file.read_text("utf-8"), Loader=LOADER)
    except OSError as error:
        raise ReplayInvalid(f"{file} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise ReplayInvalid(
            f"{file.name} is no YAML that can be read: {' '.join(str(error).split())}."
        ) from error
