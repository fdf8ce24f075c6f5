"""What the templates of the inner pages need: openings, powertrains, prices, galleries, questions, papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from usine.launches.content.figures import POWERTRAIN, TRIM
from usine.launches.content.texts import split_paragraphs
from usine.launches.pages.making import Making
from usine.launches.rules import PATHS
from usine.offers.public import split_price
from usine.ranges.contracts import FeatureValue

Shaped = dict[str, Any] | None


def shape_link(value: Mapping[str, Any], making: Making) -> str:
    """Where a block's link to another page leads; empty when it has none, or when the site lacks the page."""
    page = value.get("page") or ""
    return making.base + PATHS[page] if value.get("more") and page in making.site.pages else ""


def _opening(value: Mapping[str, Any], making: Making) -> Shaped:
    return {"text": making.fill(value["text"])}


def _powertrains(value: Mapping[str, Any], making: Making) -> Shaped:
    """A row for each powertrain sold here; a column that no row has something in is left out."""
    rows = [_shape_powertrain(found, making) for found in making.figures.list_sold_powertrains()]
    columns = [name for name in ("range", "consumption") if any(row[name] for row in rows)]
    return {"text": making.fill(value["text"]), "rows": rows, "columns": [(c, value[c]) for c in columns]}


def _shape_powertrain(found: FeatureValue, making: Making) -> dict[str, Any]:
    facts = found.attributes
    co2 = int(facts["co2_g_per_km"])
    used = facts.get("kwh_per_100_km") or facts.get("l_per_100_km")
    trims = making.figures.list_trims()
    prices = [price for trim in trims if (price := making.figures.find_price(trim, found.name)) is not None]
    return {
        "name": making.label(POWERTRAIN, found.name),
        "power": making.number(int(facts["power_kw"])),
        "range": making.number(int(facts["wltp_km"])) if "wltp_km" in facts else "",
        "consumption": making.decimal(used) if used else "",
        "is_electric": "kwh_per_100_km" in facts,
        "co2": making.number(co2),
        "co2_class": making.figures.find_co2_class(co2),
        "price": making.money(min(prices)),
        "href": making.configure(powertrain=found.name),
    }


def _company(value: Mapping[str, Any], making: Making) -> Shaped:
    """Entry prices of a version before and after tax; None where the market does not sell it."""
    trim = value["trim"]
    if trim not in making.figures.list_trims():
        return None
    rows = []
    for name in making.figures.list_values(POWERTRAIN, trim=trim):
        amount = making.figures.find_price(trim, name)
        if amount is not None:
            taxed = split_price(making.site.offer, amount)
            rows.append(
                {
                    "name": making.label(POWERTRAIN, name),
                    "net": making.money(taxed.net_minor),
                    "gross": making.money(taxed.gross_minor),
                }
            )
    return {"text": making.fill(value["text"]), "rows": rows, "href": making.configure(**{TRIM: trim})}


def _photo(value: Mapping[str, Any], making: Making) -> Shaped:
    return {"caption": making.fill(value.get("caption") or "")}


def _question(value: Mapping[str, Any], making: Making) -> Shaped:
    return {"paragraphs": split_paragraphs(making.fill(value["answer"]))}


def _papers(value: Mapping[str, Any], making: Making) -> Shaped:
    links = [(making.papers[name], value[name]) for name in ("prices", "brochure") if name in making.papers]
    return {"links": links}


def _missing(_value: Mapping[str, Any], _making: Making) -> Shaped:
    return {}


PAGE_SHAPES: Mapping[str, Callable[[Mapping[str, Any], Making], Shaped]] = {
    "opening": _opening,
    "powertrains": _powertrains,
    "company": _company,
    "photo": _photo,
    "question": _question,
    "papers": _papers,
    "missing": _missing,
}
