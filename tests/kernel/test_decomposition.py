"""Rule sets compiled from the top down: the circuit has the models of the clauses, each once, and keeps its laws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.kernel.budget import Budget, Clock
from usine.kernel.circuit import Circuit
from usine.kernel.decomposition import Clauses, Decomposed, decompose
from usine.kernel.errors import TooLarge


def rules(clauses, variable_count, decisions) -> Clauses:
    start = np.zeros(len(clauses) + 1, np.int32)
    start[1:] = np.cumsum([len(clause) for clause in clauses])
    return Clauses(
        np.array([x for c in clauses for x in c], np.int32), start, variable_count, tuple(decisions)
    )


def decomposed(rules: Clauses, budget: Budget | None = None, progress=None) -> Decomposed:
    budget = budget or Budget()
    return decompose(rules, budget, Clock(budget, progress))


def models(clauses, variable_count):
    """All models by trying every assignment."""
    for signs in itertools.product((-1, 1), repeat=variable_count):
        model = {v * sign for v, sign in enumerate(signs, 1)}
        if all(not model.isdisjoint(clause) for clause in clauses):
            yield model


def configurations(circuit: Circuit, node: int = 0) -> list[frozenset[int]]:
    """The slots of every configuration below a node; checks that what an edge joins is apart (small circuits)."""
    found = []
    for edge in range(circuit.node_edges[node], circuit.node_edges[node + 1]):
        parts = [[frozenset(circuit.slots[circuit.edge_slots[edge] : circuit.edge_slots[edge + 1]].tolist())]]
        for child in circuit.children[circuit.edge_children[edge] : circuit.edge_children[edge + 1]]:
            parts.append(configurations(circuit, int(child)))
        for choice in itertools.product(*parts):
            whole = frozenset().union(*choice)
            assert len(whole) == sum(map(len, choice)), "an edge fixes a slot twice"
            found.append(whole)
    return found


def domain_of(circuit: Circuit, decision_of, node: int = 0) -> frozenset[int]:
    """The decisions below a node; checks that its edges agree and that what an edge joins is apart."""
    domains = set()
    for edge in range(circuit.node_edges[node], circuit.node_edges[node + 1]):
        slots = circuit.slots[circuit.edge_slots[edge] : circuit.edge_slots[edge + 1]]
        parts = [frozenset([decision_of[slot]]) for slot in slots.tolist()]
        for child in circuit.children[circuit.edge_children[edge] : circuit.edge_children[edge + 1]]:
            parts.append(domain_of(circuit, decision_of, int(child)))
        domains.add(frozenset().union(*parts))
        assert sum(map(len, parts)) == len(frozenset().union(*parts)), "not decomposable"
    assert len(domains) == 1, "not smooth"
    return domains.pop()


def values_of(found: Decomposed, decisions, slots: frozenset[int]) -> tuple[int, ...]:
    """The value index of every decision in a configuration, determined ones included."""
    start = found.circuit.slot_start.tolist()
    values = {}
    for place, decision in enumerate(found.decisions):
        (slot,) = [slot for slot in slots if start[place] <= slot < start[place + 1]]
        values[decision] = slot - start[place]
    for decision, (owner, value) in found.determined.items():
        values[decision] = value[values[owner]]
    return tuple(values[decision] for decision in range(len(decisions)))


def check(clauses, variable_count, decisions) -> None:
    found = decomposed(rules(clauses, variable_count, decisions))
    circuit = found.circuit
    circuit.check()
    expected = sorted(
        tuple(next(at for at, literal in enumerate(d) if literal in model) for d in decisions)
        for model in models(clauses, variable_count)
    )
    if not expected:
        assert circuit.is_empty
        return
    decision_of = np.repeat(np.arange(len(found.decisions)), np.diff(circuit.slot_start)).tolist()
    assert domain_of(circuit, decision_of) == frozenset(range(len(found.decisions)))
    assert sorted(values_of(found, decisions, slots) for slots in configurations(circuit)) == expected


@st.composite
def rule_sets(draw):
    """Clauses over Boolean and one-hot decisions, and auxiliary variables defined as an AND of two literals."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=5))
    decisions, clauses, used = [], [], 0
    for size in sizes:
        if size == 2:
            used += 1
            decisions.append((-used, used))
        else:
            group = tuple(range(used + 1, used + size + 1))
            used += size
            decisions.append(group)
            clauses.append(group)
            clauses += [(-a, -b) for a, b in itertools.combinations(group, 2)]
    literal = st.integers(1, used).flatmap(lambda v: st.sampled_from((v, -v)))
    for _ in range(draw(st.integers(0, 2))):
        one, other = draw(literal), draw(literal)
        used += 1
        clauses += [(-used, one), (-used, other), (used, -one, -other)]
        literal = st.integers(1, used).flatmap(lambda v: st.sampled_from((v, -v)))
    clauses += [tuple(c) for c in draw(st.lists(st.lists(literal, min_size=2, max_size=4), max_size=12))]
    return clauses, used, tuple(decisions)


