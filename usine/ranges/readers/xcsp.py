"""XCSP 2.1 (CPAI'08 format): domains, variables, relations in extension, constraints.

Renault's ranges are written so.
"""

from __future__ import annotations

import lzma
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from usine.kernel import And, Constraint, Count, Is, KernelError, Model, Rows, Table, Variable, check_model
from usine.ranges.contracts import Fault, RangeInvalid

MAX_BYTES = 512 * 2**20
MAX_VALUES = 1_000_000


def read_xcsp(path: Path) -> Model:
    """A kernel model from an `.xml` or `.xml.xz` file. Constraint names become rule names.

    Raises RangeInvalid with the reason: not XML, entities (refused), an unknown reference, a relation
    that is not in extension.
    """
    try:
        root = fromstring(_content(path), forbid_dtd=True)
    except (ParseError, DefusedXmlException, lzma.LZMAError, EOFError, LookupError, ValueError) as error:
        raise _invalid(path, f"This is not a readable XCSP file: {error}.") from error
    try:
        return _model(root)
    except (KernelError, KeyError, ValueError) as error:
        raise _invalid(path, f"This XCSP file is not consistent: {error}.") from error


def is_xcsp(path: Path) -> bool:
    """Whether the file starts as an XCSP instance does."""
    try:
        return b"<instance" in _content(path, limit=4096)
    except (OSError, lzma.LZMAError, EOFError):
        return False


def _content(path: Path, limit: int = MAX_BYTES) -> bytes:
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
        content = file.read(limit + 1)
    if limit == MAX_BYTES and len(content) > limit:
        raise _invalid(path, f"This file holds more than {MAX_BYTES // 2**20} MiB.")
    return content[:limit]


def _invalid(path: Path, message: str) -> RangeInvalid:
    return RangeInvalid((Fault(message, file=path.name),))


def _model(root: Element) -> Model:
    domains = {_name(d): tuple(_values(d.text or "")) for d in root.iter("domain")}
    relations = {_name(r): r for r in root.iter("relation")}
    variables = tuple(Variable(_name(v), domains[v.attrib["domain"]]) for v in root.iter("variable"))
    constraints = tuple(_constraint(c, relations) for c in root.iter("constraint"))
    if not variables:
        raise ValueError("it has no variables")
    model = Model(variables, constraints)
    check_model(model)
    return model


def _name(element: Element) -> str:
    return element.attrib["name"]


def _values(text: str) -> list[str]:
    """`0 2..4 -1` is 0, 2, 3, 4, -1."""
    values: list[str] = []
    for word in text.split():
        low, dots, high = word.partition("..")
        if not dots:
            values.append(str(int(word)))
            continue
        if int(high) - int(low) >= MAX_VALUES:
            raise ValueError(f"the domain {word} has more than {MAX_VALUES} values")
        values.extend(str(value) for value in range(int(low), int(high) + 1))
    return values


def _rows(name: str, text: str, arity: int) -> Rows:
    """Rows as numbers: a large relation has hundreds of thousands of words and a few dozen values."""
    rows = [part.split() for part in text.split("|") if part.strip()]
    ragged = next((row for row in rows if len(row) != arity), None)
    if ragged is not None:
        raise ValueError(f"a row of {name} has {len(ragged)} values for {arity} variables")
    known: dict[str, int] = {}
    numbers = [known.setdefault(word, len(known)) for row in rows for word in row]
    return Rows([tuple(known)] * arity, np.array(numbers, np.int32).reshape(len(rows), arity))


def _constraint(constraint: Element, relations: dict[str, Element]) -> Constraint:
    name, scope = _name(constraint), tuple(constraint.attrib["scope"].split())
    relation = relations.get(constraint.attrib["reference"])
    if relation is None:
        raise ValueError(
            f"the constraint {name} refers to {constraint.attrib['reference']}, which is not a relation"
        )
    rows = _rows(name, relation.text or "", len(scope))
    semantics = relation.attrib.get("semantics", "supports")
    if semantics == "supports":
        return Table(scope, rows, name)
    if semantics == "conflicts":
        forbidden = tuple(
            And(tuple(Is(v, frozenset({value})) for v, value in zip(scope, row, strict=True))) for row in rows
        )
        return Count(forbidden, 0, 0, name)
    raise ValueError(f"the relation of {name} has the semantics {semantics}")
