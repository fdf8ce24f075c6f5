"""What one asks of a compiled range: counts, valid values with their prices, the cheapest configuration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from usine.kernel import passes
from usine.kernel.circuit import Ints
from usine.kernel.compiled import Amounts, CompiledRange, Flags, PricedRange, Terms
from usine.kernel.counting import count_chosen
from usine.kernel.encode import hidden_name
from usine.kernel.errors import Impossible, ModelInvalid
from usine.kernel.model import Choices, Prices
from usine.kernel.passes import INFINITY

MAX_PRICES = 2**58
"""Of all amounts times the variables: a restoration may weigh each choice by more than all prices together."""

IMPOSSIBLE = "These choices cannot go together: use restore() to find the nearest configuration."
EMPTY = "This range has no configuration at all: its rules contradict each other."
TOO_LARGE = "The prices of this range are too large to be added exactly: choose a larger unit."


class Bounds(NamedTuple):
    """The least and the greatest total price of the configurations with a value."""

    minimum: int
    maximum: int


class Answer:
    """What is still possible under some choices; laid out when it is read.

    `values[variable][value]` is there for each valid value, with the price bounds of the configurations that have it.
    For a variable already chosen, the other values listed are those possible when that one choice is let go.
    `minimum` and `maximum` are the bounds of all configurations that keep the choices, `count` their exact number.
    """

    __slots__ = ("_chosen", "_compiled", "_count", "maximum", "minimum", "values")

    def __init__(self, compiled: CompiledRange, chosen: Ints, low: Amounts, high: Amounts, total: Bounds):
        self._compiled = compiled
        self._chosen = chosen
        self._count: int | None = None
        self.minimum, self.maximum = total
        self.values: Mapping[str, Mapping[str, Bounds]] = _Values(compiled, low, high)

    @property
    def count(self) -> int:
        """How many configurations keep the choices."""
        if self._count is None:
            self._count = count_chosen(self._compiled, self._chosen)
        return self._count


class _Values(Mapping[str, Mapping[str, Bounds]]):
    """Variable to valid value to bounds, from one array entry a value."""

    __slots__ = ("_compiled", "_found", "_high", "_is_whole", "_low")

    def __init__(self, compiled: CompiledRange, low: Amounts, high: Amounts):
        self._compiled, self._low, self._high = compiled, low, high
        self._found: dict[str, Mapping[str, Bounds]] = {}
        self._is_whole = False

    def __getitem__(self, name: str) -> Mapping[str, Bounds]:
        found = self._found.get(name)
        if found is None:
            place = self._compiled.variable_of[name]
            first, last = self._compiled.layout.first_group[place : place + 2].tolist()
            bounds = zip(
                self._compiled.domains[name],
                self._low[first:last].tolist(),
                self._high[first:last].tolist(),
                strict=True,
            )
            found = {value: Bounds(low, high) for value, low, high in bounds if low < INFINITY}
            self._found[name] = found
        return found

    def items(self) -> ItemsView[str, Mapping[str, Bounds]]:
        """Every variable: laid out at once, in a third of the time."""
        if not self._is_whole:
            lows, highs = iter(self._low.tolist()), iter(self._high.tolist())
            self._found = {
                name: {
                    value: Bounds(low, high)
                    for value, low, high in zip(domain, lows, highs, strict=False)  # the next domain goes on
                    if low < INFINITY
                }
                for name, domain in self._compiled.domains.items()
            }
            self._is_whole = True
        return self._found.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.domains)

    def __len__(self) -> int:
        return len(self._compiled.variables)


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole configuration and its price."""

    values: Mapping[str, str]
    price: int


def price(compiled: CompiledRange, prices: Prices) -> PricedRange:
    """Put the amounts of a price list on a compiled range. Raises ModelInvalid on an unknown term or row."""
    check_prices(compiled.terms, prices)
    slot_price = np.zeros(compiled.circuit.slot_count, dtype=np.int64)
    for name, amounts in prices.items():
        scope, rows = compiled.terms[name]
        if len(scope) > 1:
            start = compiled.slots_of(hidden_name(name)).start
            for i, row in enumerate(rows):
                slot_price[start + i] += amounts.get(row, 0)
        else:
            _price_values(compiled, slot_price, scope[0], {row[0]: amount for row, amount in amounts.items()})
    if sum(map(abs, slot_price.tolist())) * (len(compiled.variables) + 1) > MAX_PRICES:
        raise ModelInvalid(TOO_LARGE)
    key = hashlib.sha256(f"{compiled.key} priced {digest_prices(prices)}".encode()).hexdigest()
    return PricedRange(compiled, key, slot_price)


