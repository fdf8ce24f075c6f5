"""What holds of all configurations, against every configuration listed one by one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import Holds, Is, Model, Not, Or, Variable, reference, solve, survey

SWITCHES = tuple(Variable(name, ("no", "yes")) for name in "abcde")


def on(name):
    return Is(name, frozenset({"yes"}))


@given(worlds())
def test_the_survey_is_what_the_configurations_say(world):
    model, _, _ = world
    found = survey(solve(model), apart=True)
    items = [(v.name, value) for v in model.variables for value in v.values]
    all_ = list(reference.configurations(model))
    having = {item: frozenset(i for i, c in enumerate(all_) if c[item[0]] == item[1]) for item in items}

    assert set(found.never) == {item for item in items if not having[item]}
    assert set(found.always) == (
        {item for item in items if len(having[item]) == len(all_)} if all_ else set()
    )
    for group in found.together:
        assert len(group) > 1
        assert len({having[item] for item in group}) == 1
    for one, other in found.apart:
        assert one[0] != other[0]
        assert not having[one] & having[other]
    _nothing_is_missing(found, items, having, len(all_), {v.name: v.values for v in model.variables})


def _nothing_is_missing(found, items, having, count, domains):
    group_of = {item: group for group in found.together for item in group}
    free = [item for item in items if 0 < len(having[item]) < count]
    pairs = {frozenset(pair) for pair in found.apart}

    def opposite(item):
        """The other value of a switch says the same of it."""
        domain = domains[item[0]]
        return [(item[0], value) for value in domain if value != item[1]] if len(domain) == 2 else [item]

    for one, other in combinations(free, 2):
        if having[one] == having[other]:
            mirrored = [group_of.get(x) for item in (one, other) for x in (item, *opposite(item))]
            assert any(group is not None for group in mirrored)
        is_last = all(len(domains[n]) > 2 or value == domains[n][-1] for n, value in (one, other))
        if one[0] != other[0] and not having[one] & having[other] and is_last:
            heads = [group_of.get(item, (item,))[0] for item in (one, other)]
            complementary = having[one] | having[other] == frozenset(range(count))
            assert complementary or frozenset(heads) in pairs or heads[0][0] == heads[1][0]


def test_a_report_as_a_product_manager_reads_it():
    model = Model(
        SWITCHES,
        (
            Holds(on("a"), "a is standard"),
            Holds(Or((Not(on("b")), on("c"))), "b needs c"),
            Holds(Or((Not(on("c")), on("b"))), "c needs b"),
            Holds(Or((Not(on("b")), Not(on("d")))), "b excludes d"),
        ),
    )
    found = survey(solve(model), apart=True)

    assert found.always == (("a", "yes"),)
    assert found.never == (("a", "no"),)
    assert found.together == ((("b", "yes"), ("c", "yes")),)
    assert found.apart == ((("b", "yes"), ("d", "yes")),)


def test_pairs_are_looked_for_only_where_they_are_wanted():
    told = []
    model = Model(SWITCHES, (Holds(Or((Not(on("b")), Not(on("d")))), "b excludes d"),))
    assert survey(solve(model), progress=told.append).apart == ()
    assert told == []


def test_a_range_without_configurations_has_no_values():
    found = survey(
        solve(Model(SWITCHES[:1], (Holds(on("a"), "one"), Holds(Not(on("a")), "two")))), apart=True
    )
    assert found.never == (("a", "no"), ("a", "yes"))
    assert found.always == found.together == found.apart == ()
