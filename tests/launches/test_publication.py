"""From the master to a page that is served: all or nothing, nothing by itself, never changed afterwards."""

from __future__ import annotations

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings

from tests.launches.editors import ELS, approve
from tests.oree import TODAY, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM
from usine.commons.errors import Forbidden
from usine.commons.jobs import run_next
from usine.commons.models import Fact, Job
from usine.config.cli import main
from usine.launches import store
from usine.launches.contracts import FrameNotPublished, PublicationRefused
from usine.launches.jobs import request_publication
from usine.launches.models import MasterPage, Overlay, Publication, Release
from usine.launches.public import (
    get_frame,
    list_live_sites,
    list_sold_markets,
    publish_sites,
    roll_back,
    withdraw_site,
)
from usine.launches.queries import ReleaseNotFound
from usine.markets.public import get_locale, list_markets


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    """A folder of releases of its own: other tests make the same ones meanwhile."""
    own_releases(settings, tmp_path / "releases")


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def retitle(text):
    """The central team publishes another title of the master's home page in the editor."""
    page = MasterPage.objects.get(slug="home")
    page.title = text
    page.save_revision().publish()


def test_a_market_is_served_in_each_of_its_languages_and_no_other(client, db):
    publish_oree("BE")

    assert "Een proefrit boeken" in read(client, "/nl-be/oree/")
    assert 'lang="nl-BE"' in read(client, "/nl-be/oree/versions/")
    assert 'lang="fr-BE"' in read(client, "/fr-be/oree/legal/")
    assert client.get("/fr-fr/oree/").status_code == 404
    assert [site.market for site in list_live_sites()] == ["BE"]
    assert Fact.objects.filter(name="SitePublished", market="BE").count() == 1


def test_a_page_is_one_query_and_says_when_it_has_not_changed(client, db, django_assert_num_queries):
    publish_oree("BE")

    with django_assert_num_queries(1):
        first = client.get("/nl-be/oree/", headers={"Accept-Encoding": "gzip"})
    plain = read(client, "/nl-be/oree/")

    assert gzip.decompress(b"".join(first.streaming_content)).decode() == plain
    assert client.get("/nl-be/oree/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.head("/nl-be/oree/")["ETag"] == first["ETag"]


def test_the_same_inputs_make_the_same_release(db):
    first, again = publish_oree("BE"), publish_oree("BE")

    assert first[0].release_key == again[0].release_key
    assert Release.objects.count() == 1
    assert Publication.objects.count() == 2


def test_a_change_of_the_master_waits_for_a_publication(client, db):
    publish_oree("001")
    retitle("Another opening")

    assert "Another opening" not in read(client, "/en/oree/")
    publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)
    assert "Another opening" in read(client, "/en/oree/")


def test_a_draft_of_the_master_is_never_published(client, db):
    publish_oree("001")
    page = MasterPage.objects.get(slug="home")
    page.title = "Only a draft"
    page.save_revision()

    publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)

    assert "Only a draft" not in read(client, "/en/oree/")


def test_one_market_that_cannot_be_made_keeps_every_market_as_it_was(client, db):
    publish_oree("BE", "FR")
    before = {site.market: site.release_key for site in list_live_sites()}
    retitle("New everywhere")
    Overlay.objects.create(
        vehicle="oree",
        scope="fr-fr",
        block_id=MasterPage.objects.get(slug="home").body[0].id,
        kind="replace",
        value={**dict(MasterPage.objects.get(slug="home").body.raw_data[0]["value"]), "text": "{horsepower}"},
        changed_at="2026-11-24T00:00Z",
        by="Hugo",
    )

    with pytest.raises(PublicationRefused, match=r"FR: /fr-fr/.*horsepower"):
        publish_sites("oree", markets=["BE", "FR"], on=TODAY, by=SYSTEM)

    assert {site.market: site.release_key for site in list_live_sites()} == before


def test_a_market_without_a_price_list_is_refused_by_name(db):
    publish_oree("BE")

    with pytest.raises(PublicationRefused, match="CN: no price list"):
        publish_sites("oree", markets=["CN"], on=TODAY, by=SYSTEM)
    assert "CN" not in list_sold_markets("oree")


def test_the_active_markets_are_those_that_are_sold_and_active_in_digital(db, capsys):
    publish_oree("BE")
    assert main(["publish", "oree", "--markets", "active", "--json"]) == 0
    published = [json.loads(line)["market"] for line in capsys.readouterr().out.splitlines()]
    assert published == [
        market.code for market in list_markets(active=True)
    ]  # 60; not the master, never sold to
    assert len(published) == len(list_live_sites()) == 60


