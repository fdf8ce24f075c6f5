"""The blocks of the pages other than the home page: openings, tables, galleries, questions, papers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, StructBlock, StructBlockValidationError, TextBlock

from usine.launches.content.block_fields import (
    FIGURES,
    alone_field,
    alt_field,
    anchor_field,
    choice_field,
    fallback_field,
    menu_field,
    picture_field,
)


class OpeningBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    menu = menu_field()
    text = TextBlock(rows=3, label=_("Text"), help_text=FIGURES)
    picture = picture_field(required=False)
    fallback = fallback_field()
    alone = alone_field()
    alt = CharBlock(required=False, label=_("What the picture shows"))
    choice = choice_field(_("feature=value; where the market does not sell it, it has no such page."))

    class Meta:
        icon = "home"
        label = _("Opening of a page")

    def clean(self, value: Any) -> Any:
        """A picture is told in words; without one there is nothing to tell."""
        cleaned = super().clean(value)
        if cleaned.get("picture") and not (cleaned.get("alt") or "").strip():
            said = ValidationError(_("Write what the picture shows, for readers who do not see it."))
            raise StructBlockValidationError(block_errors={"alt": said})
        return cleaned


class PowertrainsBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    anchor = anchor_field()
    text = TextBlock(rows=3, label=_("Text"), help_text=FIGURES)
    name = CharBlock(label=_("Heading of the powertrains"))
    power = CharBlock(label=_("Heading of the power"))
    range = CharBlock(label=_("Heading of the range"))
    consumption = CharBlock(label=_("Heading of the consumption"))
    emissions = CharBlock(label=_("Heading of the emissions"))
    price = CharBlock(label=_("Heading of the entry price"))

    class Meta:
        icon = "table"
        label = _("Powertrains sold here")


class CompanyBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    anchor = anchor_field()
    text = TextBlock(rows=3, label=_("Text"), help_text=FIGURES)
    trim = CharBlock(label=_("Version"), help_text=_("Its name in the range: pro."))
    name = CharBlock(label=_("Heading of the powertrains"))
    net = CharBlock(label=_("Heading of the price before tax"))
    gross = CharBlock(label=_("Heading of the price with tax"))
    link = CharBlock(label=_("Button, to the configurator"))

    class Meta:
        icon = "group"
        label = _("Prices for companies")


class PhotoBlock(StructBlock):
    picture = picture_field()
    fallback = fallback_field()
    alt = alt_field()
    caption = CharBlock(required=False, label=_("Caption"), help_text=FIGURES)

    class Meta:
        icon = "image"
        label = _("Picture of a gallery")
        help_text = _("Pictures that follow each other make one gallery.")


class QuestionBlock(StructBlock):
    question = CharBlock(label=_("Question"))
    answer = TextBlock(rows=4, label=_("Answer"), help_text=FIGURES)

    class Meta:
        icon = "help"
        label = _("Question and answer")


class PapersBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    brochure = CharBlock(label=_("Link to the brochure"))
    prices = CharBlock(label=_("Link to the price list"))
    none = TextBlock(rows=2, label=_("What is said where there is no file"))

    class Meta:
        icon = "doc-full"
        label = _("Brochure and price list")


class MissingBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    text = TextBlock(rows=3, label=_("Text"), help_text=_("Links to the pages of the site follow."))

    class Meta:
        icon = "warning"
        label = _("No page at this address")
