"""Whom a text names: the brand, its vehicles and products, dealers, competitors; and where the word is only a word.

Two steps. A pattern made of every spelling finds the places that could be names, in the text itself, so that places are
those of the text. Then each place is judged by what stands around it: features with weights, added up as in logistic
regression (`Gazetteer.load` reads names, words and weights from a YAML file; nothing is named here), and what a machine
learnt, where a file of it lies beside the YAML file. Last, names that a text is sure of speak for the others there.
"""

from __future__ import annotations

import re
from pathlib import Path

from usine.reputation.contracts import EntityKind, Named
from usine.reputation.understanding.gazetteer_file import ANY, Entity, Names, Words, read_names
from usine.reputation.understanding.learned import Learned
from usine.reputation.understanding.patterns import write_pattern
from usine.reputation.understanding.spelling import APART, BOUNDS, MARKS, SPACELESS, find_script, fold
from usine.reputation.understanding.surroundings import CONTEXTS, FEATURES, Around, Place
from usine.reputation.understanding.surroundings import Words as WordsAround

LEARNED = ".model"
ENOUGH = 0.5
SURE = 0.8
"""From which chance on a name speaks for the others of its text."""
DEALER = 3.0
"""What the brand's name before a town says by itself."""
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")


def load_names(path: Path | str) -> Names:
    """The YAML file alone, whatever was learnt beside it. Raises `ModelInvalid`: file, line, what is wrong."""
    return read_names(Path(path), CONTEXTS, FEATURES)


