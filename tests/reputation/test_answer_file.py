"""Answer templates from a file: all or nothing, the same again is no second one, each refusal says where."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

import pytest

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.errors import Forbidden
from usine.reputation import commands
from usine.reputation.answer_file import load_templates
from usine.reputation.keeping import KeepingRefused, save_template
from usine.reputation.models import AnswerTemplate

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "reputation" / "answers.yaml"
GOOD = """
answers:
  - {language: pt, name: Lamentar, intent: complaint, text: "Olá, lamentamos."}
  - {language: fr, name: Remercier, aspect: range, text: "Bonjour, merci."}
"""
ONE = 'answers: [{language: fr, name: Remercier, text: "Bonjour, merci."}]'


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
        ("answers: [{name: 2026-99-99}]", "is no YAML that can be read: month must be in"),
        ("answers: [{name: !!int abc}]", "is no YAML that can be read"),
        ("answers: [{name: !!timestamp abc}]", "is no YAML that can be read"),
        (f"answers: [{{name: {'9' * 6000}}}]", "is no YAML that can be read"),
        (
            GOOD + f"  - {{language: fr, name: x, text: {'y' * 5001}}}",
            "answer 3: The text is longer than 5000",
        ),
    ],
)
def test_a_wrong_file_is_refused_whole_and_says_where(load, wrong, says):
    with pytest.raises(KeepingRefused, match=says):
        load(wrong)
    assert not AnswerTemplate.objects.exists()


def test_signs_that_no_database_keeps_are_left_out_of_a_template():
    save_template("Na\x00me", "fr", "Bon\x00jour\x1b,\nmerci\x07.", by=SYSTEM)
    kept = AnswerTemplate.objects.get()
    assert (kept.name, kept.text) == ("Name", "Bonjour,\nmerci.")


@pytest.mark.parametrize(("text", "said"), [(GOOD, "2 templates kept\n"), (ONE, "1 template kept\n")])
def test_the_verb_says_how_many_are_kept(tmp_path, capsys, text, said):
    file = tmp_path / "answers.yaml"
    file.write_text(text, "utf-8")
    parser = ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["reputation", "answers", "load", str(file)])
    args.run(args)
    assert capsys.readouterr().out == said


def test_only_the_central_team_keeps_templates(load):
    with pytest.raises(Forbidden):
        load(GOOD, by=Actor(user_id=None, name="ana", role=Role.MARKET, markets=frozenset({"PT"})))
    assert load(GOOD) == 2
