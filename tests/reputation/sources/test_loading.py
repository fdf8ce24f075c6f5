"""Sources from a file: all or nothing, the same again changes nothing, secrets are only named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from usine.reputation.contracts import SourceInvalid
from usine.reputation.models import Source
from usine.reputation.sources.loading import load_sources

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[3] / "demo" / "reputation" / "sources.yaml"
GOOD = """
sources:
  - {slug: a, name: A, connector: feed, address: "https://a.example/feed", language: fr, every_s: 60}
  - {slug: b, name: B, connector: mastodon, address: "https://b.example", options: {hashtag: car, token_env: B_TOKEN}}
"""


@pytest.fixture
def load(tmp_path):
    def write(text, **options):
        file = tmp_path / "sources.yaml"
        file.write_text(text, "utf-8")
        return load_sources(file, **options)

    return write


def test_the_same_file_again_changes_nothing(load):
    assert load(GOOD).added == ("a", "b")
    Source.objects.filter(slug="a").update(cursor={"etag": "1"}, next_at=datetime(2026, 11, 26, tzinfo=UTC))
    assert (load(GOOD).added, load(GOOD).changed, load(GOOD).unchanged) == ((), (), 2)
    assert Source.objects.get(slug="a").cursor == {"etag": "1"}


def test_a_changed_source_goes_on_where_it_stood_unless_it_is_another_one(load):
    load(GOOD)
    Source.objects.update(cursor={"etag": "1"}, failures=2, error="x")
    assert load(GOOD.replace("every_s: 60", "every_s: 90")).changed == ("a",)
    assert Source.objects.get(slug="a").cursor == {"etag": "1"}

    assert load(GOOD.replace("/feed", "/other")).changed == ("a",)
    source = Source.objects.get(slug="a")
    assert (source.cursor, source.failures, source.error, source.next_at) == ({}, 0, "", None)


def test_a_source_that_people_switched_stays_as_they_left_it(load):
    load(GOOD.replace("slug: a,", "slug: a, is_on: false,"))
    Source.objects.filter(slug="a").update(is_on=True)
    assert load(GOOD.replace("slug: a,", "slug: a, is_on: false,")).unchanged == 2
    assert Source.objects.get(slug="a").is_on


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("sources:", "things:", "has no list called sources"),
        ("slug: a", "slug: A B", "source A B is called by small letters"),
        ("slug: b", "slug: a", "two sources called a"),
        ("connector: feed", "connector: smoke", "source a has the connector smoke: there are feed, files"),
        ("https://a.example/feed", "file:///etc/passwd", "is no web address"),
        (
            "https://a.example/feed",
            "https://u:p@a.example/",
            "holds a password: name an environment variable",
        ),
        ("language: fr", "language: no", "source a has the language False: write it in quotation marks"),
        ("language: fr", "mood: fr", "source a has the field mood"),
        ("every_s: 60", "every_s: 1", "leave it in peace"),
        ("every_s: 60", "every_s: soon", "every_s 'soon': write a whole number"),
        ("hashtag: car", "password: x", "the option password"),
        (
            "token_env: B_TOKEN",
            "token_env: abc-123",
            "names an environment variable, it is not the secret itself",
        ),
        ("name: B,", "", "source b has no name"),
        ("{slug: a,", "[{slug: a,", "is no YAML that can be read"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(load, was, now, sentence):
    assert was in GOOD
    with pytest.raises(SourceInvalid, match=sentence):
        load(GOOD.replace(was, now))
    assert not Source.objects.exists()


def test_a_webhook_needs_a_secret(load):
    with pytest.raises(SourceInvalid, match="needs the option secret_env"):
        load("sources: [{slug: h, name: H, connector: webhook}]")


def test_the_demo_listens_in_twelve_languages():
    loaded = load_sources(DEMO, port=1234)
    sources = Source.objects.all()

    assert len(loaded.added) == sources.count() >= 70
    assert {source.language for source in sources if source.language} == {
        *("en", "fr", "de", "es", "it", "pt", "nl", "pl", "tr", "ar", "ja", "ko")
    }
    assert sources.get(slug="spree-kurier").address == "http://spree-kurier.localhost:1234/rss.xml"
    assert load_sources(DEMO, port=1234).unchanged == sources.count()
