"""A guest's preview: under its own signed address, marked in the guest's language, closed when it should be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from tests.launches.editors import CLAIRE, ELS, retell, sign_in
from tests.launches.sites import Page
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.errors import Forbidden, NotFound
from usine.commons.models import Fact
from usine.launches.models import GuestLink
from usine.launches.workflow.guests import SALT, LinkClosed, invite, list_invitations, read_invitation, revoke


@pytest.fixture(autouse=True)
def launch(db):
    publish_oree("BE")


def test_a_guest_reads_what_is_said_today_and_stays_within_the_address(client):
    retell("Where the road begins.")
    invitation = invite("oree", market="FR", days=7, by=CLAIRE)  # France has no site yet
    answer = client.get(invitation.address)
    html = answer.content.decode()
    page = Page(html)

    assert "Avant-première de l’Orée, France : pas encore publique" in page.words
    inside = invitation.address.removesuffix("fr-fr/oree/")
    assert all(link.startswith((inside, "#", "https://", "mailto:")) for link in page.links)
    assert answer["X-Robots-Tag"] == "noindex, nofollow" and answer["Referrer-Policy"] == "no-referrer"
    assert 'rel="canonical"' not in html and 'hreflang="x-default"' not in html
    assert client.get("/fr-fr/oree/").status_code == 404  # nothing went live by showing it


def test_every_page_of_the_preview_opens_and_other_rooms_say_when_they_do(client):
    address = invite("oree", market="BE", days=1, by=ELS).address
    for rest in ("versions/", "legal/", "gallery/"):
        assert client.get(f"{address}{rest}").status_code == 200
    closed = client.get(f"{address}configurator/").content.decode()
    assert "Cette partie ouvrira" in closed and f'href="{address}"' in closed
    dutch = client.get(address.replace("fr-be", "nl-be")).content.decode()
    assert "Voorvertoning" in dutch
    assert client.get(address.replace("fr-be", "fr-fr")).status_code == 404


def test_an_opening_is_a_fact_without_the_visitor(client):
    invitation = invite("oree", market="BE", days=1, by=ELS, note="Le Soir")
    client.get(invitation.address, headers={"User-Agent": "Reader/1.0"})
    client.head(invitation.address)
    fact = Fact.objects.get(name="StagingOpened")
    assert (fact.by, fact.market, fact.subject) == ("guest", "BE", "oree")
    assert fact.payload == {"link": invitation.id, "page": "home"}


def test_an_address_closes_by_itself_by_hand_and_when_it_is_altered(client):
    invitation = invite("oree", market="BE", days=1, by=ELS)
    token = invitation.address.split("/")[2]
    assert read_invitation(token).market == "BE"
    with pytest.raises(LinkClosed):
        read_invitation(token, now=timezone.now() + timedelta(days=1, seconds=1))
    with pytest.raises(LinkClosed):
        read_invitation(signing.dumps(invitation.id, salt="another"))
    with pytest.raises(LinkClosed):
        read_invitation(token[:-1] + ("A" if token[-1] != "A" else "B"))
    with pytest.raises(LinkClosed):
        read_invitation(signing.dumps(invitation.id + 1, salt=SALT))

    revoke("oree", invitation.id, market="BE", by=ELS)
    assert client.get(invitation.address).status_code == 404
    assert list_invitations("oree", "BE") == []


def test_only_a_markets_people_and_the_centre_invite_and_revoke(client):
    with pytest.raises(Forbidden):
        invite("oree", market="FR", days=7, by=ELS)
    with pytest.raises(NotFound, match="1, 7, 30"):
        invite("oree", market="BE", days=400, by=ELS)
    french = invite("oree", market="FR", days=7, by=CLAIRE)
    with pytest.raises(Forbidden):
        revoke("oree", french.id, market="FR", by=ELS)
    with pytest.raises(NotFound):
        revoke("oree", french.id, market="BE", by=ELS)

    els = sign_in(client, "els", Role.MARKET, "BE")
    html = els.post(
        "/desk/launches/oree/BE/workflow/invite/", {"days": "7", "note": "Le Soir"}, follow=True
    ).content
    assert "Le Soir" in html.decode()
    token = re.search(r"http://localhost:8000/staging/([^/]+)/fr-be/oree/", html.decode())[1]
    assert read_invitation(token).id == list_invitations("oree", "BE")[0].id
    assert GuestLink.objects.count() == 2
