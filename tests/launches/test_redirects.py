"""Old addresses lead to pages that are live, in one step, in no circle, out of no site; each market says its own."""

from __future__ import annotations

import re
import shutil

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.launches.editors import CLAIRE, ELS, approve, write
from tests.oree import LAUNCH, TODAY
from usine.accounts.contracts import SYSTEM
from usine.commons.errors import Forbidden
from usine.commons.models import Fact
from usine.config.cli import main
from usine.launches import store
from usine.launches.forecasts import forecast_now
from usine.launches.models import Redirect, Release
from usine.launches.public import list_live_sites, publish_sites
from usine.launches.sources.redirects import (
    MAP,
    Moved,
    RedirectRefused,
    check_table,
    is_address,
    list_lines,
    list_moved,
    read_file,
    read_map,
    read_moved,
    resolve,
    write_map,
)
from usine.launches.visitors import redirects
from usine.launches.workflow.approvals import get_standing
from usine.launches.workflow.states import list_statuses
from usine.launches.writing.files import read_launch
from usine.launches.writing.redirects import load_redirects, remove_redirect, save_redirect
from usine.markets.public import get_market

SCREEN = "/desk/launches/oree/redirects/"
ADDRESSES = st.sampled_from("abcdefgh")
PIECES = (
    "/",
    "//",
    "\\",
    "\n",
    "\u2028",
    " ",
    ";",
    "..",
    "include",
    "evil.example",
    "fr-be",
    "oree",
    "old.html",
)
POSTED = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
LINE = re.compile(r"(/[a-z0-9._~-]+)+/? (/[a-z0-9._~-]+)+/?;")
SITE = [f"fr-be/{page}index.html" for page in ("", "design/", "gallery/")]


@given(
    source=POSTED | POSTED.map("/fr-be/{}".format),
    target=POSTED | st.sampled_from([".", "design/", "/fr-be/oree/"]),
    locale=POSTED.map("fr-be{}".format) | POSTED,
)
def test_whatever_is_posted_a_map_has_lines_of_addresses_on_this_host_only(source, target, locale):
    try:
        moved = read_moved("oree", source, target, locale=locale)
    except RedirectRefused:
        moved = Moved(f"/{locale}/{source}", "/fr-be/oree/")  # as if an earlier version had let it in
    else:
        assert all(is_address(f"/{end.removeprefix('/')}") for end in (moved.source, moved.target) if end)
    lines = write_map([moved], "oree", get_market("BE").locales, SITE).split("\n")[1:-1]
    assert all(map(LINE.fullmatch, lines))


@given(st.lists(POSTED | st.just("/fr-be/old/ /fr-be/oree/;"), max_size=3).map("\n".join))
def test_whatever_a_map_says_it_leads_to_addresses_on_this_host_only(text):
    for address in (end for row in read_map(text).items() for end in row):
        assert LINE.fullmatch(f"/x {address};") and not {"..", "."} & set(address.split("/"))


@given(st.dictionaries(ADDRESSES, ADDRESSES, max_size=8), st.sets(ADDRESSES))
def test_whatever_the_table_says_an_address_leads_to_a_page_in_one_step(pairs, pages):
    found = resolve(pairs, pages.__contains__)

    assert set(found.values()) <= pages  # to a page that is there
    assert not set(found) & pages  # and never from one: so that nothing leads on and nothing in a circle
    for source, target in pairs.items():  # and none is lost that leads to a page at last
        at, steps = target, 0
        while at not in pages and at in pairs and steps < 9:
            at, steps = pairs[at], steps + 1
        assert found.get(source) == (at if at in pages and source not in pages else None)


@given(st.dictionaries(ADDRESSES, ADDRESSES, max_size=8))
def test_a_circle_is_refused_and_nothing_else_is(pairs):
    def goes_round(at):
        seen = []
        while at in pairs and at not in seen:
            seen.append(at)
            at = pairs[at]
        return at in seen

    table = [Moved(f"/fr-be/{old}/", f"/fr-be/{new}/") for old, new in pairs.items()]
    if any(map(goes_round, pairs)):
        with pytest.raises(RedirectRefused, match="back to itself"):
            check_table(table, "oree")
    else:
        check_table(table, "oree")