def test_going_back_serves_the_earlier_bytes_again(client, db):
    first = publish_oree("001")[0]
    opening = read(client, "/en/oree/")
    retitle("Another opening")
    publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)

    back = roll_back("oree", market="001", by=SYSTEM)

    assert back.release_key == first.release_key
    assert read(client, "/en/oree/") == opening


def test_going_back_refuses_a_release_that_was_altered_on_disk(db):
    first = publish_oree("001")[0]
    retitle("Another opening")
    publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)
    file = store.find_file(first.release_key, "en/legal/index.html")
    file.write_text(file.read_text() + " ")

    with pytest.raises(ReleaseNotFound, match=r"en/legal/index\.html"):
        roll_back("oree", market="001", by=SYSTEM)


def test_a_withdrawn_site_answers_404_until_it_is_published_again(client, db):
    publish_oree("BE")
    withdraw_site("oree", market="BE", by=ELS)

    assert client.get("/nl-be/oree/").status_code == 404
    with pytest.raises(FrameNotPublished):
        get_frame("oree", locale=get_locale("nl-be"))
    roll_back("oree", market="BE", by=ELS)
    assert client.get("/nl-be/oree/").status_code == 200


@pytest.mark.parametrize(
    "refused",
    [
        lambda: publish_sites("oree", markets=["BE", "FR"], on=TODAY, by=ELS),
        lambda: roll_back("oree", market="FR", by=ELS),
        lambda: withdraw_site("oree", market="FR", by=ELS),
    ],
)
def test_a_market_manager_touches_only_their_own_market(db, refused):
    publish_oree("BE", "FR")
    before = Publication.objects.count()

    with pytest.raises(Forbidden, match="FR"):
        refused()

    assert Publication.objects.count() == before


def test_a_broken_writing_leaves_no_release(db, monkeypatch):
    publish_oree("001")
    folders = {path.name for path in store._releases().iterdir()}
    retitle("Half written")
    write = store._write

    def fail(file, content):
        if file.name == "frame.json":
            raise OSError("No space left on device")
        write(file, content)

    monkeypatch.setattr(store, "_write", fail)
    with pytest.raises(OSError, match="No space"):
        publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)

    assert {path.name for path in store._releases().iterdir()} == folders


def test_what_a_page_names_is_kept_for_when_the_front_end_is_built_again(client, db, monkeypatch, tmp_path):
    publish_oree("BE")
    html = read(client, "/nl-be/oree/")
    names = store.STATIC_ADDRESS.findall(html)
    monkeypatch.setattr(settings, "FRONTEND_DIST", tmp_path)

    for name in names:
        assert client.get(f"/static/{name}").status_code == 200
    style = next(name for name in names if name.endswith(".css"))
    fonts = re.findall(r"/static/(assets/[\w.-]+woff2)", (store._shared() / "static" / style).read_text())
    assert fonts and all(store.find_shared("static", font) for font in fonts)


def test_pictures_are_served_for_ever_and_nothing_beside_them(client, db):
    publish_oree("BE")
    picture = re.search(r'src="(/pictures/[^"]+)"', read(client, "/nl-be/oree/"))[1]

    answer = client.get(picture)

    assert answer["Content-Type"] in ("image/avif", "image/webp")
    assert "immutable" in answer["Cache-Control"]
    for path in ("../releases", "..%2f..%2fusine.sqlite3", "%00", "....//x"):
        assert client.get(f"/pictures/{path}").status_code == 404


def test_an_offer_of_a_later_day_is_shown_with_its_date(client, db):
    publish_oree("001", on=TODAY + timedelta(days=1))
    assert "25 November 2026" in read(client, "/en/oree/versions/")


def test_publishing_is_a_job_that_records_who_asked(client, db):
    publish_oree("BE")
    with pytest.raises(Forbidden, match="FR"):
        request_publication("oree", markets=["FR"], by=ELS)

    approve("BE", by=ELS)
    job = request_publication("oree", markets=["BE"], by=ELS).job_id
    assert run_next()

    assert Job.objects.get(pk=job).state == Job.State.DONE
    assert Publication.objects.latest("id").by == "Els"


def test_a_publication_that_is_refused_fails_with_its_sentence(db):
    publish_oree("BE")
    job = request_publication("oree", markets=["BE", "CN"], by=SYSTEM).job_id

    run_next()

    done = Job.objects.get(pk=job)
    assert done.state == Job.State.FAILED
    assert done.message.startswith("Nothing was published. CN: ")
    assert Publication.objects.count() == 1
