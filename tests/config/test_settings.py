"""What settings make of the environment, and whom requests are believed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse

from usine.commons.middleware import BelieveProxies
from usine.config import demo


def test_a_brand_without_latin_letters_has_mail_addresses():
    said = subprocess.run(
        [sys.executable, "-c", "from usine.config import settings; print(settings.DEFAULT_FROM_EMAIL)"],
        env={**os.environ, "USINE_BRAND": "自動車"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "自動車 <noreply@carmaker.example>"


@pytest.mark.parametrize(("peer", "is_secure"), [("10.0.0.1", True), ("203.0.113.7", False)])
def test_only_a_web_server_of_ours_says_that_a_visit_is_encrypted(rf, settings, peer, is_secure):
    settings.PROXIES = frozenset({"10.0.0.1"})
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    seen = []
    BelieveProxies(lambda asked: seen.append(asked.is_secure()) or HttpResponse())(request)
    assert seen == [is_secure]
    assert settings.MIDDLEWARE[0] == "usine.commons.middleware.BelieveProxies"


@pytest.mark.parametrize("written", ["", "# nothing yet\n", "{}"])
def test_an_empty_choice_of_markets_is_none(tmp_path, monkeypatch, written):
    """Every market that the vehicle is sold in."""
    (tmp_path / "publish.yaml").write_text(written)
    published = []
    monkeypatch.setattr(demo, "list_sold_markets", lambda _vehicle: ("FR", "MA"))
    monkeypatch.setattr(demo, "publish_sites", lambda _vehicle, markets, **_rest: published.append(markets))
    monkeypatch.setattr(demo, "request_papers", lambda _vehicle, **_rest: None)
    demo._publish("oree", tmp_path / "publish.yaml")
    assert published == [("FR", "MA")]
