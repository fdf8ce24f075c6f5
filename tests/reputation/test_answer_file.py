"""Answer templates from a file: all or nothing, the same again is no second one, each refusal says where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.errors import Forbidden
from usine.reputation.answer_file import load_templates
from usine.reputation.keeping import KeepingRefused
from usine.reputation.models import AnswerTemplate

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "reputation" / "answers.yaml"
GOOD = """
answers:
  - {language: pt, name: Lamentar, intent: complaint, text: "Olá, lamentamos."}
  - {language: fr, name: Remercier, aspect: range, text: "Bonjour, merci."}
"""


@pytest.fixture
def load(tmp_path):
    def write(text: str, by: Actor = SYSTEM) -> int:
        file = tmp_path / "answers.yaml"
        file.write_text(text, "utf-8")
        return load_templates(file, by=by)

    return write


def test_the_demo_begins_four_answers_in_each_of_its_twelve_languages():
    assert load_templates(DEMO, by=SYSTEM) == load_templates(DEMO, by=SYSTEM) == 48
    counted = Counter(AnswerTemplate.objects.values_list("language", flat=True))
    assert len(counted) == 12 and set(counted.values()) == {4}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (GOOD + "  - {language: fr, name: Vide}", "answer 3: A template needs a name and a text"),
        (GOOD + "  - {language: française, name: x, text: y}", "answer 3: “française” is no language"),
        (GOOD + "  - {language: fr, name: x, text: y, intent: anger}", "answer 3: Choose intent and aspect"),
        (GOOD + "  - {language: no, name: x, text: y}", "answer 3: language is no text: put it in quotes"),
        (GOOD + "  - {language: fr, name: x, text: y, tone: z}", "answer 3: the field tone is none of"),
        (GOOD + "  - [fr]", "answer 3: it is no set of names and values"),
        ("answers: {}", "has no list called answers"),
        ("answers: [", "is no YAML that can be read"),
    ],
)
def test_a_wrong_file_is_refused_whole_and_says_where(load, wrong, says):
    with pytest.raises(KeepingRefused, match=says):
        load(wrong)
    assert not AnswerTemplate.objects.exists()


def test_only_the_central_team_keeps_templates(load):
    with pytest.raises(Forbidden):
        load(GOOD, by=Actor(user_id=None, name="ana", role=Role.MARKET, markets=frozenset({"PT"})))
    assert load(GOOD) == 2
