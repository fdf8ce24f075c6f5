"""The digest of a model's content: what its key is made of. Fast for rows of numbers and for hundreds of thousands of
rules over shared atoms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

from usine.kernel.model import Is, Model, Rows


def digest_model(model: Model, salt: str) -> str:
    """A hexadecimal digest, the same for the same content and salt."""
    digest = _Digest()
    found = hashlib.sha256(salt.encode())
    for part in (model.variables, model.price_terms):
        found.update(digest.say(part).encode())
    for constraint in model.constraints:
        found.update(digest.say(constraint).encode())
    return found.hexdigest()


def digest_restriction(key: str, allowed: Mapping[str, Collection[str]]) -> str:
    """The key of a range kept to some values."""
    wanted = json.dumps({name: sorted(values) for name, values in sorted(allowed.items())})
    return hashlib.sha256(f"{key} restricted to {wanted}".encode()).hexdigest()


class _Digest:
    """Writes values in one way only; an atom that many rules share is written once."""

    def __init__(self) -> None:
        self._atoms: dict[int, str] = {}

    def say(self, value: object) -> str:
        kind = type(value)
        if kind is tuple:
            return f"({','.join(self._say_all(value))})"  # type: ignore[arg-type]
        if kind is str:
            return f'{len(value)}"{value}'  # type: ignore[arg-type]
        if kind is Is:
            said = self._atoms[id(value)] = self._fields(value)
            return said
        if kind is frozenset:
            return "{" + ",".join(sorted(map(self.say, value))) + "}"  # type: ignore[call-overload]
        if isinstance(value, Rows):
            return f"Rows({value.digest()})"
        return str(value) if kind is int else self._fields(value)

    def _say_all(self, values: tuple[object, ...]) -> list[str]:
        try:
            return [self._atoms[id(value)] for value in values]  # a clause of atoms met before
        except KeyError:
            return [self.say(value) for value in values]

    def _fields(self, value: object) -> str:
        names: tuple[str, ...] = type(value).__slots__  # type: ignore[attr-defined]
        return f"{type(value).__name__}({','.join([self.say(getattr(value, name)) for name in names])})"
