"""What the template of each block needs, from the block's content and the market's offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from usine.commons.assets import Asset, get_asset
from usine.launches.content.figures import COLOUR, POWERTRAIN, TRIM, Entry, Equipment, Standing
from usine.launches.content.texts import DIMENSIONS, ContentInvalid, split_lines, split_paragraphs
from usine.launches.pages.making import Making
from usine.launches.pages.page_shapes import PAGE_SHAPES, shape_link
from usine.launches.rules import ResolvedBlock
from usine.markets.public import format_list
from usine.ranges.contracts import ON, Feature, FeatureKind

NAMED_AT_MOST = 3
"""So many values of a feature are named in a cell; more are counted."""
HUBS, GROUND = (379, 1114), 474
"""Where the pictures of a car’s left side have its hubs and the ground, in a view of 1440 x 576 (shots.yaml)."""
SHRUNK, AHEAD = 0.95, 0.189
"""How much smaller the outline is drawn than the wheels, which are nearer; its share before the front wheels."""
SCREEN_START, SCREEN_WIDTH = 52, 296
"""Where the battery's line begins on the tablet's drawing, and how long it is when full."""


def shape_block(block: ResolvedBlock, making: Making) -> dict[str, Any] | None:
    """The block's content with what is computed for it; None when it has nothing to show here."""
    shaped = SHAPES[block.type](block.value, making)
    return None if shaped is None else {**block.value, **shaped, "id": block.id, "type": block.type}


