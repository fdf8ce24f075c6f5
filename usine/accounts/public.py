"""The door of `accounts`: who acts, and who may enter the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from usine.accounts.actions import AccountInvalid, create_account
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.accounts.models import Membership, User
from usine.accounts.rules import build_actor
from usine.commons.errors import Forbidden

__all__ = [
    "SYSTEM",
    "AccountInvalid",
    "Actor",
    "Role",
    "create_account",
    "find_actor",
    "get_actor",
    "list_staff",
    "staff_required",
]

View = Callable[..., HttpResponseBase]


def find_actor(user: User | AnonymousUser) -> Actor | None:
    """The actor behind a signed-in person; None for a visitor and for a person without a role. One query a request."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if "_actor" not in user.__dict__:
        pairs = list(user.memberships.values_list("role", "market"))
        user.__dict__["_actor"] = build_actor(user_id=user.pk, name=user.display_name, memberships=pairs)
    actor: Actor | None = user.__dict__["_actor"]
    return actor


def get_actor(user: User | AnonymousUser) -> Actor:
    """Like find_actor, but raises Forbidden."""
    actor = find_actor(user)
    if actor is None:
        raise Forbidden("This account has no role here: ask the central team for one.")
    return actor


def list_staff(market: str) -> tuple[tuple[int, str], ...]:
    """Who works for a market: its own people and the centre's, their numbers and names, by name. One query."""
    works = Membership.objects.filter(Q(role=Role.CENTRAL) | Q(market=market), user__is_active=True)
    people = {row.user_id: row.user.display_name for row in works.select_related("user")}
    return tuple(sorted(people.items(), key=lambda person: (person[1], person[0])))


def staff_required(view: View) -> View:
    """Only people with a role: a visitor is sent to sign in and comes back, a person without a role gets a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if find_actor(request.user) is None:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
