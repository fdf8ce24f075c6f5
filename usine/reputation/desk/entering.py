"""How a screen of this room is entered: by staff, on the clock of their market where they have only one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.accounts.public import get_actor, staff_required
from usine.reputation.clocks import find_own_zone

Screen = Callable[..., HttpResponse]


def desk_screen(view: Screen) -> Callable[..., HttpResponseBase]:
    """Only for people with a role; the screen gets who they are, and times as their clock has them."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = get_actor(request.user)
        with timezone.override(find_own_zone(actor.markets)):
            return view(request, actor, *args, **kwargs)

    return staff_required(entered)
