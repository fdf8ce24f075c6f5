"""The screens of sources: how each goes, who may switch it, what was refused of what it brought."""

from __future__ import annotations

import pytest

from tests.reputation.pages import ROOM, read
from tests.reputation.world import NOW, make_world
from usine.reputation.cleaning import NO_TEXT, TOO_OLD, Refused
from usine.reputation.models import Source
from usine.reputation.sources.health import write_refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "named")]


def test_sources_say_how_they_go_and_are_switched_by_whoever_may(enter):
    make_world(size=10, rumour=2)
    client = enter("hugo")
    assert "503" not in read(client, "sources/")  # a Spanish forum's trouble
    client.post(f"{ROOM}sources/forum-auto-fr/", {"on": "0"})
    client.post(f"{ROOM}sources/mastodon/", {"on": "0"})
    client.post(f"{ROOM}sources/nothing/", {"on": "0"})
    off = set(Source.objects.filter(is_on=False).values_list("slug", flat=True))
    assert off == {"forum-auto-fr"}
    page = read(enter("claire"), "sources/")
    assert "503" in page and "2 of" in page


def test_the_screen_of_a_source_says_what_was_refused_of_its_latest_visit(enter):
    refused = [Refused("world", f"id-{n}", TOO_OLD, {"days": 400}) for n in range(12)]
    refusals = write_refusals([Refused("world", "<id>", NO_TEXT), *refused], of=40, now=NOW)
    for slug, country in (("world", ""), ("forum", "FR")):
        values = {"country": country, "refusals": refusals, "error": "It answered 503."}
        Source.objects.create(slug=slug, name=slug, connector="feed", **values)

    client = enter("hugo")
    page = read(client, "sources/forum/")
    assert "13 of 40 mentions were refused on" in page and "and 3 more" in page and "It answered 503." in page
    assert "&lt;id&gt;" in page and "It has neither text nor title." in page
    assert page.count("It is older than the 400 days that this source keeps.") == 9
    page = read(client, "sources/world/")  # which others manage
    assert "13 of 40 mentions" in page and "id-1" not in page
    client.cookies["django_language"] = "fr"
    assert "que cette source conserve" in read(client, "sources/forum/")
    Source.objects.update(refusals={})
    assert "h-refused" not in read(client, "sources/forum/")


def test_a_refusal_whose_figures_another_release_wrote_is_told_without_them(enter):
    refusals = write_refusals([Refused("forum", "1", TOO_OLD, {"years": 1})], of=2, now=NOW)
    Source.objects.create(slug="forum", name="F", connector="feed", country="FR", refusals=refusals)

    assert "It is older than the %(days)s days" in read(enter("hugo"), "sources/forum/")
