"""A model in numbers: variables and values as indices, tables as grids, price terms as hidden variables.

A price term over several variables becomes a hidden variable with one value a row and a last one for "no row", which
the scope determines; the number of configurations does not change. Variables that others determine are taken out
(`elimination`) and put back exactly when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from usine.kernel.elimination import Images, eliminate
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
    Rows,
    Table,
)
from usine.kernel.tables import Grid, Ints, distinct, substitute
from usine.kernel.validate import variables_of

Determined = dict[str, tuple[str, tuple[int, ...]]]
Domains = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Encoded:
    """A model ready to be compiled.

    `names` and `sizes` list what gets a level: the variables that are not determined, then the hidden ones of
    price terms. Scopes of `grids` and `hidden` are numbers of `names`; the last column of a hidden grid is the row's
    number. `formulas` are the constraints that are no tables. `determined` maps a variable to
    (key variable, value index for each value of the key).
    """

    model: Model
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    grids: tuple[Grid, ...]
    formulas: tuple[Constraint, ...]
    hidden: tuple[Grid, ...]
    determined: Determined
    domains: Domains


def encode(model: Model) -> Encoded:
    """Number a valid model; take out what another variable determines."""
    domains = {v.name: v.values for v in model.variables}
    place = {name: i for i, name in enumerate(domains)}
    index = {name: {value: i for i, value in enumerate(values)} for name, values in domains.items()}
    terms = [term for term in model.price_terms if len(term.scope) > 1]
    sizes = [len(values) for values in domains.values()] + [len(term.rows) + 1 for term in terms]
    tables = [c for c in model.constraints if isinstance(c, Table)]
    grids, images = eliminate([_grid(t.scope, t.rows, place, index, sizes) for t in tables], sizes)
    hidden = [
        _hidden_grid(term, len(domains) + t, place, index, images, sizes) for t, term in enumerate(terms)
    ]
    names = [*domains, *(hidden_name(term.name) for term in terms)]
    left = [v for v in range(len(names)) if v not in images]
    number = {v: i for i, v in enumerate(left)}
    determined = {
        names[v]: (names[key], tuple(np.maximum(image, 0).tolist()))
        for v, (key, image) in sorted(images.items())
    }
    return Encoded(
        model=model,
        names=tuple(names[v] for v in left),
        sizes=tuple(sizes[v] for v in left),
        grids=tuple(_renumber(grid, number) for grid in grids),
        formulas=tuple(
            _substitute(c, determined, domains) for c in model.constraints if not isinstance(c, Table)
        ),
        hidden=tuple(_renumber(grid, number) for grid in hidden),
        determined=determined,
        domains=domains,
    )


def hidden_name(term: str) -> str:
    """The name of the hidden variable of a price term; no authored name starts with a dollar sign."""
    return f"${term}"


def _renumber(grid: Grid, number: dict[int, int]) -> Grid:
    return Grid(tuple(number[v] for v in grid.scope), grid.rows)


def _grid(
    scope: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    place: dict[str, int],
    index: dict[str, dict[str, int]],
    sizes: Sequence[int],
) -> Grid:
    variables = tuple(place[name] for name in scope)
    return Grid(variables, distinct(number_rows(scope, rows, index), [sizes[v] for v in variables]))


def number_rows(
    scope: Sequence[str], rows: Sequence[tuple[str, ...]], index: Mapping[str, Mapping[str, int]]
) -> Ints:
    """The rows with each value's place in its domain; `index` has them by variable and value."""
    numbers = np.empty((len(rows), len(scope)), np.int32)
    if isinstance(rows, Rows):
        for c, name in enumerate(scope):
            lookup = np.array([index[name].get(value, -1) for value in rows.columns[c]], np.int32)
            numbers[:, c] = lookup[rows.numbers[:, c]]
    elif len(rows):
        for c, (name, column) in enumerate(zip(scope, zip(*rows, strict=True), strict=True)):
            numbers[:, c] = [index[name][value] for value in column]
    return numbers


def _hidden_grid(
    term: PriceTerm,
    variable: int,
    place: dict[str, int],
    index: dict[str, dict[str, int]],
    images: Images,
    sizes: Sequence[int],
) -> Grid:
    """The rows of a term with their number in a last column, that of the hidden variable."""
    numbers = np.array(
        [
            [*(index[n][v] for n, v in zip(term.scope, row, strict=True)), i]
            for i, row in enumerate(term.rows)
        ],
        np.int32,
    ).reshape(len(term.rows), len(term.scope) + 1)
    grid = Grid((*(place[name] for name in term.scope), variable), numbers)
    for key in sorted({images[v][0] for v in grid.scope if v in images}):
        grid = substitute(grid, key, {v: image for v, (k, image) in images.items() if k == key}, sizes)
    columns: Ints = np.array([c for c, v in enumerate(grid.scope) if v != variable], np.int64)
    order = [*columns.tolist(), grid.scope.index(variable)]
    return Grid(tuple(grid.scope[c] for c in order), np.ascontiguousarray(grid.rows[:, order]))


def _substitute(constraint: Constraint, determined: Determined, domains: Domains) -> Constraint:
    """The same constraint, with determined variables replaced by their keys."""
    if not any(name in determined for name in variables_of(constraint)):
        return constraint

    def rewrite(formula: Formula) -> Formula:
        if isinstance(formula, Is):
            if formula.variable not in determined:
                return formula
            key, mapping = determined[formula.variable]
            values = domains[formula.variable]
            agreeing = zip(domains[key], mapping, strict=True)
            return Is(key, frozenset(k for k, image in agreeing if values[image] in formula.values))
        if isinstance(formula, Not):
            return Not(rewrite(formula.operand))
        return replace(formula, operands=tuple(rewrite(operand) for operand in formula.operands))

    if isinstance(constraint, Implies):
        return Implies(rewrite(constraint.condition), rewrite(constraint.consequence), constraint.rule)
    if isinstance(constraint, Holds):
        return Holds(rewrite(constraint.formula), constraint.rule)
    assert isinstance(constraint, (Count, Excludes))
    formulas = tuple(rewrite(formula) for formula in constraint.formulas)
    if isinstance(constraint, Excludes):
        return Excludes(formulas, constraint.rule)
    return Count(formulas, constraint.at_least, constraint.at_most, constraint.rule)
