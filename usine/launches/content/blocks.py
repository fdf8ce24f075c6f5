"""The blocks that editors compose the master's pages from.

Texts may name figures in braces, `{length}` or `{price}`: figures.py computes them for each market's offer and
writes them as its locale does. A key named `picture` or `fallback`, at any depth, holds a picture.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    DecimalBlock,
    IntegerBlock,
    ListBlock,
    RegexBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)

from usine.launches.content.block_fields import (
    FIGURES,
    ONE_A_LINE,
    PARAGRAPHS,
    alone_field,
    alt_field,
    anchor_field,
    choice_field,
    fallback_field,
    menu_field,
    more_field,
    page_field,
    picture_field,
)
from usine.launches.content.page_blocks import (
    CompanyBlock,
    MissingBlock,
    OpeningBlock,
    PapersBlock,
    PhotoBlock,
    PowertrainsBlock,
    QuestionBlock,
)


class HeroBlock(StructBlock):
    title = TextBlock(rows=2, label=_("Title"), help_text=_("A line break here is one on the page."))
    text = TextBlock(rows=3, label=_("Text"), help_text=FIGURES)
    configure = CharBlock(label=_("Main button, to the configurator"))
    test_drive = CharBlock(label=_("Second link, to the test drive"))
    picture = picture_field()
    fallback = fallback_field()
    alt = alt_field()

    class Meta:
        icon = "home"
        label = _("Opening view")


class FactBlock(StructBlock):
    label = CharBlock(label=_("Name"))
    value = CharBlock(label=_("Value"), help_text=FIGURES)


class FactsBlock(StructBlock):
    facts = ListBlock(FactBlock(), min_num=2, max_num=6, label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Key figures")


class ChapterBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    menu = menu_field()
    anchor = anchor_field()
    text = TextBlock(rows=6, label=_("Text"), help_text=PARAGRAPHS)
    picture = picture_field()
    fallback = fallback_field()
    alone = alone_field()
    alt = alt_field()
    caption = CharBlock(required=False, label=_("Caption"), help_text=FIGURES)
    length_m = DecimalBlock(required=False, label=_("Length, metres"))
    wheelbase_m = DecimalBlock(required=False, label=_("Wheelbase, metres"))
    height_m = DecimalBlock(required=False, label=_("Height, metres"))
    more = more_field()
    page = page_field()

    class Meta:
        icon = "image"
        label = _("Chapter with a picture")
        help_text = _("With the three dimensions, they are drawn on the picture of the car's left side.")


class BarRowBlock(StructBlock):
    mild_km = IntegerBlock(min_value=1, label=_("Range in mild weather, km"))
    harsh_km = IntegerBlock(min_value=1, label=_("Range in harsh weather, km"))


class BarsBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    menu = menu_field()
    anchor = anchor_field()
    text = TextBlock(rows=4, label=_("Text"), help_text=PARAGRAPHS)
    caption = CharBlock(label=_("What the table tells"), help_text=_("For screen readers."))
    uses = TextBlock(rows=4, label=_("Uses"), help_text=ONE_A_LINE)
    use = CharBlock(label=_("Heading of the uses"))
    mild = CharBlock(label=_("Mild weather"), help_text=_("“at 20 °C”"))
    harsh = CharBlock(label=_("Harsh weather"), help_text=_("“at −5 °C”, “at 40 °C with air conditioning”"))
    rows = ListBlock(BarRowBlock(), label=_("Range by use"), help_text=_("In the order of the uses."))
    more = more_field()
    page = page_field()

    class Meta:
        icon = "order"
        label = _("Range by use and weather")


class TabletBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    menu = menu_field()
    anchor = anchor_field()
    text = TextBlock(rows=6, label=_("Text"), help_text=PARAGRAPHS)
    distance = CharBlock(label=_("On the screen: distance to the turn"))
    street = CharBlock(label=_("On the screen: street"))
    next_charge = CharBlock(label=_("On the screen: next charge"))
    place = CharBlock(label=_("On the screen: where"))
    arrival = CharBlock(label=_("On the screen: on arrival"))
    battery_percent = IntegerBlock(
        min_value=0, max_value=100, label=_("On the screen: battery on arrival, percent")
    )
    battery = CharBlock(label=_("On the screen: that percentage as written here"))
    clock = CharBlock(label=_("On the screen: time and temperature"))
    alt = alt_field()
    caption = CharBlock(label=_("Caption"))
    more = more_field()
    page = page_field()

    class Meta:
        icon = "desktop"
        label = _("Escale, the tablet")


class TrimBlock(StructBlock):
    trim = CharBlock(label=_("Version"), help_text=_("Its name in the range: sente."))
    picture = picture_field()
    fallback = fallback_field()


class LineupBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    link = CharBlock(label=_("Link to the versions and prices"))
    anchor = anchor_field()
    trims = ListBlock(
        TrimBlock(), label=_("Versions"), help_text=_("Those that a market does not sell stay out.")
    )
    company_trim = CharBlock(required=False, label=_("Version for companies"))
    company = CharBlock(
        required=False, label=_("Sentence for companies"), help_text=_("{price} is its entry price.")
    )

    class Meta:
        icon = "grip"
        label = _("Versions with their entry prices")


class NightBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    text = TextBlock(rows=3, label=_("Text"))
    link = CharBlock(label=_("Button, to the configurator"))
    choice = choice_field(_("feature=value; the button is left out where the market does not sell it."))
    picture = picture_field()
    fallback = fallback_field()
    alt = alt_field()

    class Meta:
        icon = "view"
        label = _("Night view")


class WalkBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    menu = menu_field()
    anchor = anchor_field()
    text = TextBlock(rows=3, label=_("Text"), help_text=FIGURES)
    picture = picture_field()
    fallback = fallback_field()
    alt = alt_field()

    class Meta:
        icon = "view"
        label = _("The car in 3D")
        help_text = _(
            "The picture becomes the car in 3D when a visitor asks, in the colours that the market sells."
        )


class FilmBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    film = RegexBlock(
        regex=r"^[a-z0-9-]+$",
        label=_("Film"),
        help_text=_("The name of its files below frontend/src/assets/film, without what follows the point."),
    )
    transcript = TextBlock(rows=6, label=_("The film in words"), help_text=ONE_A_LINE)
    picture = picture_field()
    fallback = fallback_field()
    alt = alt_field()

    class Meta:
        icon = "media"
        label = _("Film with captions")


class BookingBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    field = CharBlock(label=_("Name of the search field"))
    hint = CharBlock(label=_("Hint below the field"))
    button = CharBlock(label=_("Button"))
    points = TextBlock(rows=3, label=_("Good to know"), help_text=ONE_A_LINE)

    class Meta:
        icon = "date"
        label = _("Search for a test drive")


class VersionsTableBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    text = TextBlock(rows=3, label=_("Conditions of the prices"), help_text=FIGURES)
    prices = CharBlock(label=_("Heading of the prices"))
    trims = ListBlock(
        TrimBlock(), label=_("Versions"), help_text=_("Those that a market does not sell stay out.")
    )

    class Meta:
        icon = "table"
        label = _("Versions and prices")
        help_text = _("The equipment blocks that follow are the rest of the same table.")


class EquipmentBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    features = ListBlock(
        RegexBlock(regex=r"^[a-z0-9_]+(=([a-z0-9_]+|\*))?$"),
        label=_("Equipment"),
        help_text=_("Names of the range: heated_seats; a value, roof=glass; every value, colour=*."),
    )

    class Meta:
        icon = "list-ol"
        label = _("Equipment of the versions")


class LegalBlock(StructBlock):
    title = CharBlock(label=_("Title"))
    anchor = anchor_field()
    text = TextBlock(rows=8, label=_("Text"), help_text=PARAGRAPHS)
    in_footer = BooleanBlock(
        required=False,
        label=_("Small print"),
        help_text=_("In the footer of every page instead of this one."),
    )

    class Meta:
        icon = "clipboard-list"
        label = _("Legal text")


class MobilityBlock(StructBlock):
    messages = TextBlock(
        required=False,
        rows=3,
        label=_("Messages"),
        help_text=_("One a line; pages take them in turn. Empty: none."),
    )
    tag = CharBlock(required=False, label=_("Hashtag"))

    class Meta:
        icon = "globe"
        label = _("Compulsory message on mobility")


class PageBlocks(StreamBlock):
    """Every block, for the master's pages of any kind."""

    hero = HeroBlock()
    facts = FactsBlock()
    walk = WalkBlock()
    chapter = ChapterBlock()
    bars = BarsBlock()
    tablet = TabletBlock()
    lineup = LineupBlock()
    night = NightBlock()
    film = FilmBlock()
    booking = BookingBlock()
    versions_table = VersionsTableBlock()
    equipment = EquipmentBlock()
    opening = OpeningBlock()
    powertrains = PowertrainsBlock()
    photo = PhotoBlock()
    company = CompanyBlock()
    question = QuestionBlock()
    papers = PapersBlock()
    missing = MissingBlock()
    legal = LegalBlock()
    mobility = MobilityBlock()
