"""A numbered model as a diagram: order the variables, join the constraints from the bottom up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from usine.kernel.budget import Clock
from usine.kernel.circuit import Circuit
from usine.kernel.diagram_loops import FALSE, TRUE
from usine.kernel.diagrams import Diagrams
from usine.kernel.encode import Encoded
from usine.kernel.errors import OutOfTime, TooLarge
from usine.kernel.model import Among, And, Constraint, Count, Excludes, Formula, Holds, Implies, Is, Not
from usine.kernel.order import candidate_orders
from usine.kernel.tables import Grid
from usine.kernel.validate import variables_of

Order = tuple[int, ...]
Diagram = tuple[Order, Circuit]


def orders_of(encoded: Encoded) -> list[Order]:
    """Orders of `encoded.names` worth trying, best guess first."""
    scopes = _scopes(encoded)
    count = len(encoded.names)
    orders = candidate_orders(count, scopes, _pinned(encoded))
    return orders + [order for order in candidate_orders(count, scopes) if order not in orders]


def order_again(encoded: Encoded, names: Sequence[str]) -> Order:
    """An order of before; a new variable comes below the lowest that it meets in a constraint, or last."""
    known = {name: i for i, name in enumerate(names)}
    place = {v: known[name] for v, name in enumerate(encoded.names) if name in known}
    below: dict[int, int] = {}
    for scope in _scopes(encoded):
        lowest = max((place[v] for v in scope if v in place), default=len(names))
        for v in scope:
            if v not in place:
                below[v] = max(below.get(v, 0), lowest)
    new = {v: (below.get(v, len(names)), 1) for v in range(len(encoded.names)) if v not in place}
    return tuple(sorted(range(len(encoded.names)), key=lambda v: (*new.get(v, (place.get(v, 0), 0)), v)))


def smallest(encoded: Encoded, orders: list[Order], nodes: int, clock: Clock) -> Diagram:
    """Of the diagrams of so many nodes at most, the one with the fewest edges. Raises TooLarge where there is none."""
    found = list(_all_diagrams(encoded, orders, nodes, clock))
    if not found:
        raise TooLarge(
            f"No order of the variables keeps the diagram within {nodes} nodes: simplify the rules."
        )
    return min(found, key=lambda diagram: diagram[1].edge_count)


def first(encoded: Encoded, orders: list[Order], nodes: int, clock: Clock) -> Diagram:
    """The diagram of the first order that needs so many nodes at most. Raises TooLarge where there is none."""
    for found in _all_diagrams(encoded, orders, nodes, clock):
        return found
    raise TooLarge(f"No order of the variables keeps the diagram within {nodes} nodes: simplify the rules.")


def _all_diagrams(encoded: Encoded, orders: list[Order], nodes: int, clock: Clock) -> Iterator[Diagram]:
    for number, order in enumerate(orders, 1):
        clock.tick(f"order {number} of {len(orders)}, {nodes} nodes at most")
        try:
            yield order, _join(encoded, order, nodes, clock)
        except OutOfTime:
            raise
        except TooLarge:
            continue


def _scopes(encoded: Encoded) -> list[tuple[int, ...]]:
    place = {name: i for i, name in enumerate(encoded.names)}
    scopes = [grid.scope for grid in (*encoded.grids, *encoded.hidden)]
    scopes += [tuple(place[name] for name in variables_of(c)) for c in encoded.formulas]
    return [scope for scope in scopes if len(scope) > 1]


def _pinned(encoded: Encoded) -> tuple[int, ...]:
    """The variable that determines most others goes on top: it splits the range into versions."""
    keys = Counter(key for key, _ in encoded.determined.values())
    return tuple(encoded.names.index(key) for key, _ in keys.most_common(1))


def _join(encoded: Encoded, order: Order, nodes: int, clock: Clock) -> Circuit:
    """The diagram in an order. Raises TooLarge past so many nodes."""
    diagrams = Diagrams(tuple(encoded.sizes[v] for v in order), budget=nodes)
    build = _Builder(diagrams, order, encoded)
    parts = [build.grid(grid) for grid in encoded.grids]
    parts += [build.constraint(c) for c in encoded.formulas]
    parts += [build.hidden(grid) for grid in encoded.hidden]
    root = TRUE
    for part in sorted(parts, key=lambda node: -diagrams.level[node]):
        root = diagrams.conjoin(part, root)
        clock.check()
    return diagrams.lay_out(root)


class _Builder:
    """Diagrams of constraints, in the order of levels."""

    def __init__(self, diagrams: Diagrams, order: tuple[int, ...], encoded: Encoded):
        self.diagrams = diagrams
        self.level = {v: i for i, v in enumerate(order)}
        self.number = {name: v for v, name in enumerate(encoded.names)}
        self.sizes = encoded.sizes
        self.index = {
            name: {value: i for i, value in enumerate(values)} for name, values in encoded.domains.items()
        }

    def constraint(self, constraint: Constraint) -> int:
        """The diagram that is true where the constraint is kept."""
        make = self.diagrams
        if isinstance(constraint, Implies):
            opposite = make.negate(self.formula(constraint.condition))
            return make.disjoin(opposite, self.formula(constraint.consequence))
        if isinstance(constraint, Holds):
            return self.formula(constraint.formula)
        assert isinstance(constraint, (Excludes, Count))
        operands = [self.formula(formula) for formula in constraint.formulas]
        if isinstance(constraint, Excludes):
            return make.between(operands, 0, 1)
        return make.between(operands, constraint.at_least, constraint.at_most)

    def grid(self, grid: Grid) -> int:
        """The diagram that is true on the rows."""
        columns = sorted(range(len(grid.scope)), key=lambda c: self.level[grid.scope[c]])
        levels = [self.level[grid.scope[c]] for c in columns]
        return self.diagrams.rows(levels, grid.rows[:, columns])

    def formula(self, formula: Formula) -> int:
        """The diagram that is true where the formula is."""
        make = self.diagrams
        if isinstance(formula, Is):
            values = (self.index[formula.variable][value] for value in formula.values)
            return make.atom(self.level[self.number[formula.variable]], values)
        if isinstance(formula, Not):
            return make.negate(self.formula(formula.operand))
        if isinstance(formula, Among):
            operands = [self.formula(operand) for operand in formula.operands]
            return make.between(operands, formula.at_least, min(formula.at_most, len(operands)))
        conjunction = isinstance(formula, And)
        result = TRUE if conjunction else FALSE
        for operand in formula.operands:
            part = self.formula(operand)
            result = make.conjoin(result, part) if conjunction else make.disjoin(result, part)
        return result

    def hidden(self, grid: Grid) -> int:
        """The hidden variable is the row's number, or the last value where no row applies."""
        make = self.diagrams
        bare = Grid(grid.scope[:-1], grid.rows[:, :-1])
        none = make.atom(self.level[grid.scope[-1]], (self.sizes[grid.scope[-1]] - 1,))
        elsewhere = make.conjoin(make.negate(self.grid(bare)), none)
        return make.disjoin(self.grid(grid), elsewhere)
