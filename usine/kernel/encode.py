"""A model in numbers: variables and values as indices, price terms as hidden variables, one key variable that stands
for those that it determines.

A price term over several variables becomes a hidden variable with one value a row and a last one for "no row", which
the scope determines; the number of configurations does not change. Where two-column tables make many variables
functions of one (versions and their attributes), those are taken out and put back exactly when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from usine.kernel.errors import TooLarge
from usine.kernel.model import (
    Constraint,
    Count,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    PriceTerm,
    Table,
)
from usine.kernel.validate import variables_of

MAX_ROWS = 4_000_000
Functions = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Encoded:
    """A model ready to be compiled.

    `names` and `sizes` list what gets a level: the variables that are not determined, then the hidden ones of
    price terms. `hidden` are their rows, the last column being the row's number. `determined` maps a variable to
    (key variable, value index for each value of the key).
    """

    model: Model
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    constraints: tuple[Constraint, ...]
    hidden: tuple[Table, ...]
    determined: dict[str, tuple[str, tuple[int, ...]]]
    domains: dict[str, tuple[str, ...]]


def encode(model: Model) -> Encoded:
    """Number a valid model; take out what one key variable determines."""
    domains = {v.name: v.values for v in model.variables}
    key, functions, used = _find_key(model.constraints, domains)
    constraints: list[Constraint] = []
    for position, constraint in enumerate(model.constraints):
        if position in used:
            allowed = tuple((value,) for value in domains[key] if value in used[position])
            constraints.append(Table((key,), allowed, constraint.rule))
        else:
            constraints.append(_substitute(constraint, key, functions, domains))
    terms = [term for term in model.price_terms if len(term.scope) > 1]
    hidden = tuple(_hidden_table(term, key, functions, domains) for term in terms)
    names = [v.name for v in model.variables if v.name not in functions]
    sizes = [len(domains[name]) for name in names]
    names.extend(hidden_name(term.name) for term in terms)
    sizes.extend(len(term.rows) + 1 for term in terms)
    index = {name: {value: i for i, value in enumerate(domains[name])} for name in functions}
    determined = {
        name: (key, tuple(index[name][mapping.get(value, domains[name][0])] for value in domains[key]))
        for name, mapping in functions.items()
    }
    return Encoded(model, tuple(names), tuple(sizes), tuple(constraints), hidden, determined, domains)


def hidden_name(term: str) -> str:
    """The name of the hidden variable of a price term; no authored name starts with a dollar sign."""
    return f"${term}"


def _hidden_table(
    term: PriceTerm, key: str, functions: Functions, domains: dict[str, tuple[str, ...]]
) -> Table:
    """The rows of a term with their number in a last column, that of the hidden variable."""
    numbered = tuple((*row, str(number)) for number, row in enumerate(term.rows))
    return Table(*_substitute_rows((*term.scope, hidden_name(term.name)), numbered, key, functions, domains))


def _find_key(
    constraints: tuple[Constraint, ...], domains: dict[str, tuple[str, ...]]
) -> tuple[str, dict[str, dict[str, str]], dict[int, frozenset[str]]]:
    """The variable that determines the most others by two-column tables, those functions, and the tables used."""
    found: dict[str, dict[str, tuple[int, dict[str, str]]]] = {}
    for position, constraint in enumerate(constraints):
        if not isinstance(constraint, Table) or len(constraint.scope) != 2:
            continue
        for a, b in ((0, 1), (1, 0)):
            mapping = _as_function(constraint.rows, a, b)
            source, target = constraint.scope[a], constraint.scope[b]
            if mapping is not None and len(domains[source]) > 2 and target not in found.get(source, {}):
                found.setdefault(source, {})[target] = (position, mapping)
    if not found:
        return "", {}, {}
    key = max(found, key=lambda name: (len(found[name]), name))
    functions = {target: mapping for target, (_, mapping) in found[key].items()}
    used = {position: frozenset(mapping) for position, mapping in found[key].values()}
    return key, functions, used


def _as_function(rows: Sequence[tuple[str, ...]], a: int, b: int) -> dict[str, str] | None:
    mapping: dict[str, str] = {}
    for row in rows:
        if mapping.setdefault(row[a], row[b]) != row[b]:
            return None
    return mapping


def _substitute(
    constraint: Constraint, key: str, functions: Functions, domains: dict[str, tuple[str, ...]]
) -> Constraint:
    """The same constraint, with determined variables replaced by the key."""
    if not any(name in functions for name in variables_of(constraint)):
        return constraint
    if isinstance(constraint, Table):
        scope, rows = _substitute_rows(constraint.scope, constraint.rows, key, functions, domains)
        return Table(scope, rows, constraint.rule)

    def rewrite(formula: Formula) -> Formula:
        if isinstance(formula, Is):
            mapping = functions.get(formula.variable)
            if mapping is None:
                return formula
            return Is(key, frozenset(k for k in domains[key] if mapping.get(k) in formula.values))
        if isinstance(formula, Not):
            return Not(rewrite(formula.operand))
        return type(formula)(tuple(rewrite(operand) for operand in formula.operands))

    if isinstance(constraint, Implies):
        return Implies(rewrite(constraint.condition), rewrite(constraint.consequence), constraint.rule)
    if isinstance(constraint, Holds):
        return Holds(rewrite(constraint.formula), constraint.rule)
    formulas = tuple(rewrite(formula) for formula in constraint.formulas)
    if isinstance(constraint, Excludes):
        return Excludes(formulas, constraint.rule)
    return Count(formulas, constraint.at_least, constraint.at_most, constraint.rule)


def _substitute_rows(
    scope: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    key: str,
    functions: Functions,
    domains: dict[str, tuple[str, ...]],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    taken = [i for i, name in enumerate(scope) if name in functions or name == key]
    if not any(scope[i] in functions for i in taken):
        return scope, rows
    by_values: dict[tuple[str | None, ...], list[str]] = {}
    for value in domains[key]:
        image = tuple(value if scope[i] == key else functions[scope[i]].get(value) for i in taken)
        by_values.setdefault(image, []).append(value)
    kept = [i for i in range(len(scope)) if i not in taken]
    made: list[tuple[str, ...]] = []
    for row in rows:
        rest = tuple(row[i] for i in kept)
        made.extend((value, *rest) for value in by_values.get(tuple(row[i] for i in taken), ()))
        if len(made) > MAX_ROWS:
            raise TooLarge(f"A table over {', '.join(scope)} grows past {MAX_ROWS} rows.")
    return (key, *(scope[i] for i in kept)), tuple(made)
