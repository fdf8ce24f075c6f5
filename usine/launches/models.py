"""What is kept of the sites: the master's pages (Wagtail), the overlays, the releases and which of them is live."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from usine.launches.content.blocks import PageBlocks
from usine.launches.rules import PAGE_KINDS, PATHS, OverrideKind


class LaunchPage(Page):
    """The launch of a vehicle: its slug is the vehicle's, its children are the master's pages."""

    source_digest = models.CharField(max_length=64, blank=True, editable=False)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["launches.MasterPage"]
    content_panels = [FieldPanel("title")]
    promote_panels = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("launch")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str]:
        """Where the master is read once it is published: the English site."""
        return 0, settings.SITE_URL.rstrip("/"), f"/en/{self.slug}/"


class MasterPage(Page):
    """A page of the master. Its slug is its kind; what is published here is what the next release says."""

    body = StreamField(PageBlocks(), blank=True, verbose_name=_("Blocks"))

    parent_page_types = ["launches.LaunchPage"]
    subpage_types: list[str] = []
    content_panels = [FieldPanel("title"), FieldPanel("search_description"), FieldPanel("body")]
    promote_panels = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("page of the master")

    def clean(self) -> None:
        super().clean()
        if self.slug not in PAGE_KINDS:
            from django.core.exceptions import ValidationError

            raise ValidationError(
                {"slug": _("A page of a launch is one of: %(kinds)s.") % {"kinds": ", ".join(PAGE_KINDS)}}
            )

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str]:
        parent = self.get_parent()
        return 0, settings.SITE_URL.rstrip("/"), f"/en/{parent.slug}/{PATHS.get(self.slug, '')}"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page being edited as the English site would show it."""
        from usine.launches.publishing.previews import render_preview

        return HttpResponse(render_preview(self, path=mode_name))

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        from usine.launches.publishing.previews import list_preview_modes

        return list_preview_modes(self.get_parent().slug)


class Overlay(models.Model):
    """What a scope (`fr`, `fr-be`) says instead of a block of the master; `page:<kind>` is a page's heading.

    Of kind `add` it is a block of the scope's own. `after`, `rank`: see rules.OverlayEntry.
    """

    vehicle = models.SlugField(max_length=60)
    scope = models.CharField(max_length=20)
    block_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in OverrideKind])
    value = models.JSONField(default=dict, blank=True)
    master_digest = models.CharField(max_length=64, blank=True)
    master_value = models.JSONField(default=dict, blank=True)  # the master that it was written against
    page = models.CharField(max_length=20, blank=True)  # of an added block
    block_type = models.CharField(
        max_length=30, blank=True
    )  # of an added block, or the one that it was written for
    after = models.JSONField(null=True, blank=True, default=None)  # None: where the block is anyway
    rank = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "scope", "block_id"], name="one_overlay_per_scope_and_block"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.scope} {self.kind} {self.block_id[:8]}"


class Mandate(models.Model):
    """A block that the centre has every site show as it says it: what a locale says of it is kept, and passed over."""

    vehicle = models.SlugField(max_length=60)
    block_id = models.CharField(max_length=64)
    since = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vehicle", "block_id"], name="one_mandate_per_block")]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.block_id[:8]}"


class MediaRight(models.Model):
    """Until when and in which markets a picture or a film may be shown; `rights.csv` of the launch says it."""

    vehicle = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    markets = models.JSONField()  # codes, or "*"
    until = models.DateField(null=True)
    owner = models.CharField(max_length=200)
    licence = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["vehicle"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.kind} {self.name}"


class Release(models.Model):
    """The site of one market, made once and never changed: its files lie in a folder named by the key."""

    key = models.CharField(max_length=64, unique=True)
    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    offer_key = models.CharField(max_length=64)
    inputs = models.CharField(max_length=64)  # digest of everything that it was made from
    parts = models.JSONField(default=dict)  # what it says, by page (sources.looks)
    locales = models.JSONField()  # paths, the market's default first
    cover = models.JSONField(default=dict)  # the vehicle's name and opening picture, for lists of sites
    page_count = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "made_at"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.key[:8]}"


class Publication(models.Model):
    """When a release went live. The newest row of a vehicle and market says what is served now."""

    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="publications", null=True)
    published_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "id"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.published_at:%Y-%m-%d %H:%M}"


class Move(models.Model):
    """A site moved to a step by somebody who had looked at `inputs`. Appended, never changed."""

    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    number = (
        models.PositiveIntegerField()
    )  # 1, 2, … for a vehicle and market: two people cannot move it at once
    step = models.CharField(max_length=10)
    inputs = models.CharField(max_length=64)
    parts = models.JSONField(default=dict)  # the same by page, to name later what changed since
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "market", "number"], name="one_move_of_a_site_at_once")
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.number} {self.step}"


class Embargo(models.Model):
    """Until when nothing of a launch goes live in a market; the newest row holds. Appended, never changed."""

    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    until = models.DateTimeField(null=True)  # null: lifted
    local = models.CharField(max_length=60, blank=True)  # as the market's clocks show it
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "id"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.local or 'lifted'}"


class Schedule(models.Model):
    """A publication planned on the clock of a market; its job waits for the time."""

    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    at = models.DateTimeField()
    local = models.CharField(max_length=60)  # as the market's clocks show it
    job = models.ForeignKey("commons.Job", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "id"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} {self.local}"


class GuestLink(models.Model):
    """A signed address at which somebody without an account reads a market's site before it is public."""

    vehicle = models.SlugField(max_length=60)
    market = models.CharField(max_length=3)
    until = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)  # whom it is for
    made_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "market", "id"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.market} until {self.until:%Y-%m-%d}"


class Visit(models.Model):
    """Up to which fact somebody has read the news of a launch."""

    vehicle = models.SlugField(max_length=60)
    user_id = models.PositiveBigIntegerField()
    fact_id = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vehicle", "user_id"], name="one_visit_per_reader")]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.user_id} {self.fact_id}"


class Forecast(models.Model):
    """What a publication would change, worked out for somebody by a job and kept until they ask for another."""

    vehicle = models.SlugField(max_length=60)
    user_id = models.PositiveBigIntegerField(null=True)
    markets = models.JSONField()
    job = models.ForeignKey("commons.Job", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=64, blank=True)  # what it was worked out from; empty until it is done
    found = models.JSONField(default=list)  # a MarketForecast each
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vehicle", "user_id"])]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.user_id} {len(self.markets)}"


class Redirect(models.Model):
    """Where an old address leads (sources.redirects), from the next publication on."""

    vehicle = models.SlugField(max_length=60)
    source = models.CharField(max_length=310)
    target = models.CharField(max_length=310, blank=True)  # empty: the home page of the same site
    note = models.CharField(max_length=300, blank=True)
    is_of_file = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "source"], name="one_redirect_of_an_address")
        ]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.source}"
