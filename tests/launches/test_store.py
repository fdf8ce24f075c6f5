"""What a store of releases promises, of a folder and of a bucket alike; two machines meet in it."""

from __future__ import annotations

import gzip
import io
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.launches.test_incremental import publish, retell
from tests.oree import load_oree, release_oree
from tests.s3 import BUCKET, find_ports, run_s3
from usine.accounts.contracts import SYSTEM
from usine.commons import jobs
from usine.launches import buckets, store
from usine.launches.buckets import BucketRefused, S3Bucket, get_bucket
from usine.launches.jobs import request_publication
from usine.launches.papers.pictures import Backdrop, lay_picture
from usine.launches.public import clear_releases, list_live_sites, roll_back
from usine.launches.publishing import queue
from usine.launches.queries import ReleaseNotFound
from usine.launches.sources.drafts import DraftNotFound, drop_drafts, keep_draft, list_drafts, take_draft
from usine.launches.sources.releases import Content
from usine.launches.visitors import redirects
from usine.launches.writing.redirects import save_redirect

SHARED_ADDRESS = re.compile(r"""/(?:static|pictures)/[^\s"'()<>?#]+""")
FILES = {"fr-be/index.html": "<p>Bonjour</p>", "fr-be/frame.json": "{}"}
KEY, LATER = store.make_key(FILES, "oree"), "0" * 64


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", "any")
        patched.setenv("AWS_SECRET_ACCESS_KEY", "any")
        with run_s3(tmp_path_factory.mktemp("s3")) as address:
            yield address


@pytest.fixture
def bucket(request, settings, tmp_path):
    settings.S3_ENDPOINT = request.getfixturevalue("service")
    settings.RELEASES = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    settings.RELEASES_ROOT = tmp_path / "one"


@pytest.fixture(params=["folder", "bucket"])
def elsewhere(request, settings, tmp_path):
    """Go to another machine: one folder is shared by both, a bucket's copies are each one's own."""
    settings.RELEASES_ROOT = tmp_path / "one"
    if request.param == "bucket":
        request.getfixturevalue("bucket")

    def go():
        if settings.RELEASES:
            settings.RELEASES_ROOT = tmp_path / uuid.uuid4().hex

    return go


def read(key, path):
    file = store.find_file(key, path)
    return file.read_text("utf-8") if file else None


def test_a_release_is_found_whole_on_another_machine(elsewhere):
    store.write_release(KEY, FILES, {"reads.json": {"a": 1}})
    store.write_release(KEY, {"fr-be/index.html": "never"}, {})  # there already: left as it is
    store.settle()
    elsewhere()

    assert store.has_file(KEY, "fr-be/index.html") and not store.has_file(KEY, "nl-be/index.html")
    assert {path: read(KEY, path) for path in FILES} == FILES
    assert gzip.decompress(store.find_file(KEY, "fr-be/index.html.gz").read_bytes()) == b"<p>Bonjour</p>"
    assert store.read_note(KEY, "reads.json") == {"a": 1}
    assert store.read_note(KEY, store.MANIFEST) == store.make_manifest(FILES)
    assert store.find_damage(KEY) == ""
    for path in ("fr-be/../../../shared/x", "../" + KEY, "fr-be", "", "\0", "nl-be/index.html"):
        assert store.find_file(KEY, path) is None


def test_whoever_is_killed_before_the_end_has_made_nothing(elsewhere, settings, monkeypatch):
    def die(place, path, *_):
        if not settings.RELEASES or path.endswith(store.MANIFEST):
            raise KeyboardInterrupt
        return put(place, path, *_)

    put = S3Bucket.put
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(*((S3Bucket, "put") if settings.RELEASES else (Path, "rename")), die)
        store.write_release(KEY, FILES)
    elsewhere()

    assert "is not " in store.find_damage(KEY) and read(KEY, "fr-be/index.html") is None
    store.write_release(KEY, FILES)
    assert store.find_damage(KEY) == ""


def test_a_page_of_an_earlier_release_is_said_again_from_any_machine_and_stays_when_that_one_goes(elsewhere):
    store.write_release(KEY, FILES)
    elsewhere()
    page = store.Reused(KEY, "fr-be/index.html", store.make_manifest(FILES)["fr-be/index.html"])
    store.write_release(LATER, {"fr-be/index.html": page, "fr-be/frame.json": "{}"})

    assert store.remove_release(KEY) and not store.remove_release(KEY)
    elsewhere()
    assert "is not " in store.find_damage(KEY) and read(KEY, "fr-be/index.html") is None
    assert read(LATER, "fr-be/index.html") == "<p>Bonjour</p>" and store.find_damage(LATER) == ""


