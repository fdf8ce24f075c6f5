"""The same questions whichever engine answers: a compiled range where it fits its budget, satisfiability elsewhere.

What only a compiled range answers (counts, pages and samples of configurations, comparisons, the best figure within a
budget) takes a `CompiledRange` or `PricedRange`; what is here takes both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import overload

from usine.kernel import best_first, compiler, queries
from usine.kernel.best_first import Wishes, check_wishes
from usine.kernel.budget import Budget, Report
from usine.kernel.compiled import CompiledRange, PricedRange
from usine.kernel.errors import TooLarge
from usine.kernel.memory import Memory
from usine.kernel.model import Choices, Model, Prices
from usine.kernel.queries import Answer, Completion
from usine.kernel.solved import SolvedRange, restrict_solved, solve
from usine.kernel.solved_prices import PricedSolved, price_solved
from usine.kernel.solved_queries import (
    SolvedAnswer,
    ask_solved,
    cheapest_solved,
    count_solved,
    fulfil_solved,
    is_possible_solved,
    iterate_cheapest_solved,
)

AnyRange = CompiledRange | SolvedRange
AnyPriced = PricedRange | PricedSolved


def open_range(
    model: Model,
    *,
    progress: Report | None = None,
    budget: Budget | None = None,
    memory: Memory | None = None,
) -> AnyRange:
    """The model compiled; where that does not fit the budget, answered by satisfiability, and `why` says so.

    The second engine takes as many seconds again at most, a minute if that is more. Raises ModelInvalid, and OutOfTime
    where neither is ready by then.
    """
    try:
        return compiler.compile(model, progress=progress, budget=budget, memory=memory)
    except TooLarge as error:
        seconds = max((budget or Budget()).seconds, Budget().seconds)
        return solve(model, why=str(error), progress=progress, budget=Budget(seconds=seconds))


def bare(anything: AnyRange | AnyPriced) -> AnyRange:
    """The range without its prices."""
    if isinstance(anything, PricedRange):
        return anything.compiled
    return anything.solved if isinstance(anything, PricedSolved) else anything


@overload
def restrict(range_: CompiledRange, allowed: Mapping[str, Collection[str]]) -> CompiledRange: ...
@overload
def restrict(range_: SolvedRange, allowed: Mapping[str, Collection[str]]) -> SolvedRange: ...
def restrict(range_: AnyRange, allowed: Mapping[str, Collection[str]]) -> AnyRange:
    """The configurations whose variables keep to the `allowed` values; made small again, with a key of its own."""
    if isinstance(range_, SolvedRange):
        return restrict_solved(range_, allowed)
    return compiler.restrict(range_, allowed)


@overload
def price(range_: CompiledRange, prices: Prices) -> PricedRange: ...
@overload
def price(range_: SolvedRange, prices: Prices) -> PricedSolved: ...
def price(range_: AnyRange, prices: Prices) -> AnyPriced:
    """Put the amounts of a price list on a range. Raises ModelInvalid on an unknown term or row."""
    return price_solved(range_, prices) if isinstance(range_, SolvedRange) else queries.price(range_, prices)


@overload
def ask(priced: PricedRange, choices: Choices) -> Answer: ...
@overload
def ask(priced: PricedSolved, choices: Choices) -> SolvedAnswer: ...
def ask(priced: AnyPriced, choices: Choices) -> Answer | SolvedAnswer:
    """Every valid value of every variable, with its price bounds. Raises Impossible when the choices contradict."""
    return ask_solved(priced, choices) if isinstance(priced, PricedSolved) else queries.ask(priced, choices)


def count(anything: AnyRange | AnyPriced, choices: Choices) -> int:
    """How many configurations keep the choices; 0 when they contradict. Exact for any size.

    Raises Uncounted where the range is not compiled and they are more than a thousand.
    """
    range_ = bare(anything)
    return (
        count_solved(range_, choices) if isinstance(range_, SolvedRange) else queries.count(range_, choices)
    )


def is_possible(anything: AnyRange | AnyPriced, choices: Choices) -> bool:
    """Whether some configuration keeps the choices."""
    range_ = bare(anything)
    if isinstance(range_, SolvedRange):
        return is_possible_solved(range_, choices)
    return queries.is_possible(range_, choices)


def cheapest(priced: AnyPriced, choices: Choices) -> Completion:
    """The cheapest configuration that keeps the choices. Raises Impossible when they contradict.

    Among equals it is always the same one: in a compiled range the first in the order of the circuit.
    """
    if isinstance(priced, PricedSolved):
        return cheapest_solved(priced, choices)
    return queries.cheapest(priced, choices)


def iterate_cheapest(priced: AnyPriced, choices: Choices) -> Iterator[Completion]:
    """Every configuration that keeps the choices, cheapest first. Lazy; nothing comes when the choices contradict."""
    if isinstance(priced, PricedSolved):
        return iterate_cheapest_solved(priced, choices)
    return best_first.iterate_cheapest(priced, choices)


def fulfil(priced: AnyPriced, choices: Choices, wishes: Wishes) -> Completion:
    """The configuration that keeps the choices and has the least price plus worth of the wishes it leaves unfulfilled.

    The completion's price is the price alone. Raises Impossible when the choices contradict, ModelInvalid when the
    worths are too large to be added exactly or negative.
    """
    if isinstance(priced, PricedSolved):
        check_wishes(wishes)
        return fulfil_solved(priced, choices, wishes)
    return best_first.fulfil(priced, choices, wishes)
