"""Who sits at the desk in the tests of sites: Els for Belgium, whose sites are live, and Claire for the centre."""

from __future__ import annotations

import pytest

from tests.launches.editors import sign_in
from tests.oree import publish_oree
from usine.accounts.contracts import Role


@pytest.fixture
def els(client, db):
    publish_oree("BE")
    return sign_in(client, "els", Role.MARKET, "BE")


@pytest.fixture
def claire(client, db):
    publish_oree("BE")
    return sign_in(client, "claire", Role.CENTRAL)
