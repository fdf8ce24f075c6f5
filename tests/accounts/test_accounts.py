"""Accounts, what they may see, and signing in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from usine.accounts.contracts import Role
from usine.accounts.models import Membership, User
from usine.accounts.public import AccountInvalid, create_account, get_actor, staff_required
from usine.accounts.rules import ATTEMPTS_BY_NAME, build_actor
from usine.commons.errors import Forbidden
from usine.commons.models import Fact, RateWindow

pytestmark = pytest.mark.django_db


@pytest.fixture
def els() -> User:
    create_account("els", name="Els Peeters", password="demo", role=Role.MARKET, markets=("BE",))
    return User.objects.get(username="els")


@pytest.fixture
def claire() -> User:
    create_account("claire", name="Claire Vasseur", password="demo", role=Role.CENTRAL)
    return User.objects.get(username="claire")


def test_a_market_account_sees_its_market_only(els):
    actor = get_actor(els)
    assert (actor.name, actor.role, actor.markets) == ("Els Peeters", Role.MARKET, {"BE"})
    assert actor.may_see("BE") and not actor.may_see("FR")


def test_a_central_account_sees_every_market(claire):
    assert get_actor(claire).may_see("FR") and get_actor(claire).markets == frozenset()


def test_central_wins_over_markets():
    actor = build_actor(user_id=1, name="x", memberships=[("market", "BE"), ("central", "")])
    assert actor is not None and actor.role is Role.CENTRAL and actor.may_see("MA")


def test_creating_again_changes_and_does_not_duplicate(els):
    again = create_account("els", name="Els Maes", password="other", role=Role.MARKET, markets=("NL", "LU"))
    els = User.objects.get(pk=els.pk)
    assert again == els.pk and els.display_name == "Els Maes" and els.check_password("other")
    assert get_actor(els).markets == {"NL", "LU"}
    assert Membership.objects.count() == 2
    assert Fact.objects.filter(name="AccountCreated").count() == 1


@pytest.mark.parametrize(("role", "markets"), [(Role.MARKET, ()), (Role.CENTRAL, ("FR",))])
def test_a_role_and_its_markets_must_agree(role, markets):
    with pytest.raises(AccountInvalid):
        create_account("x", name="X", password="demo", role=role, markets=markets)
    assert not User.objects.exists()


def test_a_visitor_and_a_person_without_a_role_are_nobody():
    with pytest.raises(Forbidden):
        get_actor(AnonymousUser())
    with pytest.raises(Forbidden):
        get_actor(User.objects.create_user("nobody", password="demo"))


def test_an_actor_costs_one_query_a_request(els, django_assert_num_queries):
    with django_assert_num_queries(1):
        get_actor(els)
        get_actor(els)


def test_a_guarded_view_sends_a_visitor_to_sign_in_and_back(rf):
    request = rf.get("/desk/leads/?q=x")
    request.user = AnonymousUser()
    answer = staff_required(lambda request: HttpResponse("in"))(request)
    assert answer.status_code == 302 and answer.url == "/desk/login/?next=/desk/leads/%3Fq%3Dx"


def test_signing_in_leads_to_where_one_was_going(client, els):
    answer = client.post("/desk/login/", {"username": "els", "password": "demo", "next": "/desk/leads/"})
    assert answer.status_code == 302 and answer.url == "/desk/leads/"


def test_signing_in_never_leaves_the_site(client, els):
    answer = client.post(
        "/desk/login/", {"username": "els", "password": "demo", "next": "https://bad.example/"}
    )
    assert answer.url == "/desk/"


def test_a_wrong_password_is_refused_and_the_ninth_attempt_is_held(client, els):
    for _ in range(ATTEMPTS_BY_NAME):
        assert client.post("/desk/login/", {"username": "els", "password": "no"}).status_code == 422
    held = client.post("/desk/login/", {"username": "els", "password": "demo"})
    assert held.status_code == 429 and "Too many attempts" in held.content.decode()
    RateWindow.objects.all().delete()
    assert client.post("/desk/login/", {"username": "els", "password": "demo"}).status_code == 302


def test_good_sign_ins_do_not_use_up_the_attempts(client, els):
    for _ in range(ATTEMPTS_BY_NAME + 2):
        assert client.post("/desk/login/", {"username": "els", "password": "demo"}).status_code == 302


def test_signing_out_needs_a_post(client, els):
    client.force_login(els)
    assert client.get("/desk/logout/").status_code == 405
    assert client.post("/desk/logout/").url == "/desk/login/"


def test_central_people_enter_the_cms_and_market_people_do_not(client, els, claire):
    client.force_login(claire)
    assert client.get("/cms/").status_code == 200
    client.force_login(els)
    assert client.get("/cms/").status_code == 302
    assert not els.has_perm("wagtailadmin.access_admin")
