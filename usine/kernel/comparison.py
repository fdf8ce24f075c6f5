"""Compare two compiled ranges exactly: which configurations appeared, which vanished, how many, and examples.

Both circuits are built again as diagrams over the same variables in one order, where equal sets are one node and a
difference is one join. Variables that only one range has are left out of its configurations (projection) and named.

Where no diagram is small, the models tell as much: what vanished keeps all rules of before and breaks a rule of after
that before did not have. Compiled so, the rules that both have are compiled once and for all parts (`Memory`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from usine.kernel.budget import Report
from usine.kernel.circuit import Circuit
from usine.kernel.compiled import CompiledRange
from usine.kernel.compiler import compile
from usine.kernel.counting import count_all
from usine.kernel.diagram_loops import FALSE, TRUE
from usine.kernel.diagrams import Diagrams
from usine.kernel.enumeration import Configurations
from usine.kernel.errors import ModelInvalid
from usine.kernel.memory import Memory
from usine.kernel.model import (
    Among,
    And,
    Constraint,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Or,
    Table,
    Variable,
)

BUDGET = 2_000_000


@dataclass(frozen=True, eq=False)
class Difference:
    """What is in one range and not in the other, over the variables that both have.

    `only_before`, `only_after` name the variables that one range alone has; a value that one alone has makes
    configurations of its own.
    """

    vanished: CompiledRange
    appeared: CompiledRange
    kept: CompiledRange
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @cached_property
    def is_equivalent(self) -> bool:
        """Whether both ranges have the same variables and the same configurations."""
        return (
            self.vanished.is_empty and self.appeared.is_empty and not self.only_before and not self.only_after
        )

    @cached_property
    def includes_before(self) -> bool:
        """Whether every configuration of the range before is in the one after."""
        return self.vanished.is_empty

    @cached_property
    def is_within_before(self) -> bool:
        """Whether every configuration of the range after was in the one before."""
        return self.appeared.is_empty


def compare(before: CompiledRange, after: CompiledRange, *, budget: int = BUDGET) -> Difference:
    """The exact difference of two compiled ranges.

    Raises ModelInvalid when they share no variable, TooLarge past `budget` nodes.
    """
    shared = [name for name in before.domains if name in after.domains]
    if not shared:
        raise ModelInvalid("These two ranges have no variable in common: there is nothing to compare.")
    order = _order(before, shared)
    values = {name: tuple(dict.fromkeys((*before.domains[name], *after.domains[name]))) for name in order}
    diagrams = Diagrams([len(values[name]) for name in order], budget=budget)
    old = _Import(diagrams, before, order, values).root()
    new = _Import(diagrams, after, order, values).root()

    def freeze(node: int, what: str) -> CompiledRange:
        variables = tuple(Variable(name, values[name]) for name in shared)
        key = f"{what} {before.key} {after.key}"
        return CompiledRange(key, variables, tuple(order), diagrams.lay_out(node), {}, {})

    return Difference(
        vanished=freeze(diagrams.conjoin(old, diagrams.negate(new)), "vanished"),
        appeared=freeze(diagrams.conjoin(new, diagrams.negate(old)), "appeared"),
        kept=freeze(diagrams.conjoin(old, new), "kept"),
        only_before=tuple(name for name in before.domains if name not in after.domains),
        only_after=tuple(name for name in after.domains if name not in before.domains),
    )


def compare_models(
    before: Model, after: Model, *, memory: Memory | None = None, progress: Report | None = None
) -> Difference:
    """The exact difference of two models over the same variables (their values may differ); rules have no names.

    Raises ModelInvalid where the variables are others, TooLarge as `compile` does.
    """
    domains = [{v.name: v.values for v in model.variables} for model in (before, after)]
    if domains[0].keys() != domains[1].keys():
        raise ModelInvalid("These two models have other variables: compile both and compare them.")
    variables = tuple(
        Variable(name, tuple(dict.fromkeys((*own, *domains[1][name])))) for name, own in domains[0].items()
    )
    old, new = (_rules(model, variables) for model in (before, after))
    both = [rule for rule in old if rule in new]
    gone, come = [rule for rule in old if rule not in new], [rule for rule in new if rule not in old]
    memory = memory or Memory()

    def part(*rules: Constraint) -> CompiledRange:
        return compile(Model(variables, (*both, *rules)), memory=memory, progress=progress)

    return Difference(
        kept=part(*gone, *come),
        vanished=part(*gone, _break_one(come)),
        appeared=part(*come, _break_one(gone)),
        only_before=(),
        only_after=(),
    )


def _rules(model: Model, variables: tuple[Variable, ...]) -> dict[Constraint, None]:
    """The constraints without the names of their rules, and that each variable has one of its own values."""
    rules = [replace(constraint, rule="") for constraint in model.constraints]
    own = {v.name: frozenset(v.values) for v in model.variables}
    rules += [Holds(Is(v.name, own[v.name])) for v in variables if len(own[v.name]) < len(v.values)]
    return dict.fromkeys(rules)


def _break_one(rules: list[Constraint]) -> Constraint:
    """Some of the rules is not kept."""
    return Holds(Not(And(tuple(as_formula(rule) for rule in rules))))


def as_formula(constraint: Constraint) -> Formula:
    """The formula that holds exactly where a constraint is kept."""
    if isinstance(constraint, Table):
        names = constraint.scope
        rows = (zip(names, row, strict=True) for row in constraint.rows)
        return Or(tuple(And(tuple(Is(name, frozenset({value})) for name, value in row)) for row in rows))
    if isinstance(constraint, Implies):
        return Or((Not(constraint.condition), constraint.consequence))
    if isinstance(constraint, Holds):
        return constraint.formula
    if isinstance(constraint, Excludes):
        return Among(constraint.formulas, 0, 1)
    return Among(constraint.formulas, constraint.at_least, constraint.at_most)


def list_examples(part: CompiledRange, limit: int) -> list[dict[str, str]]:
    """Some configurations of a part, spread over it; the same ones every time."""
    total = count_all(part)
    configurations = Configurations(part, {})
    step = max(total // limit, 1) if limit else 1
    return [configurations.at(number) for number in islice(range(0, total, step), limit)]


def _order(before: CompiledRange, shared: list[str]) -> list[str]:
    """The decisions of the range before in their order, what each determines right after it, the others in theirs."""
    found: list[str] = []
    follow: dict[str, list[str]] = {}
    for name, (decision, _) in before.determined.items():
        follow.setdefault(decision, []).append(name)
    for decision in before.decisions:
        found.extend(name for name in (decision, *follow.get(decision, ())) if name in shared)
    return found


class _Import:
    """One range as a node of the common store; decisions that are no common variable are left out."""

    def __init__(
        self,
        diagrams: Diagrams,
        compiled: CompiledRange,
        order: list[str],
        values: dict[str, tuple[str, ...]],
    ):
        self._diagrams = diagrams
        self._compiled = compiled
        self._level = {name: level for level, name in enumerate(order)}
        self._index = {name: {value: i for i, value in enumerate(values[name])} for name in order}
        self._meaning = self._slot_nodes()

    def root(self) -> int:
        """From the leaves up: a node is any of its edges, an edge all that it fixes and all its children."""
        circuit: Circuit = self._compiled.circuit
        if circuit.is_empty:
            return FALSE
        make = self._diagrams
        nodes = [FALSE] * circuit.node_count
        for node in range(circuit.node_count - 1, -1, -1):
            for edge in range(int(circuit.node_edges[node]), int(circuit.node_edges[node + 1])):
                parts = [nodes[c] for c in _entries(circuit.children, circuit.edge_children, edge)]
                parts += [self._meaning[s] for s in _entries(circuit.slots, circuit.edge_slots, edge)]
                whole = TRUE
                for part in sorted(parts, key=lambda n: -int(make.level[n])):
                    whole = make.conjoin(part, whole)
                nodes[node] = make.disjoin(nodes[node], whole)
        return nodes[0]

    def _slot_nodes(self) -> list[int]:
        """What each slot says of the common variables."""
        compiled, make = self._compiled, self._diagrams
        meaning = [TRUE] * compiled.circuit.slot_count
        by_depth = sorted(self._level, key=lambda name: -self._level[name])
        for name in by_depth:
            slots = compiled.slots_of(name)
            image = compiled.determined[name][1] if name in compiled.determined else range(len(slots))
            atoms = [
                make.rows((self._level[name],), np.array([[self._index[name][value]]], np.int32))
                for value in compiled.domains[name]
            ]
            for slot, value in zip(slots, image, strict=True):
                meaning[slot] = make.conjoin(atoms[value], meaning[slot])
        return meaning


def _entries(array: np.ndarray, starts: np.ndarray, edge: int) -> list[int]:
    found: list[int] = array[starts[edge] : starts[edge + 1]].tolist()
    return found
