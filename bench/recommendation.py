"""Recommendation from real sales, ten-fold, beside naive Bayes and learnt Bayesian networks in the same run.

`python bench/recommendation.py` measures Renault's small range on a sample of every fold's sales in a few minutes;
`big` measures the big one, `--sales N` takes N sales of each fold, `--full` all of them. A peer whose package is
absent is said to be absent. docs/recommendation.md tells the protocol.

For every sale of the test fold: a random order of the variables; at each step the recommender knows what was assigned,
is given the values that the range still allows, and proposes one. Where the customer's own value is not allowed (the
histories are older than the range, or broader), nobody is asked and the variable stays open. Every method answers the
same questions in the same order with the same allowed values.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from usine.kernel import (  # noqa: E402
    CompiledRange,
    Recommender,
    Sales,
    ask,
    compile,
    count_invalid_sales,
    learn,
    price,
)
from usine.ranges.readers.sales import read_sales  # noqa: E402
from usine.ranges.readers.sniffing import read  # noqa: E402

try:
    import pyagrum
except ImportError:
    pyagrum = None

FOLDS = 10
PARTS = 5  # of the assigned variables, in the second table


class Question(NamedTuple):
    """What is asked about one sale: columns assigned so far, the column asked for, the places of its allowed values."""

    sale: int
    assigned: tuple[int, ...]
    column: int
    allowed: tuple[int, ...]


Method = Callable[[Question], np.ndarray]
"""Scores of the allowed values, the greatest being the proposal."""


class Histories:
    """The sales as numbers; what the range does not have is one more value at the end, for methods that need one."""

    def __init__(self, compiled: CompiledRange, sales: Sales):
        self.compiled, self.sales = compiled, sales
        self.names = sales.variables
        self.domains = [compiled.domains[name] for name in self.names]
        self.sizes = np.array([len(domain) + 1 for domain in self.domains])
        self.starts = np.concatenate(([0], np.cumsum(self.sizes)))
        self.numbers = np.where(sales.numbers < 0, self.sizes - 1, sales.numbers)

    def ask_about(self, sales: list[int], rng: random.Random) -> tuple[list[Question], int]:
        """The questions about some sales, and how many are not asked: the range refuses the customer's value."""
        priced, questions, refused = price(self.compiled, {}), [], 0
        for sale in sales:
            choices: dict[str, str] = {}
            assigned: tuple[int, ...] = ()
            for column in rng.sample(range(len(self.names)), len(self.names)):
                name, own = self.names[column], int(self.sales.numbers[sale, column])
                allowed = tuple(self.compiled.value_index[name][v] for v in ask(priced, choices).values[name])
                if own not in allowed:
                    refused += 1
                    continue
                questions.append(Question(sale, assigned, column, allowed))
                choices[name] = self.domains[column][own]
                assigned = (*assigned, column)
        return questions, refused


def ours(histories: Histories, train: np.ndarray) -> Method:
    recommender = learn(histories.compiled, Sales(histories.names, histories.sales.numbers[train]))
    return lambda question: _ask_recommender(histories, recommender, question)


def _ask_recommender(histories: Histories, recommender: Recommender, question: Question) -> np.ndarray:
    own, domains = histories.sales.numbers[question.sale], histories.domains
    choices = {histories.names[c]: domains[c][own[c]] for c in question.assigned}
    name, domain = histories.names[question.column], domains[question.column]
    ranked = recommender.rank(choices, name, tuple(domain[i] for i in question.allowed))
    by_value = {entry.value: entry.probability for entry in ranked}
    return np.array([by_value[domain[i]] for i in question.allowed])


