"""The client is polite, takes no more than it should, and asks nobody within our own network."""

from __future__ import annotations

import gzip
import socket
from datetime import UTC, datetime, timedelta

import pytest

from tests.reputation.sources.web import StandingTime, fetching
from usine.reputation.sources import addresses
from usine.reputation.sources.addresses import AddressRefused, is_public
from usine.reputation.sources.fetching import Fetcher, FetchFailed, read_retry_after


def test_it_says_its_name_and_gets_the_page(web, fetcher):
    web.pages["/a"] = lambda path, headers: (200, {"Content-Type": "text/html; charset=utf-8"}, b"hi")

    answer = fetcher.fetch(web.at("/a"))

    assert (answer.body, answer.media_type, answer.charset) == (b"hi", "text/html", "utf-8")
    assert web.asked[-1][1]["User-Agent"] == "TestListener/1.0"


def test_what_has_not_changed_is_not_sent_again(web, fetcher):
    def page(path, headers):
        stamps = {"ETag": '"1"', "Last-Modified": "Thu, 26 Nov 2026 08:00:00 GMT"}
        return (304, stamps, b"") if headers["If-None-Match"] == '"1"' else (200, stamps, b"new")

    web.pages["/a"] = page
    first = fetcher.fetch(web.at("/a"))
    second = fetcher.fetch(web.at("/a"), etag=first.etag, modified=first.modified)

    assert first.body == b"new" and not first.is_unchanged
    assert second.is_unchanged and second.body == b""
    assert web.asked[-1][1]["If-Modified-Since"] == "Thu, 26 Nov 2026 08:00:00 GMT"


def test_requests_to_one_host_keep_their_distance_and_hosts_do_not_wait_for_each_other(
    web, fetcher, standing
):
    web.pages["/a"] = b"a"
    fetcher.fetch(web.at("/a"))
    fetcher.fetch(web.at("/a"))
    assert standing.waits == [1.0, 1.0]  # behind robots.txt, behind the first page

    standing.waits.clear()
    standing.seconds += 1
    fetcher.fetch(web.at("/a", host="other"))
    assert standing.waits == [1.0]  # its own robots.txt only


def test_a_longer_distance_is_kept_where_robots_txt_asks_for_it(web, fetcher, standing):
    web.pages |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 7\n", "/a": b"a"}
    fetcher.fetch(web.at("/a"))
    fetcher.fetch(web.at("/a"))

    assert standing.waits == [1.0, 7.0]
    assert web.asked_for("/robots.txt") == 1


def test_robots_txt_is_obeyed_also_behind_a_redirect(web, fetcher):
    web.pages |= {
        "/robots.txt": b"User-agent: TestListener\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n",
        "/open": lambda path, headers: (302, {"Location": "/private/x"}, b""),
        "/private/x": b"secret",
    }
    for path in ("/private/x", "/open"):
        with pytest.raises(AddressRefused, match=r"robots.txt of web.localhost:\d+ forbids /private/x"):
            fetcher.fetch(web.at(path))
    assert web.asked_for("/private/x") == 0


def test_a_host_whose_robots_txt_fails_is_left_alone(web, fetcher):
    web.pages |= {"/robots.txt": lambda path, headers: (503, {"Retry-After": "60"}, b""), "/a": b"a"}
    with pytest.raises(FetchFailed) as failure:
        fetcher.fetch(web.at("/a"))

    assert failure.value.retry_after_s == 60
    assert web.asked_for("/a") == 0


