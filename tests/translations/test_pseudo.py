"""Pseudo-localisation: longer, figures intact, and nothing on a page that did not come from the master."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given

from tests.launches.sites import list_texts_of_papers
from tests.oree import load_oree, make_oree_offer
from tests.translations.texts import TEXTS
from usine.launches.public import render_retold
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.launches.writing.translating import list_scope_texts
from usine.translations.inline import FIGURE
from usine.translations.pseudo import BACK, END, START, TO_THE_LEFT, pseudonymise


def words(text):
    return " ".join(text.split())


def test_letters_look_foreign_and_figures_stay():
    assert pseudonymise("Where {price} opens up.") == "[!!! Ŵĥéŕé {price} öþéñš ûþ. !!!]"
    assert pseudonymise("a" * 40).startswith("[!!! " + "å" * 40 + " ")


@given(TEXTS)
def test_a_text_grows_by_a_third_and_loses_no_figure_and_no_line(text):
    told = pseudonymise(text)
    assert len(told) >= 1.35 * len(text)
    assert FIGURE.findall(told) == FIGURE.findall(text)
    assert told.count("\n") == text.count("\n")

    mirrored = pseudonymise(text, is_mirrored=True)
    assert FIGURE.findall(mirrored) == FIGURE.findall(text)
    assert mirrored.replace(TO_THE_LEFT, "").replace(BACK, "") == told or TO_THE_LEFT in text or BACK in text


def test_a_mirrored_line_turns_its_words_and_not_its_figures():
    told = pseudonymise("From {price}\non", is_mirrored=True)
    assert told == (f"{TO_THE_LEFT}{START}Ƒŕöɱ {BACK}{{price}}\n{TO_THE_LEFT}öñ{END}{BACK}")


UNSHOWN = {"Conditions"}
"""What no page shows: the title of the small print, which stands in the footer without one."""


def test_every_text_of_the_master_on_a_page_is_pseudo(db):
    """What is hard-coded in a template, or taken from elsewhere, would stand there in plain English."""
    make_oree_offer("001")
    load_oree()
    told = list_scope_texts("oree", "es").texts
    texts = [text.source for text in told]
    papers = list_texts_of_papers()
    pages = render_retold("oree", pseudonymise)
    assert set(pages) == {f"{PATHS[kind]}index.html" for kind in PAGE_KINDS}
    whole = words(unescape(" ".join(pages.values())))

    shown = [text.source for text in told if (text.block_id, text.path) not in papers]
    lines = [text for text in shown if "\n" not in text and not FIGURE.search(text)]
    assert len(lines) > 50
    assert {line for line in lines if words(pseudonymise(line)) not in whole} == UNSHOWN
    for text in texts:
        plain = [words(part) for part in re.split(FIGURE, text) if len(words(part)) > 24]
        assert [part for part in plain if part in whole] == [], text
