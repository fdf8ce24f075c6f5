"""People, and the clock of the desk's tests."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.utils import timezone

from tests.reputation.hearing import WordReader
from tests.reputation.poison import Poisoned
from tests.reputation.receiving import Receiver
from tests.reputation.world import NAMES, NOW
from usine.accounts.contracts import Role
from usine.accounts.models import User
from usine.accounts.public import create_account, get_actor
from usine.commons import assets
from usine.reputation import intake
from usine.reputation.stories import Stories


@pytest.fixture
def at_now(monkeypatch):
    """The clock stands still at NOW."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def named(settings, tmp_path):
    """Entities are called as a file of names calls them."""
    settings.REPUTATION_NAMES = tmp_path / "names.yaml"
    rows = [{"entity": entity, "spellings": {"any": f"{name}, x"}} for entity, name in NAMES.items()]
    settings.REPUTATION_NAMES.write_text(json.dumps({"entities": rows}), "utf-8")


@pytest.fixture
def poisoned(monkeypatch):
    """The reader of this process fails on poison, until it is mended."""
    reader, index = Poisoned(), Stories()
    monkeypatch.setattr(intake, "open_own_reader", lambda: reader)
    monkeypatch.setattr(intake, "open_index", lambda: index)
    return reader


@pytest.fixture
def mend(monkeypatch, poisoned):
    return lambda: monkeypatch.setattr(intake, "open_own_reader", WordReader)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def claire(db):
    return _hire("claire", "Claire Vasseur", Role.CENTRAL)


@pytest.fixture
def hugo(db):
    return _hire("hugo", "Hugo Lemaire", Role.MARKET, "FR")


@pytest.fixture
def ana(db):
    return _hire("ana", "Ana Sequeira", Role.MARKET, "PT")


@pytest.fixture
def unbuilt_assets(monkeypatch):
    """These tests read words, not looks: they need no built front end."""
    monkeypatch.setattr(
        "usine.commons.templatetags.assets.get_asset", lambda name: assets.Asset(f"/{name}", name, ())
    )


@pytest.fixture
def enter(client, claire, hugo, ana, unbuilt_assets):
    """Sign one of them in at the desk."""

    def enter_as(username: str):
        assert client.login(username=username, password="a-long-one")
        return client

    return enter_as


def _hire(username: str, name: str, role: Role, *markets: str):
    number = create_account(username, name=name, password="a-long-one", role=role, markets=markets)
    return get_actor(User.objects.get(pk=number))
