"""Check that a model is a model, before anything is computed from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from usine.kernel.errors import ModelInvalid
from usine.kernel.model import (
    Among,
    And,
    Constraint,
    Count,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Or,
    Rows,
    Table,
)

MAX_DEPTH = 200


def validate(model: Model) -> None:
    """Raise ModelInvalid with one sentence on the first thing that is wrong."""
    domains: dict[str, tuple[str, ...]] = {}
    if not model.variables:
        raise ModelInvalid("The model has no variables.")
    for variable in model.variables:
        if variable.name.startswith("$"):
            raise ModelInvalid(f"The variable {variable.name} starts with a dollar sign: hidden ones do.")
        if variable.name in domains:
            raise ModelInvalid(f"The variable {variable.name} is declared twice.")
        if not variable.values:
            raise ModelInvalid(f"The variable {variable.name} has no values.")
        if len(set(variable.values)) != len(variable.values):
            raise ModelInvalid(f"The variable {variable.name} has a value twice.")
        domains[variable.name] = variable.values
    known: set[int] = set()
    for constraint in model.constraints:
        if isinstance(constraint, Holds) and _is_clause_of(constraint.formula, known):
            continue
        where = f"The rule {constraint.rule}" if constraint.rule else "A rule without a name"
        if isinstance(constraint, Table):
            _check_rows(where, constraint.scope, constraint.rows, domains)
        for formula in formulas_of(constraint):
            _check_formula(where, formula, domains, known)
    names = set()
    for term in model.price_terms:
        if term.name in names:
            raise ModelInvalid(f"The price term {term.name} is declared twice.")
        names.add(term.name)
        _check_rows(f"The price term {term.name}", term.scope, term.rows, domains)
        if len(set(term.rows)) != len(term.rows):
            raise ModelInvalid(f"The price term {term.name} has a row twice.")


def formulas_of(constraint: Constraint) -> tuple[Formula, ...]:
    """The formulas that a constraint is made of; none for a table."""
    if isinstance(constraint, Implies):
        return (constraint.condition, constraint.consequence)
    if isinstance(constraint, Holds):
        return (constraint.formula,)
    if isinstance(constraint, (Excludes, Count)):
        return constraint.formulas
    return ()


def atoms_of(formula: Formula) -> Iterator[Is]:
    """Every atom of a formula, left to right."""
    stack: list[Formula] = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, Is):
            yield node
        elif isinstance(node, Not):
            stack.append(node.operand)
        else:
            stack.extend(reversed(node.operands))


def variables_of(constraint: Constraint) -> tuple[str, ...]:
    """The variables that a constraint mentions, once each, in order of appearance."""
    if isinstance(constraint, Table):
        return tuple(dict.fromkeys(constraint.scope))
    return tuple(dict.fromkeys(atom.variable for f in formulas_of(constraint) for atom in atoms_of(f)))


def _check_rows(
    where: str,
    scope: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    domains: Mapping[str, tuple[str, ...]],
) -> None:
    if not scope:
        raise ModelInvalid(f"{where} has an empty scope.")
    if len(set(scope)) != len(scope):
        raise ModelInvalid(f"{where} names a variable twice in its scope.")
    for name in scope:
        if name not in domains:
            raise ModelInvalid(f"{where} names the variable {name}, which does not exist.")
    if isinstance(rows, Rows):
        _check_columns(where, scope, rows, domains)
        return
    values = [set(domains[name]) for name in scope]
    for row in rows:
        if len(row) != len(scope):
            raise ModelInvalid(f"{where} has a row of {len(row)} values for {len(scope)} variables.")
        for name, value, known in zip(scope, row, values, strict=True):
            if value not in known:
                raise ModelInvalid(f"{where} names the value {value} of {name}, which does not exist.")


def _check_columns(
    where: str, scope: tuple[str, ...], rows: Rows, domains: Mapping[str, tuple[str, ...]]
) -> None:
    if rows.numbers.ndim != 2 or not rows.numbers.shape[1] == len(rows.columns) == len(scope):
        raise ModelInvalid(f"{where} has rows of {len(rows.columns)} values for {len(scope)} variables.")
    for name, values, numbers in zip(scope, rows.columns, rows.numbers.T, strict=True):
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(values):
            raise ModelInvalid(f"{where} numbers a value of {name} that its column does not have.")
        if values is domains[name]:
            continue
        known = set(domains[name])
        unknown = next((values[n] for n in np.unique(numbers).tolist() if values[n] not in known), None)
        if unknown is not None:
            raise ModelInvalid(f"{where} names the value {unknown} of {name}, which does not exist.")


def _is_clause_of(formula: Formula, known: set[int]) -> bool:
    """Whether this is a disjunction of atoms that were checked before: most rules of large Boolean sets."""
    return type(formula) is Or and known.issuperset(map(id, formula.operands))


def _check_formula(
    where: str, formula: Formula, domains: Mapping[str, tuple[str, ...]], known: set[int]
) -> None:
    """Check a formula; the identities of its atoms, which the model keeps alive, are added to the known."""
    stack: list[tuple[Formula, int]] = [(formula, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ModelInvalid(f"{where} is nested more than {MAX_DEPTH} deep.")
        if isinstance(node, Is):
            if node.variable not in domains:
                raise ModelInvalid(f"{where} names the variable {node.variable}, which does not exist.")
            known.add(id(node))
            for value in sorted(node.values):
                if value not in domains[node.variable]:
                    raise ModelInvalid(
                        f"{where} names the value {value} of {node.variable}, which does not exist."
                    )
        elif isinstance(node, Not):
            stack.append((node.operand, depth + 1))
        elif isinstance(node, (And, Or, Among)):
            stack.extend((operand, depth + 1) for operand in node.operands)
        else:
            raise ModelInvalid(f"{where} holds a {type(node).__name__} where a formula is expected.")