@pytest.mark.parametrize(
    ("source", "target", "locale", "kept"),
    [
        ("/fr-be/old/", "/fr-be/oree/", "", ("/fr-be/old/", "/fr-be/oree/")),
        ("/FR-be/Old", "design/", "", ("/fr-be/old/", "/fr-be/oree/design/")),
        ("old", ".", "fr-be", ("/fr-be/oree/old/", "/fr-be/oree/")),
        ("old.html", "design", "", ("old.html", "design/")),
        ("http://localhost:8000/fr-be/x/", "test-drive/", "", ("/fr-be/x/", "/fr-be/oree/test-drive/")),
        ("/xx-yy/oree/", "/fr-be/oree/", "", ("/xx-yy/oree/", "/fr-be/oree/")),  # a locale that is no more
    ],
)
def test_addresses_are_kept_in_one_form(source, target, locale, kept):
    moved = read_moved("oree", source, target, locale=locale)
    assert (moved.source, moved.target) == kept


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("/fr-be/old/", "https://elsewhere.example/", "on another host"),
        ("/fr-be/old/", "//elsewhere.example/", "on another host"),
        ("/fr-be/old/", "/\\elsewhere.example/", "on another host"),
        ("https://elsewhere.example/fr-be/", "design/", "on another host"),
        ("/fr-be/old/?a=1", "design/", "leave out what follows"),
        ("/fr-be/old/", "design/#top", "leave out what follows"),
        ("/fr-be/../old/", "design/", "is no path"),
        ("/fr-be//old/", "design/", "is no path"),
        ("/fr-be/o ld/", "design/", "is no path"),
        ("/fr-be/old;/", "design/", "is no path"),
        ("", "design/", "is no path"),
        ("/desk/old/", "design/", "begins with a locale"),
        ("/fr-be/old/", "/fr-be/lynx/", "not a page of oree"),
        ("/fr-be/old/", "/xx/oree/", "no locale xx"),
        ("/fr-be/old/", "/fr-be/oree/moon/", "no page of a site"),
        ("/fr-be/old/", "/fr-be/oree/not-found/", "no page of a site"),
        ("/fr-be/oree/design/", "design/", "leads to itself"),
        (".", "design/", "has its home page"),
        ("/xx-yy/old/", "design/", "in full"),
        ("old/", "/fr-be/oree/", "within every site"),
        ("/fr-be/" + "o" * 300, "design/", "is no path"),
    ],
)
def test_what_leads_out_or_nowhere_is_refused_in_a_sentence(source, target, said):
    with pytest.raises(RedirectRefused, match=said):
        read_moved("oree", source, target)


def test_a_file_says_its_line(tmp_path):
    file = tmp_path / "redirects.csv"
    file.write_text("from,to,note\nold/,design/,renamed\n/fr-be/lynx/,.,\n")
    assert read_file(file, "oree") == (
        Moved("old/", "design/", "renamed"),
        Moved("/fr-be/lynx/", "/fr-be/oree/"),
    )
    for line, said in (
        ("old/,gallery/,", "line 4: old/ is there twice"),
        ("a b,gallery/,", "line 4: “a b” is no path"),
    ):
        file.write_text(f"from,to,note\nold/,design/,renamed\n/fr-be/lynx/,.,\n{line}\n")
        with pytest.raises(RedirectRefused, match=said):
            read_file(file, "oree")
    file.write_text("from,to,note\ndesign/,driving/,\n/fr-be/oree/driving/,design/,\n")
    with pytest.raises(RedirectRefused, match="back to itself"):
        read_file(file, "oree")
    assert read_file(tmp_path / "none.csv", "oree") == ()


def test_the_lines_of_a_release_are_read_again_and_both_forms_of_an_address_lead_on():
    lines = list_lines({"/fr-be/old/": "/fr-be/oree/", "/fr-be/old.html": "/fr-be/oree/design/"})
    assert len(lines) == len(set(lines)) == 3
    assert read_map("# a line that says what it is\n" + "\n".join(lines)) == {
        "/fr-be/old/": "/fr-be/oree/",
        "/fr-be/old": "/fr-be/oree/",
        "/fr-be/old.html": "/fr-be/oree/design/",
    }


def publish():
    return publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)[0].release_key


def hide_gallery(client):
    for path in ("fr-be", "nl-be"):
        write(
            client,
            verb="hide",
            block="page:gallery",
            page=f"/desk/launches/oree/BE/adapt/{path}/?page=gallery",
        )


