"""Pictures of configurations: addresses by content, laid from layers, kept, refused where there are none."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from usine.studio import views
from usine.studio.pictures import shelf
from usine.studio.public import picture_address

RED, GREEN, BLACK = (160, 40, 30, 255), (40, 90, 70, 255), (10, 10, 10, 255)
VALUES = {"colour": "sapin", "wheels": "cime", "trim": "futaie"}


def write_layers(folder, features):
    folder.mkdir(parents=True, exist_ok=True)
    content = []
    for feature, values in features.items():
        told = []
        for value, colour, at, size in values:
            told.append({"name": value})
            if colour:
                Image.new("RGBA", size, colour).save(folder / f"{feature}-{value}.webp", lossless=True)
                told[-1] |= {"file": f"{feature}-{value}.webp", "at": at}
        content.append({"name": feature, "values": told})
    (folder / "layers.json").write_text(json.dumps({"size": [40, 20], "features": content}), "utf-8")


@pytest.fixture
def layers(settings, tmp_path, db):
    settings.STUDIO_LAYERS, settings.VAR = tmp_path / "layers", tmp_path / "var"
    whole = [0, 0], (40, 20)
    write_layers(
        tmp_path / "layers/car",
        {
            "colour": [("garance", RED, *whole), ("sapin", GREEN, *whole)],
            "wheels": [("rameau", None, None, None), ("cime", BLACK, [30, 10], (5, 5))],
        },
    )
    return tmp_path / "layers/car"


def seen(data):
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA")


def test_each_choice_lays_its_layer(layers, client):
    picture = seen(client.get(picture_address("car", VALUES)).content)
    assert picture.getpixel((3, 3))[:3] == pytest.approx(GREEN[:3], abs=6)
    assert picture.getpixel((32, 12))[:3] == pytest.approx(BLACK[:3], abs=12)
    plain = seen(client.get(picture_address("car", {"colour": "garance", "wheels": "rameau"})).content)
    assert plain.getpixel((32, 12))[:3] == pytest.approx(RED[:3], abs=6)


def test_what_is_not_seen_changes_no_address(layers):
    assert picture_address("car", VALUES) == picture_address("car", VALUES | {"trim": "pro"})
    assert picture_address("car", VALUES) != picture_address("car", VALUES | {"colour": "garance"})


def test_other_layers_have_other_addresses(layers):
    before = picture_address("car", VALUES)
    manifest = json.loads((layers / "layers.json").read_text("utf-8")) | {"size": [41, 20]}
    (layers / "layers.json").write_text(json.dumps(manifest, indent=2), "utf-8")
    assert picture_address("car", VALUES) != before


def test_a_picture_is_made_once_and_may_be_kept_for_ever(layers, client):
    address = picture_address("car", VALUES)
    first = client.get(address)
    assert "immutable" in first.headers["Cache-Control"]
    for path in layers.glob("*.webp"):
        path.unlink()
    assert client.get(address).content == first.content


def test_a_shared_picture_is_a_jpeg_of_the_size_that_readers_want(layers, client):
    response = client.get(picture_address("car", VALUES, shared=True))
    assert response.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))


def test_a_vehicle_that_nobody_photographed_has_no_address(layers):
    assert picture_address("moon", VALUES) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("/car/11", "/car/19"),
        lambda address: address.replace("/car/11", "/car/111"),
        lambda address: address.replace("/car/", "/moon/"),
        lambda address: address[:-9] + "0000.webp",
        lambda address: address.replace(".webp", ".png"),
    ],
)
def test_an_address_that_says_no_picture_is_not_found(layers, client, change):
    response = client.get(change(picture_address("car", VALUES)))
    assert response.status_code == 404
    assert not list(layers.parent.parent.glob("var/pictures/*/*"))


def test_making_many_pictures_is_refused_and_kept_ones_are_not(layers, client, monkeypatch):
    monkeypatch.setattr(views, "MADE_PER_HOUR", 1)
    kept, other = (picture_address("car", VALUES | {"wheels": wheels}) for wheels in ("cime", "rameau"))
    assert client.get(kept).status_code == 200
    assert client.get(other).status_code == 429
    assert client.get(kept).status_code == 200


def test_a_full_shelf_loses_what_was_made_first(layers, client, monkeypatch):
    monkeypatch.setattr(shelf, "KEPT", 3)
    monkeypatch.setattr(shelf, "DROPPED", 1)
    for colour in ("garance", "sapin"):
        for wheels in ("rameau", "cime"):
            client.get(picture_address("car", {"colour": colour, "wheels": wheels}))
    assert len(list((layers.parent.parent / "var/pictures/car").iterdir())) == 3


@pytest.mark.django_db
def test_the_demos_car_has_a_picture_of_each_choice_that_its_layers_show(client):
    """The shipped layers: a shared picture is a JPEG of the usual size, and wheels, roof, decals change it."""
    base = {"colour": "lichen", "wheels": "rameau", "roof": "body", "decals": "none"}
    addresses = {picture_address("oree", base, shared=True)}
    for feature, value in (
        ("colour", "sapin"),
        ("wheels", "cime"),
        ("roof", "humus"),
        ("decals", "feuillage"),
    ):
        addresses.add(picture_address("oree", base | {feature: value}, shared=True))
    assert len(addresses) == 5
    pictures = [client.get(address).content for address in addresses]
    assert len(set(pictures)) == 5
    with Image.open(io.BytesIO(pictures[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))
