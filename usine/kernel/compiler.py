"""Compile a model: as a diagram where an order of its variables keeps that small, else by decomposition."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial

from usine.kernel.budget import Budget, Clock, Report
from usine.kernel.circuit import Circuit
from usine.kernel.compiled import CompiledRange
from usine.kernel.decomposition import Trace, decompose, encode_clauses
from usine.kernel.digest import digest_model, digest_restriction
from usine.kernel.encode import Determined, Encoded, encode
from usine.kernel.errors import OutOfTime, TooLarge
from usine.kernel.joining import Diagram, Order, first, order_again, orders_of, smallest
from usine.kernel.memory import Known, Memory
from usine.kernel.model import Model
from usine.kernel.reduction import condition
from usine.kernel.validate import validate

VERSION = 2
SMALL, MIDDLE, LARGE = 40_000, 400_000, 2_000_000  # nodes
BYTES_A_NODE = 600  # of a diagram while it grows, at worst
BYTES_A_CLAUSE = 400  # while it is read, prepared and searched, with a solver's copy
MANY_SWITCHES = 250
Attempt = Callable[[], CompiledRange]
Drawing = Callable[[Encoded, list[Order], int, Clock], Diagram]


def compile(
    model: Model,
    *,
    progress: Report | None = None,
    budget: Budget | None = None,
    memory: Memory | None = None,
) -> CompiledRange:
    """Compile a model into every configuration that it allows. What comes out depends on the model alone.

    With a `memory` of nearly the same model it depends on that too: the configurations are the same, found sooner, in
    another circuit with a key of its own. The memory is this model's afterwards.

    Diagrams are tried first, and decomposition where they are not small; rule sets over hundreds of switches are
    decomposed at once. Raises ModelInvalid, or TooLarge where the budget does not suffice; what `progress` raises
    comes through.
    """
    validate(model)
    budget = budget or Budget()
    clock = Clock(budget, progress)
    refused = TooLarge("There is nothing to compile.")
    for attempt in _attempts(encode(model), budget, clock, memory or Memory(limit=0)):
        try:
            return _with_key(attempt(), model, memory)
        except OutOfTime:
            raise
        except TooLarge as error:
            refused = error
    raise refused


def restrict(compiled: CompiledRange, allowed: Mapping[str, Collection[str]]) -> CompiledRange:
    """The configurations whose variables keep to the `allowed` values; reduced again, with a key of its own."""
    keep = compiled.allowed_slots(allowed)
    key = digest_restriction(compiled.key, allowed)
    return replace(compiled, key=key, circuit=condition(compiled.circuit, keep))


def model_key(model: Model) -> str:
    """A digest of the model's content and of the version of the code that compiles it."""
    return digest_model(model, str(VERSION))


def _with_key(compiled: CompiledRange, model: Model, memory: Memory | None) -> CompiledRange:
    """The key is the model's where the circuit is; else it is made from the circuit too."""
    key = model_key(model)
    if memory and memory.has_served:
        circuit = hashlib.sha256(f"{key} compiled again".encode())
        for array in compiled.circuit.arrays:
            circuit.update(array.tobytes())
        key = circuit.hexdigest()
    return replace(compiled, key=key)


def _attempts(encoded: Encoded, budget: Budget, clock: Clock, memory: Memory) -> Iterator[Attempt]:
    """What to try, one after the other: what served before, then small targets of either kind before large ones."""
    known = memory.known
    room = min(budget.nodes, budget.bytes // BYTES_A_NODE)
    if known.trace:
        yield partial(compile_by_decomposition, encoded, budget, clock, memory, known.trace)
    if 2 * len({*known.order}.intersection(encoded.names)) > len(encoded.names):
        again = [order_again(encoded, known.order)]
        yield partial(_draw, encoded, first, again, min(known.nodes, room), clock, memory, True)
    if _is_for_decomposition(encoded):
        yield partial(compile_by_decomposition, encoded, budget, clock, memory)
        return
    orders = orders_of(encoded)
    yield partial(_draw, encoded, smallest, orders, min(SMALL, room), clock, memory)
    for limits in (replace(budget, nodes=min(MIDDLE, budget.nodes)), budget):
        by_kind = [
            partial(compile_by_decomposition, encoded, limits, clock, memory),
            partial(_draw, encoded, first, orders, min(LARGE, limits.nodes, room), clock, memory),
        ]
        yield from by_kind if encoded.formulas else reversed(by_kind)  # tables alone: thousands of clauses


def _is_for_decomposition(encoded: Encoded) -> bool:
    """Whether hardly anything is not a switch, and there are hundreds of them, without tables."""
    switches = sum(size <= 2 for size in encoded.sizes)
    return not encoded.grids and switches >= max(MANY_SWITCHES, 0.9 * len(encoded.sizes))


def _draw(
    encoded: Encoded,
    draw: Drawing,
    orders: list[Order],
    nodes: int,
    clock: Clock,
    memory: Memory,
    is_known: bool = False,
) -> CompiledRange:
    order, circuit = draw(encoded, orders, nodes, clock)
    memory.keep(Known(order=tuple(encoded.names[v] for v in order), nodes=nodes), reused=int(is_known))
    return _put_together(encoded, circuit, order, encoded.determined)


def compile_by_decomposition(
    encoded: Encoded, budget: Budget, clock: Clock, memory: Memory | None = None, known: Trace | None = None
) -> CompiledRange:
    """The circuit of the model's clauses, whatever their kind. The key is left empty. Raises TooLarge."""

    def check(clauses: int) -> None:
        clock.tick("clauses")
        if clauses * BYTES_A_CLAUSE > budget.bytes:
            raise TooLarge(f"These rules need more than {budget.bytes >> 20} MB as clauses: simplify them.")

    keep = memory is not None and memory.limit > 0
    found = decompose(encode_clauses(encoded, check), budget, clock, keep=keep, known=known)
    if memory:
        memory.keep(Known(trace=found.trace) if found.trace else memory.known, reused=found.reused)
    names = encoded.names
    own = {names[place]: (names[key], image) for place, (key, image) in found.determined.items()}
    determined: Determined = dict(own)
    for name, (key, image) in encoded.determined.items():
        if key in own:  # a key of the tables that another decision decides
            owner, values = own[key]
            determined[name] = owner, tuple(image[value] for value in values)
        else:
            determined[name] = key, image
    return _put_together(encoded, found.circuit, found.decisions, determined)


def _put_together(
    encoded: Encoded, circuit: Circuit, decisions: tuple[int, ...], determined: Determined
) -> CompiledRange:
    """The compiled range; its key is given later."""
    return CompiledRange(
        key="",
        variables=encoded.model.variables,
        decisions=tuple(encoded.names[v] for v in decisions),
        circuit=circuit,
        determined=determined,
        terms={term.name: (term.scope, term.rows) for term in encoded.model.price_terms},
    )
