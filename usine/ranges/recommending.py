"""`usine range recommend`: what buyers mostly took, among what is valid."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from usine.commons.errors import UsineError
from usine.kernel import (
    CompiledRange,
    KernelError,
    Likely,
    LikelyConfiguration,
    Recommender,
    count_invalid_sales,
    learn,
    recommender_from_bytes,
)
from usine.ranges.contracts import Fault, RangeInvalid
from usine.ranges.readers.sales import read_sales


class RecommendationRefused(UsineError):
    code = "recommendation_refused"


def add_recommend_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="folder of a range, or an XCSP file")
    parser.add_argument(
        "--sales", type=Path, help="CSV of sales (also .csv.xz): a row a sale, a column a variable"
    )
    parser.add_argument(
        "--learnt", type=Path, help="file for what is learnt: written with --sales, read without it"
    )
    parser.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a choice already made (repeatable)",
    )
    parser.add_argument(
        "--for", dest="variable", metavar="NAME", help="this variable; else a whole configuration"
    )


def recommend(args: argparse.Namespace, compiled: CompiledRange) -> int:
    """Print the likely values of a variable, or the most likely configuration."""
    try:
        choices = dict(_choice(text) for text in args.given)
        compiled.check(choices)
        recommender = _recommender(args, compiled)
        if args.variable:
            _print_values(args, recommender.likely(choices, args.variable))
        else:
            _print_configuration(args, choices, recommender.complete(choices))
    except KernelError as error:
        raise RecommendationRefused(str(error)) from error
    return 0


def _choice(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RecommendationRefused(f"“{text}” is not a choice: write NAME=VALUE.")
    return name, value


def _recommender(args: argparse.Namespace, compiled: CompiledRange) -> Recommender:
    try:
        if args.sales:
            recommender = _learn(args.sales, compiled)
            if args.learnt:
                args.learnt.write_bytes(recommender.to_bytes())
            return recommender
        if args.learnt:
            return recommender_from_bytes(args.learnt.read_bytes(), compiled)
    except OSError as error:
        raise RecommendationRefused(f"{args.learnt}: {error.strerror}.") from error
    raise RecommendationRefused("Nothing to learn from: name a file with --sales or --learnt.")


def _learn(path: Path, compiled: CompiledRange) -> Recommender:
    """Learn, and say on standard error what the histories are worth."""
    file = read_sales(path, compiled)
    if not len(file.sales):
        raise RangeInvalid((Fault("The file of sales has no sale.", path.name),))
    invalid = count_invalid_sales(compiled, file.sales)
    notes = [
        f"{len(file.sales)} sales, {invalid} of them not valid in this range: learnt from, never proposed."
    ]
    if file.unknown_cells:
        notes.append(
            f"{file.unknown_cells} values in {file.unknown_sales} sales are not of this range: read as unknown."
        )
    if file.passed_over:
        notes.append(
            f"The column “{file.passed_over}” is no variable and was passed over: a row is one sale."
        )
    sys.stderr.writelines(f"{note}\n" for note in notes)
    return learn(compiled, file.sales)


def _print_values(args: argparse.Namespace, values: tuple[Likely, ...]) -> None:
    tied = [entry.value for entry in values if entry.probability == values[0].probability]
    if args.json:
        facts = {"values": [entry._asdict() for entry in values], "tied": tied if len(tied) > 1 else []}
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    for entry in values:
        sales = f"about {entry.support} sales" if entry.support else "fewer than 5 sales"
        sys.stdout.write(f"{entry.value:<24}{entry.probability:8.2%}  {sales}\n")
    if len(tied) > 1:
        sys.stdout.write(f"Equally likely: {', '.join(tied)}; the first in the range's order is proposed.\n")


def _print_configuration(
    args: argparse.Namespace, choices: dict[str, str], found: LikelyConfiguration
) -> None:
    if args.json:
        sys.stdout.write(json.dumps({"values": dict(found.values)}, ensure_ascii=False) + "\n")
        return
    for name, value in found.values.items():
        sys.stdout.write(f"{name:<24}{value}{'  (given)' if name in choices else ''}\n")