class Gazetteer:
    """Names, their spellings and what speaks for and against them. Build it once; it may be used by several threads."""

    def __init__(self, names: Names, learned: Learned | None = None):
        self.names, self.learned = names, learned
        self.weights = learned.weights if learned else names.weights
        self._owners: dict[str, tuple[Entity, bool]] = {}
        self._towns = {fold(town): slug for town, slug in names.towns.items()}
        self._parts = {fold(part): slug for part, slug in names.parts.items()}
        self._dealers: dict[str, Entity] = {}
        for entity in names.entities:
            for is_loose, spellings in ((False, entity.spellings), (True, entity.loose)):
                for spelling in (fold(each) for some in spellings.values() for each in some):
                    self._owners.setdefault(spelling, (entity, is_loose))
        self._brand = [
            word for word, (entity, _) in self._owners.items() if entity.entity == names.dealers_of
        ]
        self._join_tags()
        self._pattern = self._write_pattern()
        self._words: dict[str, WordsAround] = {}

    @classmethod
    def load(cls, path: Path | str) -> Gazetteer:
        """From a YAML file and, where there is one, the file of the same name that ends in .model, whose weights count
        instead of the YAML file's. Raises `ModelInvalid`: file, line, what is wrong."""
        learned = Path(path).with_suffix(LEARNED)
        return cls(load_names(path), Learned.load(learned) if learned.exists() else None)

    @property
    def entities(self) -> tuple[str, ...]:
        """Who may be named, as the file has them; dealers come from their pattern."""
        return tuple(entity.entity for entity in self.names.entities)

    def find_names(self, text: str, language: str = "") -> tuple[Named, ...]:
        """Who is named where, in order, no two at one place. `language` is of the text, empty where it is not known."""
        return tuple(
            Named(place.entity.entity, place.start, place.end, round(place.chance, 3))
            for place in self.judge(text, language)
            if place.chance >= ENOUGH
        )

    def judge(self, text: str, language: str = "") -> list[Place]:
        """Every place that could be a name with its features and its score, also where it is only a word."""
        folded = fold(text)
        if not self._pattern.search(folded):
            return []
        if "http" in folded or "www" in folded or "@" in folded:
            folded = _ADDRESS.sub(lambda found: " " * len(found[0]), folded)
        places = [self._read_place(found, text) for found in self._pattern.finditer(folded)]
        if not places:
            return []
        around = Around(text, folded, self.find_words(language))
        for place in places:
            place.features = around.describe(place, places, language)
        if self.learned:
            for place, more in zip(places, self.learned.weigh(text, places), strict=True):
                place.learned = float(more)
        for place in places:
            place.score = self._weigh(place)
        for place in places:
            sure = [o for o in places if o.entity is not place.entity and o.chance >= SURE]
            place.features["beside"] = float(bool(sure))
        for place in places:
            place.score = self._weigh(place)
        return places

    def _weigh(self, place: Place) -> float:
        seen = sum(self.weights.get(name, 0.0) * value for name, value in place.features.items())
        return seen + (self.learned.weigh_entity(place) + place.learned if self.learned else 0.0)

    def _read_place(self, found: re.Match[str], text: str) -> Place:
        kind = str(found.lastgroup)
        start, end = found.span(kind)
        if kind.startswith("dealer"):
            brand = next(word for word in self._brand if found[kind].startswith(word))
            town = re.sub(r"^[\s-]+", "", found[kind][len(brand) :])
            if not text[end - len(town)].islower():
                return Place(start, end, self._find_dealer(self._find_town(town)), False)
            end = start + len(brand)
        said = re.sub(MARKS, "", fold(text[start:end]))
        while said not in self._owners:  # the ending of a plural
            said = said[:-1]
        return Place(start, end, *self._owners[said])

    def _find_town(self, said: str) -> str:
        """The slug of a town, or of a town and its part: “Lyon Nord”."""
        if said in self._towns:
            return self._towns[said]
        part = next(part for part in self._parts if said.endswith(part) and self._is_town(said, part))
        return f"{self._towns[said[: -len(part)].rstrip(' -')]}-{self._parts[part]}"

    def _is_town(self, said: str, part: str) -> bool:
        return said[: -len(part)].rstrip(" -") in self._towns

    def _find_dealer(self, town: str) -> Entity:
        slug = f"dealer:{self.names.dealers_of.partition(':')[2]}-{town}"
        if slug not in self._dealers:
            self._dealers[slug] = Entity(slug, {}, common=DEALER)
        return self._dealers[slug]

    def _join_tags(self) -> None:
        """A hashtag of brand and vehicle, written as one word, is the vehicle's."""
        for spelling, (entity, is_loose) in list(self._owners.items()):
            if entity.kind is not EntityKind.BRAND and not is_loose:
                for brand in self._brand:
                    self._owners.setdefault(f"{brand}{spelling}", (entity, False))

    def _write_pattern(self) -> re.Pattern[str]:
        parts = []
        towns = write_pattern(self._towns)
        for script, (before, after) in BOUNDS.items():
            spellings = [word for word in self._owners if find_script(word) == script]
            brands = [word for word in self._brand if find_script(word) == script]
            gap = r"[\s-]" if script == "letters" else r"[\s-]?"
            if brands and self._towns:
                said = f"{write_pattern(brands)}{gap}{towns}(?:{gap}{write_pattern(self._parts)})?"
                parts.append(f"{before}(?P<dealer_{script}>{said}){after or '(?!)'}" if after else "")
            if spellings:
                said = f"{write_pattern(spellings, MARKS)}{MARKS}{self._write_endings(script)}"
                begin = self._write_begin(script, before)
                parts.append(f"{begin}(?P<name_{script}>{said}){self._write_end(script, after)}")
        return re.compile("|".join(part for part in parts if part) or r"(?!)")

    def _write_endings(self, script: str) -> str:
        said = write_pattern(self._list_endings(script))
        return f"(?:{said})?" if script == "letters" and said != "(?!)" else ""

    def _write_end(self, script: str, after: str) -> str:
        """Behind Hangul stands a particle of the list, behind kana a word of the list; or another script."""
        if script not in ("hangul", "kana"):
            return after
        words = self._list_endings(script)
        said = f"(?:{write_pattern(words)})?" if words else ""
        end = after or "(?![\uac00-\ud7a3])"
        return f"(?={said}{end})"

    def _write_begin(self, script: str, before: str) -> str:
        """Kana words of the list may also stand right before a name."""
        words = self._list_endings(script) if script == "kana" else []
        behind = [f"(?<={re.escape(word)})" for word in words]
        if not words:
            return before
        return f"(?=[\u3041-\u30ff])(?:{'|'.join((before, *behind))})"  # tried where kana begin, not at each sign

    def _list_endings(self, script: str) -> list[str]:
        return [
            fold(end) for ends in self.names.endings.values() for end in ends if find_script(end) == script
        ]

    def find_words(self, language: str) -> WordsAround:
        """The words around names in a language; all languages' where it is not known."""
        if language not in self._words:
            self._words[language] = self._collect_words(language)
        return self._words[language]

    def _collect_words(self, language: str) -> WordsAround:
        kinds: dict[str, set[str]] = {}

        def take(kind: str, words: Words) -> None:
            known = {ANY, language} & set(words)
            for each in known if language else words:
                for word in words[each]:
                    kinds.setdefault(fold(word), set()).add(kind)

        for kind, words in self.names.contexts.items():
            take(kind, words)
        for entity in self.names.entities:
            take(f"for {entity.entity}", entity.speaks_for)
            take(f"against {entity.entity}", entity.speaks_against)
        whole = [word for word in kinds if "*" not in word]
        begun = [word[:-1] for word in kinds if word.endswith("*") and not word.startswith("*")]
        inside = [word.strip("*") for word in kinds if word.startswith("*")]
        before, after = APART
        spaceless = [word for word in whole if re.match(f"[{SPACELESS}]", word)]
        whole = [word for word in whole if not re.match(f"[{SPACELESS}]", word)]
        pattern = "|".join(
            (
                f"{before}({write_pattern(whole)}){after}",
                f"{before}({write_pattern(begun)})[^\\W_{SPACELESS}]*",
                f"({write_pattern(inside)})",
                f"({write_pattern(spaceless)})",
            )
        )
        found: dict[str, set[str]] = {}
        for word, said in kinds.items():
            found.setdefault(word.strip("*"), set()).update(said)
        return WordsAround(re.compile(pattern), {word: frozenset(said) for word, said in found.items()})
