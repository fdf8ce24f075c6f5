"""People, and the clock of the desk's tests."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.reputation.world import NAMES, NOW
from usine.accounts.contracts import Role
from usine.accounts.models import User
from usine.accounts.public import create_account, get_actor
from usine.reputation.desk import words


@pytest.fixture
def at_now(monkeypatch):
    """The clock stands still at NOW."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def named(monkeypatch):
    """Entities are called as the demo calls them."""
    monkeypatch.setattr(words, "_names", dict(NAMES))


@pytest.fixture
def claire(db):
    return _hire("claire", "Claire Vasseur", Role.CENTRAL)


@pytest.fixture
def hugo(db):
    return _hire("hugo", "Hugo Lemaire", Role.MARKET, "FR")


@pytest.fixture
def ana(db):
    return _hire("ana", "Ana Sequeira", Role.MARKET, "PT")


def _hire(username: str, name: str, role: Role, *markets: str):
    number = create_account(username, name=name, password="a-long-one", role=role, markets=markets)
    return get_actor(User.objects.get(pk=number))