def test_a_lost_file_is_told(elsewhere, settings):
    store.write_release(KEY, FILES)
    if settings.RELEASES:
        get_bucket().remove([f"releases/{KEY}/fr-be/index.html"])
    else:
        store.find_file(KEY, "fr-be/index.html").write_text("altered")
    assert "fr-be/index.html of the release" in store.find_damage(KEY)


def test_what_releases_share_is_kept_once_for_every_machine_until_it_is_dropped(elsewhere):
    address = store.keep_picture("a b.png", b"picture")
    store.keep_shared_json("drafts", "7-a.json", {"é": 1})
    elsewhere()

    assert store.find_shared("pictures", Path(address).name).read_bytes() == b"picture"
    assert store.read_shared_json("drafts", "7-a.json") == {"é": 1}
    assert store.find_shared("pictures", "../drafts/7-a.json") is None
    store.drop_shared("drafts", "7-a.json")
    elsewhere()
    assert store.read_shared_json("drafts", "7-a.json") is None
    store.keep_shared_json("drafts", "7-a.json", {"é": 2})
    elsewhere()
    assert store.read_shared_json("drafts", "7-a.json") == {"é": 2}


def test_releases_that_nobody_knows_are_listed_once_they_are_old(elsewhere):
    assert store.list_strays([], before=datetime.now(UTC)) == []
    store.write_release(KEY, FILES)
    store.write_release(LATER, FILES)
    elsewhere()
    tomorrow, yesterday = (datetime.now(UTC) + timedelta(days) for days in (1, -1))
    assert store.list_strays([LATER], before=yesterday) == []
    assert store.list_strays([LATER], before=tomorrow) == [KEY]
    assert store.remove_release(KEY) and store.list_strays([LATER], before=tomorrow) == []


def keep_one():
    store.keep_shared("papers", "a/recipe.json", b"{}")
    return store.find_shared("papers", "a/recipe.json")


def lay_one():
    return lay_picture("/pictures/" + PICTURE, Backdrop.PAPER)


PICTURE = store.name_picture("car.png", "0" * 64)


@pytest.mark.parametrize("keep", [keep_one, lay_one])
def test_threads_that_keep_the_same_file_do_not_meet_in_half_of_it(settings, tmp_path, monkeypatch, keep):
    settings.RELEASES_ROOT, settings.VAR = tmp_path / "releases", tmp_path
    drawn = io.BytesIO()
    Image.new("RGBA", (8, 4), "#c00").save(drawn, "PNG")
    store.keep_shared("pictures", PICTURE, drawn.getvalue())
    both, replace = threading.Barrier(2, timeout=20), Path.replace

    def replace_together(partial, target):
        both.wait()  # each has written its part and none is in place yet
        return replace(partial, target)

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as threads:
        patched.setattr(Path, "replace", replace_together)
        first, second = [thread.result() for thread in [threads.submit(keep) for _ in range(2)]]

    assert first == second and [file.name for file in first.parent.iterdir()] == [first.name]


def test_a_text_brings_no_file_from_outside_the_front_end_among_the_shared(settings, tmp_path):
    settings.RELEASES_ROOT, settings.FRONTEND_DIST = tmp_path / "releases", tmp_path / "front/dist"
    (settings.FRONTEND_DIST / "assets").mkdir(parents=True)
    (settings.FRONTEND_DIST / "assets/a.css").write_text("a{background:url(/static/../../secret.css)}")
    secret = tmp_path / "secret.css"
    secret.write_text("secret")
    (settings.FRONTEND_DIST / "link.css").symlink_to(secret)
    names = ("assets/a.css", "../../secret.css", "assets/../../../secret.css", str(secret), "link.css")
    names += ("../dist/assets/a.css", "assets/\0", "assets")
    store.write_release(KEY, {"fr-be/index.html": " ".join(f"/static/{name}" for name in names)})

    kept = [file for file in settings.RELEASES_ROOT.joinpath("shared").rglob("*") if file.is_file()]
    assert kept == [settings.RELEASES_ROOT / "shared/static/assets/a.css"]


