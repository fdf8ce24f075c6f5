"""The pictures of shared links: a page's own words beside its own picture, on the side where its language begins."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from tests.launches.papers.reading import build_making
from tests.oree import publish_oree
from usine.launches.content.texts import ContentInvalid
from usine.launches.pages.making import Making
from usine.launches.papers.cards import GROUND, draw_card, plan_cards

CARD = re.compile(r'<meta property="og:image" content="https?://[^/"]+(/cards/[0-9a-f]{32}\.jpg)">')


def draw(making: Making, kind: str) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(plan_cards(making)[kind].recipe)))


def find_words(card: Image.Image) -> tuple[int, int, int, int]:
    """The box of what is written below the brand and above the car, on a plain ground."""
    strip = card.convert("RGB").crop((0, 110, 1200, 165))
    plain = Image.new("RGB", strip.size, GROUND)
    found = ImageChops.difference(strip, plain).convert("L").point(lambda value: 255 * (value > 60)).getbbox()
    assert found
    return found


def test_a_published_page_names_its_card_and_the_card_is_drawn_when_it_is_asked_for(client, db):
    publish_oree("BE")
    cards = {
        path: CARD.findall(b"".join(client.get(path).streaming_content).decode())
        for path in ("/fr-be/oree/", "/nl-be/oree/", "/fr-be/oree/versions/", "/fr-be/oree/technology/")
    }

    assert all(len(found) == 1 for found in cards.values())
    assert len({found[0] for found in cards.values()}) == 4
    answer = client.get(cards["/fr-be/oree/"][0])
    sent = b"".join(answer.streaming_content)
    assert answer.headers["Content-Type"] == "image/jpeg" and "immutable" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(sent)).size == (1200, 630)
    assert len(sent) < 300_000  # what messengers still fetch
    again = client.get(cards["/fr-be/oree/"][0])
    assert b"".join(again.streaming_content) == sent


@pytest.mark.parametrize("digest", ["0" * 32, "x", "..", "f" * 33])
def test_nobody_draws_a_card_that_no_publication_planned(client, db, digest):
    assert client.get(f"/cards/{digest}.jpg").status_code == 404


def test_words_begin_where_the_language_begins(db):
    left, _top, right, _bottom = find_words(draw(build_making("fr-fr"), "home"))
    assert left == pytest.approx(64, abs=8) and right < 1100
    left, _top, right, _bottom = find_words(draw(build_making("ar-ma"), "home"))
    assert right == pytest.approx(1136, abs=8) and left > 100


def test_a_card_changes_with_what_it_says_and_with_nothing_else(db):
    making = build_making("fr-fr")
    before = plan_cards(making)
    renamed = replace(making.site.pages["versions"], title="Versions, prix, équipements")
    after = plan_cards(
        Making(
            replace(making.site, pages={**making.site.pages, "versions": renamed}),
            making.figures,
        )
    )

    assert [kind for kind in before if before[kind] != after[kind]] == ["versions"]


def test_a_title_that_no_font_writes_has_no_card(db):
    making = build_making("fr-fr")
    page = replace(making.site.pages["home"], title="Orée \N{CJK UNIFIED IDEOGRAPH-4E00}")
    planned = plan_cards(
        Making(replace(making.site, pages={**making.site.pages, "home": page}), making.figures)
    )

    assert "home" not in planned and "versions" in planned


def test_markup_in_a_title_is_words(db):
    recipe = dict(plan_cards(build_making("fr-fr"))["home"].recipe)
    plain = draw_card(recipe)
    assert draw_card({**recipe, "title": '#panic() *bold* ] } #eval("1")'}) != plain


def test_a_lost_picture_is_told(db):
    recipe = dict(plan_cards(build_making("fr-fr"))["home"].recipe)
    with pytest.raises(ContentInvalid, match="is not on this disk: publish the site again"):
        draw_card({**recipe, "picture": "/pictures/gone.jpg"})
