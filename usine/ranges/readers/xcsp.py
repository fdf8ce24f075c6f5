"""XCSP 2.1 (CPAI'08 format): domains, variables, relations in extension, constraints.

Renault's ranges are written so.
"""

from __future__ import annotations

import numpy as np

from usine.kernel import Constraint, Model, Variable
from usine.ranges.readers.content import MAX_NAME, Content
from usine.ranges.readers.domains import Domains, Longs, check_count, parse_numbers
from usine.ranges.readers.tables import Tables
from usine.ranges.readers.xmltree import Node

BAR = ord("|")
COUNTS = {
    "domain": "nbDomains",
    "variable": "nbVariables",
    "relation": "nbRelations",
    "constraint": "nbConstraints",
}


def read_xcsp(root: Node, content: Content) -> Model:
    """A model from the root of an XCSP 2.1 file. Constraint names become rule names. Raises RangeInvalid."""
    return _Reader(root, content).read()


class _Reader:
    def __init__(self, root: Node, content: Content):
        self._root = root
        self._content = content
        self._domains = Domains(content)
        self._tables = Tables(content, self._domains)
        self._variables: dict[str, Variable] = {}
        self._relations: dict[str, Node] = {}
        self._tuples: dict[str, Longs] = {}

    def read(self) -> Model:
        domains = {name: self._domain(node) for name, node in self._named("domain").items()}
        for name, node in self._named("variable").items():
            wanted = self._attribute(node, "domain")
            if wanted not in domains:
                raise self._unknown(node, f"the domain {wanted}")
            self._variables[name] = self._domains.declare(name, domains[wanted], node.line)
        if not self._variables:
            raise self._content.invalid("The file declares no variables: it is not a range.", self._root.line)
        self._relations = self._named("relation")
        constraints = tuple(self._constraint(name, node) for name, node in self._named("constraint").items())
        return Model(tuple(self._variables.values()), constraints)

    def _named(self, tag: str) -> dict[str, Node]:
        """The elements of one kind by name, as many as their list says."""
        found: dict[str, Node] = {}
        for part in self._root.find_all(f"{tag}s"):
            before = len(found)
            for node in part.find_all(tag):
                name = self._attribute(node, "name")
                if found.setdefault(name, node) is not node:
                    raise self._content.invalid(
                        f"The {tag} {name} is declared twice, first on line {found[name].line}: rename one.",
                        node.line,
                    )
            self._check_count(f"{tag}s", part, COUNTS[tag], len(found) - before)
        return found

    def _domain(self, node: Node) -> tuple[str, ...]:
        values = self._domains.parse(node.text, node.line)
        self._check_count("values", node, "nbValues", len(values))
        return values

    def _constraint(self, name: str, node: Node) -> Constraint:
        scope = tuple(self._attribute(node, "scope").split())
        for variable in scope:
            if variable not in self._variables:
                raise self._unknown(node, f"the variable {variable}")
        if not scope or len(set(scope)) != len(scope):
            raise self._content.invalid("The scope names no variable, or one twice: correct it.", node.line)
        self._check_count("variables in the scope", node, "arity", len(scope))
        wanted = self._attribute(node, "reference")
        relation = self._relations.get(wanted)
        if relation is None:
            raise self._content.invalid(
                f"The constraint {name} refers to {wanted}, which is not a relation: only relations are read.",
                node.line,
            )
        semantics = relation.attributes.get("semantics", "supports")
        if semantics not in ("supports", "conflicts"):
            raise self._content.invalid(
                f"The relation {wanted} has the semantics {semantics}: only supports and conflicts are read.",
                relation.line,
            )
        numbers = self._read_tuples(wanted, relation, len(scope), node)
        variables = [self._variables[variable] for variable in scope]
        return self._tables.make(variables, numbers, name, relation.line, allowed=semantics == "supports")

    def _read_tuples(self, name: str, relation: Node, arity: int, constraint: Node) -> Longs:
        """The rows of a relation: numbers between blanks, rows between bars."""
        found = self._tuples.get(name)
        if found is None:
            numbers = parse_numbers(self._content, relation.text.replace("|", " "), relation.line)
            ends = _count_words(relation.text)
            widths = np.diff(ends, prepend=0)
            widths = widths[widths > 0]
            width = int(widths[0]) if len(widths) else arity
            self._check_count("columns", relation, "arity", width)
            if (widths != width).any():
                wrong = int(widths[widths != width][0])
                raise self._content.invalid(
                    f"The relation {name} has a row of {wrong} values for {width} columns: correct the row.",
                    relation.line,
                )
            found = self._tuples[name] = numbers.reshape(-1, width)
            self._check_count("rows", relation, "nbTuples", len(found))
        if found.shape[1] != arity:
            raise self._content.invalid(
                f"The relation {name} has {found.shape[1]} columns for {arity} variables: correct the scope.",
                constraint.line,
            )
        return found

    def _attribute(self, node: Node, name: str) -> str:
        value = node.attributes.get(name)
        if value is None:
            raise self._content.invalid(f"This {node.tag} has no {name}: give it one.", node.line)
        if name != "scope" and len(value) > MAX_NAME:
            raise self._content.invalid(
                f"The {name} of this {node.tag} has more than {MAX_NAME} characters: shorten it.", node.line
            )
        return value

    def _check_count(self, what: str, node: Node, attribute: str, found: int) -> None:
        check_count(self._content, what, node.attributes.get(attribute), found, node.line)

    def _unknown(self, node: Node, what: str) -> Exception:
        return self._content.invalid(f"This {node.tag} refers to {what}, which is not declared.", node.line)


def _count_words(text: str) -> Longs:
    """How many words precede each bar, and the end; the text is numbers, blanks and bars."""
    letters = np.frombuffer(text.encode(), np.uint8)
    filled = (letters > ord(" ")) & (letters != BAR)
    starts = filled & ~np.concatenate(([False], filled[:-1]))[: len(filled)]
    words = np.cumsum(starts)
    return np.append(words[letters == BAR], words[-1] if len(words) else 0)
