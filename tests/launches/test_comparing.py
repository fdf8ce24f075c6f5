"""Two versions of a site: the words, prices, pictures and files that differ, told to those whose market it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.axe import run_axe
from tests.launches.editors import approve, sign_in_by_hand, write
from tests.oree import TODAY, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.config.cli import main
from usine.launches.models import Overlay, Publication, Release
from usine.launches.public import list_live_sites, publish_sites
from usine.launches.publishing import wording
from usine.launches.publishing.comparing import compare_versions
from usine.launches.publishing.page_texts import read_page
from usine.launches.publishing.wording import MOST_WORDS, Kind, compare_passages, compare_words
from usine.launches.writing.redirects import save_redirect

COMPARE = "/desk/launches/oree/BE/compare/"
WORDS = st.lists(st.sampled_from(["the", "car", "18 990 €", "l’Orée", "道", "-", "50 %", "wood"]), max_size=9)


def read_sides(spans):
    """What the two texts were, without their spaces."""
    kept = [
        "".join(span.text for span in spans if span.kind is not left).split()
        for left in (Kind.ADDED, Kind.REMOVED)
    ]
    return ["".join(words) for words in kept]


@given(WORDS, WORDS)
def test_the_words_that_differ_give_both_texts_back(before, after):
    old, new = " ".join(before), " ".join(after)
    spans = compare_words(old, new)
    assert read_sides(spans) == ["".join(old.split()), "".join(new.split())]
    assert old != new or {span.kind for span in spans} <= {Kind.SAME}


def test_a_number_is_one_word_and_told_as_a_figure():
    (price,) = compare_passages(["dès 18\u202f990 €"], ["dès 18\u202f400 €"])
    assert price.is_figures
    assert [span.text.strip() for span in price.spans] == ["dès", "18\u202f990", "18\u202f400", "€"]
    (text,) = compare_passages(["dès 18 990 €"], ["à 18 400 €"])
    assert not text.is_figures


def test_what_was_rewritten_is_not_mixed_word_by_word_and_a_long_text_stays_whole():
    other = compare_words("The city stops here, at the edge.", "Nothing of this was said before by us.")
    assert [span.kind for span in other] == [Kind.REMOVED, Kind.ADDED]
    long = " ".join(f"word{number}" for number in range(MOST_WORDS + 1))
    assert [span.kind for span in compare_words(long, f"{long} more")] == [Kind.REMOVED, Kind.ADDED]


def test_passages_are_paired_with_what_they_became():
    before = ["A small car for the town.", "It goes far on one charge."]
    after = ["New here.", "It goes very far on one charge."]
    assert [read_sides(found.spans) for found in compare_passages(before, ["One", *before])] == [["", "One"]]
    added, gone = compare_passages(before, after)
    assert read_sides(gone.spans)[1] == "Itgoesveryfaronone charge.".replace(" ", "")
    assert {span.kind for span in added.spans} == {Kind.REMOVED, Kind.ADDED}


@pytest.mark.parametrize(("before", "after", "words"), [(60, 59, 590), (60, 60, 590), (1500, 1499, 40)])
def test_however_much_was_rewritten_the_effort_is_bounded(monkeypatch, before, after, words):
    looked, match = [], wording._match

    def count(old, new):
        looked.append(len(old) * len(new))
        return match(old, new)

    monkeypatch.setattr(wording, "_match", count)
    old, new = (
        [" ".join(f"{name}{at}{word % 7}" for word in range(words)) for at in range(many)]
        for name, many in (("a", before), ("b", after))
    )
    found = compare_passages(old, new)
    assert sum(looked) <= 2 * wording.MOST_EFFORT
    assert len(found) == max(before, after)  # and all of it is told nevertheless
    assert len(compare_passages(["one two", *old], ["one two three", *new])[0].spans) == 2


def test_a_page_is_read_as_visitors_and_machines_read_it():
    page = read_page(
        """<html><head><title>Orée</title><meta property="og:image" content="/pictures/0-a.webp">
        <script type="application/ld+json">{"@type": "Car", "offers": {"lowPrice": "18990"}}</script></head>
        <body><p>A <b>small</b>\n car<br>for&nbsp;you</p><img src="/pictures/0-a.avif" alt="In the wood">
        <script>ignored()</script><!-- never --><div>Loose <em>words</em><p>and a line</p>after</div></body>"""
    )
    assert page.passages == ("A small car for\xa0you", "In the wood", "Loose words", "and a line", "after")
    assert list(page.head) == ["title", "meta og:image", "Car.@type", "Car.offers.lowPrice"]
    assert page.pictures == {"/pictures/0-a.webp", "/pictures/0-a.avif"}


def test_the_desk_shows_the_words_that_a_publication_would_change(els):
    assert els.get(COMPARE).context["title"] == "Every page says the same"
    write(els, title="La ville finit ici.")

    answer = els.get(COMPARE)
    html = answer.content.decode()

    ((locale, pages),) = answer.context["locales"]
    assert (locale.path, [str(page["name"]) for page in pages]) == (
        "fr-be",
        ["Home", "Brochure and price list"],
    )
    assert '<ins><span class="vh">added: </span>' in html and "La ville finit ici." in html
    assert '<del><span class="vh">removed: </span>' in html
    assert "20 pages are the same" in html


def test_two_releases_are_compared_after_both_were_live(els, capsys):
    first = list_live_sites()[0].release_key
    write(els, title="La ville finit ici.")
    approve("BE")
    second = publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)[0].release_key

    found = compare_versions("oree", market="BE", before=first[:12], after="live", on=TODAY)
    assert (found.before, found.after, found.same) == (first, second, 20)
    back = compare_versions("oree", market="BE", before="live", after=first, on=TODAY)
    assert [len(page.texts) for page in back.pages] == [len(page.texts) for page in found.pages]
    (newest, oldest) = els.get("/desk/launches/oree/BE/").context["past"]
    assert (newest["made"], newest["same"], oldest["made"]) == (2, 20, 22)
    assert newest["size"].files == oldest["size"].files and newest["size"].bytes > 100_000

    assert main(["publish", "oree", "--markets", "BE", "--compare", first, "now"]) == 0
    told = capsys.readouterr().out
    assert "BE\t/fr-be/oree/\tchanged\n" in told and "{+La ville finit ici.+}" in told
    assert main(["publish", "oree", "--markets", "BE", "--compare", first, "live", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] == 20


def test_a_page_that_is_left_out_is_told_by_its_name(els):
    write(els, verb="hide", block="page:gallery", page="/desk/launches/oree/BE/adapt/fr-be/?page=gallery")
    found = compare_versions("oree", market="BE", before="live", after="now", on=TODAY)
    gone = next(page for page in found.pages if page.path == "fr-be/gallery/index.html")
    assert (gone.difference, gone.texts) == ("gone", ())
    assert "not there any more" in els.get(COMPARE).content.decode()


def test_a_release_that_was_cleared_says_so(els):
    live = Release.objects.get()
    live.pk, live.key = None, "c1ea4ed" + "0" * 57
    live.save()
    Publication.objects.create(
        vehicle="oree", market="BE", release=live, published_at="2026-11-24T08:00Z", by="system"
    )
    answer = els.get(f"{COMPARE}?from={live.key}&to=now")
    assert answer.status_code == 410
    assert "The release c1ea4ed00000 was cleared from the disk" in answer.content.decode()
    assert "cleared from the disk" in els.get("/desk/launches/oree/BE/").content.decode()


def test_what_cannot_be_published_cannot_be_compared_and_says_why(els):
    Overlay.objects.create(
        vehicle="oree",
        scope="fr-be",
        block_id="page:home",
        kind="translate",
        value={"description": "{horsepower}"},
        changed_at="2026-11-24T08:00Z",
        by="Els",
    )
    answer = els.get(COMPARE)
    assert answer.status_code >= 400 and "horsepower" in answer.content.decode()


def test_nobody_compares_another_market(els, client):
    assert els.get("/desk/launches/oree/FR/compare/").status_code == 404
    key = list_live_sites()[0].release_key
    Release.objects.filter(key=key).update(market="FR")
    answer = els.get(f"{COMPARE}?from={key}&to=now")  # a release of another market, by its key
    assert answer.status_code == 404 and "has no release" in answer.content.decode()
    assert els.get(f"{COMPARE}?from=&to=abc").status_code == 404  # too short to name one
    client.logout()
    assert client.get(COMPARE).status_code == 302


@pytest.mark.browser
def test_axe_finds_nothing_on_versions_forecasts_and_old_addresses(live_server, page, transactional_db):
    publish_oree("BE", "FR")
    key = Release.objects.get(market="FR").key
    Release.objects.filter(key=key).update(market="BE")  # two releases that differ much
    save_redirect("oree", source="/fr-be/lynx/", target=".", by=SYSTEM)
    sign_in_by_hand(page, f"{live_server.url}{COMPARE}?from={key}&to=now", "els", Role.MARKET, "BE")
    for address in ("", "/desk/launches/oree/changes/?market=BE", "/desk/launches/oree/redirects/"):
        if address:
            page.goto(f"{live_server.url}{address}")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert run_axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
