"""The demo's launch site speaks each of its languages: nothing is left in English, nothing is lost on the way."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests.launches.sites import Page, build_site, list_texts_of_papers, render_pages
from tests.oree import LAUNCH
from usine.launches.content.fields import list_fields, read_text_at
from usine.launches.content.texts import split_paragraphs
from usine.launches.rules import ResolvedBlock
from usine.launches.sources.releases import read_content
from usine.launches.writing.files import read_launch
from usine.markets.public import MASTER_LOCALE, get_locale

OTHERS = [language for language, _name in settings.LANGUAGES if language != "en"]
PATHS = ("es-es", "it-it", "pt-pt", "pl-pl", "tr-tr", "ja-jp", "ko-kr")
UNSEEN = ("alt", "messages", "tag")  # not read as words, or not everywhere
PLACE = re.compile(r"\{(\w+)\}")
SAME_EVERYWHERE = ("anchor", "length_m", "wheelbase_m", "height_m", "battery_percent", "distance", "choice")
"""What is no text for people, or reads the same in every language."""
FRENCH_NAMES = ("street", "place")
"""The master has them in French: the tablet guides through France."""


def list_texts() -> dict[tuple[str, str], str]:
    """The English text at each block and path that translators have; of pages their title and description."""
    master = read_launch(LAUNCH)
    found: dict[tuple[str, str], str] = {}
    for page in master.pages:
        heading = {"title": page.title, "description": page.description}
        blocks = [ResolvedBlock(f"page:{page.kind}", "page", heading)]
        blocks += [ResolvedBlock(str(b["id"]), b["type"], b["value"]) for b in page.blocks]
        for block in blocks:
            for field in list_fields(block):
                text = read_text_at(block.value, field.path)
                if text and field.name not in SAME_EVERYWHERE:
                    found[block.id, field.path] = text
    return found


def read_overlay(language: str) -> dict[str, dict[str, object]]:
    return {
        entry.block_id: dict(entry.value) for entry in read_launch(LAUNCH).overlays if entry.scope == language
    }


@pytest.mark.parametrize("language", OTHERS)
def test_the_overlay_of_a_language_says_every_text_with_its_figures(language):
    overlay, texts = read_overlay(language), list_texts()
    assert len(texts) > 80

    missing = [key for key in texts if not read_text_at(overlay.get(key[0], {}), key[1])]
    if language == "fr":
        missing = [key for key in missing if key[1] not in FRENCH_NAMES]
    changed = [
        key
        for key, text in texts.items()
        if key[1] not in FRENCH_NAMES
        and key not in missing
        and sorted(PLACE.findall(read_text_at(overlay[key[0]], key[1]))) != sorted(PLACE.findall(text))
    ]

    assert (missing, changed) == ([], []), language


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_of_a_locale_are_in_its_language_and_nothing_is_left_in_english(db, path):
    locale = get_locale(path)
    site = replace(build_site("en"), locale=locale, pages=read_content("oree").resolve(locale))
    overlay = read_overlay(locale.language)

    pages = {file: Page(html) for file, html in render_pages(site).items()}

    papers = list_texts_of_papers()
    words = " ".join(page.words for page in pages.values())
    assert "{" not in words
    assert {page.root["lang"] for page in pages.values()} == {locale.tag}
    assert f"oree.{locale.language}" in render_pages(site)["index.html"]  # the film’s captions
    said = [
        read_text_at(overlay[block], path)
        for (block, path), english in list_texts().items()
        if english != "Conditions"  # the heading of the small print, which the foot of a page has not
        and not block.startswith("page:")
        and path not in UNSEEN
        and (block, path) not in papers
    ]
    lines = [line for text in said for line in text.splitlines() if len(line) > 6 and "{" not in line]
    assert len(lines) > 40
    assert [line for line in lines if line not in words] == []
    left = [text for text in list_texts().values() if len(text) > 20 and "\n" not in text]
    assert [text for text in left if text in words] == []
    told = ("Book a test drive", "Versions and prices", "as an option or in a pack", "Search")
    assert [sentence for sentence in told if sentence in words] == []


def test_a_space_without_a_break_stays_one():
    assert split_paragraphs("22\u00a0% in\n  the battery.\n\nThen more.") == [
        "22\u00a0% in the battery.",
        "Then more.",
    ]


@pytest.mark.parametrize(
    ("language", "fonts"),
    [
        ("en", ["archivo-latin-var"]),
        ("ja", ["archivo-latin-var"]),
        ("tr", ["archivo-latin-var", "archivo-latin-ext-var"]),
        ("pl", ["archivo-latin-var", "archivo-latin-ext-var"]),
        ("ar", ["readex-pro-arabic-var"]),
    ],
)
def test_a_page_fetches_early_the_fonts_of_its_language_only(language, fonts):
    locale = replace(MASTER_LOCALE, language=language)

    html = render_to_string("launches/site/_head.html", {"locale": locale})

    assert re.findall(r'rel="preload" href="/static/assets/([\w-]+?)-[\w-]{8}\.woff2"', html) == fonts


def test_the_font_of_further_letters_has_those_of_polish_and_turkish_and_only_what_the_other_lacks():
    """`unicode-range` sends for it where one of its letters stands, and for no other."""
    style = (settings.PROJECT / "frontend/src/styles/site.css").read_text("utf-8")
    said = re.search(r"archivo-latin-ext-var\.woff2.*?unicode-range:([^}]+)\}", style)[1]
    spans = [[int(end, 16) for end in span[2:].split("-")] for span in said.split(",")]

    def is_in(letter: str) -> bool:
        return any(span[0] <= ord(letter) <= span[-1] for span in spans)

    assert all(map(is_in, "ąćęłńśźżĄĆĘŁŃŚŹŻğışİĞŞ₺"))
    assert not any(map(is_in, "aéóüßçœŒ€’–…"))
