"""The pages that a new launch begins with, made of what its range says; editors write them on from there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from usine.launches.content.figures import COLOUR, POWERTRAIN, TRIM
from usine.ranges.contracts import Catalogue, Feature, FeatureKind, FeatureValue, read_text

Block = dict[str, Any]
COMPANY = "company"
NEEDED = {TRIM: (), POWERTRAIN: ("power_kw", "co2_g_per_km"), COLOUR: ("picture",)}
"""The features that the pages of every launch are made of, with the attributes that each of their values has."""
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class FirstPicture:
    """A picture of the library by its key, `fallback` in an older format (None: none), with what it shows."""

    picture: int
    fallback: int | None
    alt: str


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What the first pages are made of.

    `pictures` gives the picture of a version; `opening` is the home page's; `has_model`: there is a car in 3D.
    """

    catalogue: Catalogue
    brand: str
    opening: FirstPicture
    pictures: Callable[[str], FirstPicture]
    has_model: bool

    @property
    def name(self) -> str:
        return read_text(self.catalogue.label, LANGUAGE)

    def label(self, feature: Feature) -> str:
        return read_text(feature.label, LANGUAGE)


def find_gaps(catalogue: Catalogue) -> list[str]:
    """What a range lacks to have a launch, a clause each: features, and attributes of their values."""
    gaps = [
        _("it has no feature %(feature)s") % {"feature": name}
        for name in NEEDED
        if name not in catalogue.features
    ]
    for name, attributes in NEEDED.items():
        for value in catalogue.features[name].values if name in catalogue.features else ():
            gaps += [
                _("%(value)s has no %(attribute)s")
                % {"value": f"{name}={value.name}", "attribute": attribute}
                for attribute in attributes
                if attribute not in value.attributes
            ]
    return gaps


def write_first_pages(made: Beginnings) -> dict[str, tuple[str, str, list[Block]]]:
    """Title, description and blocks of each page by its kind: those that always exist, and the versions."""
    name = made.name
    return {
        "home": (name, f"{made.brand} {name}, from {{price}}.", list(_write_home(made))),
        "versions": (
            f"Versions and prices of the {name}",
            f"Every version of the {made.brand} {name} with its equipment and its price, from {{price}}.",
            list(_write_versions(made)),
        ),
        "legal": (
            "Legal notice",
            f"Publisher, prices, consumption, personal data and accessibility of the {made.brand} {name} site.",
            list(_write_legal(made)),
        ),
        "not-found": (
            "Page not found",
            f"This address leads nowhere on the {name}’s site. Here is where you can go on.",
            [
                _block(
                    "missing",
                    title="Page not found",
                    text="There is no page at this address. It may have moved, or the link has lost a letter. "
                    "From here you can go on:",
                )
            ],
        ),
    }


def _block(kind: str, **value: Any) -> Block:
    return {"id": str(uuid4()), "type": kind, "value": value}


def _picture(picture: FirstPicture) -> dict[str, Any]:
    return {"picture": picture.picture, "fallback": picture.fallback}


def _write_home(made: Beginnings) -> Iterator[Block]:
    versions = [read_text(value.label, LANGUAGE) for value in _list_private(made)]
    yield _block(
        "hero",
        title=made.name,
        text=f"{made.name}: {', '.join(versions)}. From {{price}}.",
        configure="Configure mine",
        test_drive="Book a test drive",
        alt=made.opening.alt,
        **_picture(made.opening),
    )
    yield _block("facts", facts=list(_write_facts(made.catalogue)))
    if made.has_model:
        yield _block(
            "walk",
            title="Walk around it",
            menu="",
            anchor="walk",
            text="Every colour, every side.",
            alt=made.opening.alt,
            **_picture(made.opening),
        )
    company = next((value.name for value in _list_versions(made) if value not in _list_private(made)), "")
    yield _block(
        "lineup",
        title="Each version and its entry price",
        link="Compare the versions",
        anchor="versions",
        trims=_list_trims(made, _list_private(made)),
        company_trim=company,
        company="For companies, from {price}." if company else "",
    )
    yield _block(
        "booking",
        title="A test drive near you",
        field="Postcode or town",
        hint="We search among our dealers without locating you.",
        button="See the times",
        points="A test drive lasts 30 minutes; bring your driving licence.",
    )


