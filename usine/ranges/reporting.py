"""`usine range report`: what a product manager would want to know of a range and nobody wrote down."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from usine.kernel import Budget, KernelError, Model, Survey, find_idle_rules, is_artefact, solve, survey
from usine.ranges.contracts import Fault, RangeInvalid, Rule
from usine.ranges.figures import to_json
from usine.ranges.progress import say, say_nothing
from usine.ranges.readers.sniffing import read
from usine.ranges.release import build_model

LINES = 40  # of one section; programs get all

SECTIONS = {
    "idle_rules": "Rules that never bite, as the others say the same already",
    "dead_values": "Values that nothing can be built with",
    "values_of_all": "Values that everything has, so that nothing is left to choose",
    "together": "Always together, all of them or none",
    "never_together": "Never together",
}


def add_report_arguments(report: argparse.ArgumentParser) -> None:
    """The options of the command."""
    report.add_argument("--seconds", type=float, default=600.0, help="for everything (default 600)")
    report.add_argument(
        "--pairs", action="store_true", help="also the pairs of values that never go together"
    )


def report(args: argparse.Namespace) -> int:
    """Print the report; 0 whatever it says. Raises RangeInvalid."""
    model, rules = _read(args.source)
    try:
        solved = solve(model, progress=say, budget=Budget(seconds=args.seconds))
        found = survey(solved, apart=args.pairs, progress=say)
        idle = find_idle_rules(model, progress=say)
    except KernelError as error:
        raise RangeInvalid((Fault(str(error), args.source.name),)) from error
    finally:
        say_nothing()
    facts = {"variables": len(model.variables), "rules": len({c.rule for c in model.constraints if c.rule})}
    facts["values"] = sum(len(variable.values) for variable in model.variables)
    sections = _sections(found, idle, rules, with_pairs=args.pairs)
    if args.json:
        sys.stdout.write(to_json(facts | sections) + "\n")
    else:
        sys.stdout.writelines(f"{name:<16}{value}\n" for name, value in facts.items())
        sys.stdout.writelines(_as_text(sections))
    return 0


def _read(source: Path) -> tuple[Model, Mapping[str, Rule]]:
    """The model, and where its rules are written where it is a folder. It need not compile."""
    if not source.exists():
        raise RangeInvalid((Fault(f"There is no {source}: name the folder of a range, or a file."),))
    if source.is_dir():
        return build_model(source)
    if is_artefact(source):
        hint = "name the folder or the file that it was made from."
        raise RangeInvalid((Fault(f"{source} is a compiled range, without its rules: {hint}"),))
    return read(source).model, {}


def _sections(
    found: Survey, idle: Iterable[str], rules: Mapping[str, Rule], *, with_pairs: bool
) -> dict[str, list[Any]]:
    sections: dict[str, list[Any]] = {
        "idle_rules": [_place(name, rules) for name in idle],
        "dead_values": list(map(_item, found.never)),
        "values_of_all": list(map(_item, found.always)),
        "together": [list(map(_item, group)) for group in found.together],
    }
    if with_pairs:
        sections["never_together"] = [
            {"value": _item(one), "never_with": [_item(pair[1]) for pair in pairs]}
            for one, pairs in groupby(found.apart, key=lambda pair: pair[0])
        ]
    return sections


def _place(name: str, rules: Mapping[str, Rule]) -> dict[str, Any]:
    rule = rules.get(name)
    return {"file": rule.file, "line": rule.line, "rule": name} if rule else {"rule": name}


def _item(item: tuple[str, str]) -> str:
    """As conditions write it."""
    return f"{item[0]} = {item[1]}"


def _as_text(sections: Mapping[str, list[Any]]) -> Iterator[str]:
    for key, lines in sections.items():
        yield f"\n{SECTIONS[key]}: {len(lines) or 'none'}\n"
        yield from (f"  {_line(line)}\n" for line in lines[:LINES])
        if len(lines) > LINES:
            yield f"  … and {len(lines) - LINES} more: --json lists all.\n"


def _line(line: Any) -> str:
    if isinstance(line, dict) and "value" in line:
        return f"{line['value']}: {', '.join(line['never_with'])}"
    if isinstance(line, dict):
        return f"{line['file']}:{line['line']}: {line['rule']}" if "file" in line else line["rule"]
    return line if isinstance(line, str) else " + ".join(line)
