"""The shipped models read as they promise: each text by itself, the same every time, sure as often as right."""

from __future__ import annotations

import numpy as np
import pytest

from tests.reputation.understanding.tiny import write_transformer
from usine.reputation.contracts import Aspect, Guess, Intent, ModelInvalid, Named, Sentiment
from usine.reputation.understanding.heads import load_words
from usine.reputation.understanding.model_file import read_model
from usine.reputation.understanding.quality import FOLDER, get_quality
from usine.reputation.understanding.reading import Reader, load_models, open_reader
from usine.reputation.understanding.transformer import Transformer

FLOOR = 45
"""Macro-F1 of sentiment in per cent that a language needs to be shown without a warning."""


def claim(text: str, *, hint: str = "") -> Guess:
    return Guess(hint or "en", 1.0, "claimed")


def name_cars(text: str, language: str) -> tuple[Named, ...]:
    """Two cars, called Alpha and Beta."""
    found = [(text.find(word), word) for word in ("Alpha", "Beta")]
    return tuple(
        Named(f"vehicle:{word.lower()}", at, at + len(word), 1.0) for at, word in sorted(found) if at >= 0
    )


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(*load_models(), find_names=name_cars, detect=claim)


TEXTS = [
    ("", "The range is awful, 180 km in winter, I regret buying it", "en"),
    ("Essai", "Très belle voiture, finition superbe et confort royal. Le prix pique un peu.", "fr"),
    ("", "充電が遅すぎる。ディーラーの対応も最悪でした", "ja"),
    ("", "Does the boot open without the key?", "en"),
    ("", "", ""),
    ("", "👍" * 5000, "es"),
    ("", "\x00\ud800 weird", "de"),
]


def test_a_reading_says_everything(reader):
    reading = reader.read(
        "", "The Alpha is fantastic, but the Beta was recalled and the dealer is rude.", language="en"
    )

    assert reading.language == Guess("en", 1.0, "claimed")
    assert reading.sentiment.label in set(Sentiment)
    assert reading.intent.label in set(Intent)
    assert [name.entity for name in reading.names] == ["vehicle:alpha", "vehicle:beta"]
    assert set(reading.entities) == {"vehicle:alpha", "vehicle:beta"}
    assert {each.aspect for each in reading.aspects} <= set(Aspect)
    assert reading.model == reader.digest
    assert len(reading.model) == 32


@pytest.mark.parametrize(
    ("text", "language", "sentiment"),
    [
        ("Worst car I ever had, broke down three times, awful dealer", "en", "negative"),
        ("Absolutely love it, great comfort, best car ever", "en", "positive"),
        ("Magnifique, confortable, je l’adore", "fr", "positive"),
        ("Schon wieder in der Werkstatt, einfach nur Schrott", "de", "negative"),
        ("Es horrible, se avería siempre y el servicio es malísimo", "es", "negative"),
        ("Bellissima e comodissima, la adoro", "it", "positive"),
        (
            "Péssimo: o meu carro avariou, ninguém atende na assistência. Vergonha de serviço!",
            "pt",
            "negative",
        ),
        ("Une honte ce service, ma voiture est en panne et personne ne répond", "fr", "negative"),
        ("Pésimo servicio, mi coche se averió y nadie contesta", "es", "negative"),
        ("Waardeloze service, mijn auto is kapot en niemand neemt op", "nl", "negative"),
        ("Berbat servis, arabam bozuldu ve kimse telefona bakmıyor", "tr", "negative"),
        ("Fatalny serwis, mój samochód się zepsuł i nikt nie odbiera", "pl", "negative"),
    ],
)
def test_what_nobody_doubts_is_read_so(reader, text, language, sentiment):
    assert reader.read("", text, language=language).sentiment.label == sentiment


def test_each_car_is_judged_by_its_own_clause(reader):
    reading = reader.read(
        "",
        "The Alpha is a fantastic car and I love it. The Beta is awful, it broke down again.",
        language="en",
    )

    assert reading.entities["vehicle:alpha"].label == "positive"
    assert reading.entities["vehicle:beta"].label == "negative"


def test_an_aspect_belongs_to_the_car_that_its_clause_names(reader):
    text = "Lovely seats in the Alpha. The Beta is far too expensive for what it is."
    reading = reader.read("", text, language="en")

    prices = [each for each in reading.aspects if each.aspect is Aspect.PRICE]
    assert [each.entity for each in prices] == ["vehicle:beta"]


def test_a_text_is_read_alike_alone_and_among_others(reader):
    together = reader.read_all(TEXTS * 3)

    assert len(together) == 3 * len(TEXTS)
    for (title, text, language), reading in zip(TEXTS * 3, together, strict=True):
        alone = reader.read(title, text, language=language)
        assert (reading.sentiment.label, reading.intent.label) == (alone.sentiment.label, alone.intent.label)
        assert reading.sentiment.confidence == pytest.approx(alone.sentiment.confidence, abs=2e-3)
        assert {each.aspect for each in reading.aspects} == {each.aspect for each in alone.aspects}


def test_nothing_to_read_is_nothing_read(reader):
    assert reader.read_all([]) == []


def test_a_language_without_mentions_of_its_own_is_judged_as_any_post(reader):
    models, _digest = load_models()
    scores = models.score(models.describe(["bahut accha", "super"], ["hi-Latn", "fr"]))

    assert scores.is_known.tolist() == [False, True]
    assert np.array_equal(models.judge(scores)[0], models.judge_posts(scores)[0])


def test_chances_are_chances(reader):
    models, _digest = load_models()
    scores = models.score(models.describe([text for _, text, _ in TEXTS], [code for *_, code in TEXTS]))

    for chances in (models.judge(scores), models.judge_posts(scores), models.judge_intents(scores)):
        assert chances.sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
        assert (chances >= 0).all()


@pytest.mark.parametrize("name", ["pieces", "lexicon"])
def test_the_heads_belong_to_the_words_that_are_shipped(name):
    assert read_model(FOLDER / "heads.model").about[name] == read_model(FOLDER / f"{name}.model").digest


@pytest.mark.parametrize("name", ["pieces", "lexicon"])
def test_heads_that_were_trained_with_other_words_are_refused(name, monkeypatch):
    words, digests = load_words()
    others = (words, {**digests, name: "of another file"})
    monkeypatch.setattr("usine.reputation.understanding.reading.load_words", lambda: others)

    with pytest.raises(ModelInvalid, match=f"was trained with other {name}: run"):
        load_models.__wrapped__()


def test_what_ships_is_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.model")) < 16_000_000


def test_every_language_of_the_markets_has_a_score():
    quality = get_quality()

    assert len(quality) == 12
    assert sum(quality.values()) / 12 >= 55
    assert min(quality.values()) >= FLOOR


def test_a_transformer_judges_sentiment_when_the_settings_name_one(settings, tmp_path):
    folder = write_transformer(tmp_path / "m")
    settings.REPUTATION_MODEL = str(folder)
    models, _digest = load_models()
    reader = Reader(models, "x" * 32, find_names=name_cars, detect=claim, transformer=Transformer(folder))

    reading = reader.read(
        "", "The lovely lovely Alpha car is nice. The awful awful Beta car is not.", language="en"
    )

    assert reading.entities["vehicle:alpha"].label == "positive"
    assert reading.entities["vehicle:beta"].label == "negative"
    assert open_reader().digest == Transformer(folder).digest


def test_a_folder_that_is_not_there_is_said(settings, tmp_path):
    settings.REPUTATION_MODEL = str(tmp_path / "nowhere")

    with pytest.raises(ModelInvalid, match=r"lacks model\.onnx"):
        open_reader()
