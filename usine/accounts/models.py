"""People and their roles."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A member of staff. Signs in with `username` (an e-mail address in production)."""

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A role that a person holds: central (no market), or market (one row a market)."""

    class Role(models.TextChoices):
        CENTRAL = "central"
        MARKET = "market"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    market = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "market"], name="membership_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(role="central", market="") | (models.Q(role="market") & ~models.Q(market=""))
                ),
                name="membership_market_iff_market_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.market}".strip()
