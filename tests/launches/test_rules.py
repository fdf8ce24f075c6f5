"""Laws of resolution: what a locale shows of one master."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    digest_block,
    is_stale,
    list_scopes,
    may_write_scope,
    resolve_block,
    resolve_page,
)
from usine.markets.public import MASTER_LOCALE, get_locale

NL_BE, FR_BE = get_locale("nl-be"), get_locale("fr-be")
MASTER = ResolvedBlock("b1", "hero", {"title": "Orée", "text": "The edge of a wood"})
fields = st.dictionaries(st.sampled_from(["title", "text"]), st.text(max_size=8), max_size=2)
kinds = st.sampled_from(OverrideKind)
entries = st.lists(
    st.builds(
        OverlayEntry,
        scope=st.sampled_from(["nl", "nl-be", "fr", "fr-be"]),
        block_id=st.sampled_from(["b1", "b2"]),
        kind=kinds,
        value=fields,
    ),
    unique_by=lambda entry: (entry.scope, entry.block_id),
)


def translate(scope, kind=OverrideKind.TRANSLATE, **value):
    return OverlayEntry(scope, "b1", kind, value, digest_block(MASTER))


@given(entries)
def test_entries_of_other_scopes_and_blocks_change_nothing(overlays):
    mine = [e for e in overlays if e.scope in list_scopes(NL_BE) and e.block_id == "b1"]
    assert resolve_block(MASTER, overlays, NL_BE) == resolve_block(MASTER, mine, NL_BE)


@given(entries)
def test_the_order_of_rows_does_not_matter(overlays):
    assert resolve_block(MASTER, overlays, NL_BE) == resolve_block(MASTER, overlays[::-1], NL_BE)


@given(fields)
def test_a_translation_keeps_the_fields_that_it_does_not_give(value):
    said = resolve_block(MASTER, [translate("nl", **value)], NL_BE)
    assert said is not None and said.value == {**MASTER.value, **value}


def test_the_locale_wins_over_its_language_field_by_field():
    overlays = [translate("nl", title="taal", text="taal"), translate("nl-be", title="plaats")]
    said = resolve_block(MASTER, overlays, NL_BE)
    assert said is not None and said.value == {"title": "plaats", "text": "taal"}


def test_a_replacement_takes_nothing_from_the_master():
    said = resolve_block(MASTER, [translate("nl-be", OverrideKind.REPLACE, title="x")], NL_BE)
    assert said is not None and said.value == {"title": "x"}


def test_a_block_hidden_in_the_language_can_be_shown_again_by_one_market():
    hidden = translate("nl", OverrideKind.HIDE)
    assert resolve_block(MASTER, [hidden], NL_BE) is None
    assert resolve_block(MASTER, [hidden, translate("nl-be", OverrideKind.REPLACE, title="x")], NL_BE)
    assert resolve_block(MASTER, [hidden], FR_BE) == MASTER


def test_the_master_locale_is_one_scope_and_shows_the_master():
    assert list_scopes(MASTER_LOCALE) == ("en",)
    assert resolve_block(MASTER, [translate("nl", title="x")], MASTER_LOCALE) == MASTER


def test_a_page_overlays_its_heading_and_drops_hidden_blocks():
    page = ResolvedPage("home", "Orée", "A city car", (MASTER,))
    heading = OverlayEntry("nl", "page:home", OverrideKind.TRANSLATE, {"title": "De Orée"})
    said = resolve_page(page, [heading, translate("nl", OverrideKind.HIDE)], NL_BE)
    assert (said.title, said.description, said.blocks) == ("De Orée", "A city car", ())


def test_an_overlay_is_stale_once_the_master_changed():
    entry = translate("nl", title="x")
    assert not is_stale(entry, MASTER)
    assert is_stale(entry, ResolvedBlock("b1", "hero", {**MASTER.value, "text": "new"}))


@pytest.mark.parametrize(
    ("scope", "locale", "allowed"),
    [
        ("nl-be", NL_BE, True),
        ("nl", None, False),
        ("fr-fr", get_locale("fr-fr"), False),
        ("fr", NL_BE, False),
    ],
)
def test_a_market_writes_only_its_own_locales(scope, locale, allowed):
    els = Actor(user_id=1, name="Els", role=Role.MARKET, markets=frozenset({"BE"}))
    assert may_write_scope(els, scope, locale=locale) is allowed
    assert may_write_scope(SYSTEM, scope, locale=locale)
