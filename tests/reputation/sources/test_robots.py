"""robots.txt as RFC 9309 has it; the examples are those of its section 5 and of its sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.sources.robots import read_robots

SIMPLE = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("agent", "path", "expected"),
    [
        ("foobot/2.0", "/example/page.html", True),
        ("FooBot", "/example/other.html", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/other.html", True),
        ("quxbot", "/example/page.html", True),
        ("somebody", "/pictures/a.gif", False),
        ("somebody", "/pictures/a.gif?x=1", True),
        ("somebody", "/example/x", False),
        ("somebody", "/publications/x", True),
        ("foobot", "/robots.txt", True),
    ],
)
def test_the_simple_example(agent, path, expected):
    assert read_robots(SIMPLE, agent).allows(path) is expected


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        (
            "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
            "/example/page/disallowed.gif",
            False,
        ),
        ("Disallow: /a\nAllow: /a", "/a", True),  # equivalent: the least restrictive
        ("Disallow: /*?print=", "/x?y=1&print=", True),
        ("Disallow: /*print=", "/x?y=1&print=", False),
        ("Disallow: /a%3cd", "/a%3Cd", False),
        ("Disallow: /ü", "/%C3%BC", False),
        ("Disallow:", "/x", True),
        ("Disallow: /x # a remark", "/x", False),
        ("Disallow: /path*end$", "/path/to/end", False),
        ("Disallow: /path*end$", "/path/to/end/", True),
    ],
)
def test_the_longest_rule_decides(rules, path, expected):
    assert read_robots(f"User-agent: *\n{rules}\n", "bot").allows(path) is expected


def test_delays():
    assert read_robots("User-agent: *\nCrawl-delay: 2.5\n", "bot").delay_s == 2.5
    assert read_robots("User-agent: *\nCrawl-delay: 86400\n", "bot").delay_s == 60
    assert read_robots("User-agent: *\nCrawl-delay: soon\n", "bot").delay_s == 0


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_file_can_be_read(text, path):
    assert read_robots(text, "bot").allows(f"/{path}") in (True, False)
