"""Values that cross the door of `accounts`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    CENTRAL = "central"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with a role, or the system (`user_id` None, name "system")."""

    user_id: int | None
    name: str
    role: Role
    markets: frozenset[str]  # empty for CENTRAL, which sees every market

    def may_see(self, market_code: str) -> bool:
        return self.role is Role.CENTRAL or market_code in self.markets


SYSTEM = Actor(user_id=None, name="system", role=Role.CENTRAL, markets=frozenset())
