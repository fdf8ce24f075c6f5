"""Explanations by authored rules: a smallest set, and ten minimal ones, for choices that contradict each other.

`python bench/explanations.py [FAMILY/FILE...]` prints the lines of the table in Markdown; of Renault's big range where
no file is named. A question is what a visitor at random has chosen so far together with a value that this excludes.
Peers, in the same run, on the same clauses and questions: the deletion loop (MUSX: a minimal set of any size) and
OptUx (a smallest set) of python-sat.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from pysat.examples.musx import MUSX
from pysat.examples.optux import OptUx
from pysat.formula import WCNF

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.record import keep  # noqa: E402
from bench.visitors import find_blocked, sessions  # noqa: E402
from usine.kernel import Explainer, compile, price  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

USUAL = "renault/big_contraintes.xml.xz"
QUESTIONS, FEW = 200, 20


def main() -> None:
    print(
        "| file | rules | clauses | explainer, s | what (questions) | median, ms | p99, ms | worst, ms | rules named |"
    )
    print("|---|--:|--:|--:|---|--:|--:|--:|---|")
    files = {name: measure(name) for name in sys.argv[1:] or [USUAL]}
    if not sys.argv[1:]:
        keep("explanations", {"files": files})


def measure(name: str) -> dict[str, dict[str, float]]:
    """Print a line for each way to explain; give its times in milliseconds by name."""
    family, file = name.split("/")
    model = read_model(find_ranges(family) / file)
    questions = list(islice(contradictions(model), QUESTIONS))
    Explainer(model)  # the loops of this machine are compiled before anything is timed
    start = time.perf_counter()
    explainer = Explainer(model)
    seconds = time.perf_counter() - start
    head = f"| {file} | {len(explainer.rules)} | {len(explainer.clauses)} | {seconds:.2f} "
    few = questions[:: max(len(questions) // FEW, 1)][:FEW]
    peer = Peer(explainer)
    ways: dict[str, tuple[Callable, list[dict[str, str]]]] = {
        "a smallest": (explainer.explain, questions),
        "ten, or all": (lambda c: list(islice(explainer.iterate_explanations(c), 10)), questions),
        "peer: MUSX, a minimal": (peer.minimal, few),
        "peer: OptUx, a smallest": (peer.smallest, few),
    }
    answers, times = {}, {}
    for what, (explain, asked) in ways.items():
        answers[what], times[what] = row(head, what, explain, asked)
    smallest, _, loose, theirs = answers.values()
    compared = zip(few, smallest[:: max(len(questions) // FEW, 1)], theirs, loose, strict=False)
    for question, mine, other, minimal in compared:
        if not len(mine) == len(other) <= len(minimal):
            raise SystemExit(f"{file}: a peer explains {question} by {len(other)} rules, we by {len(mine)}.")
    return times


def contradictions(model) -> Iterator[dict[str, str]]:
    """Choices that a visitor at random makes, with one more that they exclude."""
    priced = price(compile(model), {})
    for state in sessions(priced, 3 * QUESTIONS):
        if found := find_blocked(priced, state):
            choices, (variable, value) = found
            yield {**choices, variable: value}


class Peer:
    """The same clauses as a weighted formula: what is chosen is hard, every rule's switch is soft."""

    def __init__(self, explainer: Explainer):
        self._explainer = explainer

    def minimal(self, choices: dict[str, str]) -> tuple[int, ...]:
        with MUSX(self._formula(choices), solver="g4", verbosity=0) as found:
            return tuple(found.compute())

    def smallest(self, choices: dict[str, str]) -> tuple[int, ...]:
        with OptUx(self._formula(choices), solver="g4") as found:
            return tuple(found.compute())

    def _formula(self, choices: dict[str, str]) -> WCNF:
        formula = WCNF()
        formula.extend(self._explainer.clauses)
        formula.extend([[literal] for literal in self._explainer.literals(choices)])
        formula.extend(
            [[switch] for switch in self._explainer.rule_literals], weights=[1] * len(self._explainer.rules)
        )
        return formula


def row(
    head: str, what: str, explain: Callable, questions: list[dict[str, str]]
) -> tuple[list, dict[str, float]]:
    """Ask every question; print a line of the table; give the answers, and the times in milliseconds."""
    answers, times = [], []
    for question in questions:
        start = time.perf_counter()
        answers.append(explain(question))
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    found = {"median": median(times), "p99": times[int(0.99 * (len(times) - 1))], "worst": times[-1]}
    sizes = [len(answer) for answer in answers]
    print(
        f"{head}| {what} ({len(times)}) | {found['median']:.1f} | {found['p99']:.1f} "
        f"| {found['worst']:.1f} | {median(sizes):.0f}, {max(sizes)} at most |",
        flush=True,
    )
    return answers, found


if __name__ == "__main__":
    main()
