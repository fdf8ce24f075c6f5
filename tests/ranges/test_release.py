"""A release is kept whole: it comes back the same, without its folder."""

from __future__ import annotations

import pytest

from tests.ranges.test_check import PRICES, folder  # noqa: F401  the six-variable range
from usine.accounts.contracts import SYSTEM
from usine.commons.models import Fact
from usine.kernel import to_bytes
from usine.ranges import queries
from usine.ranges.contracts import RangeNotFound
from usine.ranges.models import RangeVersion
from usine.ranges.public import explain_choices, get_current_release, get_release, release_range

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget():
    queries.forget()


def test_a_release_comes_back_as_it_was(folder):  # noqa: F811
    released = release_range(folder, by=SYSTEM)
    (folder / "range.yaml").unlink()

    again = get_release(released.key)

    assert (again.key, again.catalogue, again.price_rows) == (
        released.key,
        released.catalogue,
        released.price_rows,
    )
    assert to_bytes(again.compiled) == to_bytes(released.compiled)
    assert Fact.objects.filter(name="RangeReleased", subject="six").count() == 1


def test_the_same_content_is_kept_once_and_the_newest_is_current(folder):  # noqa: F811
    first = release_range(folder, by=SYSTEM)
    (folder / "prices/options.csv").write_text(PRICES.replace("600", "650"))
    second = release_range(folder, by=SYSTEM)
    assert get_current_release("six").key == second.key
    (folder / "prices/options.csv").write_text(PRICES)

    assert release_range(folder, by=SYSTEM).key == first.key == get_current_release("six").key
    assert RangeVersion.objects.count() == 2


def test_choices_are_explained_from_the_kept_release(folder):  # noqa: F811
    release = release_range(folder, by=SYSTEM)
    rules = explain_choices(release, {"bars": "yes", "period": "p0"})
    assert [rule.name for rule in rules] == ["bars-later"]


def test_an_unknown_release_is_said():
    with pytest.raises(RangeNotFound, match="No range of oree is released"):
        get_current_release("oree")


def test_choices_are_explained_by_the_authored_rules_in_words(folder):  # noqa: F811
    rules = explain_choices(release_range(folder, by=SYSTEM), {"roof": "glass", "trim": "base"})
    assert [(r.name, r.text["en"], r.text["fr"]) for r in rules] == [
        ("glass-plus", "To have Glass, you need Plus.", "Avec Glass, il faut Plus.")
    ]