def test_an_old_address_leads_on_from_the_next_publication_on(els, capsys):
    hide_gallery(els)
    save_redirect("oree", source="/fr-be/lynx/", target="/fr-be/oree/", by=SYSTEM)
    save_redirect("oree", source="/xx-yy/oree/configurator/", target="/nl-be/oree/configurator/", by=SYSTEM)
    save_redirect("oree", source="fotos/", target="gallery/", by=SYSTEM)
    save_redirect("oree", source="gallery/", target="design/", by=SYSTEM)
    save_redirect("oree", source="/fr-be/oree/driving/", target="design/", by=SYSTEM)  # a page: it stays
    assert els.get("/fr-be/lynx/").status_code == 404

    publish()

    moves = {
        "/fr-be/lynx/?utm_source=mail&x=%2F": "/fr-be/oree/?utm_source=mail&x=%2F",
        "/fr-be/lynx/": "/fr-be/oree/",
        "/fr-be/LYNX/": "/fr-be/oree/",
        "/xx-yy/oree/configurator/": "/nl-be/oree/configurator/",  # another room's address, of a locale of yore
        "/fr-be/oree/fotos": "/fr-be/oree/design/",
        "/nl-be/oree/fotos/": "/nl-be/oree/design/",
        "/nl-be/oree/gallery/": "/nl-be/oree/design/",
    }
    for old, new in moves.items():
        answer = els.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new), old
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert els.get(new).status_code == 200
    assert els.get("/fr-be/oree/driving/").status_code == 200
    assert els.post("/fr-be/lynx/").status_code in (403, 404, 405)
    assert els.get("/fr-fr/oree/fotos/").status_code == 404  # France is not live
    capsys.readouterr()
    assert main(["launch", "redirects"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert "/fr-be/lynx/ /fr-be/oree/;" in lines and len(lines) == len({line.split(" ")[0] for line in lines})


def test_a_page_that_was_left_out_answers_404_with_the_ways_that_there_are(els):
    hide_gallery(els)
    publish()
    answer = els.get("/fr-be/oree/gallery/")
    assert answer.status_code == 404
    assert 'href="/fr-be/oree/"' in b"".join(answer).decode()


def test_a_redirect_is_no_word_it_costs_no_approval_and_concerns_its_market_only(els):
    approve("BE")
    before = {status.market.code: status.state for status in list_statuses("oree", CLAIRE)}
    first = list_live_sites()[0].release_key

    save_redirect("oree", source="/fr-be/lynx/", target=".", by=ELS)

    after = {status.market.code: status.state for status in list_statuses("oree", CLAIRE)}
    assert {code for code in after if after[code] != before[code]} == {"BE"}
    assert get_standing("oree", "BE").is_approved
    (found,) = forecast_now("oree", markets=["BE"], by=ELS)
    assert dict(found.changes) == {MAP: ("moved",)}
    second = publish()
    assert store.find_damage(second) == "" and list_live_sites()[0].page_count == 22
    assert [locale.path for locale in list_live_sites()[0].locales] == ["fr-be", "nl-be"]
    remove_redirect("oree", source="/fr-be/lynx/", by=ELS)
    assert publish() == first  # without a redirect the release is the one that it was
    assert list(
        Fact.objects.filter(name__startswith="Redirect").order_by("id").values_list("name", "market", "by")
    ) == [
        ("RedirectSaved", "BE", "Els"),
        ("RedirectRemoved", "BE", "Els"),
    ]


def test_a_market_says_its_own_addresses_only(els):
    save_redirect("oree", source="all/", target=".", by=CLAIRE)
    save_redirect("oree", source="/fr-be/taken/", target="/fr-fr/oree/", by=CLAIRE)
    for source, target in (
        ("/fr-fr/lynx/", "/fr-fr/oree/"),
        ("/fr-be/lynx/", "/fr-fr/oree/"),
        ("/fr-fr/lynx/", "/fr-be/oree/"),
        ("/xx-yy/lynx/", "/fr-be/oree/"),
        ("lynx/", "design/"),
        ("/fr-be/taken/", "/fr-be/oree/"),  # the centre said otherwise
    ):
        with pytest.raises(Forbidden):
            save_redirect("oree", source=source, target=target, by=ELS)
    with pytest.raises(Forbidden):
        remove_redirect("oree", source="all/", by=ELS)
    assert Redirect.objects.count() == 2


def test_a_site_that_is_none_is_refused_whatever_else_it_says(els):
    for locale in ("fr-be/x/ //evil.example/;\n/fr-fr", "fr-be/", "xx-yy", "FR-BE"):
        said = els.post(SCREEN, {"from": "old/", "to": "design/", "locale": locale}, follow=True)
        assert "is no locale of a site" in said.content.decode()
    assert not Redirect.objects.exists()


def test_a_circle_that_is_there_keeps_nobody_from_saving_another_address(db, els):
    for source, target in (("a", "b"), ("b", "a")):  # as two who saved at once had left it
        Redirect.objects.create(
            vehicle="oree",
            source=f"/fr-be/{source}/",
            target=f"/fr-be/{target}/",
            changed_at="2026-11-24T08:00Z",
            by="Els",
        )
    save_redirect("oree", source="/fr-be/lynx/", target="design/", by=ELS)
    save_redirect("oree", source="driving/", target="design/", by=CLAIRE)
    with pytest.raises(RedirectRefused, match="/fr-be/oree/design/ would lead back to itself"):
        save_redirect("oree", source="/fr-be/oree/design/", target="driving/", by=ELS)
    save_redirect("oree", source="/fr-be/a/", target="design/", by=ELS)  # and this opens the circle
    check_table(list_moved("oree"), "oree")


def test_a_map_that_another_request_forgets_meanwhile_is_still_answered_from(els, monkeypatch):
    class Forgetful(dict):
        def __setitem__(self, _key, _value):
            self.clear()

    save_redirect("oree", source="/fr-be/lynx/", target=".", by=ELS)
    publish()
    monkeypatch.setattr(redirects, "_maps", Forgetful())
    assert redirects.find_target("/fr-be/lynx/") == "/fr-be/oree/"


def test_no_map_is_written_when_a_live_release_is_not_there(els, capsys):
    Release.objects.update(key="0" * 64)
    assert main(["launch", "redirects"]) != 0
    said = capsys.readouterr()
    assert said.out == "" and "oree in BE is served from it: publish it again" in said.err


def test_what_people_wrote_stays_when_the_files_are_loaded(els, tmp_path):
    shutil.copy(LAUNCH / "master.yaml", tmp_path)
    before = read_launch(tmp_path)
    (tmp_path / "redirects.csv").write_text("from,to,note\nold/,gallery/,\nolder/,gallery/,\n")
    files = read_launch(tmp_path)
    assert files.digest != before.digest and before.moved == ()
    save_redirect("oree", source="old/", target="design/", by=CLAIRE)

    assert load_redirects("oree", files.moved, SYSTEM) == 1
    assert dict(Redirect.objects.values_list("source", "target")) == {"old/": "design/", "older/": "gallery/"}
    assert load_redirects("oree", files.moved, SYSTEM) == 0
    assert load_redirects("oree", (), SYSTEM) == 1
    assert dict(Redirect.objects.values_list("source", "target")) == {"old/": "design/"}
    with pytest.raises(RedirectRefused, match="back to itself"):
        load_redirects("oree", [Moved("/fr-be/oree/design/", "/fr-be/oree/old/")], SYSTEM)


def test_the_desk_offers_what_was_lost_and_says_how_each_stands(els, client):
    hide_gallery(els)
    publish()
    answer = els.get(SCREEN)
    assert [address for address, _site in answer.context["lost"]] == [
        "/fr-be/oree/gallery/",
        "/nl-be/oree/gallery/",
    ]
    els.post(SCREEN, {"from": "/fr-be/oree/gallery/", "to": "design/"})
    els.post(SCREEN, {"from": "driving/", "to": "design/", "locale": "fr-be"})
    els.post(SCREEN, {"from": "old/", "to": "gallery/", "locale": "nl-be"})
    answer = els.get(SCREEN)
    assert [(one["row"].source, one["glyph"]) for one in answer.context["rows"]] == [
        ("/fr-be/oree/driving/", "s-stale"),
        ("/fr-be/oree/gallery/", "s-prog"),
        ("/nl-be/oree/old/", "s-block"),
    ]
    assert [address for address, _site in answer.context["lost"]] == ["/nl-be/oree/gallery/"]
    publish()
    assert els.get(SCREEN).context["rows"][1]["glyph"] == "s-live"
    els.post(SCREEN, {"from": "/fr-be/fotos/", "to": "gallery/"})  # by way of one that leads on
    els.post(SCREEN, {"from": "/fr-be/oree/gallery/", "to": "versions/"})  # it leads elsewhere until then
    glyphs = {one["row"].source: one["glyph"] for one in els.get(SCREEN).context["rows"]}
    assert glyphs["/fr-be/oree/gallery/"] == glyphs["/fr-be/fotos/"] == "s-prog"
    publish()
    glyphs = {one["row"].source: one["glyph"] for one in els.get(SCREEN).context["rows"]}
    assert glyphs["/fr-be/oree/gallery/"] == glyphs["/fr-be/fotos/"] == "s-live"
    els.post(SCREEN, {"from": "/fr-be/fotos/", "verb": "remove"})

    refused = els.post(SCREEN, {"from": "x y", "to": "design/", "locale": "fr-be"}, follow=True)
    assert "is no path" in refused.content.decode() and refused.context["typed"]["from"] == "x y"
    assert (
        "ask the central team"
        in els.post(SCREEN, {"from": "/fr-fr/x/", "to": "design/"}, follow=True).content.decode()
    )
    els.post(SCREEN, {"from": "/fr-be/oree/gallery/", "verb": "remove"})
    assert Redirect.objects.count() == 2
    client.logout()
    assert client.get(SCREEN).status_code == 302


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("/fr-be/x/", "https://elsewhere.example/", "est sur un autre hôte"),
        ("/fr-be/x/", "/fr-be/oree/nowhere/", "n’est pas une page d’un site"),
        ("a b", "gallery/", "« a b » n’est pas un chemin"),
        ("x/", "x/", "x/ mène à elle-même"),
    ],
)
def test_a_french_desk_refuses_in_french(source, target, says):
    with override("fr"), pytest.raises(RedirectRefused, match=says):
        read_moved("oree", source, target)