def _hero(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    return {
        "title_lines": split_lines(value["title"]),
        "text": making.fill(value["text"]),
        "price": making.written["price"],
    }


def _facts(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    return {
        "facts": [{"label": fact["label"], "value": making.fill(fact["value"])} for fact in value["facts"]]
    }


def _walk(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    """`paints` are the colours sold here, as the viewer offers them; none where the range tells no colour's `hex`."""
    colours = making.site.offer.catalogue.features.get(COLOUR)
    names = making.figures.list_values(COLOUR) if colours else ()
    sold = [value for value in colours.values if value.name in names] if colours else []
    return {
        "text": making.fill(value["text"]),
        "paints": [
            {"name": v.name, "label": making.label(COLOUR, v.name), "hex": v.attributes["hex"]}
            for v in sold
            if "hex" in v.attributes
        ],
    }


def _chapter(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    drawn = {name: value.get(key) for name, key in DIMENSIONS.items()}
    return {
        "paragraphs": split_paragraphs(making.fill(value["text"])),
        "caption": making.fill(value.get("caption") or ""),
        "dimensions": {name: making.written[name] for name in drawn} if all(drawn.values()) else None,
        "drawing": _draw_dimensions(drawn) if all(drawn.values()) else None,
        "more_href": shape_link(value, making),
    }


def _draw_dimensions(metres: Mapping[str, Any]) -> dict[str, int]:
    """Where the lines of the dimensions run on the picture of a car: nose, tail, roof, and the gap for the height."""
    front, rear = HUBS
    scale = SHRUNK * (rear - front) / float(metres["wheelbase"])
    length, height = round(scale * float(metres["length"])), round(scale * float(metres["height"]))
    nose, roof = round(front - AHEAD * length), GROUND - height
    middle = round(roof + height / 2)
    shown = {"nose": nose, "tail": nose + length, "roof": roof}
    return shown | {"above": middle - 38, "below": middle + 38, "middle": middle + 8}


def _bars(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    uses, rows = split_lines(value["uses"]), value["rows"]
    if len(uses) != len(rows):
        raise ContentInvalid(
            f"“{value['title']}” in {making.site.locale.tag} names {len(uses)} uses and has {len(rows)} rows "
            "of figures: give one use for each row."
        )
    return {
        "paragraphs": split_paragraphs(making.fill(value["text"])),
        "more_href": shape_link(value, making),
        "longest": max(max(row["mild_km"], row["harsh_km"]) for row in rows),
        "rows": [
            {
                "use": use,
                "mild_km": row["mild_km"],
                "harsh_km": row["harsh_km"],
                "mild": making.number(row["mild_km"]),
                "harsh": making.number(row["harsh_km"]),
            }
            for use, row in zip(uses, rows, strict=True)
        ],
    }


def _tablet(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    length = round(SCREEN_WIDTH * value["battery_percent"] / 100)
    is_rtl = making.site.locale.direction == "rtl"
    start = SCREEN_START + SCREEN_WIDTH if is_rtl else SCREEN_START
    return {
        "paragraphs": split_paragraphs(making.fill(value["text"])),
        "more_href": shape_link(value, making),
        "is_rtl": is_rtl,
        "start": start,
        "end": SCREEN_START if is_rtl else SCREEN_START + SCREEN_WIDTH,
        "battery_end": start - length if is_rtl else start + length,
    }


def _lineup(value: Mapping[str, Any], making: Making) -> dict[str, Any] | None:
    trims = list(_shape_trims(value["trims"], making))
    company = making.figures.find_entry(value.get("company_trim") or "")
    if not trims:
        return None
    shaped = {"trims": trims, "company": "", "company_href": ""}
    if company and value.get("company"):
        shaped["company"] = making.fill(value["company"], price=making.money(company.amount_minor))
        shaped["company_href"] = making.configure(trim=company.trim)
    return shaped


def _shape_trims(trims: Iterable[Mapping[str, Any]], making: Making) -> Iterable[dict[str, Any]]:
    """The trims that the market sells, as a column or a card shows them."""
    versions = making.site.offer.catalogue.features[TRIM]
    for item in trims:
        entry = making.figures.find_entry(item["trim"])
        if entry is not None:
            yield {
                **item,
                **_shape_entry(entry, making),
                "note": making.text(versions.get_value(entry.trim).note),
            }


def _shape_entry(entry: Entry, making: Making) -> dict[str, str]:
    return {
        "name": making.label(TRIM, entry.trim),
        "price": making.money(entry.amount_minor),
        "powertrain": making.label(POWERTRAIN, entry.powertrain),
        "href": making.configure(trim=entry.trim),
    }


def _night(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    feature, _sign, wanted = (value.get("choice") or "").partition("=")
    sold = bool(feature) and making.figures.is_sold(feature, wanted)
    return {
        "text": making.fill(value["text"]),
        "href": making.configure(**{feature: wanted}) if sold else "",
    }


def find_film(name: str) -> Asset:
    """The file of a film. Raises AssetMissing."""
    return get_asset(f"assets/film/{name}.mp4")


def _film(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    """Raises AssetMissing where the film or its captions in the page's language are not there."""
    name, language = value["film"], making.site.locale.language
    return {
        "video": find_film(name).url,
        "captions": get_asset(f"assets/film/{name}.{language}.vtt").url,
        "language": language,
        "lines": split_lines(value["transcript"]),
    }


def _booking(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    return {"points": split_lines(value["points"])}


def _versions_table(value: Mapping[str, Any], making: Making) -> dict[str, Any]:
    trims = list(_shape_trims(value["trims"], making))
    names = [trim["trim"] for trim in trims]
    return {
        "text": making.fill(value["text"]),
        "trims": trims,
        "price_rows": [
            _shape_prices(powertrain, names, making) for powertrain in making.figures.list_powertrains()
        ],
    }


def _shape_prices(powertrain: str, trims: Iterable[str], making: Making) -> dict[str, Any]:
    """A row of entry prices; a cell is None where the two are not sold together."""
    facts = making.site.offer.catalogue.features[POWERTRAIN].get_value(powertrain).attributes
    cells = []
    for trim in trims:
        amount = making.figures.find_price(trim, powertrain)
        href = making.configure(trim=trim, powertrain=powertrain)
        cells.append(None if amount is None else {"price": making.money(amount), "href": href})
    return {
        "label": making.label(POWERTRAIN, powertrain),
        "co2_class": making.figures.find_co2_class(int(facts["co2_g_per_km"])),
        "cells": cells,
    }


def shape_equipment(value: Mapping[str, Any], trims: Iterable[str], making: Making) -> dict[str, Any] | None:
    """A group of rows of the versions table; a row that no version here has stays out."""
    trims = tuple(trims)
    rows = [row for named in value["features"] if (row := _shape_row(named, trims, making))]
    return {"title": value["title"], "rows": rows} if rows else None


def _shape_row(named: str, trims: tuple[str, ...], making: Making) -> dict[str, Any] | None:
    name, _sign, wanted = named.partition("=")
    feature = making.site.offer.catalogue.features.get(name)
    if feature is None:
        raise ContentInvalid(f"The range has no equipment {name}: correct the versions table.")
    if feature.kind is FeatureKind.CHOICE and wanted in ("", "*"):
        return {
            "label": making.text(feature.label),
            "cells": [_shape_values(feature, trim, wanted == "*", making) for trim in trims],
        }
    wanted = wanted or ON
    found = [making.figures.find_equipment(name, wanted, trim=trim) for trim in trims]
    if all(equipment.standing is Standing.ABSENT for equipment in found):
        return None
    text = making.text(feature.label)
    if feature.kind is FeatureKind.CHOICE:
        text = _("%(feature)s: %(value)s") % {"feature": text, "value": making.label(name, wanted)}
    return {"label": text, "cells": [_shape_cell(equipment, making) for equipment in found]}


def _shape_values(feature: Feature, trim: str, is_every: bool, making: Making) -> dict[str, str]:
    """The values that come with a version (all that it may have, or those that its entry price includes)."""
    everything = making.figures.list_values(feature.name, trim=trim)
    values = everything if is_every else making.figures.list_included(feature.name, trim=trim)
    if is_every and len(values) > NAMED_AT_MOST:
        total = len(making.figures.list_values(feature.name))
        if len(values) == total:
            return {"mark": "", "text": _("all %(total)s") % {"total": making.number(total)}}
        counts = {"count": making.number(len(values)), "total": making.number(total)}
        return {"mark": "", "text": _("%(count)s of %(total)s") % counts}
    names = [making.label(feature.name, value) for value in values]
    style: Literal["standard", "or"] = "standard" if is_every else "or"
    return {"mark": "", "text": format_list(names, style=style, locale=making.site.locale)}


def _shape_cell(equipment: Equipment, making: Making) -> dict[str, str]:
    """What a cell says and its mark: `standard`, `option`, or none for what is not offered."""
    if equipment.standing is Standing.ABSENT:
        return {"mark": "none", "text": _("not offered")}
    if equipment.standing is Standing.STANDARD:
        return {"mark": "standard", "text": _("standard")}
    if equipment.standing is Standing.SOMETIMES:
        return {"mark": "standard", "text": _("standard, depending on the powertrain")}
    amount = making.money(equipment.amount_minor) if equipment.amount_minor else _("at no extra cost")
    if equipment.is_from:
        amount = _("from %(price)s") % {"price": amount}
    if equipment.pack:
        pack = making.label(equipment.pack, ON)
        amount = _("%(pack)s, %(price)s") % {"pack": pack, "price": amount}
    return {"mark": "option", "text": amount}


def _equipment(value: Mapping[str, Any], making: Making) -> None:
    """Shown by the versions table that comes before it."""


def _legal(value: Mapping[str, Any], making: Making) -> dict[str, Any] | None:
    """A section of its page, unless the footer says it already."""
    return None if value.get("in_footer") else {"paragraphs": split_paragraphs(making.fill(value["text"]))}


def _mobility(value: Mapping[str, Any], making: Making) -> None:
    """Shown by the footer."""


SHAPES: Mapping[str, Callable[[Mapping[str, Any], Making], dict[str, Any] | None]] = {
    "hero": _hero,
    "facts": _facts,
    "walk": _walk,
    "chapter": _chapter,
    "bars": _bars,
    "tablet": _tablet,
    "lineup": _lineup,
    "night": _night,
    "film": _film,
    "booking": _booking,
    "versions_table": _versions_table,
    "equipment": _equipment,
    "legal": _legal,
    "mobility": _mobility,
    **PAGE_SHAPES,
}
