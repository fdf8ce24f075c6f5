"""A page has one address, however it was shared; other pages keep theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.texts.addresses import canonicalise

parts = st.text("abAB/.:?&=#%;~é@[]+-_ 0123", max_size=20)
addresses = st.one_of(
    st.text(max_size=30),
    parts.map(lambda rest: f"http://{rest}"),
    st.builds(
        "{}://{}{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "HTTPS", "ftp"]),
        st.sampled_from(["", "www.", "m.", "amp.m.", "en.m."]),
        st.sampled_from(
            ["example.com", "EXAMPLE.co.uk", "exämple.de", "localhost", "10.0.0.1", "[::1]", "m.co"]
        ),
        st.sampled_from(["", ":80", ":443", ":8080"]),
        st.sampled_from(["", "a/b/", "amp/a", "a/amp/", "a.amp.html", "%7Ea/%c3%a9", "a/../b", "index.html"])
        | parts,
        st.sampled_from(["", "b=2&a=1", "utm_source=x&id=3", "fbclid=1", "q=%C3%A9+t"]) | parts,
        st.sampled_from(["", "part", "!/page"]),
    ),
)


@pytest.mark.parametrize(
    ("heard", "known"),
    [
        ("HTTP://WWW.Example.COM:80/a/", "https://example.com/a"),
        ("https://example.com", "https://example.com/"),
        ("example.com/a", "https://example.com/a"),
        ("//example.com/a", "https://example.com/a"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        (
            "https://example.com/a?utm_source=feed&UTM_medium=x&id=7&fbclid=IwAR0#comments",
            "https://example.com/a?id=7",
        ),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
        ("https://m.example.co.uk/a", "https://example.co.uk/a"),
        ("https://fr.m.example.org/wiki/A", "https://fr.example.org/wiki/A"),
        ("https://example.com/amp/news/1", "https://example.com/news/1"),
        ("https://example.com/news/1/amp/", "https://example.com/news/1"),
        ("https://example.com/news/1.amp.html", "https://example.com/news/1.html"),
        ("https://example.com/news/1?amp=1", "https://example.com/news/1"),
        ("https://www.google.com/amp/s/www.example.com/news/1", "https://example.com/news/1"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/news/1?amp=1", "https://example.com/news/1"),
        ("https://example.com/a;jsessionid=0F3?x=1", "https://example.com/a?x=1"),
        ("https://example.com/%7eann/%c3%a9t%C3%A9", "https://example.com/~ann/%C3%A9t%C3%A9"),
        ("https://example.com/été", "https://example.com/%C3%A9t%C3%A9"),
        ("https://exämple.de/", "https://xn--exmple-cua.de/"),
        ("https://user:word@example.com/a", "https://example.com/a"),
        ("https://example.com/a/../b//c/./index.html", "https://example.com/b/c"),
        ("https://example.com/app#!/page/2", "https://example.com/app#!/page/2"),
    ],
)
def test_what_only_counts_or_lays_out_is_left_out(heard, known):
    assert canonicalise(heard) == known


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/amplifiers",
        "https://example.com/a?page=2",
        "https://example.com/A",
        "https://m.co/a",
        "at://did:plc:x/app.bsky.feed.post/3k",
        "urn:uuid:1",
        "tag:example.com,2026:1",
        "mailto:a@example.com",
        "post 17",
        "",
        "https://[::1/a",
        "https://example.com:99999/",
    ],
)
def test_what_chooses_a_page_or_is_no_address_stays(address):
    assert canonicalise(address) == address


@given(addresses)
def test_twice_is_once(address):
    once = canonicalise(address)

    assert canonicalise(once) == once


@given(addresses)
def test_no_address_is_refused_and_none_keeps_what_breaks_lines(address):
    assert not set("\n\r\t\x00") & set(canonicalise(address))
