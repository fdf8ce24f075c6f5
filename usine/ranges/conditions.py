"""The conditions of rules: `roof = glass | body`, `heat_pump and not (trim = sente)`.

    condition  = conjunction { "or" conjunction }
    conjunction = term { "and" term }
    term       = "not" term | "(" condition ")" | feature [ ("=" | "!=") value { "|" value } ]

A feature alone is a switch that is on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from usine.kernel import And, Formula, Is, Not, Or

TOKEN = re.compile(r"\s*(?:(?P<word>\w+)|(?P<sign>!=|[=|()]))")
MAX_DEPTH = 50


class ConditionInvalid(ValueError):
    """One clause of a sentence that says what is wrong in a condition."""


def parse_condition(text: str, domains: Mapping[str, tuple[str, ...]]) -> Formula:
    """The formula of a condition over features and their values. Raises ConditionInvalid."""
    parser = _Parser(_tokens(text), domains)
    formula = parser.either(0)
    if parser.peek() is not None:
        raise ConditionInvalid(f"“{parser.peek()}” is not expected in “{text}”")
    return formula


def did_you_mean(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """` (did you mean “roof”?)`, or nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean “{close[0]}”?)" if close else ""


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            raise ConditionInvalid(f"“{text[place]}” at character {place + 1} is not understood in “{text}”")
        tokens.append(match.group("word") or match.group("sign"))
        place = match.end()
    if not tokens:
        raise ConditionInvalid("the condition is empty")
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], domains: Mapping[str, tuple[str, ...]]):
        self.tokens = tokens
        self.place = 0
        self.domains = domains

    def peek(self) -> str | None:
        """The next token, None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> str:
        """The next token, passed over."""
        token = self.peek()
        if token is None:
            raise ConditionInvalid("the condition ends too early")
        self.place += 1
        return token

    def either(self, depth: int) -> Formula:
        """A condition: parts joined by `or`."""
        if depth > MAX_DEPTH:
            raise ConditionInvalid(f"the condition is nested more than {MAX_DEPTH} deep")
        parts = [self.both(depth)]
        while self.peek() == "or":
            self.take()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self, depth: int) -> Formula:
        """A conjunction: terms joined by `and`."""
        parts = [self.term(depth)]
        while self.peek() == "and":
            self.take()
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def term(self, depth: int) -> Formula:
        """A feature, a negation, or a condition in brackets."""
        token = self.take()
        if token == "not":
            if depth > MAX_DEPTH:
                raise ConditionInvalid(f"the condition is nested more than {MAX_DEPTH} deep")
            return Not(self.term(depth + 1))
        if token == "(":
            inner = self.either(depth + 1)
            if self.peek() != ")":
                raise ConditionInvalid("a bracket is not closed")
            self.take()
            return inner
        return self.atom(token)

    def atom(self, name: str) -> Formula:
        """A feature with its values; alone, a switch that is on."""
        values = self.domains.get(name)
        if values is None:
            raise ConditionInvalid(f"there is no feature “{name}”{did_you_mean(name, self.domains)}")
        sign = self.peek()
        if sign not in ("=", "!="):
            if values != ("no", "yes"):
                raise ConditionInvalid(f"“{name}” has values: say which, as in “{name} = {values[0]}”")
            return Is(name, frozenset({"yes"}))
        self.take()
        wanted = [self.value(name, values)]
        while self.peek() == "|":
            self.take()
            wanted.append(self.value(name, values))
        found = Is(name, frozenset(wanted))
        return found if sign == "=" else Not(found)

    def value(self, name: str, values: tuple[str, ...]) -> str:
        """The next token, which must be a value of the feature."""
        value = self.take()
        if value not in values:
            raise ConditionInvalid(f"“{name}” has no value “{value}”{did_you_mean(value, values)}")
        return value