def _write_facts(catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Figures that each market computes; the reach only where the range declares one."""
    yield {"label": "Entry price", "value": "{price}"}
    if any("wltp_km" in value.attributes for value in catalogue.features[POWERTRAIN].values):
        yield {"label": "WLTP range", "value": "up to {wltp_km} km"}
    yield {"label": "CO₂ while driving", "value": "{co2_g} g/km"}
    yield {"label": "Prices of", "value": "{price_from}"}


def _write_versions(made: Beginnings) -> Iterator[Block]:
    yield _block(
        "versions_table",
        title="Versions and prices",
        text="Recommended prices, tax included, registration not included, on {price_from}.",
        prices="Price, by powertrain",
        trims=_list_trims(made, _list_versions(made)),
    )
    for title, names in _group_equipment(made):
        yield _block("equipment", title=title, features=names)


def _group_equipment(made: Beginnings) -> Iterator[tuple[str, list[str]]]:
    """The equipment under the range's own headings: options by their group, choices of one by their step."""
    features = made.catalogue.features
    decided = {features[name].step for name in (TRIM, POWERTRAIN)}
    steps = {step.name: read_text(step.label, LANGUAGE) for step in made.catalogue.steps}
    groups: dict[str, list[str]] = {}
    for feature in features.values():
        if feature.kind is FeatureKind.CONTEXT or feature.step in decided:
            continue
        title = read_text(feature.group, LANGUAGE) or steps.get(feature.step, feature.step)
        is_choice = feature.kind is FeatureKind.CHOICE
        groups.setdefault(title, []).append(f"{feature.name}=*" if is_choice else feature.name)
    yield from groups.items()


def _list_versions(made: Beginnings) -> Sequence[FeatureValue]:
    return made.catalogue.features[TRIM].values


def _list_private(made: Beginnings) -> list[FeatureValue]:
    """The versions for private people; all of them where there is none but for companies."""
    versions = _list_versions(made)
    return [value for value in versions if value.attributes.get("audience") != COMPANY] or list(versions)


def _list_trims(made: Beginnings, versions: Sequence[FeatureValue]) -> list[dict[str, Any]]:
    return [{"trim": value.name, **_picture(made.pictures(value.name))} for value in versions]


def _write_legal(made: Beginnings) -> Iterator[Block]:
    """The sections that laws ask for (duties/duties.csv), with what is true of every site."""
    yield _block("mobility", messages="", tag="")
    figures = _name_figures(made.catalogue)
    yield _legal(
        "conditions",
        "Conditions",
        f"{made.name}: {figures}\n\n"
        "Recommended prices, tax included, registration not included, on {price_from}.",
        in_footer=True,
    )
    yield _legal("publisher", "Publisher", f"This site is published by {made.brand}.")
    yield _legal(
        "prices",
        "How the prices are made",
        "Every amount of this site comes from one price list, that of the offer of {price_from} in this market. "
        "An entry price is the price of the cheapest car that can really be configured with that version and that "
        "powertrain.",
    )
    yield _legal(
        "wltp",
        "Consumption and range",
        f"Consumption, emissions and range are measured on the WLTP cycle. {figures}",
    )
    yield _legal(
        "privacy",
        "Personal data",
        "These pages load nothing from other sites. They store two cookies: one keeps your choice about counting "
        "visits for six months, with a random number if you accepted; the other protects the forms, on the pages "
        "that have one.\n\n"
        "If you accepted, we count the pages that you open and the choices that you make; the latter wait in your "
        "browser until they are sent. You can change your choice at the foot of every page. Once you refuse, the "
        "number is erased here too.\n\n"
        "When you book a test drive, your name and contact details go to the dealer that you chose and to the team "
        "of your country. They are erased three months after the drive. You can cancel with the link of your "
        "confirmation.\n\n"
        "A configuration that you save holds the car and nothing about you.",
    )
    yield _legal(
        "accessibility",
        "Accessibility",
        "The pages can be used with a keyboard alone, without a mouse, without JavaScript, and enlarged. They are "
        "checked by automatic tests against the WCAG 2.2 criteria at level AA.",
    )


def _legal(anchor: str, title: str, text: str, *, in_footer: bool = False) -> Block:
    return _block("legal", title=title, anchor=anchor, text=text, in_footer=in_footer)


def _name_figures(catalogue: Catalogue) -> str:
    """The consumption that the range declares, as a sentence with figures in braces."""
    declared: Mapping[str, str] = {
        "kwh_per_100_km": "{electric_kwh} kWh/100 km electric",
        "l_per_100_km": "{fuel_litres} l/100 km with a combustion engine",
    }
    values = catalogue.features[POWERTRAIN].values
    said = [text for name, text in declared.items() if any(name in value.attributes for value in values)]
    used = f"combined WLTP consumption {', '.join(said)}; " if said else ""
    return f"{used}CO₂ emissions {{co2_g}} g/km."
