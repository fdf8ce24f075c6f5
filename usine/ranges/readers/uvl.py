"""UVL, the Universal Variability Language: a tree of Boolean features, and constraints over them.

What the language level "Boolean" with group cardinalities can say is read. Numbers, types other than Boolean, feature
cardinalities and imports are refused with the reason: they do not say which configurations there are by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from usine.kernel import Constraint, Count, Holds, Model, Or
from usine.ranges.readers.booleans import (
    MAX_RULES,
    MAX_VARIABLES,
    Literals,
    Signed,
    all_of,
    between,
    constraints_of,
    implies,
)
from usine.ranges.readers.content import MAX_NAME, Content
from usine.ranges.readers.expressions import Grammar, Unreadable, parse_formula
from usine.ranges.readers.uvl_lines import Line, read_lines

START = re.compile(
    r"(?:\s|//[^\n]*|/\*.*?\*/)*+"
    r"(?:namespace[ \t]+\S|(?:imports|include|features)[ \t]*(?:\n|//|/\*))",
    re.S,
)
GROUPS = {"mandatory", "optional", "or", "alternative"}
TYPES = {"String", "Integer", "Real"}
CARDINALITY = re.compile(r"\[(\d{1,7})(?:\.\.(\d{1,7}|\*))?\]", re.ASCII)
NAME = re.compile(r'"[^"\n]+"|[^\W\d][\w#§%?\\\';]*')
OPERATORS = {"!": "not", "&": "and", "|": "or", "=>": "implies", "<=>": "same"}
ARITHMETIC = {"==", "<", ">", "<=", ">=", "!=", "+", "-", "*", "/"}
FUNCTIONS = {"sum", "avg", "len", "floor", "ceil"}
NO_ARITHMETIC = "Arithmetic is not read: only !, &, |, => and <=> between features are."


def is_uvl(text: str) -> bool:
    """Whether the text starts with a section of UVL."""
    return START.match(text) is not None


def read_uvl(text: str, content: Content) -> Model:
    """A model from the text of a file; the rules are named by their lines. Raises RangeInvalid."""
    reader = _Reader(content)
    for line in read_lines(text, content):
        reader.take(line)
    return reader.finish()


@dataclass(frozen=True, slots=True)
class _Group:
    """A heading such as `or`, its parent, and the features that stand below it."""

    kind: str
    parent: Signed
    line: Line
    children: list[Signed]


class _Reader:
    """Takes the lines in their order. `_open` are the headings and features that the next line may stand below."""

    def __init__(self, content: Content):
        self._content = content
        self._literals = Literals()
        self._grammar = Grammar(OPERATORS, leans_right=False, operand=self._read_reference)
        self._section = ""
        self._seen: set[str] = set()
        self._open: list[tuple[int, Signed | _Group]] = []
        self._rules: list[Constraint] = []
        self._places: dict[str, int] = {}

    def take(self, line: Line) -> None:
        """One line of the file."""
        if line.indent == 0:
            self._start_section(line)
        elif self._section == "features":
            self._take_feature(line)
        elif self._section == "constraints":
            self._take_constraint(line)
        elif self._section == "imports":
            raise self._invalid(line, "Imports are not read: put the features of all files into one.")
        elif self._section != "include":
            raise self._invalid(line, "This line is indented below nothing: move it to the margin.")
        if len(self._rules) > MAX_RULES or len(self._literals) > MAX_VARIABLES:
            raise self._invalid(line, f"Up to {MAX_RULES} rules over {MAX_VARIABLES} features are read.")

    def finish(self) -> Model:
        """The model, all lines taken."""
        if not self._places:
            raise self._content.invalid("The file has no features: add the section “features”.", 1)
        self._close(0)
        return Model(self._literals.list_variables(), tuple(self._rules))

    def _start_section(self, line: Line) -> None:
        word = line.tokens[0]
        if word not in ("namespace", "include", "imports", "features", "constraints"):
            raise self._invalid(line, f"“{word[:40]}” is not a section of UVL: indent it, or correct it.")
        if len(line.tokens) > 1 and word != "namespace":
            raise self._invalid(line, f"Nothing may follow “{word}” on its line: start a new one.")
        if word in self._seen:
            raise self._invalid(line, f"The section “{word}” is there twice: join them.")
        if word == "constraints" and "features" not in self._seen:
            raise self._invalid(line, "The features must stand before the constraints.")
        self._seen.add(word)
        self._section = word

    def _take_feature(self, line: Line) -> None:
        self._close(line.indent)
        above = self._open[-1][1] if self._open else None
        if isinstance(above, Signed):
            self._open.append((line.indent, self._start_group(line, above)))
            return
        if above is None and self._places:
            raise self._invalid(line, "A second feature stands at the root: only one may.")
        feature = self._start_feature(line)
        if above is None:
            self._rules.append(Holds(Or((feature.yes,)), line.name))
        else:
            above.children.append(feature)
            if above.kind in ("mandatory", "optional"):
                self._tie(above, feature, line.name)
        self._open.append((line.indent, feature))

    def _start_group(self, line: Line, parent: Signed) -> _Group:
        kind = "".join(line.tokens)
        if kind not in GROUPS and not CARDINALITY.fullmatch(kind):
            raise self._invalid(
                line,
                f"“{kind[:40]}” stands where a group must: mandatory, optional, or, alternative or [n..m].",
            )
        return _Group(kind, parent, line, [])

    def _start_feature(self, line: Line) -> Signed:
        tokens = line.tokens
        if tokens[0] in TYPES and len(tokens) > 1 and tokens[1] != "{":
            raise self._invalid(
                line, f"Features of the type {tokens[0]} are not read: only Boolean ones are."
            )
        if tokens[0] == "Boolean" and len(tokens) > 1 and tokens[1] != "{":
            tokens = tokens[1:]
        if tokens[0] in GROUPS or not NAME.fullmatch(tokens[0]):
            raise self._invalid(
                line, f"“{tokens[0][:40]}” cannot be the name of a feature: put it in quotes."
            )
        if "cardinality" in tokens[1:2]:
            raise self._invalid(
                line, "Cardinalities of features are not read: write a feature for each copy."
            )
        if tokens[1:] and (tokens[1] != "{" or tokens[-1] != "}"):
            raise self._invalid(
                line, f"“{tokens[1][:40]}” may not follow a feature: only {{attributes}} may."
            )
        if "constraint" in tokens or "constraints" in tokens:
            raise self._invalid(
                line, "Constraints among attributes are not read: move them to “constraints”."
            )
        name = tokens[0].strip('"')
        if len(name) > MAX_NAME:
            raise self._invalid(line, f"This name has more than {MAX_NAME} characters: shorten it.")
        if name in self._places:
            raise self._invalid(
                line, f"The feature {name} is there twice, first on line {self._places[name]}."
            )
        self._places[name] = line.number
        return self._literals.get(name)

    def _close(self, indent: int) -> None:
        """Leave what stands at this indent or deeper."""
        while self._open and self._open[-1][0] >= indent:
            _, left = self._open.pop()
            if isinstance(left, _Group):
                self._rules.extend(self._finish_group(left))

    def _tie(self, group: _Group, feature: Signed, rule: str) -> None:
        self._rules.extend(constraints_of(implies(feature, group.parent), rule))
        if group.kind == "mandatory":
            self._rules.extend(constraints_of(implies(group.parent, feature), rule))

    def _finish_group(self, group: _Group) -> Iterator[Constraint]:
        """What a group of several says; mandatory and optional ones were tied child by child."""
        children, rule = group.children, group.line.name
        if not children:
            raise self._invalid(group.line, "This group has no features: add some, or remove it.")
        if group.kind == "alternative":
            yield from _exactly_one(group.parent, children, rule)
        elif group.kind not in ("mandatory", "optional"):
            low, high = 1, len(children)
            if cardinality := CARDINALITY.fullmatch(group.kind):
                low = int(cardinality[1])
                said = cardinality[2] or cardinality[1]
                high = max(low, len(children)) if said == "*" else int(said)
                if low > high:
                    raise self._invalid(
                        group.line, f"“{group.kind}” asks for more than it allows: swap the numbers."
                    )
            for child in children:
                yield from constraints_of(implies(child, group.parent), rule)
            yield from constraints_of(implies(group.parent, between(children, low, high)), rule)

    def _take_constraint(self, line: Line) -> None:
        try:
            formula = parse_formula(line.tokens, self._grammar)
        except Unreadable as error:
            raise self._invalid(line, str(error)) from error
        self._rules.extend(constraints_of(formula, line.name))

    def _read_reference(self, tokens: list[str], place: int) -> tuple[Signed, int]:
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if following in ARITHMETIC or token in ARITHMETIC or (token in FUNCTIONS and following == "("):
            raise Unreadable(NO_ARITHMETIC)
        if not NAME.fullmatch(token):
            raise Unreadable(f"“{token[:40]}” is not the name of a feature: correct it.")
        name, place = token.strip('"'), place + 1
        while place + 1 < len(tokens) and tokens[place] == ".":
            part = tokens[place + 1].strip('"')
            name, place = f"{name}.{part}", place + 2
        if name not in self._places:
            raise Unreadable(f"There is no feature “{name[:80]}”: declare it, or correct its name.")
        return self._literals.get(name), place

    def _invalid(self, line: Line, message: str) -> Exception:
        return self._content.invalid(message, line.number)


def _exactly_one(parent: Signed, children: list[Signed], rule: str) -> Iterator[Constraint]:
    """Without the parent none, with it exactly one: one of "no parent" and the children."""
    if len(children) == 1:
        yield from constraints_of(all_of([implies(children[0], parent), implies(parent, children[0])]), rule)
        return
    yield Count((parent.no, *(child.yes for child in children)), 1, 1, rule)
