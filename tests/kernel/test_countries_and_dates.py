"""One compile serves every country and date: a carmaker's rule sets name them, exactly one of each holds.

In these files a country is a variable whose name ends in `_c`, a date one in `_d`.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from usine.kernel import Holds, Impossible, Is, ask, compile, count, explain, price, restrict
from usine.ranges.readers.sniffing import read_model

FILES = [  # countries and dates, countries alone, dates alone
    "auto0_s2_c10_d10.txt.xz",
    "auto2_s2_c15_d15.txt",
    "auto5_s2_c10_d10.txt",
    "auto4_s2_c60_d01.txt",
    "auto5_s1_c01_d60.txt",
]
ON = frozenset({"1"})


def contexts_of(model):
    """Every choice of a country and a date, or of the one that the file has."""
    countries = [{v.name: "1"} for v in model.variables if v.name.endswith("_c")] or [{}]
    dates = [{v.name: "1"} for v in model.variables if v.name.endswith("_d")] or [{}]
    return [date | country for date in dates for country in countries]


def allowed(context):
    return {name: (value,) for name, value in context.items()}


@pytest.fixture(scope="module", params=FILES)
def whole(data, request):
    """The model of a file, and that compiled once."""
    model = read_model(data / "ranges" / "automotive-cn" / request.param)
    return model, compile(model)


@pytest.mark.data
def test_the_offers_of_all_countries_and_dates_are_the_whole_range(whole):
    model, compiled = whole
    contexts = contexts_of(model)
    assert len(contexts) > 5
    parts = [count(restrict(compiled, allowed(context)), {}) for context in contexts]
    assert sum(parts) == count(compiled, {}) > 0


@pytest.mark.data
def test_a_restriction_answers_as_a_compile_of_its_own(whole):
    model, compiled = whole
    sold = [context for context in contexts_of(model) if count(compiled, context)]
    for context in random.Random(3).sample(sold, 3):
        choice = tuple(Holds(Is(name, ON), "offer") for name in context)
        own = compile(replace(model, constraints=(*model.constraints, *choice)))
        part = restrict(compiled, allowed(context))
        assert count(part, {}) == count(own, {}) > 0
        one, other = (ask(price(found, {}), {}) for found in (part, own))
        assert {name: set(values) for name, values in one.values.items()} == {
            name: set(values) for name, values in other.values.items()
        }


@pytest.mark.data
def test_what_no_restriction_sells_the_solver_refuses_too(whole):
    model, compiled = whole
    unsold = [context for context in contexts_of(model) if not count(compiled, context)]
    for context in unsold[:3]:
        assert restrict(compiled, allowed(context)).is_empty
        with pytest.raises(Impossible):
            ask(price(compiled, {}), context)
        assert explain(model, context)
