"""Which language a text is in, as far as it says; and which country it comes from, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.contracts import FileUnreadable, ModelInvalid
from usine.reputation.texts.language_model import load_models
from usine.reputation.texts.languages import clean, detect_language, find_country
from usine.reputation.texts.languages_quality import evaluate_languages

TRAINING = Path(__file__).resolve().parents[3] / "bench" / "reputation" / "mentions"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The delivery was late again and nobody called us back", "en"),
        ("La livraison a encore pris du retard et personne ne nous rappelle", "fr"),
        ("Die Lieferung kam wieder zu spät und niemand ruft zurück", "de"),
        ("La entrega llegó tarde otra vez y nadie nos llama", "es"),
        ("A entrega atrasou outra vez e ninguém nos liga de volta", "pt"),
        ("La consegna è di nuovo in ritardo e nessuno richiama", "it"),
        ("De levering was weer te laat en niemand belt ons terug", "nl"),
        ("Dostawa znowu się spóźniła i nikt do nas nie oddzwania", "pl"),
        ("Teslimat yine gecikti ve kimse bizi geri aramıyor", "tr"),
        ("Pengiriman terlambat lagi dan tidak ada yang menelepon kami", "id"),
        ("تأخر التسليم مرة أخرى ولا أحد يرد علينا", "ar"),
        ("تحویل دوباره دیر شد و هیچ‌کس با ما تماس نمی‌گیرد", "fa"),
        ("Доставка снова опоздала, и никто нам не перезванивает", "ru"),
        ("Доставка знову запізнилася, і ніхто нам не передзвонює", "uk"),
        ("納車がまた遅れていて、誰からも連絡がない", "ja"),
        ("ナビ最高!!", "ja"),
        ("交车又推迟了，没有人给我们回电话", "zh"),
        ("출고가 또 늦어졌는데 아무도 연락을 안 줘요", "ko"),
        ("การส่งมอบล่าช้าอีกแล้ว", "th"),
        ("Η παράδοση άργησε πάλι", "el"),
        ("המסירה התעכבה שוב", "he"),
    ],
)
def test_a_language_is_told(text, language):
    found = detect_language(text)

    assert found.label == language
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize(
    "text", ["", "12 345", "😀😀", "https://example.com/la/voiture", "@someone 🔥", "!?", "\n\x00"]
)
def test_where_nothing_is_said_no_language_is_told(text):
    assert detect_language(text).label == ""


def test_addresses_mentions_and_hashtags_do_not_count():
    said = "@the_big_house c'est vraiment la meilleure voiture https://example.com/the-best-car #BestCarOfTheYear"

    assert clean(said) == "c'est vraiment la meilleure voiture"
    assert detect_language(said).label == "fr"
    assert detect_language("#voiture #autonomie #déçu").label == "fr"


def test_a_claim_decides_between_close_languages_and_does_not_overrule_a_text():
    assert detect_language("Hej", hint="sv").label == "sv"
    assert detect_language("Hej", hint="da-DK").label == "da"
    assert detect_language("La livraison a encore pris du retard", hint="en").label == "fr"
    assert detect_language("大丈夫", hint="ja").label == "ja"


@given(st.text(max_size=60))
def test_any_text_has_a_guess(text):
    found = detect_language(text)

    assert 0 <= found.confidence <= 1
    assert found == detect_language(text)


def test_the_source_tells_the_country_first_then_the_profile_then_the_language():
    assert find_country("be", "FR", "it").label == "BE"
    assert find_country("", "fr", "it") == find_country("", "FR", "")
    assert find_country("", "FR", "it").why == "profile"
    assert find_country("", "", "ja").label == "JP"
    assert find_country("", "", "ja").why == "language"
    assert find_country("", "", "en") == find_country("", "", "")
    assert find_country("", "", "es").label == ""


def test_our_own_mentions_are_told_apart_in_twelve_languages():
    quality = [evaluate_languages(path) for path in sorted(TRAINING.glob("*.jsonl"))]

    assert len(quality) == 12
    assert min(each.accuracy for each in quality) >= 0.93
    assert sum(each.accuracy for each in quality) / 12 >= 0.98


def test_files_that_cannot_be_scored_are_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"lang": "en", "text": "the car is fine"}\n{"lang": "en"}\n', encoding="utf-8")

    with pytest.raises(FileUnreadable, match="line 2"):
        evaluate_languages(path)
    with pytest.raises(FileUnreadable, match="cannot be read"):
        evaluate_languages(tmp_path / "none.jsonl")
    path.write_text('{"lang": "en", "text": "the car is fine"}\n', encoding="utf-8")
    assert evaluate_languages(path).languages == {"en": 1.0}
    with pytest.raises(FileUnreadable, match="no row"):
        evaluate_languages(path, leave_out=("en",))


def test_a_file_that_is_no_model_is_refused(tmp_path):
    path = tmp_path / "languages.npz"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(ModelInvalid, match="no model of languages"):
        load_models(path)
