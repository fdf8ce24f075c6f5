"""What buyers mostly took: the most likely value and the most likely configuration, among the valid ones only.

Learnt from sales histories by `learn`; the range says what is valid, the sales only what is likely.
docs/recommendation.md tells the method, its guarantees and what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from usine.kernel.artefact import pack, unpack
from usine.kernel.compiled import CompiledRange, PricedRange
from usine.kernel.errors import ArtefactCorrupted, Impossible, ModelInvalid, UnknownVariable
from usine.kernel.grouping import GROUPINGS, GROUPS, LEAST, Groups, find_groups
from usine.kernel.model import Choices
from usine.kernel.queries import ask, cheapest, is_possible, price

MAGIC = b"USINEREC"
VERSION = 2
NOUN = "summary of sales"
SCALE = 1_000_000
"""Logarithms are added as whole millionths, so that a completion is exact and the same everywhere."""

Floats = NDArray[np.float64]
Values = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, eq=False)
class Sales:
    """Histories: one row a sale, one column a variable; the value's place in the domain, or -1 where it is unknown."""

    variables: tuple[str, ...]
    numbers: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.numbers)


class Likely(NamedTuple):
    """A valid value, its probability among the valid ones, and how many sales had it in all: in steps of 5, rounded,
    and 0 for fewer than 5."""

    value: str
    probability: float
    support: int


class LikelyConfiguration(NamedTuple):
    """A whole configuration, and the logarithm of its probability together with its group's, in millionths."""

    values: Mapping[str, str]
    score: int


def learn(
    compiled: CompiledRange, sales: Sales, *, groups: int = GROUPS, groupings: int = GROUPINGS
) -> Recommender:
    """Learn from sales; seconds to half a minute for ten thousand. Sales that are not valid (any more) count as well.

    Raises ModelInvalid when a column is no variable of the range, or a number no place in its domain.
    """
    domains = compiled.domains
    for name, column in zip(sales.variables, sales.numbers.T, strict=True):
        if name not in domains:
            raise ModelInvalid(f"This range has no variable {name}.")
        if len(column) and not -1 <= int(column.min()) <= int(column.max()) < len(domains[name]):
            raise ModelInvalid(f"A sale gives {name} a value outside its domain.")
    if not sales.variables:
        raise ModelInvalid("These sales tell nothing: no column is a variable of the range.")
    widths = np.array([len(domains[name]) for name in sales.variables], dtype=np.int64)
    return Recommender(compiled, sales.variables, find_groups(sales.numbers, widths, groups, groupings))


def count_invalid_sales(compiled: CompiledRange, sales: Sales) -> int:
    """How many sales are no valid (partial) configuration of the range, those with an unknown value included."""
    rows, repeated = np.unique(sales.numbers, axis=0, return_counts=True)
    domains = [compiled.domains[name] for name in sales.variables]
    invalid = 0
    for row, times in zip(rows.tolist(), repeated.tolist(), strict=True):
        told = zip(sales.variables, domains, row, strict=True)
        if min(row) < 0 or not is_possible(compiled, {name: domain[i] for name, domain, i in told}):
            invalid += times
    return invalid