def check_prices(terms: Terms, prices: Prices) -> None:
    """Every term and row exists, and no sum of amounts can leave 64 bits. Raises ModelInvalid."""
    for name, amounts in prices.items():
        if name not in terms:
            raise ModelInvalid(f"This range has no price term {name}.")
        known = set(terms[name][1])
        unknown = next((row for row in amounts if row not in known), None)
        if unknown is not None:
            raise ModelInvalid(f"The price term {name} has no row {', '.join(unknown)}.")
    every = [amount for amounts in prices.values() for amount in amounts.values()]
    broken = next((amount for amount in every if not isinstance(amount, int | np.integer)), None)
    if broken is not None:
        raise ModelInvalid(
            f"Amounts are whole numbers, in the smallest unit of the currency; {broken!r} is none."
        )
    if sum(map(abs, every)) > MAX_PRICES:
        raise ModelInvalid(TOO_LARGE)


def digest_prices(prices: Prices) -> str:
    """The amounts, written in one way only."""
    return json.dumps(
        [
            [name, sorted((list(row), amount) for row, amount in a.items())]
            for name, a in sorted(prices.items())
        ]
    )


def _price_values(
    compiled: CompiledRange, slot_price: Amounts, name: str, amounts: Mapping[str, int]
) -> None:
    domain = compiled.domains[name]
    if name in compiled.determined:
        start = compiled.slots_of(name).start
        for i, value in enumerate(compiled.determined[name][1]):
            slot_price[start + i] += amounts.get(domain[value], 0)
        return
    start = compiled.slots_of(name).start
    for i, label in enumerate(domain):
        slot_price[start + i] += amounts.get(label, 0)


def count(compiled: CompiledRange | PricedRange, choices: Choices) -> int:
    """How many configurations keep the choices; 0 when they contradict. Exact for any size."""
    compiled = _bare(compiled)
    return count_chosen(compiled, compiled.number(choices))


def is_possible(compiled: CompiledRange | PricedRange, choices: Choices) -> bool:
    """Whether some configuration keeps the choices."""
    compiled = _bare(compiled)
    return is_possible_chosen(compiled, compiled.number(choices))


def is_possible_chosen(compiled: CompiledRange, chosen: Ints) -> bool:
    """`is_possible` for choices in numbers: an index for each variable, -1 for none."""
    if compiled.is_empty:
        return False
    return passes.is_feasible(*compiled.circuit.arrays, _broken(compiled, chosen))


def find_allowed(compiled: CompiledRange, choices: Choices) -> Flags:
    """For each slot, whether it keeps the choices. Raises UnknownVariable or UnknownValue."""
    allowed: Flags = _broken(compiled, compiled.number(choices)) == 0
    return allowed


def _broken(compiled: CompiledRange, chosen: Ints) -> Ints:
    return passes.find_broken(*compiled.layout.arrays, chosen, compiled.circuit.slot_count)


def ask(priced: PricedRange, choices: Choices) -> Answer:
    """Every valid value of every variable with its price bounds, in two passes over the circuit.

    Raises Impossible when the choices contradict.
    """
    compiled, circuit = priced.compiled, priced.compiled.circuit
    chosen = compiled.number(choices)
    if compiled.is_empty:
        raise Impossible(EMPTY)
    groups = compiled.layout.arrays
    if circuit.is_diagram:
        found = passes.answer_diagram(
            circuit.node_edges, circuit.slots, circuit.child, *groups, chosen, priced.slot_price
        )
    else:
        found = passes.answer_circuit(*circuit.arrays, *groups, chosen, priced.slot_price)
    possible, least, most, low, high = found
    if not possible:
        raise Impossible(IMPOSSIBLE)
    return Answer(compiled, chosen, low, high, Bounds(least, most))


def cheapest(priced: PricedRange, choices: Choices) -> Completion:
    """The cheapest configuration that keeps the choices; among equals, the first one in the order of the circuit.

    Raises Impossible when the choices contradict.
    """
    compiled = priced.compiled
    found = trace(compiled, np.where(find_allowed(compiled, choices), priced.slot_price, INFINITY))
    if found is None:
        raise Impossible(IMPOSSIBLE)
    values, cost = found
    return Completion(values, cost)


def trace(compiled: CompiledRange, slot_cost: Amounts) -> tuple[dict[str, str], int] | None:
    """The configuration of least cost and that cost; None when every one is barred (INFINITY)."""
    if compiled.is_empty:
        return None
    circuit = compiled.circuit
    up, best = passes.least_up(*circuit.arrays, slot_cost)
    if best[0] < 0:
        return None
    taken = passes.follow(
        circuit.edge_slots,
        circuit.slots,
        circuit.edge_children,
        circuit.children,
        best,
        len(compiled.decisions),
    )
    return values_of(compiled, taken), int(up[0])


def values_of(compiled: CompiledRange, slots: Iterable[int]) -> dict[str, str]:
    """The slots of a configuration as values, determined variables included, hidden ones left out."""
    taken = np.sort(slots if isinstance(slots, np.ndarray) else np.fromiter(slots, np.int64))
    chosen = (taken - compiled.circuit.slot_start[:-1]).tolist()
    return {name: values[chosen[decision]] for name, decision, values in compiled.readings}


def _bare(compiled: CompiledRange | PricedRange) -> CompiledRange:
    return compiled.compiled if isinstance(compiled, PricedRange) else compiled
