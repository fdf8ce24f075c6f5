"""DIMACS CNF: a header `p cnf VARIABLES CLAUSES`, clauses of numbers ended by 0, comments.

Feature models name their variables in comments (`c 12 sunroof`): where such comments name variables one by one, those
are the names; elsewhere a variable is named by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from usine.kernel import Constraint, Holds, Is, Model, Or, Variable
from usine.ranges.readers.booleans import MAX_RULES, MAX_VARIABLES, OFF, ON, VALUES
from usine.ranges.readers.content import MAX_NAME, Content

START = re.compile(r"(?:[ \t]*(?:c[^\n]*)?\n)*+[ \t]*p[ \t]+cnf\b")
HEADER = re.compile(r"[ \t]*p[ \t]+cnf[ \t]+(\d{1,12})[ \t]+(\d{1,12})[ \t]*", re.ASCII)
NAMING = re.compile(r"c[ \t]+(\d{1,9})[ \t]+(\S.*)", re.ASCII)
LITERAL = re.compile(r"-?\d{1,12}", re.ASCII)
MAX_LITERALS = 10_000_000
WHAT_IS_READ = "clauses are numbers of variables, negative for “not”, ended by 0"


def is_dimacs(text: str) -> bool:
    """Whether the text has the header of DIMACS after nothing but comments and blank lines."""
    return START.match(text) is not None


def read_dimacs(text: str, content: Content) -> Model:
    """A model from the text of a file; the rules are named by their lines. Raises RangeInvalid."""
    lines = text.split("\n")
    header, count, said = _read_header(lines, content)
    names = _find_names(lines, count) or [str(number) for number in range(1, count + 1)]
    on, off = frozenset({ON}), frozenset({OFF})
    atoms = {}
    for number, name in enumerate(names, 1):
        atoms[str(number)], atoms[f"-{number}"] = Is(name, on), Is(name, off)
    clauses = tuple(islice(_read_clauses(lines, header, atoms, count, content), said + 1))
    if len(clauses) != said:
        found = f"has {len(clauses)}" if len(clauses) < said else "goes on"
        raise content.invalid(
            f"The header says {said} clauses and the file {found}: mend it, or copy it again, whole.",
            header + 1,
        )
    return Model(tuple(Variable(name, VALUES) for name in names), clauses)


def _read_header(lines: list[str], content: Content) -> tuple[int, int, int]:
    """The place of the header, the number of variables, the number of clauses."""
    place = next(i for i, line in enumerate(lines) if line.lstrip().startswith("p"))
    found = HEADER.fullmatch(lines[place])
    if not found:
        raise content.invalid(
            "The header must be “p cnf”, the number of variables, that of clauses.", place + 1
        )
    count = int(found[1])
    if not 0 < count <= MAX_VARIABLES:
        raise content.invalid(
            f"The header says {count} variables: from 1 to {MAX_VARIABLES} are read.", place + 1
        )
    if int(found[2]) > MAX_RULES:
        raise content.invalid(f"The header says {found[2]} clauses: up to {MAX_RULES} are read.", place + 1)
    return place, count, int(found[2])


def _find_names(lines: list[str], count: int) -> list[str] | None:
    """The names in comments, if they name every variable, each once and no two alike; else None."""
    names: dict[int, str] = {}
    for line in lines:
        if line.startswith("c") and (found := NAMING.fullmatch(line.rstrip())):
            number = int(found[1])
            if (
                not 0 < number <= count
                or number in names
                or found[2].startswith("$")
                or len(found[2]) > MAX_NAME
            ):
                return None
            names[number] = found[2]
    complete = len(names) == count and len(set(names.values())) == count
    return [names[number] for number in range(1, count + 1)] if complete else None


def _read_clauses(
    lines: list[str], header: int, atoms: dict[str, Is], count: int, content: Content
) -> Iterator[Constraint]:
    clause: list[Is] = []
    literals, start = 0, 0
    for number, line in enumerate(lines[header + 1 :], header + 2):
        words = line.split()
        if not words or words[0][0] == "c":
            continue
        if words[0] == "%":  # SATLIB ends its files so, with a last line of one 0
            break
        literals += len(words)
        if literals > MAX_LITERALS:
            raise content.invalid(
                f"The clauses hold more than {MAX_LITERALS} literals: split the file.", number
            )
        if not clause and words[-1] == "0" and (ended := words.index("0")) == len(words) - 1:
            try:
                yield Holds(Or(tuple([atoms[word] for word in words[:ended]])), f"line {number}")
                continue
            except KeyError:
                pass
        for word in words:
            start = start if clause else number
            if LITERAL.fullmatch(word) and int(word) == 0:
                yield Holds(Or(tuple(clause)), f"line {start}")
                clause = []
                continue
            clause.append(_find_atom(word, atoms, count, content, number))
    if clause:
        raise content.invalid("The last clause is not ended by 0: complete it.", start)


def _find_atom(word: str, atoms: dict[str, Is], count: int, content: Content, line: int) -> Is:
    if not LITERAL.fullmatch(word):
        raise content.invalid(f"“{word[:40]}” is not a literal: {WHAT_IS_READ}.", line)
    found = atoms.get(str(int(word)))
    if found is None:
        raise content.invalid(
            f"The literal {word} is beyond the {count} variables that the header says.", line
        )
    return found
