"""A rule bites when the range without it has more configurations; the others are found, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.worlds import worlds
from usine.kernel import Holds, Is, Model, Variable, find_idle_rules, idle, reference

SWITCHES = tuple(Variable(name, ("no", "yes")) for name in "ab")


@given(worlds(), st.integers(1, 5))
def test_a_rule_is_idle_when_its_removal_changes_no_count(world, block):
    model, _, _ = world
    whole = reference.count(model, {})
    expected = []
    for rule in dict.fromkeys(c.rule for c in model.constraints):
        others = tuple(c for c in model.constraints if c.rule != rule)
        if reference.count(Model(model.variables, others), {}) == whole:
            expected.append(rule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idle, "BLOCK", block)
        assert list(find_idle_rules(model)) == expected


def test_of_two_rules_that_say_the_same_each_alone_is_idle():
    on = Is("a", frozenset({"yes"}))

    assert find_idle_rules(Model(SWITCHES, (Holds(on, "one"), Holds(on, "two")))) == ("one", "two")
    assert find_idle_rules(Model(SWITCHES, (Holds(on, "one"),))) == ()


def test_progress_is_told_and_may_stop_the_search():
    model = Model(SWITCHES, (Holds(Is("a", frozenset({"yes"})), "one"),))
    told = []
    find_idle_rules(model, progress=told.append)
    assert told == ["rules that never bite: 1 of 1 asked"]

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_idle_rules(model, progress=stop)
