"""The variables and values of a range by name: what choices are checked against."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usine.kernel.errors import UnknownValue, UnknownVariable
from usine.kernel.model import Choices, Variable


class Vocabulary:
    """What every range has, however it is answered: its authored variables, in their order."""

    variables: tuple[Variable, ...]

    @cached_property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """The values of each authored variable."""
        return {v.name: v.values for v in self.variables}

    @cached_property
    def variable_of(self) -> dict[str, int]:
        """The place of each authored variable."""
        return {v.name: i for i, v in enumerate(self.variables)}

    @cached_property
    def value_index(self) -> dict[str, dict[str, int]]:
        """The place of each value in its variable's domain."""
        return {name: {value: i for i, value in enumerate(values)} for name, values in self.domains.items()}

    def check(self, choices: Choices) -> None:
        """Raise UnknownVariable or UnknownValue on the first choice that the range does not know."""
        self.number(choices)

    def number(self, choices: Choices) -> NDArray[np.int32]:
        """For each variable the index of the chosen value, -1 without one. Raises UnknownVariable, UnknownValue."""
        chosen = np.full(len(self.variables), -1, np.int32)
        for name, value in choices.items():
            known = self.value_index.get(name)
            if known is None:
                raise UnknownVariable(f"This range has no variable {name}.")
            index = known.get(value)
            if index is None:
                raise UnknownValue(f"The variable {name} has no value {value}.")
            chosen[self.variable_of[name]] = index
        return chosen

    def indices(self, name: str, values: Collection[str]) -> set[int]:
        """The places of some values in their variable's domain. Raises UnknownVariable, UnknownValue."""
        known = self.value_index.get(name)
        if known is None:
            raise UnknownVariable(f"This range has no variable {name}.")
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise UnknownValue(f"The variable {name} has no value {unknown[0]}.")
        return {known[value] for value in values}
