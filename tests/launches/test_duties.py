"""What the law asks of a market's site: each duty can fail, in its period only, and what fails is named."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest
from django.utils import timezone

from tests.launches.editors import sign_in
from tests.launches.sites import build_site, change
from tests.oree import TODAY, load_oree, make_oree_offer, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.config.cli import main
from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.contracts import PublicationRefused
from usine.launches.duties.judging import Finding, judge_site
from usine.launches.duties.table import FOLDER, DutyStanding, read_duties
from usine.launches.models import Overlay
from usine.launches.pages.making import Making
from usine.launches.public import publish_sites
from usine.launches.publishing.checking import check_sites
from usine.launches.rules import ResolvedSite
from usine.launches.sources.releases import read_content, resolve_sites

SMALL_PRINT = "bdfaef42-8c7d-4431-b331-dab129ea3a7b"
PUBLISHER = "4260ce86-ca96-4d78-ba56-9ee452a5d423"
PRIVACY = "4d1dd7de-07c1-437b-95d0-c57b811008b7"
ACCESSIBILITY = "06f3179f-ec43-4ae0-a6e1-44cf0b4152c8"
MOBILITY = "a4ea3938-d429-4c52-8109-15b0875b0b21"
VERSIONS = "73f80e52-a369-48b5-a441-4c46f147ecf9"
TABLE = read_duties()


def judge(site: ResolvedSite, on: date = TODAY) -> dict[str, Finding]:
    found = judge_site(site, Making(site, Figures(site.offer)), TABLE, on)
    return {judged.duty.key: judged.finding for judged in found}


def find_missing(site: ResolvedSite, on: date = TODAY) -> set[str]:
    return {key for key, finding in judge(site, on).items() if finding is Finding.MISSING}


def overlay(scope: str, block: str, kind: str, **value: object) -> None:
    Overlay.objects.update_or_create(
        vehicle="oree",
        scope=scope,
        block_id=block,
        defaults={"kind": kind, "value": value, "changed_at": timezone.now(), "by": "Hugo"},
    )


def test_every_duty_of_the_law_in_the_table_is_met_by_the_demo_in_france_and_germany(db):
    for path in ("fr-fr", "de-de"):
        judged = judge(build_site(path))
        assert set(judged.values()) == {Finding.MET, Finding.NOT_CALLED}
    assert {"fr-mobility", "fr-co2-class", "eu-accessibility"} <= set(judge(build_site("fr-fr")))


BREAKS = {
    "fr-co2-class": (SMALL_PRINT, {"text": "{electric_kwh} {fuel_litres} {co2_g} TTC {price_from}"}),
    "eu-consumption": (SMALL_PRINT, {"text": "{co2_classes} {co2_g} TTC {price_from}"}),
    "fr-price-ttc": (VERSIONS, {"text": "Prix au {price_from}, taxes en sus."}),
    "eu-price-tax": (VERSIONS, {"text": "Prix hors taxes au {price_from}."}),
    "price-day": (VERSIONS, {"text": "Prix TTC."}),
    "fr-mobility": (MOBILITY, {"tag": "#SeDeplacerMoins"}),
    "eu-cookies": (PRIVACY, {"text": "Vos données sont à vous."}),
    "eu-accessibility": (ACCESSIBILITY, {}),
    "fr-publisher": (PUBLISHER, {}),
    "eu-publisher": (PUBLISHER, {"text": " "}),
    "eu-privacy": (PRIVACY, {}),
}


@pytest.mark.parametrize("key", BREAKS)
def test_a_duty_that_is_not_met_is_found(db, key):
    block, fields = BREAKS[key]
    assert key in find_missing(change(build_site("fr-fr"), block, **fields))


@pytest.mark.parametrize(
    "messages",
    [
        "Pensez à covoiturer.\nAu quotidien, prenez les transports en commun.",
        "Pour les trajets courts, privilégiez la marche.\nPensez à covoiturer.\n"
        "Au quotidien, prenez les transports en commun.",
        "",
    ],
)
def test_the_messages_on_mobility_are_the_laws_own_words(db, messages):
    assert find_missing(change(build_site("fr-fr"), MOBILITY, messages=messages)) == {"fr-mobility"}


@pytest.mark.parametrize(
    ("key", "path", "first", "last"),
    [
        ("fr-co2-class", "fr-fr", date(2022, 3, 1), None),
        ("eu-accessibility", "fr-be", date(2025, 6, 28), None),
        ("de-publisher-tmg", "de-de", date(2007, 3, 1), date(2024, 5, 13)),
        ("de-publisher", "de-de", date(2024, 5, 14), None),
        ("fr-publisher-2004", "fr-fr", date(2004, 6, 23), date(2024, 5, 22)),
        ("cl-privacy", "es-cl", date(2026, 12, 1), None),
    ],
)
def test_a_duty_holds_from_its_first_day_to_its_last(key, path, first, last):
    market = path[-2:].upper()

    def due(on: date) -> bool:
        return key in {duty.key for duty in TABLE.list_due(market, on)}

    assert due(first) and not due(date.fromordinal(first.toordinal() - 1))
    if last is None:
        assert due(date(2099, 1, 1))
    else:
        assert due(last) and not due(date.fromordinal(last.toordinal() + 1))


def test_a_rate_per_month_calls_for_the_example_of_the_directive_and_the_sentence_of_the_code(db):
    site = build_site("fr-fr")
    assert judge(site)["fr-credit"] is Finding.NOT_CALLED

    rate = change(site, VERSIONS, text="Prix TTC au {price_from}. Dès 199 € par mois.")
    assert find_missing(rate) == {"eu-credit-2023", "fr-credit"}
    assert find_missing(rate, date(2026, 11, 19)) == {"eu-credit-2008", "fr-credit"}

    said = (
        "Prix TTC au {price_from}. Dès 199 € par mois. Exemple représentatif : 36 mois. Un crédit vous engage et doit "
        "être remboursé. Vérifiez vos capacités de remboursement avant de vous engager."
    )
    assert find_missing(change(site, VERSIONS, text=said)) == set()


def test_what_is_not_confirmed_warns_and_refuses_nothing(db):
    swiss = judge(build_site("fr-ch"))
    assert swiss["ch-label"] is Finding.WARNING
    assert Finding.MISSING not in swiss.values()
    unsure = {duty.key for duty in TABLE.duties if duty.standing is DutyStanding.UNSURE}
    bare = change(build_site("nb-no"), PUBLISHER)
    assert judge(bare)["eea-publisher"] is Finding.WARNING
    assert not unsure & find_missing(bare)


def test_a_publication_is_refused_with_every_duty_that_is_missing_and_none_once_they_are_met(db):
    load_oree()
    offer = make_oree_offer("BE")
    overlay("fr-be", ACCESSIBILITY, "hide")
    overlay("nl-be", PRIVACY, "hide")

    with pytest.raises(PublicationRefused) as refused:
        publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)

    said = str(refused.value)
    assert (
        "BE: /fr-be/oree/legal/: the accessibility statement is missing (no legal#accessibility is shown)"
        in said
    )
    assert "show the section “accessibility”" in said
    assert "[Directive (EU) 2019/882, article 13 and annex V, since 2025-06-28]" in said
    assert "/nl-be/oree/legal/: what happens to personal data is missing" in said
    Overlay.objects.filter(by="Hugo").delete()
    content, figures = read_content("oree"), Figures(offer)
    check_sites(resolve_sites(content, offer, figures), figures, content.master, content.rights)


def test_no_market_outside_its_country_has_a_duty(db):
    assert not {key for key in judge(build_site("fr-ma")) if key.startswith(("fr-", "eu-"))}
    assert "ma-privacy" in judge(build_site("ar-ma"))


@pytest.mark.parametrize(
    ("file", "line", "wrong", "said"),
    [
        (
            "duties.csv",
            "x,XY,imprint,,,law,section,legal#publisher,,,a,b,c,2026-11-26",
            "line 2",
            "no country XY",
        ),
        (
            "duties.csv",
            "x,FR,tax,,,law,section,legal#publisher,,,a,b,c,2026-11-26",
            "line 2",
            "no kind “tax”",
        ),
        (
            "duties.csv",
            "x,FR,imprint,2026-13-01,,law,section,legal#a,,,a,b,c,2026-11-26",
            "line 2",
            "is no day",
        ),
        (
            "duties.csv",
            "x,FR,imprint,2026-01-02,2026-01-01,law,section,legal#a,,,a,b,c,2026-11-26",
            "line 2",
            "ends",
        ),
        ("duties.csv", "x,FR,energy,,,law,figures,small-print,power,,a,b,c,2026-11-26", "line 2", "“power”"),
        (
            "duties.csv",
            "x,FR,energy,,,law,words,small-print,nothing,,a,b,c,2026-11-26",
            "line 2",
            "“nothing”",
        ),
        ("duties.csv", "x,FR,imprint,,,law,section,footer,,,a,b,c,2026-11-26", "line 2", "no place “footer”"),
        ("duties.csv", "x,FR,imprint,,,law,section,legal#a,,,a,b,,2026-11-26", "line 2", "“source” is empty"),
        ("words.csv", "ttc,fr,(TTC", "line 2", "no regular expression"),
        ("groups.csv", "EU,FR ZZ,treaty", "line 2", "no country ZZ"),
        ("duties.csv", "x,FR", "line 2", "give one value for each"),
    ],
)
def test_a_fault_of_the_table_is_told_with_its_line(tmp_path, file, line, wrong, said):
    folder = tmp_path / "duties"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    head, *rows = (folder / file).read_text("utf-8").splitlines()
    (folder / file).write_text("\n".join([head, line, *rows]), "utf-8")

    with pytest.raises(ContentInvalid, match=f"{file}, {wrong}: .*{said}"):
        read_duties(folder)


def test_the_command_lists_the_duties_and_answers_whether_one_is_missing(db, capsys):
    publish_oree("FR")
    assert main(["launch", "duties", "oree", "--market", "fr"]) == 0
    assert "fr-fr\tmet\tthe CO₂ class A to G" in capsys.readouterr().out

    overlay("fr-fr", ACCESSIBILITY, "hide")
    assert main(["launch", "duties", "oree", "--market", "FR", "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["duty"] for row in rows if row["finding"] == "missing"] == ["eu-accessibility"]


def test_the_desk_shows_the_duties_of_a_market_those_that_are_missing_first(client, db):
    publish_oree("BE")
    els = sign_in(client, "els", Role.MARKET, "BE")
    assert "Nothing is missing" in els.get("/desk/launches/oree/BE/").content.decode()

    overlay("nl-be", PUBLISHER, "hide")
    page = els.get("/desk/launches/oree/BE/")

    assert "1 duty is missing" in page.content.decode()
    assert page.context["duties"][0]["address"] == "/nl-be/oree/legal/"
    assert page.context["duties"][0]["duty"] == "who publishes the site"
