"""A click: every valid value of every variable, beside incremental SAT (Glucose, python-sat) in the same run.

`python bench/kernel.py` prints one line a range. The peer answers the valid values only; the kernel also counts the
configurations and bounds the price of every value, so the ratios flatter the peer.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.peers.satisfiability import Glucose  # noqa: E402
from usine.kernel import (  # noqa: E402
    Implies,
    Is,
    Model,
    Not,
    Or,
    PricedRange,
    PriceTerm,
    Variable,
    ask,
    compile,
    price,
    reference,
    restore,
)
from usine.offers.rules import collect_amounts, restrict_to_market  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402
from usine.ranges.release import build_release  # noqa: E402

CLICKS = 60
DAY = date(2026, 11, 24)  # the demo's price lists are valid then


def synthetic_range(seed: int = 7, options: int = 50, rules: int = 200) -> tuple[Model, dict]:
    """60 variables and 200 rules, options priced by version; three planted configurations keep it possible."""
    rng = random.Random(seed)
    sizes = [("version", 8), ("engine", 5), ("market", 6), ("colour", 9), ("roof", 3), ("wheels", 7)]
    sizes += [("interior", 6), ("seats", 3), ("screen", 3), ("charger", 3)]
    sizes += [(f"option{i:02}", 2) for i in range(options)]
    variables = tuple(Variable(name, tuple(f"{name}-{i}" for i in range(size))) for name, size in sizes)
    planted = [{v.name: rng.choice(v.values) for v in variables} for _ in range(3)]
    constraints: list[Implies] = []
    while len(constraints) < rules:
        rule = _rule(rng, variables, f"rule{len(constraints):03}")
        if all(reference.satisfies(rule, values) for values in planted):
            constraints.append(rule)
    version = variables[0]
    terms = tuple(
        PriceTerm(v.name, ("version", v.name), tuple((a, b) for a in version.values for b in v.values[1:]))
        for v in variables[3:30]
    )
    prices = {term.name: {row: 100 * rng.randint(1, 30) for row in term.rows} for term in terms}
    return Model(variables, tuple(constraints), terms), prices


def _rule(rng: random.Random, variables: tuple[Variable, ...], name: str) -> Implies:
    """Mostly: an option requires or excludes something near it, or is kept to some versions."""
    place = rng.randrange(10, len(variables))
    near = list(variables[max(10, place - 5) : place]) or [variables[0]]
    other = rng.choice(near if rng.random() < 0.6 else list(variables[:3]))
    kept = frozenset(rng.sample(other.values, max(1, len(other.values) - rng.randint(1, 3))))
    condition = Is(variables[place].name, frozenset(variables[place].values[1:]))
    consequence = Is(other.name, kept)
    if rng.random() < 0.3:
        return Implies(
            condition, Or((Not(consequence), Is(near[0].name, frozenset(near[0].values[:1])))), name
        )
    return Implies(condition, consequence, name)


def sessions(priced: PricedRange, clicks: int) -> list[dict[str, str]]:
    """The choices before each click of visitors who choose at random among what is valid."""
    rng = random.Random(11)
    states: list[dict[str, str]] = []
    while len(states) < clicks:
        choices: dict[str, str] = {}
        for name in rng.sample(list(priced.compiled.domains), min(12, len(priced.compiled.domains))):
            states.append(dict(choices))
            choices[name] = rng.choice(list(ask(priced, choices).values[name]))
    return states[:clicks]


def timed(function, states: list[dict[str, str]]) -> tuple[list, float, float]:
    """Answers, and the median and the worst time, in milliseconds."""
    answers, times = [], []
    for state in states:
        start = time.perf_counter()
        answers.append(function(state))
        times.append((time.perf_counter() - start) * 1000)
    return answers, statistics.median(times), max(times)


def measure(label: str, model: Model, prices: dict) -> None:
    start = time.perf_counter()
    compiled = compile(model)
    compare(label, model, price(compiled, prices), time.perf_counter() - start, {})


def measure_demo(market: str) -> None:
    """The demo's range as one market sells it: what a visitor of the configurator clicks on."""
    start = time.perf_counter()
    release = build_release(PROJECT / "demo" / "ranges" / "oree")
    seconds = time.perf_counter() - start
    sold = restrict_to_market(release, market=market, on=DAY)
    priced = price(sold, collect_amounts(release, market=market, on=DAY).amounts)
    context = {name: next(iter(ask(priced, {}).values[name])) for name in ("market", "period")}
    compare(f"Orée in {market}", release.model, priced, seconds, context)


def compare(label: str, model: Model, priced: PricedRange, seconds: float, context: dict[str, str]) -> None:
    """Print one range: clicks of the kernel beside the peer, which is told the context as choices."""
    compiled = priced.compiled
    states = sessions(priced, CLICKS)
    answers, median, worst = timed(lambda state: ask(priced, state), states)
    peer = Glucose(model)
    theirs, peer_median, peer_worst = timed(lambda state: peer.valid_values({**state, **context}), states)
    for state, answer, values in zip(states, answers, theirs, strict=True):
        for name in values:
            if name not in state | context and set(answer.values[name]) != values[name]:
                raise SystemExit(f"{label}: the two disagree on {name} under {state}")
    _, repair, _ = timed(lambda state: restore(priced, state), states)
    print(
        f"{label}: {len(model.variables)} variables, {len(model.constraints)} rules, "
        f"{compiled.node_count} nodes, {compiled.edge_count} edges, compiled in {seconds:.2f} s"
    )
    print(f"  click    {median:8.2f} ms median {worst:8.2f} ms worst   values, price bounds, count")
    print(f"  glucose4 {peer_median:8.2f} ms median {peer_worst:8.2f} ms worst   values only")
    print(
        f"  ratio    {peer_median / median:8.1f} x        {peer_worst / worst:8.1f} x     restore {repair:.2f} ms"
    )


def main() -> None:
    for market in ("FR", "MA", "001"):
        measure_demo(market)
    measure("synthetic", *synthetic_range())
    renault = Path(os.environ.get("USINE_DATA", PROJECT.parent / "shared")) / "ranges" / "renault"
    small = renault / "small_contraintes.xml.xz"
    if not small.exists():
        print(f"Renault small: absent ({small.name}); name its folder with USINE_DATA")
        return
    measure("Renault small", read_model(small), {})


if __name__ == "__main__":
    main()
