"""Who may do what, decided without a database."""

from __future__ import annotations

from collections.abc import Collection

from usine.accounts.contracts import Actor, Role

ATTEMPTS_BY_ADDRESS, ATTEMPTS_BY_NAME, WINDOW_S = 30, 8, 15 * 60
"""Sign-ins that may be tried in a window: from one address, and for one name from anywhere."""


def build_actor(*, user_id: int, name: str, memberships: Collection[tuple[str, str]]) -> Actor | None:
    """The actor of (role, market) pairs; central wins over markets; None for a person without any role."""
    if not memberships:
        return None
    if any(role == Role.CENTRAL for role, _ in memberships):
        return Actor(user_id=user_id, name=name, role=Role.CENTRAL, markets=frozenset())
    markets = frozenset(market for _, market in memberships)
    return Actor(user_id=user_id, name=name, role=Role.MARKET, markets=markets)
