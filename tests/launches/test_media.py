"""Pictures and films: told in words, captioned, with rights that hold, not too large, cropped where it is no loss."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as PillowImage
from wagtail.images.forms import get_image_form
from wagtail.images.models import Image

from tests.launches.editors import sign_in
from tests.launches.sites import build_site, change, render_pages
from tests.oree import LAUNCH, TODAY, load_oree, make_oree_offer, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.config.cli import main
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.media import find_media_faults
from usine.launches.content.texts import ContentInvalid
from usine.launches.contracts import PublicationRefused
from usine.launches.models import MediaRight
from usine.launches.public import publish_sites
from usine.launches.rules import ResolvedSite
from usine.launches.sources.masters import place_focal_point, read_master
from usine.launches.sources.rights import (
    Right,
    find_expired,
    list_ending,
    list_rights,
    list_shown,
    read_rights,
)

HERO = "f3c95789-ace1-4954-ac5d-6baed2eac902"
FILM = "7b9f2c64-51de-4a0e-9d3b-6f8f0c1e2a57"
TABLET = "6caf76a5-7035-48ae-8280-ad3729a6f2e7"


def find_faults(site: ResolvedSite) -> list[str]:
    return find_media_faults(site, read_master("oree"))


def test_a_picture_that_is_not_told_in_words_is_named_with_its_block(db):
    site = build_site("fr-be")
    assert find_faults(site) == []

    for block in (HERO, TABLET):
        (fault,) = find_faults(change(site, block, alt=" "))
        assert fault.startswith("/fr-be/oree/: the picture of the block " + block)
        assert "is not told in words" in fault


def test_the_editor_of_the_master_refuses_a_picture_without_words(db):
    load_oree()
    opening = PageBlocks().child_blocks["opening"]
    value = opening.to_python({"title": "t", "text": "x", "picture": None, "alt": ""})
    assert opening.clean(value)["alt"] == ""

    value["picture"] = Image.objects.first()
    with pytest.raises(ValidationError) as refused:
        opening.clean(value)
    assert set(refused.value.block_errors) == {"alt"}


def test_a_film_needs_captions_in_the_language_of_the_page(db):
    site = build_site("nl-be")
    (fault,) = find_faults(change(site, FILM, film="oree-night-drive"))
    assert "the film oree-night-drive has no captions in nl: add oree-night-drive.nl.vtt" in fault


def test_a_film_needs_a_transcript_in_the_language_of_the_page(db):
    site = build_site("nl-be")
    english = next(block for block in read_master("oree")["home"].blocks if block.id == FILM)

    for transcript in ("", english.value["transcript"]):
        (fault,) = find_faults(change(site, FILM, transcript=transcript))
        assert "the film oree has no transcript in nl" in fault


def test_english_stands_in_only_on_a_site_that_speaks_it_for_want_of_its_own(db):
    finnish = build_site("fi-fi")
    assert finnish.locale.language == "en"
    assert find_faults(finnish) == []

    as_dutch = replace(finnish, locale=replace(finnish.locale, language="nl"))
    assert any("no transcript in nl" in fault for fault in find_faults(as_dutch))


def right(name="oree-dusk", *markets, until=None, kind="picture"):
    return Right(kind, name, markets or ("*",), until, "Studio Lumen", "two years, web")


def test_an_expired_picture_is_named_with_its_day_and_its_pages(db):
    sites = (build_site("fr-fr"),)
    rights = [right(until=date(2026, 11, 23))]

    (fault,) = find_expired(sites, rights, TODAY)

    assert "the picture oree-dusk (Studio Lumen) ended on 2026-11-23" in fault
    assert "shown on /fr-fr/oree/, /fr-fr/oree/gallery/" in fault
    assert find_expired(sites, rights, date(2026, 11, 23)) == []


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ([right("oree-dusk", "BE")], "does not cover FR"),
        ([right("oree", until=date(2026, 1, 1), kind="film")], "the film oree (Studio Lumen) ended"),
        ([right("oree-dusk", "BE"), right("oree-dusk", "FR")], ""),
        ([right("oree-dusk", until=date(2026, 1, 1)), right("oree-dusk", "FR")], ""),
        ([right("never-shown", until=date(2026, 1, 1))], ""),
        ([], ""),
    ],
)
def test_rights_of_one_name_add_up(db, rights, said):
    faults = find_expired((build_site("fr-fr"),), rights, TODAY)
    assert [said in fault for fault in faults] == ([True] if said else [])


def test_a_market_with_an_expired_right_is_not_published(db):
    load_oree()
    make_oree_offer("FR")
    MediaRight.objects.filter(name="oree-lichen").update(until=date(2026, 11, 1), markets=["FR"])
    with pytest.raises(
        PublicationRefused, match=r"FR: the right to the picture oree-lichen .* ended on 2026-11-01"
    ):
        publish_sites("oree", markets=["FR"], on=TODAY, by=SYSTEM)


def test_what_ends_within_thirty_days_is_told_before(client, db, capsys):
    publish_oree("BE")
    soon, far = date(2026, 12, 24), date(2026, 12, 25)
    rights = [right("a", until=far), right("b", until=soon), right("c", "FR", until=soon), right("d")]
    assert [one.name for one in list_ending(rights, TODAY)] == ["b", "c"]
    assert [one.name for one in list_ending(rights, TODAY, market="BE")] == ["b"]

    MediaRight.objects.filter(name="oree-lichen").update(until=soon)
    assert main(["launch", "rights", "oree"]) == 0
    assert capsys.readouterr().out.startswith("2026-12-24\tpicture\toree-lichen\t*\tAurige")
    els = sign_in(client, "els", Role.MARKET, "BE")
    assert [one.name for one in els.get("/desk/launches/oree/BE/").context["ending"]] == ["oree-lichen"]


def test_the_demo_names_the_owner_of_every_picture_and_film_that_it_shows(db):
    site = build_site("en")
    known = {(one.kind, one.name) for one in list_rights("oree")}
    assert known == {(one.kind, one.name) for one in read_rights(LAUNCH / "rights.csv")}
    assert set(list_shown((site,))) <= known


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("song,oree,*,,Aurige,", "no kind “song”"),
        ("film,oree,FR ZZ,,Aurige,", "no market ZZ"),
        ("film,oree,FR,soon,Aurige,", "soon is no day"),
        ("film,oree,FR,,,", "“owner” is empty"),
    ],
)
def test_a_fault_of_the_rights_is_told_with_its_line(tmp_path, line, said):
    file = tmp_path / "rights.csv"
    file.write_text(f"kind,name,markets,until,owner,licence\nfilm,a,*,,Aurige,\n{line}\n")
    with pytest.raises(ContentInvalid, match=rf"rights\.csv, line 3: .*{said}"):
        read_rights(file)


def make_png(width: int, height: int) -> bytes:
    """A small file whose header claims these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(20_000, 10_000), (10_000, 9_500), (60_000, 60_000)])
