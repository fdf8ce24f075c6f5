"""Read the names of a brand's world from a YAML file: entities, their spellings, what speaks for and against them.

`demo/reputation/entities.yaml` is one, with comments. Everything is checked, and refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from usine.reputation.contracts import EntityKind, ModelInvalid

ANY = "any"
"""The language of words that count in every language."""
_ENTITY = re.compile(r"[a-z]+:[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"any|[a-z]{2,3}(?:-[A-Z][a-z]{3})?")
KeyPath = tuple[str | int, ...]
Words = Mapping[str, tuple[str, ...]]
"""Words by language."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Who may be named. `common` is what its plain word says by itself, in logarithms of odds: 0 as often as not.

    `loose` spellings are those that are mostly another word; `speaks_for` and `speaks_against` are words near it.
    """

    entity: str
    spellings: Words
    loose: Words = field(default_factory=dict)
    common: float = 0.0
    speaks_for: Words = field(default_factory=dict)
    speaks_against: Words = field(default_factory=dict)

    @property
    def kind(self) -> EntityKind:
        return EntityKind(self.entity.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Names:
    """What the file says. `towns` and `parts` (of towns: North) map what is written to its part of a dealer's slug."""

    entities: tuple[Entity, ...]
    dealers_of: str
    towns: Mapping[str, str]
    parts: Mapping[str, str]
    endings: Words
    contexts: Mapping[str, Words]  # kind of context -> words
    weights: Mapping[str, float]


