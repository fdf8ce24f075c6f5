"""Who says what, where and when: the same for the same day, whatever the machine. No clock, one seeded generator."""

from __future__ import annotations

import math
import random
import zlib
from bisect import bisect
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from usine.reputation.sources.replay.content import Content, Outlet, Text, parse_moment

DAYS = 14
SEED = 20
SHORTEST_PAGE = 250  # characters of an article that is read from its page
PASSED_ON = ("post", "comment")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said at one outlet. `number` is its own for ever; `edited_at` when its end was added."""

    number: int
    at: datetime
    outlet: str
    kind: str
    language: str
    country: str
    title: str
    text: str
    author: str
    followers: int
    thread: str
    rating: int = 0
    reply_to: int = 0
    edited_at: datetime | None = None
    before: str = ""  # what it said until then


def find_beginning(today: date) -> datetime:
    """Midnight of the first day of the fortnight that ends with `today`."""
    return datetime.combine(today - timedelta(days=DAYS - 1), time.min, UTC)


def plan(content: Content, today: date) -> tuple[Said, ...]:
    """Everything that is said in the fortnight, the earliest first."""
    return _Planner(content, find_beginning(today)).plan()


class _Planner:
    def __init__(self, content: Content, begins: datetime) -> None:
        self._content, self._begins = content, begins
        self._random = random.Random(SEED)
        self._said: list[Said] = []
        self._by_slug = {outlet.slug: outlet for outlet in content.outlets}
        self._turn: dict[tuple[str, ...], int] = defaultdict(int)

    def plan(self) -> tuple[Said, ...]:
        threads = self._content.plot["threads"]
        groups: dict[str, list[Text]] = defaultdict(list)
        for text in self._content.texts:
            groups[text.thread].append(text)
        for name, thread in threads.items():
            self._add_thread(groups.pop(name, []), thread)
        self._add_crisis(groups)
        self._add_release()
        for thread in sorted(groups):
            self._add_background(groups[thread])
        ordered = sorted(self._said, key=lambda said: (said.at, said.outlet, said.text))
        return tuple(_number(ordered))

    def _add_thread(self, texts: Sequence[Text], thread: Mapping[str, object]) -> None:
        """Around a moment, many at first and fewer each hour; or, where it says how long it lasts, ever more."""
        begin = parse_moment(str(thread["at"]))
        for text in texts:
            if "grows_for_days" in thread:
                days = float(str(thread["grows_for_days"]))
                at = begin + days * math.sqrt(self._random.random())
                at = self._settle_hour(at, text.country)
            else:
                at = begin + self._random.expovariate(24 / float(str(thread["hours"])))
            self._say(text, at)

    def _add_background(self, texts: Sequence[Text]) -> None:
        """Each country its share of every day, drawn evenly: pure chance leaves a language without a word for a day."""
        weights = [float(weight) for weight in self._content.plot["background"]["days"]]
        by_language: dict[str, list[Text]] = defaultdict(list)
        for text in texts:
            by_language[text.language].append(text)
        for language in sorted(by_language):
            those = by_language[language]
            self._random.shuffle(those)
            offset = self._random.random()
            for place, text in enumerate(those):
                shares = list(accumulate(self._weigh_days(weights, text.country)))
                day = bisect(shares, (place + offset) / len(those) * shares[-1], hi=DAYS - 1)
                self._say(text, self._settle_hour(day + self._random.random(), text.country))

    def _weigh_days(self, weights: Sequence[float], country: str) -> list[float]:
        """Fewer at weekends, which are Friday and Saturday in some countries."""
        rhythm = self._content.plot["rhythm"]
        weekend = {4, 5} if country in rhythm["friday_weekend"] else {5, 6}
        quiet = float(rhythm["weekend"])
        first = self._begins.weekday()
        return [
            weight * (quiet if (first + day) % 7 in weekend else 1.0) for day, weight in enumerate(weights)
        ]

    def _settle_hour(self, at: float, country: str) -> float:
        """The same day at an hour when people of that country speak."""
        rhythm = self._content.plot["rhythm"]
        hour = self._random.choices(range(24), rhythm["hours"])[0] + self._random.random()
        offset = float(rhythm["offsets"].get(country, 0))
        return min(max(math.floor(at) + ((hour - offset) % 24) / 24, 0.0), DAYS - 1e-6)

    def _add_crisis(self, groups: dict[str, list[Text]]) -> None:
        """A first post; others of the same country some minutes later; copies; then language after language."""
        for wave in self._content.plot["crisis"]:
            texts = groups.get(wave["thread"], [])
            texts = [text for text in texts if text.language == wave["language"]]
            begin, hours = parse_moment(wave["at"]), float(wave["hours"])
            first = [float(minutes) for minutes in wave["first_minutes"]]
            others = [self._random.expovariate(1.6 / hours) for _ in texts[len(first) :]]
            laters = [
                *(minutes / 60 for minutes in first),
                *(first[-1] / 60 + 0.1 + at for at in sorted(others)),
            ]
            for text, later in zip(texts, laters, strict=True):
                self._say(text, begin + later / 24)
            copied = [(text, at) for text, at in zip(texts, laters, strict=True) if text.kind in PASSED_ON]
            for number in range(int(wave["copies"])):
                text, at = copied[number % len(copied)]
                later = max(at, 0.25) + 0.05 + self._random.expovariate(1.6 / hours)
                self._say(self._copy(text, wave.get("words", wave["language"])), begin + later / 24)
        for thread in {wave["thread"] for wave in self._content.plot["crisis"]}:
            groups.pop(thread, None)

    def _copy(self, text: Text, words: str) -> Text:
        """What people do who pass something on: word for word, or with a word before or behind it."""
        before, behind = self._random.choice(self._content.plot["passing_on"][words])
        return replace(text, text=" ".join(filter(None, (before, text.text, behind))), kind="post")

    def _add_release(self) -> None:
        """One release in all papers of its languages, each with a small edit of its own."""
        begin = parse_moment(self._content.plot["release"]["at"])
        hours = float(self._content.plot["release"]["hours"])
        papers = [outlet for outlet in self._content.outlets if _is_paper(outlet, self._content.releases)]
        papers.sort(key=lambda outlet: outlet.form != "site")  # those that are read page by page among them
        for outlet in papers[: int(self._content.plot["release"]["outlets"])]:
            release = self._content.releases[outlet.language]
            title = self._random.choice(release["titles"])
            parts = list(release["paragraphs"])
            if self._random.random() < 0.35:
                parts = parts[:-1]
            if self._random.random() < 0.6:
                parts[0] = f"{self._random.choice(release['from'])} {parts[0]}"
            if self._random.random() < 0.4:
                parts.append(self._random.choice(release["ends"]))
            text = Text("release", "article", outlet.language, outlet.country, "\n".join(parts), title)
            self._add(text, begin + self._random.expovariate(2 / hours) / 24, outlet)

    def _say(self, text: Text, at: float) -> None:
        silent_from = self._content.plot["silent_languages"].get(text.language)
        if silent_from is not None and at >= parse_moment(silent_from):
            return
        outlet = self._choose_outlet(text, at)
        if outlet is not None:
            self._add(text, at, outlet)

    def _choose_outlet(self, text: Text, at: float) -> Outlet | None:
        """Where such a thing is said: in the country, else in the language; each of several in turn."""
        fits = [outlet for outlet in self._content.outlets if _takes(outlet, text)]
        near = [outlet for outlet in fits if outlet.country == text.country]
        alike = [outlet for outlet in fits if outlet.language == text.language]
        nowhere = [outlet for outlet in alike if not outlet.country]
        found = near or nowhere or alike or [outlet for outlet in fits if not outlet.language]
        found = [outlet for outlet in found if outlet.silent_from is None or at < outlet.silent_from]
        if not found:
            return None
        key = tuple(outlet.slug for outlet in found)
        self._turn[key] += 1
        return found[self._turn[key] % len(found)]

    def _add(self, text: Text, at: float, outlet: Outlet) -> None:
        if at >= DAYS or (outlet.silent_from is not None and at >= outlet.silent_from):
            return
        followers = min(int(math.exp(self._random.gauss(5.2, 1.5))) + 3, 400_000)
        moment = self._begins + timedelta(seconds=round(at * 86_400))
        said = Said(
            number=0,
            at=moment,
            outlet=outlet.slug,
            kind=text.kind,
            language=text.language,
            country=text.country,
            title=text.title,
            text=self._name_subject(text, outlet),
            author=self._choose_author(text),
            followers=followers,
            thread=text.thread,
            rating=self._random.choice((1, 2, 3, 4, 5)) if text.kind == "review" else 0,
        )
        if outlet.form in ("mastodon", "json") and self._random.random() < 0.02:
            added = self._random.choice(self._content.plot["edits"])
            later = moment + timedelta(minutes=self._random.randint(20, 240))
            said = replace(said, text=f"{said.text} {added}", before=said.text, edited_at=later)
        self._said.append(said)

    def _name_subject(self, text: Text, outlet: Outlet) -> str:
        """Posts that name nothing are heard by their hashtag."""
        names = [name.lower() for name in self._content.plot["background"]["names"]]
        is_named = any(name in text.text.lower() for name in names)
        if text.thread != "background" or is_named or outlet.form != "mastodon":
            return text.text
        tags = self._content.plot["background"]["tags"]
        return f"{text.text} {self._random.choice(tags.get(text.language, tags['en']))}"

    def _choose_author(self, text: Text) -> str:
        """A few speak often, most once."""
        handles = self._content.handles
        place = min(int(self._random.expovariate(1 / (len(handles) / 3))), len(handles) - 1)
        number = zlib.crc32(f"{text.language}{text.country}".encode()) % 90 + 7
        tail = self._random.choice(
            ("", "", f"_{text.country.lower()}", str(number), f"{self._random.randint(1, 99)}")
        )
        return f"{handles[place]}{tail}"


def _takes(outlet: Outlet, text: Text) -> bool:
    """Whether an outlet prints such a thing. Papers that are read in full print articles that have a body."""
    if text.kind == "article":
        is_site = outlet.form in ("rss", "atom", "json", "site") and outlet.kind == "article"
        if outlet.form == "site":
            return bool(text.title) and len(text.text) >= SHORTEST_PAGE
        return is_site and (bool(text.title) or not outlet.is_whole)
    if text.kind == "forum":
        return outlet.form in ("rss", "atom", "json") and outlet.kind == "forum"
    if text.kind == "review":
        return outlet.form in ("reviews", "review_page")
    return outlet.form == "mastodon"


def _is_paper(outlet: Outlet, languages: Container[str]) -> bool:
    return (
        outlet.language in languages
        and outlet.form in ("rss", "atom", "json", "site")
        and outlet.kind == "article"
    )


def _number(ordered: Sequence[Said]) -> list[Said]:
    """Numbers that grow with time, as servers give them; comments answer something said shortly before there."""
    numbered: list[Said] = []
    latest: dict[str, int] = {}
    for place, said in enumerate(ordered):
        number = (int(said.at.timestamp() * 1000) << 16) + place
        reply = latest.get(said.outlet, 0) if said.kind == "comment" else 0
        numbered.append(replace(said, number=number, reply_to=reply))
        latest[said.outlet] = number
    return numbered