@dataclass(frozen=True, eq=False)
class Recommender:
    """What was learnt, on a range (or on a market's restriction of it). Immutable; threads may share it."""

    compiled: CompiledRange
    variables: tuple[str, ...]
    groups: Groups

    @cached_property
    def _priced(self) -> PricedRange:
        return price(self.compiled, {})

    @cached_property
    def _chances(self) -> Floats:
        return self.groups.chances()

    @cached_property
    def _logs(self) -> Floats:
        return np.log(self._chances)

    @cached_property
    def _sizes(self) -> Floats:
        return np.asarray(np.log(self.groups.sizes / self.groups.sizes.sum()), dtype=np.float64)

    @cached_property
    def _first(self) -> dict[str, int]:
        """The first slot of each sold variable."""
        return dict(zip(self.variables, self.groups.starts.tolist(), strict=False))

    def likely(self, choices: Choices, variable: str) -> tuple[Likely, ...]:
        """The valid values of a variable, the most likely first; equals in the order of the range.

        For a variable already chosen: the values possible when that one choice is let go. A variable that no sale
        tells of has all its valid values equal, with the support 0. Raises Impossible when the choices contradict,
        UnknownVariable or UnknownValue.
        """
        if variable not in self.compiled.domains:
            raise UnknownVariable(f"This range has no variable {variable}.")
        valid = tuple(ask(self._priced, choices).values[variable])
        return self.rank(choices, variable, valid)

    def rank(self, choices: Choices, variable: str, valid: tuple[str, ...]) -> tuple[Likely, ...]:
        """The same for a caller who has just asked which values are valid."""
        if variable not in self._first:
            return tuple(Likely(value, 1 / len(valid), 0) for value in valid)
        others = {name: value for name, value in choices.items() if name != variable}
        score = self._scores(others)
        weight = np.exp(score - score.max())
        slots = [self._slot(variable, value) for value in valid]
        chance = weight @ self._chances[:, slots]
        # Sums of the same numbers in another order differ in the last digits: equal is equal to nine digits.
        shares = [float(f"{share:.9g}") for share in (chance / chance.sum()).tolist()]
        supports = self.groups.totals[slots].tolist()
        ranked = [Likely(*entry) for entry in zip(valid, shares, supports, strict=True)]
        return tuple(sorted(ranked, key=lambda entry: -entry.probability))

    def complete(self, choices: Choices) -> LikelyConfiguration:
        """The valid configuration that keeps the choices and is, with a group of sales, the most likely of all.

        Exact: no valid configuration with any group has a better score. Groups are tried from the best bound down,
        until the next bound is not better than what was found. Raises Impossible when the choices contradict.
        """
        valid = ask(self._priced, choices).values
        sizes, logs = np.rint(-self._sizes * SCALE), np.rint(-self._logs * SCALE)
        bounds = sizes + sum(
            logs[:, self._open_slots(name, choices, valid)].min(axis=1) for name in self.variables
        )
        best: LikelyConfiguration | None = None
        for group in np.argsort(bounds, kind="stable").tolist():
            if best is not None and -bounds[group] <= best.score:
                break
            found = cheapest(self._put_on(logs[group].astype(np.int64)), choices)
            score = -int(sizes[group]) - found.price
            if best is None or score > best.score:
                best = LikelyConfiguration(found.values, score)
        if best is None:
            raise Impossible("These choices cannot go together.")
        return best

    def on(self, compiled: CompiledRange) -> Recommender:
        """The same knowledge on another range with the same variables: a market's, or a newer release's.

        Raises ModelInvalid when the domain of a sold variable differs.
        """
        for name in self.variables:
            if compiled.domains.get(name) != self.compiled.domains[name]:
                raise ModelInvalid(
                    f"These sales tell of other values of {name} than this range has: learn again."
                )
        return Recommender(compiled, self.variables, self.groups)

    def _slot(self, name: str, value: str) -> int:
        return self._first[name] + self.compiled.value_index[name][value]

    def _scores(self, choices: Choices) -> Floats:
        """For each group, the logarithm of the probability of it and the choices together."""
        slots = [self._slot(name, value) for name, value in choices.items() if name in self._first]
        scores: Floats = self._sizes + self._logs[:, slots].sum(axis=1)
        return scores

    def _open_slots(self, name: str, choices: Choices, valid: Values) -> list[int]:
        values = (choices[name],) if name in choices else valid[name]
        return [self._slot(name, value) for value in values]

    def _put_on(self, cost: NDArray[np.int64]) -> PricedRange:
        """The costs of values on the slots of their decisions; what a decision determines costs with it."""
        compiled, starts = self.compiled, self.groups.starts
        slot_cost = np.zeros(compiled.circuit.slot_count, dtype=np.int64)
        for i, name in enumerate(self.variables):
            own = cost[starts[i] : starts[i + 1]]
            slots = compiled.slots_of(name)
            image = compiled.determined[name][1] if name in compiled.determined else range(len(own))
            slot_cost[slots.start : slots.stop] += own[list(image)]
        return PricedRange(compiled, "", slot_cost)

    def to_bytes(self) -> bytes:
        """What was learnt, for `recommender_from_bytes`: counts of at least 5 sales, and a checksum; no sale."""
        header = {
            "variables": [[name, list(self.compiled.domains[name])] for name in self.variables],
            "least": LEAST,
        }
        arrays = (self.groups.sizes, self.groups.counts, self.groups.totals)
        return pack(MAGIC, VERSION, header, [array.ravel().astype(np.int32) for array in arrays])


def recommender_from_bytes(data: bytes, compiled: CompiledRange) -> Recommender:
    """Raises ArtefactCorrupted when the bytes are not those that `to_bytes` wrote (ArtefactOutdated: of another
    version), ModelInvalid when they were learnt on a range with other values."""
    header, arrays = unpack(data, MAGIC, VERSION, NOUN, "learn again")
    try:
        learnt = {str(name): tuple(values) for name, values in header["variables"]}
        sizes, counts, totals = (array.astype(np.int64) for array in arrays)
        starts = np.concatenate(([0], np.cumsum([len(values) for values in learnt.values()]))).astype(
            np.int64
        )
        groups = Groups(starts, sizes, counts.reshape(len(sizes), int(starts[-1])), totals)
        is_one_each = len(learnt) == len(header["variables"])
        if header["least"] != LEAST or not is_one_each or not groups.are_whole():
            raise ValueError("These numbers are none of sales.")
    except (ValueError, TypeError, KeyError) as error:
        raise ArtefactCorrupted(f"The numbers of this {NOUN} are altered: learn again.") from error
    for name, values in learnt.items():
        if compiled.domains.get(name) != values:
            raise ModelInvalid(
                f"These sales tell of other values of {name} than this range has: learn again."
            )
    return Recommender(compiled, tuple(learnt), groups)
