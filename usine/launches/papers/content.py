"""What the papers of a site say, as plain JSON: blocks and figures of its pages. The language must be active."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from usine.launches.content.figures import POWERTRAIN, TRIM
from usine.launches.content.texts import split_paragraphs
from usine.launches.pages.making import Making
from usine.launches.pages.shapes import shape_block, shape_equipment
from usine.launches.papers.pictures import Backdrop
from usine.launches.rules import ResolvedBlock
from usine.markets.contracts import MASTER_MARKET
from usine.markets.public import format_date, market_name
from usine.ranges.contracts import OFF, Feature, FeatureKind

ABOUT_THE_SITE = ("privacy", "accessibility")
"""Legal texts, by their anchors, that speak of web pages and have no place on paper."""
NOTHING = ("none", OFF)
"""Values of a choice that mean going without; a price list has no row for them."""
TALES = ("chapter", "bars", "tablet")
"""Blocks that the brochure tells one after the other, in the order of the pages."""

Content = dict[str, Any]


def name_paper(name: str) -> str:
    """What people call a paper, in the active language."""
    names = {"prices": pgettext("paper", "Price list"), "brochure": pgettext("paper", "Brochure")}
    return names[name]


def make_prices(making: Making) -> Content | None:
    """The price list; None for a site without a table of versions."""
    found = find_first(making, "versions_table")
    table = shape_block(found, making) if found else None
    if table is None or not table["trims"]:
        return None
    trims = [trim["trim"] for trim in table["trims"]]
    blocks = list_blocks(making, "equipment")
    groups = [group for block in blocks if (group := shape_equipment(block.value, trims, making))]
    shown = {named.partition("=")[0] for block in blocks for named in block.value["features"]}
    return {
        **_make_common(making, title=name_paper("prices")),
        "text": table["text"],
        "picture": _flat(hero.value) if (hero := find_first(making, "hero")) else None,
        "trims": [_pick(trim, "name", "note") for trim in table["trims"]],
        "prices": {"title": table["prices"], "rows": table["price_rows"]},
        "groups": groups,
        "choices": list(_list_choices(trims, making)),
        "packs": _shape_packs(trims, making),
        "options": list(_list_options(trims, shown, making)),
        "words": {
            "co2_class": _("CO₂ class"),
            "absent": _("not offered"),
            "standard": _("standard"),
            "option": _("as an option or in a pack"),
            "prices": _(
                "A powertrain without a price is not offered with that version. The price of an option is the least "
                "that it adds, with all that it needs; the configurator tells which powertrains it goes with."
            ),
            "versions": making.text(making.site.offer.catalogue.features[TRIM].label),
            "equipment": pgettext("paper", "Equipment"),
            "choices": pgettext("paper", "Colours, wheels and interiors"),
            "options": pgettext("paper", "Packs and options"),
            "conditions": pgettext("paper", "Conditions"),
        },
    }


def make_brochure(making: Making) -> Content | None:
    """The brochure; None for a site whose pages do not open with a picture."""
    hero = find_first(making, "hero")
    shaped = shape_block(hero, making) if hero else None
    if shaped is None:
        return None
    facts, walk, lineup, film = (find_first(making, kind) for kind in ("facts", "walk", "lineup", "film"))
    return {
        **_make_common(making, title=name_paper("brochure")),
        "hero": {
            "lines": shaped["title_lines"],
            "text": shaped["text"],
            "alt": shaped["alt"],
            "picture": _lay(shaped, Backdrop.COVER),
            "from": pgettext("paper", "From %(price)s") % {"price": shaped["price"]},
        },
        "facts": shape_block(facts, making)["facts"] if facts else [],  # type: ignore[index]
        "film": {"alt": film.value["alt"], "picture": _lay(film.value, Backdrop.NONE)} if film else None,
        "tales": [_shape_tale(block, making) for block in list_blocks(making, *TALES)],
        "paints": shape_block(walk, making)["paints"] if walk else [],  # type: ignore[index]
        "lineup": _shape_lineup(lineup, making) if lineup else None,
        "nights": [
            {**_pick(block.value, "title", "alt"), "text": making.fill(block.value["text"])}
            | {"picture": _lay(block.value, Backdrop.NIGHT)}
            for block in list_blocks(making, "night")
        ],
        "words": {
            "colours": pgettext("paper", "Colours"),
            "conditions": pgettext("paper", "Conditions"),
            "tax": pgettext("paper", "Prices with tax; conditions on the last page."),
        },
    }


def find_first(making: Making, kind: str) -> ResolvedBlock | None:
    return next(iter(list_blocks(making, kind)), None)


def list_blocks(making: Making, *kinds: str) -> list[ResolvedBlock]:
    """The blocks of some types, in the order of the pages."""
    return [block for page in making.site.pages.values() for block in page.blocks if block.type in kinds]


def _make_common(making: Making, *, title: str) -> Content:
    site, locale = making.site, making.site.locale
    name = f"{settings.BRAND} {making.name}"
    if site.offer.valid_until:
        valid = pgettext("paper", "Valid from %(from)s to %(until)s")
    else:
        valid = pgettext("paper", "Valid from %(from)s")
    days = {"from": format_date(site.offer.valid_from, locale=locale)}
    if site.offer.valid_until:
        days["until"] = format_date(site.offer.valid_until, locale=locale)
    return {
        "brand": settings.BRAND,
        "name": making.name,
        "kind": title,
        "title": f"{name}, {title}" if locale.language != "ar" else f"{name}، {title}",
        "language": locale.language,
        "region": "" if locale.market == MASTER_MARKET else locale.market,
        "direction": locale.direction,
        "market": market_name(locale.market, language=locale.language),
        "validity": valid % days,
        "date": site.offer.valid_from.isoformat(),
        "small_print": [
            {"title": block.value["title"], "paragraphs": split_paragraphs(making.fill(block.value["text"]))}
            for block in list_blocks(making, "legal")
            if block.value.get("anchor") not in ABOUT_THE_SITE
        ],
    }


def _list_choices(trims: list[str], making: Making) -> Iterator[Content]:
    """Colours, wheels, interiors…: every value with what it costs on each version."""
    features = making.site.offer.catalogue.features
    engine = features[POWERTRAIN].step
    for feature in features.values():
        sold = making.figures.list_values(feature.name) if feature.kind is FeatureKind.CHOICE else ()
        if feature.name == TRIM or feature.step == engine or len(sold) < 2:
            continue
        wanted = [f"{feature.name}={value}" for value in sold if value not in NOTHING]
        title = making.text(feature.label)
        if group := shape_equipment({"title": title, "features": wanted}, trims, making):
            for row, named in zip(group["rows"], wanted, strict=False):
                row["label"] = making.label(feature.name, named.partition("=")[2])
            yield group


def _shape_packs(trims: list[str], making: Making) -> Content | None:
    packs = [feature for feature in making.site.offer.catalogue.features.values() if feature.parts]
    step = next(
        (step for step in making.site.offer.catalogue.steps if packs and step.name == packs[0].step), None
    )
    if step is None:
        return None
    rows = [row for pack in packs if (row := _shape_switch(pack, trims, making))]
    return {"title": making.text(step.label), "rows": rows} if rows else None


def _list_options(trims: list[str], shown: set[str], making: Making) -> Iterator[Content]:
    """The single options that some version has at a price, under the headings of the range."""
    catalogue = making.site.offer.catalogue
    steps = {step.name: making.text(step.label) for step in catalogue.steps}
    groups: dict[str, list[Content]] = {}
    for feature in catalogue.features.values():
        if feature.kind is not FeatureKind.SWITCH or feature.parts or feature.name in shown:
            continue
        if row := _shape_switch(feature, trims, making):
            title = making.text(feature.group) or steps.get(feature.step, "")
            groups.setdefault(title, []).append(row)
    for title, rows in groups.items():
        yield {"title": title, "rows": rows}


def _shape_switch(feature: Feature, trims: list[str], making: Making) -> Content | None:
    group = shape_equipment({"title": "", "features": [feature.name]}, trims, making)
    if group is None:
        return None
    return {**group["rows"][0], "note": making.text(feature.note)}


def _shape_tale(block: ResolvedBlock, making: Making) -> Content:
    shaped = shape_block(block, making) or {}
    kept = _pick(shaped, "type", "title", "paragraphs", "caption")
    if block.type == "chapter":
        return kept | {"alt": shaped["alt"], "picture": _flat(shaped), "drawing": _draw(shaped)}
    if block.type == "bars":
        return kept | _pick(shaped, "use", "mild", "harsh", "longest", "rows") | {"unit": _("%(number)s km")}
    return kept | {"alt": shaped["alt"], "drawing": _draw(shaped)}


def _draw(block: Mapping[str, Any]) -> str:
    """The drawing of a block as its page has it (dimensions, the tablet's screen): SVG, empty when it has none."""
    html = render_to_string(f"launches/blocks/{block['type']}.html", {"block": block})
    start, end = html.find("<svg"), html.find("</svg>")
    return html[start : end + len("</svg>")] if 0 <= start < end else ""


def _shape_lineup(block: ResolvedBlock, making: Making) -> Content | None:
    shaped = shape_block(block, making)
    if shaped is None:
        return None
    trims = [
        _pick(trim, "name", "note", "price", "powertrain") | {"picture": _flat(trim)}
        for trim in shaped["trims"]
    ]
    return {"title": shaped["title"], "trims": trims, "company": shaped["company"]}


def _flat(value: Mapping[str, Any]) -> Content:
    return _lay(value, Backdrop.PAPER)


def _lay(value: Mapping[str, Any], backdrop: Backdrop) -> Content:
    """The address of a picture and what it stands before; making.py lays it."""
    picture = value["picture"]
    return {"url": picture["url"], "backdrop": backdrop.value}


def _pick(value: Mapping[str, Any], *names: str) -> Content:
    return {name: value[name] for name in names if name in value}


def list_pictures(content: Any) -> Iterator[Content]:
    """Every picture of a paper, at any depth."""
    if isinstance(content, list):
        for item in content:
            yield from list_pictures(item)
    elif isinstance(content, Mapping):
        if "backdrop" in content:
            yield content  # type: ignore[misc]
        for item in content.values():
            yield from list_pictures(item)


def list_texts(content: Any) -> Iterator[str]:
    """Every text of a paper, at any depth, addresses included."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from list_texts(list(content.values()))
    elif isinstance(content, Iterable):
        for item in content:
            yield from list_texts(item)
