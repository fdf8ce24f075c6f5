"""Feeds sound and damaged: entries as they are, or one sentence; never a crash, never something executed."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.contracts import SourceInvalid
from usine.reputation.sources.connectors import Place
from usine.reputation.sources.entries import read_feed, shorten_key
from usine.reputation.sources.fetching import Answer
from usine.reputation.sources.hypertext import read_hypertext, read_line, read_said
from usine.reputation.sources.mastodon import hear_status, read_statuses
from usine.reputation.sources.reviews import hear_review, list_marked, read_reviews
from usine.reputation.sources.sitemaps import read_links, read_sitemap
from usine.reputation.sources.times import EARLIEST, read_time, settle_time

BASE = "https://paper.example/feed"
RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>P</title><language>fr-be</language>
<atom:link rel="next" href="?page=2"/>
<item><title>Été &amp; &lt;script&gt;alert(1)&lt;/script&gt; pluie</title><link>/a?utm_source=rss</link>
<guid isPermaLink="false">n1</guid><pubDate>Thu, 26 Nov 2026 09:00:00 +0100</pubDate>
<description>&lt;p onclick="x()"&gt;Il pleut.&lt;/p&gt;&lt;script&gt;steal()&lt;/script&gt;</description></item>
<item><title>Sans nom</title><link>https://www.paper.example/b?utm_source=rss#top</link></item>
<item><description>Ni titre ni lien</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>P</title><link rel="next" href="/older"/>
<entry><id>tag:1</id><title>Eins</title><link href="/1"/><updated>2026-11-26T08:00:00Z</updated>
<content type="html">&lt;p&gt;Erster Absatz.&lt;/p&gt;&lt;p&gt;Zweiter.&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "P",
    "language": "ja",
    "next_url": "https://paper.example/feed?page=2",
    "items": [
        {
            "id": "1",
            "url": "https://paper.example/1",
            "content_text": "雨",
            "date_published": "2026-11-26T08:00:00Z",
        }
    ],
}


def test_rss_with_a_foreign_charset_scripts_and_entries_without_names():
    page = read_feed(RSS.format(charset="iso-8859-1").encode("latin-1"), BASE)
    first, second, third = page.entries

    assert (first.key, first.title, first.text) == ("n1", "Été & pluie", "Il pleut.")
    assert first.address == "https://paper.example/a?utm_source=rss"
    assert first.published_at == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert second.key == "https://paper.example/b"  # by its canonical address
    assert third.key.startswith("digest:") and third.address == ""
    assert page.next == "https://paper.example/feed?page=2"


def test_atom_and_json_feeds():
    atom, feed = read_feed(ATOM.encode(), BASE), read_feed(json.dumps(JSON_FEED).encode(), BASE)

    assert [(e.key, e.text, e.address) for e in atom.entries] == [
        ("tag:1", "Erster Absatz.\nZweiter.", "https://paper.example/1")
    ]
    assert (atom.next, atom.entries[0].language) == ("https://paper.example/older", "de")
    assert [(e.key, e.text, e.language) for e in feed.entries] == [("1", "雨", "ja")]
    assert feed.next == "https://paper.example/feed?page=2"


def test_a_feed_cut_short_gives_what_arrived():
    body = RSS.format(charset="utf-8").encode()
    page = read_feed(body[: body.index(b"<item><title>Sans")], BASE)
    assert [entry.key for entry in page.entries] == ["n1"]


def test_a_feed_with_stray_signs_and_unclosed_elements_is_read_by_the_forgiving_reader():
    body = b"<rss><channel><item><title>A & B</title><guid>1</guid><description>x <b>y</description></item></channel>"
    assert [entry.key for entry in read_feed(body, BASE).entries] == ["1"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode("latin-1"),  # is not what it claims
        lambda text: text.replace(' encoding="utf-8"', "").encode("latin-1"),
        lambda text: text.replace("utf-8", "windows-1252").encode("cp1252"),
        lambda text: text.replace("é", "&eacute;").replace("É", "&Eacute;").encode(),
        lambda text: text.replace("Il ", "\x08I&#8;l&#x1F; ").encode(),
        lambda text: f"\n<!-- made by hand -->\n{text}".encode(),
        lambda text: text.encode("utf-16"),
    ],
    ids=["claims", "says nothing", "says it", "entities", "control signs", "begins late", "utf-16"],
)
def test_signs_survive_what_writers_do_to_them(change):
    text = RSS.format(charset="utf-8").replace("Il pleut", "Il a gelé")
    first = read_feed(change(text), BASE).entries[0]
    assert (first.title, first.text) == ("Été & pluie", "Il a gelé.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a feed",
        b"<html><body><p>Please log in</p></body></html>",
        b'{"items": 3}',
        b'{"a": [',
        b"[" * 100_000,
        b"{" * 100_000,
        b"\x00\xff\xfe" * 50,
    ],
)
def test_anything_else_is_refused_with_a_sentence(body):
    with pytest.raises(SourceInvalid, match=r"https://paper\.example/feed .+"):
        read_feed(body, BASE)


ITEM = "<rss><channel><item><title>&z;</title></item></channel></rss>"
BOMB = '<?xml version="1.0"{}?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{}]>' + ITEM


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_that_grow_are_not_read(codec):
    growing = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(25))
    body = BOMB.format("", growing).encode(codec)
    with pytest.raises(SourceInvalid, match="entities"):
        read_feed(body, BASE)
    with pytest.raises(SourceInvalid, match="entities"):
        read_sitemap(Answer(BASE, 200, body))


def test_files_of_the_machine_are_not_read_into_a_feed():
    body = b'<!DOCTYPE r [<!ENTITY z SYSTEM "file:///etc/passwd">]>' + ITEM.encode()
    with pytest.raises(SourceInvalid, match="entities"):
        read_feed(body, BASE)


def test_hypertext_as_deep_as_one_likes():
    assert read_hypertext("<div>" * 10_000 + "deep" + "</div>" * 10_000) == "deep"
    assert read_hypertext("<b>" * 10_000 + "x<script>") == "x"
    assert len(read_hypertext("<p>" + "a " * 300_000)) <= 100_000


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &lt; b", "a < b"),
        ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
        ("x<style>p{}</style><svg><text>no</text></svg>y", "xy"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a\u202eb\u0000c", "abc"),
        ("a<script>x()</script >b<script src=y>", "ab"),
        ("<!-- no -->yes", "yes"),
    ],
)
def test_hypertext(html, text):
    assert read_hypertext(html) == text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-26T09:00:00+01:00", datetime(2026, 11, 26, 8, tzinfo=UTC)),
        ("2026-11-26T08:00:00", datetime(2026, 11, 26, 8, tzinfo=UTC)),
        ("Thu, 26 Nov 2026 09:00:00 +0100", datetime(2026, 11, 26, 8, tzinfo=UTC)),
        (1795680000, datetime(2026, 11, 26, 8, tzinfo=UTC)),
        ("1795680000000", datetime(2026, 11, 26, 8, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (True, None),
        ([], None),
        ("9" * 16, None),
        ("2026-13-45", None),
    ],
)
def test_times_as_sources_write_them(said, expected):
    assert read_time(said) == expected


def test_times_that_cannot_be_are_now():
    now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    for said in (None, datetime(2027, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)):
        assert settle_time(said, now) == now
    assert settle_time(EARLIEST, now) == EARLIEST


def test_long_names_stay_apart():
    one, two = shorten_key("x" * 400 + "1"), shorten_key("x" * 400 + "2")
    assert one != two and len(one) == len(two) == 300


def test_links_of_a_page_to_its_own_host_once_each():
    html = '<a href="/1">One <b>two</b></a><a href="/1#c">again</a>'
    html += '<a href="https://other.example/">o</a><a href="javascript:x()">j</a>'
    assert [(link.address, link.title) for link in read_links(html, BASE)] == [
        ("https://paper.example/1", "One two")
    ]


def test_marked_reviews_however_they_stand():
    html = """<script type="application/ld+json">not json</script>
    <script type='application/ld+json'>{"@graph": [{"@type": "Product", "name": "Car", "review":
      [{"@type": ["Review"], "reviewBody": "a"}, {"@type": "Review", "reviewBody": "b"}]}]}</script>"""
    assert [(review["reviewBody"], about) for review, about in list_marked(html)] == [
        ("a", "Car"),
        ("b", "Car"),
    ]


def test_no_sign_that_a_database_refuses_gets_through():
    bad = "a\x00b\ud800c"
    item = {
        "id": bad,
        "url": f"https://paper.example/{bad}",
        "title": bad,
        "content_text": bad,
        "author": {"name": bad},
    }
    (entry,) = read_feed(json.dumps({"items": [item]}).encode(), BASE).entries
    status = {
        "id": "1",
        "uri": bad,
        "url": f"https://a.example/{bad}",
        "visibility": "public",
        "content": bad,
    }
    heard = hear_status(Place("m", "https://a.example"), status, datetime(2026, 11, 26, tzinfo=UTC))

    assert (entry.key, entry.title, entry.text, entry.author) == ("abc",) * 4
    assert heard is not None and (heard.external_id, heard.text) == ("abc", "abc")
    assert (entry.address, heard.address) == ("https://paper.example/abc", "https://a.example/abc")


SAMPLES = [RSS.format(charset="utf-8").encode(), ATOM.encode(), json.dumps(JSON_FEED).encode()]


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=6)), max_size=8))
def test_damage_is_read_or_refused(sample, damages):
    body = bytearray(sample)
    for at, part in damages:
        at %= len(body)
        body[at : at + len(part)] = part
    try:
        page = read_feed(bytes(body), BASE)
    except SourceInvalid:
        return
    for entry in page.entries:
        assert entry.key and len(entry.key) <= 300
        assert entry.address == "" or entry.address.startswith(("http://", "https://"))
        assert entry.published_at is None or entry.published_at.tzinfo is not None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "items",
                    "url",
                    "title",
                    "authors",
                    "author",
                    "name",
                    "content_text",
                    "reviews",
                    "next",
                    "@type",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_any_json_is_read_or_refused(value):
    body = json.dumps(value).encode()
    for read in (read_feed, read_statuses, read_reviews):
        with suppress(SourceInvalid):
            read(body, BASE)
    list(list_marked(f'<script type="application/ld+json">{json.dumps(value)}</script>'))


@given(st.text(max_size=300))
def test_any_text_is_hypertext(text):
    read_hypertext(text)
    assert "\n" not in read_line(text)
    read_links(text, BASE)


LONG = "a " * 75_000


@pytest.mark.parametrize(
    ("text", "least"),
    [
        (LONG, 149_999),
        (f"<p>{LONG}</p>", 149_999),
        (f"<p>Brief</p>{'<br>' * 100_000}", 6),  # more than is looked at
        ("a" * 100_000, None),
        ("<p>Brief</p>", None),
    ],
)
def test_a_text_that_is_cut_while_it_is_read_says_how_long_it_was(text, least):
    assert read_said(text).cut_from == least


def test_every_connector_says_what_it_cut():
    items = [{"id": "1", "content_text": LONG}, {"id": "2", "content_html": f"<p>{LONG}</p>"}]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()
    rss = f"<rss version='2.0'><channel><item><guid>1</guid><description>{LONG}</description></item></channel></rss>"
    entries = [
        *read_feed(feed, "https://paper.example/feed").entries,
        *read_feed(rss.encode(), "https://paper.example/feed").entries,
    ]
    place = Place("s", "https://paper.example/", {})
    now = datetime(2026, 11, 26, tzinfo=UTC)
    status = hear_status(place, {"id": "1", "visibility": "public", "content": LONG}, now)
    review = hear_review(place, {"id": "1", "text": LONG}, now)

    assert [one.cut_from for one in (*entries, status, review)] == [149_999] * 5