def test_an_upload_of_very_many_pixels_is_refused_in_one_sentence(db, width, height):
    load_oree()
    file = SimpleUploadedFile("huge.png", make_png(width, height), content_type="image/png")
    form = get_image_form(Image)({"title": "Huge"}, {"file": file})

    assert not form.is_valid()
    assert form.errors["file"] == [
        "This picture has more than 80 million pixels: make it smaller, then upload it again."
    ]


def test_an_upload_of_an_ordinary_size_is_taken_and_one_cut_off_is_refused(db):
    load_oree()
    whole = make_picture((40, 30))
    for content, is_taken in ((whole, True), (whole[:60], False)):
        file = SimpleUploadedFile("small.png", content, content_type="image/png")
        assert ("file" not in get_image_form(Image)({"title": "Small"}, {"file": file}).errors) is is_taken


def make_picture(size: tuple[int, int]) -> bytes:
    file = BytesIO()
    PillowImage.new("RGB", size).save(file, "PNG")
    return file.getvalue()


def test_a_focal_point_says_what_stays_in_sight_where_a_picture_is_cropped(db):
    load_oree()
    make_oree_offer("BE")
    dusk = Image.objects.filter(title="oree-dusk.avif")
    assert place_focal_point(dusk.get()) == ""
    before = render_pages(build_site("fr-be"))["gallery/index.html"]
    image = dusk.get()
    dusk.update(focal_point_x=image.width // 4, focal_point_y=image.height // 2)

    page = render_pages(build_site("fr-be"))["gallery/index.html"]

    assert page.count('style="--focal:25% 50%"') == 1
    assert page.replace(' style="--focal:25% 50%"', "") == before