def read_names(path: Path, contexts: tuple[str, ...], features: tuple[str, ...]) -> Names:
    """The file's content. Raises `ModelInvalid`: file, line, what is wrong, what is expected."""
    try:
        root = _compose(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelInvalid(f"{path} cannot be read: name a YAML file of entities in UTF-8.") from error
    except RecursionError as error:
        raise ModelInvalid(f"{path}: its lists stand in each other too deeply to be read.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "a sign is not allowed here"
        raise ModelInvalid(f"{path}, line {line}: this is not YAML: {problem}.") from error
    return _Reading(path, contexts, features).read(root)


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text; what the fast loader refuses is read again by the one that says why."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


class _Reading:
    """One reading of one file: content and lines walk together."""

    def __init__(self, path: Path, contexts: tuple[str, ...], features: tuple[str, ...]):
        self.path, self.contexts, self.features = path, contexts, features

    def refuse(self, node: yaml.Node | None, said: str) -> ModelInvalid:
        line = node.start_mark.line + 1 if node else 1
        return ModelInvalid(f"{self.path}, line {line}: {said}.")

    def read(self, root: yaml.Node | None) -> Names:
        parts = dict(self.pairs_of(root, "the file"))
        keys = {"entities", "dealers", "endings", "contexts", "weights"}
        for key, node in parts.items():
            if key not in keys:
                raise self.refuse(node, f"“{key}” is not known here: {', '.join(sorted(keys))} are")
        if "entities" not in parts:
            raise self.refuse(root, "`entities` is missing: a list of who may be named")
        entities = tuple(self.entity(node) for node in self.items_of(parts["entities"], "`entities`"))
        seen: dict[str, None] = {}
        for entity, node in zip(entities, parts["entities"].value, strict=True):
            if entity.entity in seen:
                raise self.refuse(node, f"{entity.entity} is there twice: write it once")
            seen[entity.entity] = None
        dealers_of, towns, town_parts = self.dealers(parts.get("dealers"), seen)
        return Names(
            entities,
            dealers_of,
            towns,
            town_parts,
            self.words(parts.get("endings"), "`endings`"),
            self.read_contexts(parts.get("contexts")),
            self.read_weights(parts.get("weights")),
        )

    def entity(self, node: yaml.Node) -> Entity:
        parts = dict(self.pairs_of(node, "an entity"))
        known = {"entity", "spellings", "loose", "common", "for", "against"}
        for key, value in parts.items():
            if key not in known:
                raise self.refuse(value, f"“{key}” says nothing of an entity: {', '.join(sorted(known))} do")
        if "entity" not in parts or "spellings" not in parts:
            raise self.refuse(node, "an entity needs `entity` and `spellings`")
        name = self.text(parts["entity"])
        kinds = [kind.value for kind in EntityKind]
        if not _ENTITY.fullmatch(name) or name.partition(":")[0] not in kinds:
            raise self.refuse(parts["entity"], f"“{name}” is not kind:slug with one of {', '.join(kinds)}")
        spellings = self.words(parts["spellings"], "`spellings`")
        if not any(spellings.values()):
            raise self.refuse(parts["spellings"], f"{name} has no spelling")
        return Entity(
            name,
            spellings,
            self.words(parts.get("loose"), "`loose`"),
            self.number(parts["common"]) if "common" in parts else 0.0,
            self.words(parts.get("for"), "`for`"),
            self.words(parts.get("against"), "`against`"),
        )

    def dealers(
        self, node: yaml.Node | None, entities: Mapping[str, None]
    ) -> tuple[str, dict[str, str], dict[str, str]]:
        """Whose they are, the towns and the parts of towns."""
        if node is None:
            return "", {}, {}
        parts = dict(self.pairs_of(node, "`dealers`"))
        if not {"of", "towns"} <= set(parts) <= {"of", "towns", "parts"}:
            raise self.refuse(
                node,
                "`dealers` needs `of`, an entity, and `towns`, may have `parts` of towns, and nothing else",
            )
        brand = self.text(parts["of"])
        if brand not in entities:
            raise self.refuse(parts["of"], f"“{brand}” is none of the entities above")
        return brand, self.slugs(parts["towns"], "`towns`"), self.slugs(parts.get("parts"), "`parts`")

    def slugs(self, node: yaml.Node | None, what: str) -> dict[str, str]:
        found = {}
        for said, value in self.pairs_of(node, what) if node else ():
            found[said] = self.text(value)
            if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", found[said]):
                raise self.refuse(value, f"“{found[said]}” is no slug: small letters, digits, hyphens")
        return found

    def read_contexts(self, node: yaml.Node | None) -> dict[str, Words]:
        if node is None:
            return {}
        found = {}
        for kind, value in self.pairs_of(node, "`contexts`"):
            if kind not in self.contexts:
                raise self.refuse(value, f"“{kind}” is no context: {', '.join(self.contexts)} are")
            found[kind] = self.words(value, f"`{kind}`")
        return found

    def read_weights(self, node: yaml.Node | None) -> dict[str, float]:
        found = {}
        for feature, value in self.pairs_of(node, "`weights`") if node else ():
            if feature not in self.features:
                raise self.refuse(value, f"“{feature}” weighs nothing: {', '.join(self.features)} do")
            found[feature] = self.number(value)
        return found

    def words(self, node: yaml.Node | None, what: str) -> Words:
        """Language -> words: a list, or one line of words parted by commas."""
        found: dict[str, tuple[str, ...]] = {}
        for language, value in self.pairs_of(node, what) if node else ():
            if not _LANGUAGE.fullmatch(language):
                raise self.refuse(value, f"“{language}” is no language: fr, pt or any")
            if isinstance(value, yaml.SequenceNode):
                words = [self.text(item) for item in value.value]
            else:
                words = [" ".join(word.split()) for word in re.split(r"[,،、]", self.text(value))]
            found[language] = tuple(word for word in words if word)
        return found

    def pairs_of(self, node: yaml.Node | None, what: str) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, f"{what} must be names with values, `name: value`")
        seen = set()
        for key, value in node.value:
            name = self.text(key)
            if name in seen:
                raise self.refuse(key, f"“{name}” is there twice")
            seen.add(name)
            yield name, value

    def items_of(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.refuse(node, f"{what} must be a list, `- …`")
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.refuse(node, "a word is expected here, not a list or names with values")
        return str(node.value)

    def number(self, node: yaml.Node) -> float:
        said: Any = self.text(node)
        try:
            value = float(said)
        except ValueError:
            value = float("nan")
        if not -20 <= value <= 20:
            raise self.refuse(node, f"“{said}” is no number from -20 to 20")
        return value
