"""Texts of further languages: what texts/*.yaml say of a range, put beside the texts that stand in its other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from usine.ranges.conditions import did_you_mean
from usine.ranges.contracts import Fault
from usine.ranges.schema import KeyPath
from usine.ranges.source import Entry, Source, TextFile

Holder = dict[str, Any]
"""What has texts, as it is written: the head, a step, a feature, a value, a rule."""


def merge_texts(source: Source) -> tuple[Source, list[Fault]]:
    """The range with every text in its place, and what is wrong with the files of texts.

    Such a file translates: where it says something, the range says it in English, and not yet in its language.
    """
    if not source.texts:
        return source, []
    head, features, rules = deepcopy((source.head, source.features, source.rules))
    whole = replace(source, head=head, features=features, rules=rules)
    return whole, [fault for file in source.texts for fault in _Merging(whole, file).run()]


class _Merging:
    """Puts the texts of one file into a range."""

    def __init__(self, source: Source, file: TextFile):
        self.source = source
        self.file = file
        self.said = file.content.content
        self.faults: list[Fault] = []

    def run(self) -> list[Fault]:
        """Put what can be put; what is wrong with the rest."""
        language = self.file.language
        if self.file.file != f"texts/{language}.yaml":
            self._fault(f"Texts in “{language}” belong in texts/{language}.yaml.", ("language",))
        elif language not in self.source.head["languages"]:
            self._fault(f"The language “{language}” is not one of range.yaml's languages.", ("language",))
        else:
            self._merge()
        return self.faults

    def _merge(self) -> None:
        if "label" in self.said:
            self._put(self.source.head, "label", self.said["label"], ("label",))
        steps = {step["name"]: step for step in self.source.head["steps"]}
        for place, step, text in self._match("step", steps):
            self._put(step, "label", text, place)
        for place, entries, text in self._match("group", _list_groups(self.source.features)):
            for entry in entries:
                self._put(entry.content, "group", text, place)
        features = {entry.name: entry.content for entry in self.source.features}
        for place, feature, words in self._match("feature", features):
            self._put_words(feature, words, place)
            for inner, value, said in self._match("value", feature.get("values", {}), words, place):
                self._put_words(value, said, inner)
        rules = {entry.name: entry.content for entry in self.source.rules}
        for place, rule, text in self._match("rule", rules):
            self._put(rule, "text", text, place)

    def _match(
        self, kind: str, known: Mapping[str, Any], said: Mapping[str, Any] | None = None, place: KeyPath = ()
    ) -> Iterator[tuple[KeyPath, Any, Any]]:
        """What the file says of things of a kind: its place, the thing itself, the texts; an unknown name is told."""
        for name, texts in (self.said if said is None else said).get(f"{kind}s", {}).items():
            inner = (*place, f"{kind}s", name)
            if name in known:
                yield inner, known[name], texts
            else:
                self._fault(f"There is no {kind} “{name}”{did_you_mean(name, known)}.", inner)

    def _put_words(self, holder: Holder, words: Mapping[str, Any], place: KeyPath) -> None:
        for key in ("label", "note"):
            if key in words:
                self._put(holder, key, words[key], (*place, key))

    def _put(self, holder: Holder, key: str, text: str, place: KeyPath) -> None:
        """Put a text beside those of other languages; a rule without texts has the sentences made of it."""
        if key == "text":
            holder.setdefault(key, {})
        language, written = self.file.language, holder.get(key)
        if written is None:
            self._fault(f"There is no {key} in English that this could translate.", place)
        elif not isinstance(written, dict):
            self._fault(
                f"This {key} is the same in every language, “{written}”: "
                "write it as {en: …} there, or leave it out here.",
                place,
            )
        elif language in written:
            self._fault(f"This {key} is there in “{language}” already: “{written[language]}”.", place)
        else:
            written[language] = text

    def _fault(self, message: str, place: KeyPath) -> None:
        rule = str(place[1]) if len(place) > 1 and place[0] in ("features", "rules") else ""
        self.faults.append(Fault(message, self.file.file, self.file.content.find_line(place), rule))


def _list_groups(features: list[Entry]) -> dict[str, list[Entry]]:
    """Each English heading, and one feature a place where it is written: those of a file may share it."""
    found: dict[str, dict[int, Entry]] = {}
    for entry in features:
        if group := entry.content.get("group"):
            heading = group["en"] if isinstance(group, dict) else group
            found.setdefault(heading, {}).setdefault(id(group), entry)
    return {heading: list(entries.values()) for heading, entries in found.items()}