def naive_bayes(histories: Histories, train: np.ndarray) -> Method:
    """Laplace's correction, one imaginary sale a value."""
    starts, sizes, numbers = histories.starts, histories.sizes, histories.numbers
    flags = np.zeros((len(train), starts[-1]), dtype=np.float32)
    for column in range(len(sizes)):
        flags[np.arange(len(train)), starts[column] + numbers[train, column]] = 1
    together = (flags.T @ flags).astype(np.float64)
    alone = np.diag(together)

    def scores(question: Question) -> np.ndarray:
        slots = starts[question.column] + np.array(question.allowed)
        given = list(question.assigned)
        seen = starts[given] + numbers[question.sale, given]
        chance = (together[np.ix_(slots, seen)] + 1) / (alone[slots, None] + sizes[given])
        log = np.log(alone[slots] + 1) + np.log(chance).sum(axis=1)
        return np.exp(log - log.max())

    return scores


def nearest_sales(histories: Histories, train: np.ndarray) -> Method:
    """Every sale votes, by e to the -3 for each assigned value in which it differs: needs the raw rows, not private."""
    rows, times = np.unique(histories.numbers[train], axis=0, return_counts=True)

    def scores(question: Question) -> np.ndarray:
        given = list(question.assigned)
        differ = (rows[:, given] != histories.numbers[question.sale, given]).sum(axis=1)
        votes = times * np.exp(-3.0 * (differ - differ.min()))
        by_value = np.bincount(rows[:, question.column], votes, minlength=histories.sizes[question.column])
        return by_value[list(question.allowed)] + 1e-9

    return scores


def network(parents: int) -> Callable[[Histories, np.ndarray], Method]:
    """pyAgrum: greedy hill climbing on the BIC score, lazy propagation; at most so many parents (0: any number)."""

    def method(histories: Histories, train: np.ndarray) -> Method:
        template = pyagrum.BayesNet()
        for name, size in zip(histories.names, histories.sizes, strict=True):
            template.add(pyagrum.LabelizedVariable(name, name, [f"x{i}" for i in range(size)]))
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(",".join(histories.names) + "\n")
            file.writelines(",".join(f"x{i}" for i in row) + "\n" for row in histories.numbers[train])
            file.flush()
            learner = pyagrum.BNLearner(file.name, template)
            learner.useScoreBIC()
            learner.useSmoothingPrior(0.1)
            learner.useGreedyHillClimbing()
            if parents:
                learner.setMaxIndegree(parents)
            net = learner.learnBN()
        engine = pyagrum.LazyPropagation(net)

        def scores(question: Question) -> np.ndarray:
            own = histories.numbers[question.sale]
            engine.eraseAllEvidence()
            engine.setEvidence({histories.names[c]: int(own[c]) for c in question.assigned})
            engine.eraseAllTargets()
            engine.addTarget(histories.names[question.column])
            engine.makeInference()
            return engine.posterior(histories.names[question.column]).toarray()[list(question.allowed)]

        return scores

    return method


class Score:
    """What one method answered, question by question."""

    def __init__(self) -> None:
        self.hits: list[bool] = []
        self.losses: list[float] = []
        self.seconds: list[float] = []
        self.learning = 0.0

    def add(self, histories: Histories, make: Callable, train: np.ndarray, questions: list[Question]) -> None:
        begun = time.perf_counter()
        method = make(histories, train)
        self.learning += time.perf_counter() - begun
        for question in questions:
            begun = time.perf_counter()
            scores = method(question)
            self.seconds.append(time.perf_counter() - begun)
            place = question.allowed.index(int(histories.sales.numbers[question.sale, question.column]))
            self.hits.append(int(np.argmax(scores)) == place)
            self.losses.append(-float(np.log(max(scores[place] / scores.sum(), 1e-12))))