@given(rule_sets())
def test_the_circuit_has_each_model_once_and_keeps_the_laws(rule_set):
    clauses, used, decisions = rule_set
    if used <= 14:
        check(clauses, used, decisions)


def count(circuit: Circuit) -> int:
    """Configurations of a circuit, exactly."""
    counts = [0] * circuit.node_count
    edge_children = circuit.edge_children.tolist()
    children, node_edges = circuit.children.tolist(), circuit.node_edges.tolist()
    for node in range(circuit.node_count - 1, -1, -1):
        for edge in range(node_edges[node], node_edges[node + 1]):
            product = 1
            for child in children[edge_children[edge] : edge_children[edge + 1]]:
                product *= counts[child]
            counts[node] += product
    return counts[0] if counts else 0


def random_clauses(seed: int, variables: int, clauses: int) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    return [
        tuple(
            int(v) * int(s)
            for v, s in zip(rng.choice(variables, 3, False) + 1, rng.choice((-1, 1), 3), strict=True)
        )
        for _ in range(clauses)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_counts_agree_where_failures_teach(seed):
    """Near the threshold of satisfiability many branches fail: clauses learnt there never change a count."""
    variables = 16
    clauses = random_clauses(seed, variables, 30 + seed)
    table = (np.arange(1 << variables)[:, None] >> np.arange(variables)) & 1
    holds = np.ones(1 << variables, bool)
    for clause in clauses:
        holds &= np.any([table[:, abs(x) - 1] == (x > 0) for x in clause], axis=0)
    found = decomposed(rules(clauses, variables, [(-v, v) for v in range(1, variables + 1)]))
    assert count(found.circuit) == int(holds.sum())


def test_what_goes_together_is_determined_and_what_is_fixed_is_on_the_root():
    found = decomposed(rules([(1,), (-2, 3), (2, -3), (4, 2), (4, 5)], 5, [(-v, v) for v in range(1, 6)]))
    assert dict(found.determined) == {2: (1, (0, 1))}
    assert found.decisions == (0, 1, 3, 4)
    root = found.circuit.slots[: found.circuit.edge_slots[1]]
    assert root.tolist() == [1]


def test_contradictory_rules_have_an_empty_circuit():
    assert decomposed(rules([(1, 2), (-1, 2), (1, -2), (-1, -2)], 2, [(-1, 1), (-2, 2)])).circuit.is_empty


def test_the_result_is_the_same_every_time():
    clauses = random_clauses(3, 60, 150)
    decisions = [(-v, v) for v in range(1, 61)]
    one, other = (decomposed(rules(clauses, 60, decisions)).circuit for _ in range(2))
    assert all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("node_edges", "slots", "children")
    )


def test_budgets_are_kept():
    clauses, decisions = random_clauses(5, 200, 500), [(-v, v) for v in range(1, 201)]
    with pytest.raises(TooLarge, match=r"within 0\.2 s"):
        decomposed(rules(clauses, 200, decisions), Budget(seconds=0.2))
    with pytest.raises(TooLarge, match="more than 2 MB"):
        decomposed(rules(clauses, 200, decisions), Budget(bytes=2 << 20))


def test_progress_may_stop_it():
    class Stopped(Exception):
        pass

    def stop(_message: str) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        decomposed(rules(random_clauses(5, 60, 150), 60, [(-v, v) for v in range(1, 61)]), progress=stop)
