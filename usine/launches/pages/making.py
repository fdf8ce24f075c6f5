"""A site being made: what its pages ask of the offer and write as their locale does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from usine.launches.content.figures import Figures
from usine.launches.content.texts import DIMENSIONS, fill, write_figures
from usine.launches.rules import ResolvedSite
from usine.markets.public import format_money, format_number
from usine.offers.public import label
from usine.ranges.contracts import Text, read_text


@dataclass(frozen=True)
class Making:
    """A site being made: its content, its offer's figures, and the figures as its locale writes them."""

    site: ResolvedSite
    figures: Figures
    papers: Mapping[str, str] = field(default_factory=dict)  # addresses by what they are: prices, brochure
    # Addresses of what shared links show, by kind of page.
    cards: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def written(self) -> Mapping[str, str]:
        dimensions = _find_dimensions(self.site)
        return write_figures(self.figures, locale=self.site.locale, dimensions=dimensions)

    @property
    def base(self) -> str:
        return f"/{self.site.locale.path}/{self.site.vehicle}/"

    @property
    def name(self) -> str:
        return self.text(self.site.offer.catalogue.label)

    def fill(self, text: str, **more: str) -> str:
        return fill(text, {**self.written, **more})

    def text(self, text: Text) -> str:
        return read_text(text, self.site.locale.language)

    def money(self, amount_minor: int) -> str:
        return format_money(amount_minor, currency=self.site.offer.currency, locale=self.site.locale)

    def number(self, value: int) -> str:
        return format_number(value, locale=self.site.locale)

    def decimal(self, value: str | float) -> str:
        """A number with one decimal."""
        return format_number(Decimal(str(value)), locale=self.site.locale, digits=1)

    def label(self, feature: str, value: str) -> str:
        return label(self.site.offer, feature, value, language=self.site.locale.language)

    def configure(self, **choices: str) -> str:
        """The configurator's address with choices made."""
        return f"{self.base}configurator/?{urlencode(choices)}"


def _find_dimensions(site: ResolvedSite) -> dict[str, Decimal]:
    """The car's dimensions in metres, from the one chapter that draws them."""
    values = [block.value for page in site.pages.values() for block in page.blocks if block.type == "chapter"]
    return {
        name: Decimal(str(value[key]))
        for value in values
        for name, key in DIMENSIONS.items()
        if value.get(key)
    }