def run(histories: Histories, sample: int) -> None:
    methods: dict[str, Callable] = {"usine": ours, "naive Bayes": naive_bayes}
    if pyagrum:
        methods |= {"tree (pyAgrum)": network(1), "network (pyAgrum)": network(0)}
    else:
        print("  Bayesian networks: absent (pyAgrum is not installed)")
    methods["nearest sales, raw"] = nearest_sales
    rng = random.Random(1)
    order = rng.sample(range(len(histories.sales)), len(histories.sales))
    scores = {name: Score() for name in methods}
    asked: list[Question] = []
    fold_of: list[int] = []
    refused = 0
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        train = np.array(sorted(set(order) - set(test)))
        questions, no = histories.ask_about(test[:sample], rng)
        refused += no
        asked.extend(questions)
        fold_of.extend([fold] * len(questions))
        for name, make in methods.items():
            scores[name].add(histories, make, train, questions)
    _print(histories, asked, np.array(fold_of), refused, scores)


def _print(
    histories: Histories, asked: list[Question], folds: np.ndarray, refused: int, scores: dict[str, Score]
) -> None:
    opened = np.array([len(question.allowed) > 1 for question in asked])
    sales = len({question.sale for question in asked})
    print(
        f"  {sales} sales tested in {FOLDS} folds, {len(asked)} questions, {opened.sum()} open (more than one valid "
        f"value); {refused} not asked: the range refuses the customer's value"
    )
    mine = np.array(scores["usine"].hits)
    print(
        f"  {'right, %':<22}{'all':>8}{'open':>8}{'ours more, open':>22}{'log loss':>10}{'ms':>8}{'learning s':>12}"
    )
    for name, score in scores.items():
        hits = np.array(score.hits)
        gains = [
            100 * (mine[w].mean() - hits[w].mean())
            for f in range(FOLDS)
            if (w := opened & (folds == f)).any()
        ]
        gain = f"{statistics.mean(gains):+.2f} ± {statistics.stdev(gains) / len(gains) ** 0.5:.2f}"
        loss, took = statistics.mean(score.losses), 1000 * statistics.median(score.seconds)
        print(
            f"  {name:<22}{100 * hits.mean():8.2f}{100 * hits[opened].mean():8.2f}{'' if name == 'usine' else gain:>22}"
            f"{loss:10.4f}{took:8.2f}{score.learning / FOLDS:12.1f}"
        )
    part = np.array([len(question.assigned) * PARTS // len(histories.names) for question in asked])
    width = len(histories.names) / PARTS
    print(
        f"  {'open, by assigned':<22}"
        + "".join(f"{f'{i * width:.0f}-{(i + 1) * width:.0f}':>10}" for i in range(PARTS))
    )
    for name, score in scores.items():
        shares = [np.array(score.hits)[opened & (part == i)] for i in range(PARTS)]
        print(
            f"  {name:<22}" + "".join(f"{100 * s.mean():10.2f}" if len(s) else f"{'-':>10}" for s in shares)
        )


def measure(folder: Path, name: str, sample: int | None) -> None:
    source, history = folder / f"{name}_contraintes.xml.xz", folder / f"{name}_brut.csv.xz"
    if not source.exists() or not history.exists():
        print(f"Renault {name}: absent; name the folder of the data with USINE_DATA")
        return
    compiled = compile(read(source).model)
    file = read_sales(history, compiled)
    invalid = count_invalid_sales(compiled, file.sales)
    print(
        f"Renault {name}: {len(file.sales)} sales of {len(file.sales.variables)} variables, {invalid} not valid in the "
        f"range, {file.unknown_sales} of them with a value that the range does not have",
        flush=True,
    )
    run(Histories(compiled, file.sales), sample or len(file.sales))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ranges", nargs="*", default=["small"], metavar="small|big")
    parser.add_argument("--sales", type=int, default=40, help="of each fold (default 40)")
    parser.add_argument("--full", action="store_true", help="every sale of each fold")
    args = parser.parse_args()
    folder = Path(os.environ.get("USINE_DATA", PROJECT.parent / "shared")) / "ranges" / "renault"
    for name in args.ranges:
        measure(folder, name, None if args.full else args.sales)


if __name__ == "__main__":
    main()
