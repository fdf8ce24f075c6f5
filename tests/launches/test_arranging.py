"""Laws of order: what a page's blocks are once scopes have added and moved some."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import (
    OPENING_TYPES,
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    arrange_page,
    digest_overlays,
    list_scopes,
    resolve_page,
)
from usine.launches.writing.placing import (
    choose_place,
    find_rank_between,
    find_step,
    list_local_types,
    list_open,
    may_move,
)
from usine.markets.public import get_locale

FR_BE = get_locale("fr-be")
SCOPES = list_scopes(FR_BE)
MASTER = ("m0", "m1", "m2", "m3", "m4")
OWN = ("a1", "a2", "a3")
TYPES = ("opening", "chapter", "versions_table", "equipment", "chapter")


def make_page(kind="design", types=TYPES):
    blocks = tuple(ResolvedBlock(f"m{n}", name, {"title": f"m{n}"}) for n, name in enumerate(types))
    return ResolvedPage(kind, "Title", "", blocks)


def add(block_id, after, rank="5", scope="fr-be", kind="design", block_type="question"):
    value = {"question": block_id}
    return OverlayEntry(scope, block_id, OverrideKind.ADD, value, "", after, rank, kind, block_type)


def move(block_id, after, rank="5", scope="fr-be"):
    return OverlayEntry(scope, block_id, OverrideKind.TRANSLATE, {}, "", after, rank)


def put(page, overlays, entry, after, scope="fr-be"):
    """The overlays with one placed behind a block, as the editor writes it."""
    others = [found for found in overlays if (found.scope, found.block_id) != (scope, entry)]
    scopes = SCOPES[SCOPES.index(scope) :]
    where, rank = choose_place(page, overlays, scopes, block_id=entry, after=after)
    made = add(entry, where, rank, scope) if entry in OWN else move(entry, where, rank, scope)
    return [*others, made]


def order(page, overlays, scopes=SCOPES):
    return [block.id for block in arrange_page(page, overlays, scopes)]


afters = st.lists(st.sampled_from([*MASTER, *OWN, "gone"]), max_size=4, unique=True).map(tuple)
ranks = st.text("123456789", min_size=1, max_size=3)
scopes = st.sampled_from(["fr", "fr-be", "nl"])
placed = st.one_of(
    st.builds(add, st.sampled_from(OWN), afters, ranks, scopes),
    st.builds(move, st.sampled_from(MASTER), afters, ranks, scopes),
)
hidden = st.builds(
    lambda block_id, scope: OverlayEntry(scope, block_id, OverrideKind.HIDE, {}),
    st.sampled_from([*MASTER, *OWN]),
    scopes,
)
rows = st.lists(st.one_of(placed, hidden), max_size=9, unique_by=lambda entry: (entry.scope, entry.block_id))


@given(rows)
def test_no_block_is_lost_and_none_is_doubled(overlays):
    mine = {e.block_id for e in overlays if e.kind is OverrideKind.ADD and e.scope in SCOPES}
    found = order(make_page(), overlays)
    assert sorted(found) == sorted({*MASTER, *mine})


@given(rows)
def test_blocks_that_nobody_moves_keep_the_masters_order(overlays):
    moved = {e.block_id for e in overlays if e.after is not None and e.scope in SCOPES}
    assert [b for b in order(make_page(), overlays) if b in MASTER and b not in moved] == [
        b for b in MASTER if b not in moved
    ]


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(overlays, random):
    shuffled = random.sample(overlays, len(overlays))
    page = make_page()
    assert resolve_page(page, shuffled, FR_BE) == resolve_page(page, overlays, FR_BE)
    assert digest_overlays(shuffled) == digest_overlays(overlays)


@given(rows)
def test_what_is_shown_is_what_stands_less_what_is_hidden(overlays):
    page = make_page()
    shown = [block.id for block in resolve_page(page, overlays, FR_BE).blocks]
    standing = order(page, overlays)
    assert shown == [name for name in standing if name in shown]
    hides = {e.block_id for e in overlays if e.kind is OverrideKind.HIDE and e.scope in SCOPES}
    assert set(standing) - set(shown) <= hides


@given(rows)
def test_nothing_is_put_before_the_opening_or_into_the_versions_table(overlays):
    fixed = [e for e in overlays if e.block_id not in ("m0", "m2", "m3")]  # as placing.may_move has it
    found = order(make_page(), fixed)
    assert found[0] == "m0"
    assert found.index("m3") == found.index("m2") + 1


steps = st.lists(
    st.tuples(st.sampled_from([*OWN, "m1", "m4"]), st.sampled_from(["m0", "m1", "m3", "m4", *OWN])),
    max_size=25,
)


@given(steps)
def test_a_block_stands_where_somebody_put_it(moves):
    page, overlays = make_page(), []
    for name, after in moves:
        before = [found for found in order(page, overlays) if found != name]
        if after == name or after not in before:
            continue
        overlays = put(page, overlays, name, after)
        at = before.index(after) + 1
        assert order(page, overlays) == [*before[:at], name, *before[at:]]


@given(steps, st.sampled_from([*OWN, "m1", "m4"]))
def test_a_step_up_and_one_down_come_back(moves, name):
    page, overlays = make_page(), []
    for moved, after in moves:
        if after != moved and after in order(page, overlays):
            overlays = put(page, overlays, moved, after)
    start = order(page, overlays)
    up = find_step(page, overlays, SCOPES, block_id=name, is_up=True)
    if up is not None:
        overlays = put(page, overlays, name, up)
        assert order(page, overlays).index(name) < start.index(name)
        down = find_step(page, overlays, SCOPES, block_id=name, is_up=False)
        assert order(page, put(page, overlays, name, down)) == start


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_there_is_always_a_rank_between(choices):
    left, right = "", ""
    for is_left in choices:
        middle = find_rank_between(left, right)
        assert left < middle and (not right or middle < right) and not middle.endswith("0")
        left, right = (middle, right) if is_left else (left, middle)


def test_a_block_keeps_its_place_when_what_it_follows_is_hidden_gone_or_moved():
    page, overlays = make_page(), put(make_page(), [], "a1", "m1")
    hide = OverlayEntry("fr-be", "m1", OverrideKind.HIDE, {})
    assert [b.id for b in resolve_page(page, [*overlays, hide], FR_BE).blocks][:2] == ["m0", "a1"]

    without = ResolvedPage("design", "", "", tuple(b for b in page.blocks if b.id != "m1"))
    assert order(without, overlays)[:3] == ["m0", "a1", "m2"]

    assert order(page, put(page, overlays, "m1", "m4")) == ["m0", "a1", "m2", "m3", "m4", "m1"]
    bare = ResolvedPage("design", "", "", (ResolvedBlock("x", "chapter", {}),))
    assert order(bare, overlays) == ["x", "a1"]


def test_a_locale_inherits_what_its_language_adds_and_may_translate_hide_and_move_it():
    page, added = make_page(), put(make_page(), [], "a1", "m1", scope="fr")
    assert order(page, added) == ["m0", "m1", "a1", "m2", "m3", "m4"]
    assert order(page, added, list_scopes(get_locale("nl-be"))) == list(MASTER)

    said = OverlayEntry("fr-be", "a1", OverrideKind.TRANSLATE, {"question": "Septante ?"})
    blocks = {b.id: b.value for b in resolve_page(page, [*added, said], FR_BE).blocks}
    assert blocks["a1"] == {"question": "Septante ?"}

    gone = OverlayEntry("fr-be", "a1", OverrideKind.HIDE, {})
    assert "a1" not in [b.id for b in resolve_page(page, [*added, gone], FR_BE).blocks]
    assert order(page, put(page, added, "m1", "a1")) == ["m0", "a1", "m1", "m2", "m3", "m4"]


def test_a_page_has_places_where_it_says_so():
    page = make_page()
    assert list_open(page, [], SCOPES) == {"m0", "m1", "m3", "m4"}
    legal = make_page("legal", ("mobility", "legal", "legal"))
    assert list_open(legal, [], SCOPES) == {"m2"}
    assert list_open(make_page("not-found", ("missing",)), [], SCOPES) == frozenset()
    with pytest.raises(ContentInvalid, match="no place for other blocks"):
        choose_place(make_page("not-found", ("missing",)), [], SCOPES, block_id="a1", after="")
    with pytest.raises(ContentInvalid, match="has no block m9"):
        choose_place(page, [], SCOPES, block_id="a1", after="m9")


def test_what_may_be_added_and_moved_is_declared():
    assert "legal" not in list_local_types("home") and list_local_types("legal") == ("legal",)
    assert not set(list_local_types("home")) & {*OPENING_TYPES, "versions_table", "papers", "mobility"}
    chapter, table = ResolvedBlock("x", "chapter", {}), ResolvedBlock("x", "versions_table", {})
    assert may_move("home", chapter, is_own=False) and not may_move("versions", table, is_own=False)
    assert not may_move("legal", chapter, is_own=False) and may_move("legal", chapter, is_own=True)


def test_a_digest_tells_where_blocks_stand():
    digests = {
        digest_overlays(overlays)
        for overlays in ([], [add("a1", ("m1",))], [add("a1", ("m0",))], [move("m1", ("m4",))])
    }
    assert len(digests) == 4
