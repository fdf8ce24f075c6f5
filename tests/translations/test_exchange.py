"""To translators and back: who may, what is written, what is refused; a translators' tool in between."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from translate.storage import xliff2

from tests.launches.editors import HERO, retell
from tests.oree import LAUNCH
from tests.translations.constraints import find_breaches
from tests.translations.files import TITLE, export, find_text, load_without_spanish, say
from tests.translations.texts import TEXTS
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.errors import Forbidden
from usine.commons.facts import read_facts
from usine.launches.contracts import TextStanding
from usine.launches.models import MasterPage, Overlay
from usine.launches.public import list_scope_texts
from usine.launches.writing import adapting
from usine.launches.writing.adapting import Place
from usine.markets.public import get_locale
from usine.translations.checks import check_translation
from usine.translations.contracts import ImportRefused, NothingToTranslate, Only, Severity
from usine.translations.inline import FIGURE
from usine.translations.memory import fill_memory
from usine.translations.models import MemoryPair
from usine.translations.public import (
    check_texts,
    export_xliff,
    find_matches,
    import_xliff,
    list_progress,
    load_glossary,
)
from usine.translations.xliff import Offered, write_xliff

ELS = Actor(user_id=2, name="Els", role=Role.MARKET, markets=frozenset({"BE"}))


@pytest.fixture
def launch(db):
    load_without_spanish()


def take(document, **more):
    return import_xliff("es.xlf", document.encode(), by=more.pop("by", SYSTEM), **more)


def is_takeable(text):
    """No figure of its own, nothing that a check refuses."""
    found = check_translation("", f"{text}.", language="es", is_long=True, longest=8_000)
    return not FIGURE.search(text) and all(entry.severity is Severity.WARNING for entry in found)


def test_every_language_is_written_as_the_standard_wants_it(launch):
    load_glossary("oree", LAUNCH / "glossary.csv", by=SYSTEM)
    fill_memory("oree", by=SYSTEM)
    for scope in ("es", "fr", "ar", "fr-be", "en-gb"):
        document = export(scope)
        assert find_breaches(document) == []
        assert document.count("<unit ") == len(list_scope_texts("oree", scope).texts) > 80
    assert "<mtc:match" in export("fr", only=Only.MISSING) or "<mtc:match" in export("fr")


def test_a_language_comes_back_and_again_changes_nothing(launch):
    document = say(export(), "title", TITLE)
    report = take(document)

    assert [(entry.text.path, entry.after) for entry in report.written] == [("title", TITLE)]
    assert (report.untranslated, report.total) == (report.total - 1, report.total)
    assert find_text("es").target == TITLE
    facts = [fact.name for fact in read_facts()][-2:]
    assert facts == ["OverlayWritten", "TranslationsImported"]

    again = take(document)
    assert (again.written, again.unchanged) == ((), 1)
    assert [fact.name for fact in read_facts()][-2:] == facts


@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(drawn=st.lists(TEXTS.filter(is_takeable), min_size=8, max_size=8))
def test_whatever_translators_write_is_what_the_launch_says(launch, drawn):
    texts = list_scope_texts("oree", "es")
    written = [
        replace(
            text, target=f"{said} {' '.join(FIGURE.findall(text.source))} .", standing=TextStanding.TRANSLATED
        )
        for text, said in zip((text for text in texts.texts if text.is_long), drawn, strict=False)
    ]
    take(write_xliff(texts, [Offered(text) for text in written]))
    said = {(text.block_id, text.path): text.target for text in list_scope_texts("oree", "es").texts}
    assert [said[text.block_id, text.path] for text in written] == [
        text.target.replace("\r\n", "\n").strip() for text in written
    ]


def test_a_dry_run_tells_the_same_and_stores_nothing(launch):
    document = say(export(), "title", TITLE)
    told = take(document, is_dry=True)
    assert not Overlay.objects.filter(scope="es").exists()
    assert told.written == take(document).written


def test_what_a_translation_leaves_open_stays_inherited_and_what_is_said_stays(launch):
    before = Overlay.objects.get(scope="fr", block_id=HERO).value
    take(say(export("fr"), "text", "Autre chose, {length} m."))
    after = Overlay.objects.get(scope="fr", block_id=HERO).value
    assert after == before | {"text": "Autre chose, {length} m."}


def test_a_text_of_a_list_keeps_the_rest_of_the_list(launch):
    facts = "cbf27734-ac10-4525-8b66-402800e03d2c"
    take(say(export(), "facts.0.label", "Longitud", block=facts))
    said = Overlay.objects.get(scope="es", block_id=facts).value["facts"]
    assert [fact["label"] for fact in said][:2] == ["Longitud", "WLTP range"]


def test_a_list_that_the_master_made_longer_is_made_whole_again(launch):
    facts = "cbf27734-ac10-4525-8b66-402800e03d2c"
    row = Overlay.objects.get(scope="fr", block_id=facts)
    row.value = {"facts": row.value["facts"][:2]}
    row.save()
    assert find_text("fr", "facts/3/label", facts).standing is TextStanding.MISSING

    take(say(export("fr"), "facts.3.label", "Coffre", block=facts))
    said = Overlay.objects.get(scope="fr", block_id=facts).value["facts"]
    assert [fact["label"] for fact in said] == [
        *("Longueur", "Autonomie WLTP"),
        *("Charging from 15 to 80%", "Coffre", "CO₂ while driving, electric"),
    ]


def test_a_translation_that_is_the_same_word_is_kept(launch):
    report = take(say(export(), "menu", "Design", block="e0a3a91f-2346-4c13-bc27-ed12b10877a9"))
    assert report.warnings[0].findings[0].check == "copy"
    assert find_text("es", "menu", "e0a3a91f-2346-4c13-bc27-ed12b10877a9").standing is TextStanding.TRANSLATED


def test_a_changed_master_makes_units_stale_until_somebody_says_otherwise(launch):
    document = say(export(), "title", TITLE)
    retell("Where the town ends.")

    report = take(document)
    assert (len(report.stale), report.written) == (1, ())
    assert take(document, accept_stale=True).written[0].after == TITLE
    assert find_text("es").standing is TextStanding.TRANSLATED


def test_a_tool_that_drops_our_digest_is_compared_by_its_source(launch):
    document = re.sub(r"<mda:metadata>.*?</mda:metadata>", "", say(export(), "title", TITLE))
    assert len(take(document, is_dry=True).written) == 1
    retell("Where the town ends.")
    assert (len(take(document).stale), take(document).written) == (1, ())


def test_one_stale_text_that_is_translated_leaves_the_others_stale(launch):
    home = MasterPage.objects.get(slug="home")
    hero = next(child for child in home.body if str(child.id) == HERO)
    hero.value["title"], hero.value["configure"] = "Where the town ends.", "Make it mine"
    home.save_revision().publish()

    take(say(export("fr"), "title", "Là où finit la ville."))
    standings = [find_text("fr", path).standing for path in ("title", "configure", "text")]
    assert standings == [TextStanding.TRANSLATED, TextStanding.STALE, TextStanding.TRANSLATED]
    take(say(export("fr"), "configure", "En faire la mienne"))
    assert list_progress("oree", ["fr"], by=SYSTEM)[0].stale == 0
    assert Overlay.objects.get(scope="fr", block_id=HERO).master_value["configure"] == "Make it mine"


def test_what_is_stale_is_exported_alone_and_confirmed_by_its_state(launch):
    assert list_progress("oree", ["fr"], by=SYSTEM)[0].stale == 0
    retell("Where the town ends.")
    assert list_progress("oree", ["fr"], by=SYSTEM)[0].stale == 1

    document = export("fr", only=Only.STALE)
    said = find_text("fr").target
    assert document.count("<unit ") == 1
    assert take(document).untranslated == 1  # nobody looked at it

    assert take(say(document, "title", said)).written[0].after == said
    assert find_text("fr").standing is TextStanding.TRANSLATED
    row = Overlay.objects.get(scope="fr", block_id=HERO)
    assert row.master_value["title"] == "Where the town ends."


def test_nothing_that_waits_is_nothing_to_export(launch):
    with pytest.raises(NothingToTranslate, match="stale in fr"):
        export("fr", only=Only.STALE)


@pytest.mark.parametrize(
    ("path", "target", "reason"),
    [
        ("title", "x" * 8001, "too many"),
        ("title", "Do\u202ende", "direction of letters"),
        ("text", "Orée.", "{length} is missing"),
        ("text", "{length} {length}", "more often"),
        ("text", "{length} {nothing}", "not in the source"),
        ("text", '<ph id="p1" dataRef="d1"/><pc id="2">b</pc>', "code <pc>"),
    ],
)
def test_one_bad_unit_is_named_and_nothing_is_stored(launch, path, target, reason):
    document = say(say(export(), "configure", "Configurar"), path, target)
    with pytest.raises(ImportRefused) as refused:
        take(document)
    assert f"{HERO}.{path}" in str(refused.value)
    assert reason in str(refused.value)
    assert not Overlay.objects.filter(scope="es").exists()


def test_a_code_copied_twice_is_refused(launch):
    code = '<ph id="p1" dataRef="d1"/>'
    with pytest.raises(ImportRefused, match="more often"):
        take(say(export(), "text", f"{code} {code}"))


def test_targets_that_say_nothing_or_are_not_finished_are_left_out(launch):
    assert take(say(export(), "title", " \n ")).written == ()
    assert take(say(export(), "title", TITLE, state="initial")).written == ()
    stateless = say(export(), "title", TITLE).replace(' state="translated"', "")
    assert len(take(stateless).written) == 1  # a tool that knows no states


def test_files_of_another_place_are_refused(launch):
    document = say(export(), "title", TITLE)
    for changed, reason in (
        (document.replace('trgLang="es"', 'trgLang="it"'), "translates to it"),
        (document.replace('srcLang="en"', 'srcLang="de"'), "translates from de"),
        (document.replace(f"{HERO}.title", f"{HERO}.subtitle"), "no such text"),
    ):
        with pytest.raises(ImportRefused, match=reason):
            take(changed)
    with pytest.raises(ImportRefused, match="of the launch oree, not of other"):
        take(document, vehicle="other")


def test_a_market_translates_its_own_locales_and_nothing_else(launch):
    document = export_xliff("oree", "fr-be", by=ELS)
    assert 'srcLang="fr" trgLang="fr-BE"' in document
    ours = "La ville s’arrête ici."
    assert take(say(document, "title", ours), by=ELS).written[0].after == ours
    assert next(f for f in read_facts(name="TranslationsImported")).market == "BE"

    for scope in ("fr", "es", "fr-fr"):
        with pytest.raises(Forbidden):
            export_xliff("oree", scope, by=ELS)
        with pytest.raises(Forbidden):
            check_texts("oree", scope, by=ELS)
        with pytest.raises(Forbidden):
            take(say(export(scope), "title", ours), by=ELS)


def test_what_an_import_wrote_is_undone_at_the_desk(launch):
    take(say(export("fr"), "title", "Autre chose."))
    place = Place("oree", HERO, "fr", get_locale("fr-fr"))
    row = Overlay.objects.get(scope="fr", block_id=HERO)
    adapting.undo_last(place, seen=adapting.digest_row(row), by=SYSTEM)
    assert find_text("fr").target == "Là où la ville\ns’ouvre."


def test_a_hidden_block_is_not_translated(launch):
    adapting.hide_block(Place("oree", HERO, "fr-be", get_locale("fr-be")), seen="", by=ELS)
    texts = list_scope_texts("oree", "fr-be").texts
    assert HERO not in {text.block_id for text in texts}


def test_the_memory_knows_what_was_said_and_what_is_like_it(launch):
    assert fill_memory("oree", by=SYSTEM) > 200
    assert fill_memory("oree", by=SYSTEM) == 0

    same = find_matches("Book a test drive", language="fr")[0]
    assert (same.target, same.similarity) == ("Réserver un essai", 100.0)
    other_number = find_matches("at 25 °C", language="fr")[0]
    assert (other_number.target, other_number.similarity) == ("à 20 °C", 99.0)
    alike = find_matches("Book a test drive now", language="fr")[0]
    assert alike.target == "Réserver un essai"
    assert 70 <= alike.similarity < 99
    assert find_matches("Something that nobody ever said", language="fr") == ()
    assert find_matches("Book a test drive", language="es") == ()


def test_an_import_teaches_the_memory(launch):
    take(say(export(), "test_drive", "Reservar una prueba"))
    assert find_matches("Book a test drive", language="es")[0].target == "Reservar una prueba"
    assert MemoryPair.objects.get().origin == "oree, es"


def test_the_demo_says_nothing_that_is_an_error(launch):
    load_glossary("oree", LAUNCH / "glossary.csv", by=SYSTEM)
    for scope in ("fr", "nl", "de", "ar", "fr-be", "de-de", "fr-ma", "ar-ma", "nl-be"):
        found = check_texts("oree", scope, by=SYSTEM)
        assert [e for e in found if any(f.severity is Severity.ERROR for f in e.findings)] == []


def test_a_translators_tool_reads_translates_and_gives_back_our_file(launch, tmp_path):
    """translate-toolkit, which others' platforms stand on, neither loses a unit nor breaks a code."""
    store = xliff2.Xliff2File.parsestring(export().encode())
    units = {unit.getid(): unit for unit in store.units if unit.istranslatable()}
    assert (store.sourcelanguage, store.targetlanguage) == ("en", "es")
    assert len(units) == len(list_scope_texts("oree", "es").texts)

    title = next(unit for id_, unit in units.items() if id_.startswith(f"{HERO}.title"))
    assert title.source == "Where the city\nopens up."
    title.target = TITLE
    title.marktranslated()
    report = take(bytes(store).decode())

    assert [entry.after for entry in report.written] == [TITLE]
    assert report.total == len(units)