def test_sites_are_published_on_one_machine_and_served_by_another(
    bucket, db, client, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(redirects, "_maps", {})
    release_oree()
    load_oree()
    save_redirect("oree", source="/xx-yy/oree/", target="/en/oree/", by=SYSTEM)
    keys = [publish("001")["001"]]
    retell("design", "Another line")
    settings.RELEASES_ROOT = tmp_path / "two"
    keys.append(publish("001")["001"])
    settings.RELEASES_ROOT = tmp_path / "three"

    assert client.get("/sitemaps/en/oree.xml").content.count(b"<loc>") > 5
    assert {file.name for file in (tmp_path / "three").rglob("*") if file.is_file()} == {store.MANIFEST}
    assert redirects.list_served() == {"/xx-yy/oree/": "/en/oree/"}
    assert client.get("/xx-yy/oree/").headers["Location"] == "/en/oree/"
    measured = store.measure_releases([*keys, "0" * 64])
    page = b"".join(client.get("/en/oree/design/").streaming_content)
    assert b"Another line" in page
    for address in sorted(set(SHARED_ADDRESS.findall(page.decode())))[:6]:
        assert client.get(address).status_code == 200
    assert client.get("/en/oree/nowhere/").status_code == 404

    assert roll_back("oree", market="001", by=SYSTEM).release_key == keys[0]
    settings.RELEASES_ROOT = tmp_path / "two"  # its folder holds the whole of the one that it made
    assert measured.keys() == set(keys) and measured == store.measure_releases(keys)
    folder = [file for file in store.find_folder(keys[1]).rglob("*") if file.is_file()]
    assert measured[keys[1]] == store.Measured(len(folder), sum(file.stat().st_size for file in folder))
    settings.RELEASES_ROOT = tmp_path / "three"
    assert clear_releases("oree", by=SYSTEM, keep=1) == 1
    with pytest.raises(ReleaseNotFound, match="not in the bucket"):
        roll_back("oree", market="001", by=SYSTEM, to=keys[1])
    assert b"Another line" not in b"".join(client.get("/en/oree/design/").streaming_content)

    monkeypatch.setattr(redirects, "_maps", {})
    monkeypatch.setattr(buckets, "ATTEMPTS", 1)
    settings.RELEASES_ROOT = tmp_path / "four"
    settings.S3_ENDPOINT = f"http://127.0.0.1:{find_ports(1)[0]}"
    assert client.get("/xx-yy/oree/").status_code == 404  # nobody can say where it leads, and nothing breaks


def test_a_bucket_that_is_not_there_or_does_not_answer_is_told_in_a_sentence(bucket, settings, monkeypatch):
    monkeypatch.setattr(buckets, "ATTEMPTS", 1)
    settings.RELEASES = "s3://another-bucket"
    with pytest.raises(BucketRefused, match=r"The bucket another-bucket refuses: .* USINE_RELEASES"):
        get_bucket().list_below("releases")  # some services make a bucket for whoever writes
    settings.S3_ENDPOINT = f"http://127.0.0.1:{find_ports(1)[0]}"
    with pytest.raises(BucketRefused, match=r"does not answer: .* USINE_S3_ENDPOINT"):
        store.write_release(KEY, FILES)
    settings.RELEASES = "ftp://usine"
    with pytest.raises(BucketRefused, match="write it as s3://"):
        store.write_release(KEY, FILES)


def test_a_draft_is_read_on_another_machine_which_keeps_no_copy_in_a_bucket(elsewhere, settings):
    draft = keep_draft(Content("oree", {}, []), job_id=7)
    elsewhere()
    take_draft.cache_clear()

    assert take_draft(draft).vehicle == "oree"
    assert list_drafts() == {draft: 7}
    if settings.RELEASES:
        assert not (settings.RELEASES_ROOT / "shared").exists()
    drop_drafts([draft])
    elsewhere()
    take_draft.cache_clear()
    assert list_drafts() == {}
    with pytest.raises(DraftNotFound):
        take_draft(draft)


def test_machines_that_share_a_bucket_only_build_the_parts_of_a_publication(
    db, bucket, settings, tmp_path, monkeypatch
):
    release_oree()
    load_oree()
    settings.QUEUE_ABOVE = 1
    request_publication("oree", markets=["001", "IE"], by=SYSTEM)
    build, here = queue.build_market, settings.RELEASES_ROOT

    def build_elsewhere(content, task):
        settings.RELEASES_ROOT = tmp_path / task.plan.market
        try:
            return build(content, task)
        finally:
            settings.RELEASES_ROOT = here

    monkeypatch.setattr(queue, "build_market", build_elsewhere)
    assert jobs.run_next()

    keys = {site.market: site.release_key for site in list_live_sites()}
    assert {market: (tmp_path / market / "releases" / key).is_dir() for market, key in keys.items()} == {
        "001": True,
        "IE": True,
    }
    assert not (here / "releases").exists()  # nothing was built here, nor copied
    assert [store.find_damage(key) for key in keys.values()] == ["", ""]
    assert list_drafts() == {}