def test_retry_after_holds_for_every_page_of_the_host(web, fetcher, standing):
    web.pages |= {"/a": lambda path, headers: (429, {"Retry-After": "900"}, b""), "/b": b"b"}
    with pytest.raises(FetchFailed, match="answered 429"):
        fetcher.fetch(web.at("/a"))
    with pytest.raises(FetchFailed, match="asked to be left alone") as failure:
        fetcher.fetch(web.at("/b"))
    assert failure.value.retry_after_s == 900
    assert web.asked_for("/b") == 0

    standing.seconds += 900
    assert fetcher.fetch(web.at("/b")).body == b"b"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Thu, 26 Nov 2026 12:05:00 GMT", 300.0),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0.0),
        ("99999999999999", 86_400.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert read_retry_after(value, datetime(2026, 11, 26, 12, 0, tzinfo=UTC)) == seconds


def test_redirects_end_somewhere(web, fetcher):
    web.pages["/loop"] = lambda path, headers: (302, {"Location": "/loop"}, b"")
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        fetcher.fetch(web.at("/loop"))
    assert web.asked_for("/loop") == 6


def test_a_token_is_not_carried_to_another_host(web, fetcher):
    web.pages |= {
        "/a": lambda path, headers: (302, {"Location": web.at("/b", host="other")}, b""),
        "/b": b"b",
    }
    fetcher.fetch(web.at("/a"), headers={"Authorization": "Bearer x"})

    tokens = {path: headers["Authorization"] for path, headers in web.asked}
    assert tokens["/a"] == "Bearer x" and tokens["/b"] is None


def test_too_large_answers_are_refused_packed_or_not(web, fetcher):
    bomb = gzip.compress(b"\0" * 30_000_000, mtime=0)
    web.pages |= {
        "/plain": b"x" * 2_000,
        "/bomb": lambda path, headers: (200, {"Content-Encoding": "gzip"}, bomb),
    }
    with pytest.raises(FetchFailed, match="more than 1 kB"):
        fetcher.fetch(web.at("/plain"), largest=1024)
    with pytest.raises(FetchFailed, match="more than 10240 kB"):
        fetcher.fetch(web.at("/bomb"))
    assert len(bomb) < 40_000


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content-Encoding": "gzip"}, b"not gzip at all", "damaged"),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"whole" * 100, mtime=0)[:-12], "ended before its end"),
        ({"Content-Encoding": "br"}, b"x", "packed with br"),
        ({"Content-Length": "50", "Connection": "close"}, b"short", "cannot be reached"),
    ],
)
def test_damaged_answers_are_failures(web, fetcher, headers, body, reason):
    def page(path, _headers):
        return 200, headers, body

    web.pages["/a"] = page
    if "Content-Length" in headers:
        web.pages["/a"] = lambda path, _headers: _cut_short(headers, body)
    with pytest.raises(FetchFailed, match=reason):
        fetcher.fetch(web.at("/a"))


def _cut_short(headers, body):
    return 200, headers, body


def test_a_slow_answer_is_given_up(web, standing):
    def count():
        standing.seconds += 20
        return standing.seconds

    web.pages["/a"] = b"x" * 400_000
    fetcher = Fetcher(
        "TestListener/1.0", is_local_allowed=True, clock=count, sleep=standing.rest, now=standing.now
    )
    with pytest.raises(FetchFailed, match="longer than 60 s"):
        fetcher.fetch(web.at("/a"))
    fetcher.close()


def test_nobody_there_is_a_failure(fetcher):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed, match="cannot be reached"):
            fetcher.fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example/x",
        "file:///etc/passwd",
        "//a.example",
        "http://",
        "http://[::1",
        "http://u:p@a.example/",
        "x",
    ],
)
def test_only_web_addresses_are_asked(fetcher, address):
    with pytest.raises(AddressRefused):
        fetcher.fetch(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "2130706433"]
)
def test_our_own_network_is_not_asked_unless_the_setting_allows_it(host):
    with (
        fetching(StandingTime(), is_local_allowed=False) as fetcher,
        pytest.raises(AddressRefused) as refusal,
    ):
        fetcher.fetch(f"http://{host}:9/")
    assert "private network" in str(refusal.value)


def test_a_redirect_does_not_lead_into_our_network(web, monkeypatch):
    """The first host counts as public here; what it redirects to is judged as ever."""
    port = web.at().rpartition(":")[2]
    web.pages["/a"] = lambda path, headers: (302, {"Location": f"http://127.0.0.1:{port}/b"}, b"")
    find = addresses.find_numbers

    def find_numbers(host, port, *, is_local_allowed):
        return (
            ["127.0.0.1"]
            if host == "outside.example"
            else find(host, port, is_local_allowed=is_local_allowed)
        )

    monkeypatch.setattr(addresses, "find_numbers", find_numbers)
    with (
        fetching(StandingTime(), is_local_allowed=False) as fetcher,
        pytest.raises(AddressRefused, match="private network"),
    ):
        fetcher.fetch(f"http://outside.example:{port}/a")
    assert web.asked_for("/a") == 1 and web.asked_for("/b") == 0


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.1.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_public_numbers(number, expected):
    assert is_public(number) is expected


def test_robots_are_asked_again_after_an_hour(web, fetcher, standing):
    web.pages["/a"] = b"a"
    fetcher.fetch(web.at("/a"))
    standing.seconds += timedelta(hours=2).total_seconds()
    fetcher.fetch(web.at("/a"))
    assert web.asked_for("/robots.txt") == 2
