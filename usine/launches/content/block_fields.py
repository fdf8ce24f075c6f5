"""The fields that blocks of the master share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, RegexBlock
from wagtail.images.blocks import ImageChooserBlock

from usine.launches.rules import PAGE_KINDS

PICTURE_KEYS = ("picture", "fallback")
FIGURES = _("Figures in braces are computed: {price}, {length}, {wltp_km}, {price_from}…")
PARAGRAPHS = _("An empty line starts a new paragraph.")
ONE_A_LINE = _("One a line.")


def anchor_field() -> RegexBlock:
    """Where a link within a page leads."""
    return RegexBlock(
        regex=r"^[a-z][a-z0-9-]*$",
        label=_("Anchor"),
        help_text=_("Latin letters, digits and hyphens: the address /fr-fr/{vehicle}/#design ends with it."),
    )


def menu_field() -> CharBlock:
    """What menus call a block or a page."""
    return CharBlock(
        required=False, label=_("In the menu as"), help_text=_("Empty: the menu does not name this block.")
    )


def choice_field(help_text: Any) -> RegexBlock:
    """A value that the market may lack."""
    return RegexBlock(
        required=False,
        regex=r"^[a-z0-9_]+=[a-z0-9_]+$",
        label=_("Chosen in the configurator"),
        help_text=help_text,
    )


def more_field() -> CharBlock:
    """The words of a link to another page."""
    return CharBlock(required=False, label=_("Link to another page"), help_text=_("Its words; empty: none."))


def page_field() -> ChoiceBlock:
    """The page that a link leads to."""
    kinds = [(kind, kind) for kind in PAGE_KINDS if kind not in ("home", "not-found")]
    return ChoiceBlock(choices=kinds, required=False, label=_("Page that it leads to"))


def picture_field(**options: object) -> ImageChooserBlock:
    """A picture, in the format that saves most."""
    return ImageChooserBlock(label=_("Picture (AVIF)"), **options)


def fallback_field() -> ImageChooserBlock:
    """The same picture for browsers without that format."""
    return ImageChooserBlock(
        required=False,
        label=_("Picture for browsers without AVIF (WebP)"),
        help_text=_("Empty: every browser gets the picture above."),
    )


def alone_field() -> BooleanBlock:
    """Whether a picture is of the car alone, cut out."""
    return BooleanBlock(
        required=False,
        label=_("The car alone"),
        help_text=_("Cut out, so that it stands on the page’s ground."),
    )


def alt_field() -> CharBlock:
    """What a picture shows, for readers who do not see it."""
    return CharBlock(
        label=_("What the picture shows"), help_text=_("For readers who do not see it: angle, colour, light.")
    )
