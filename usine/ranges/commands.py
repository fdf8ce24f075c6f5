"""`usine range check|compile|stats|report|diff|release|recommend|schema`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from usine.accounts.contracts import SYSTEM
from usine.commons.errors import UsineError
from usine.kernel import (
    AnyRange,
    Budget,
    CompiledRange,
    KernelError,
    Memory,
    Model,
    SolvedRange,
    Uncounted,
    ask,
    compile,
    count,
    find_idle_rules,
    is_artefact,
    load,
    open_range,
    price,
    save,
)
from usine.ranges.comparing import Side, show_difference
from usine.ranges.contracts import Fault, RangeInvalid
from usine.ranges.figures import to_json, to_text
from usine.ranges.memories import keep_memory, open_memory
from usine.ranges.progress import say, say_nothing
from usine.ranges.public import check_range, release_range
from usine.ranges.readers.sniffing import FORMATS, read
from usine.ranges.recommending import add_recommend_arguments, recommend
from usine.ranges.reporting import add_report_arguments, report
from usine.ranges.schema import KINDS, read_schema

SOURCE = f"folder of a range, or a file in one of the formats {FORMATS}, plain or xz-compressed"


class TargetRefused(UsineError):
    code = "target_refused"


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("range", help="vehicle ranges: check, compile, measure").add_subparsers(
        metavar="VERB", required=True
    )
    check = verbs.add_parser("check", help="read a range and say everything that is wrong")
    check.add_argument("folder", type=Path)
    check.set_defaults(run=_check)
    make = verbs.add_parser("compile", help="write the compiled range as one file")
    make.add_argument("source", type=Path, help=SOURCE)
    make.add_argument("target", type=Path)
    make.set_defaults(run=_compile)
    stats = verbs.add_parser("stats", help="how many variables, constraints, configurations, nodes")
    stats.add_argument("source", type=Path, help=SOURCE)
    stats.set_defaults(run=_stats)
    for verb in (make, stats):
        verb.add_argument(
            "--seconds", type=float, default=60.0, help="for compiling a file of others (default 60)"
        )
    told = verbs.add_parser(
        "report", help="what never bites, what nobody can choose, what always goes together"
    )
    told.add_argument("source", type=Path, help=SOURCE)
    add_report_arguments(told)
    told.set_defaults(run=report)
    release = verbs.add_parser("release", help="check, compile and keep a range: offers are made from it")
    release.add_argument("folder", type=Path)
    release.set_defaults(run=_release)
    changed = verbs.add_parser("diff", help="what one range allows and another does not, exactly")
    changed.add_argument("before", type=Path, help=f"compiled range, or {SOURCE}")
    changed.add_argument("after", type=Path, help="the same kinds")
    changed.add_argument("--examples", type=int, default=5, metavar="N", help="at most N of each (default 5)")
    changed.set_defaults(run=_diff)
    likely = verbs.add_parser("recommend", help="what buyers mostly took, among what is valid")
    add_recommend_arguments(likely)
    likely.set_defaults(run=_recommend)
    for verb in (check, stats):
        verb.add_argument(
            "--memory", type=Path, metavar="FILE", help="reuse what did not change since FILE was written"
        )
    for verb in (check, make, stats, told, changed, release, likely):
        verb.add_argument("--json", action="store_true", help="for programs")
    schema = verbs.add_parser("schema", help="print the JSON Schema of a kind of file, for editors")
    schema.add_argument("kind", choices=KINDS, nargs="?", default="range")
    schema.set_defaults(run=_schema)


def _check(args: argparse.Namespace) -> int:
    memory = open_memory(args.memory)
    try:
        release = check_range(args.folder, memory=memory)
    except RangeInvalid as error:
        if not args.json:
            raise
        faults = [
            {"file": f.file, "line": f.line, "rule": f.rule, "message": f.message} for f in error.faults
        ]
        sys.stdout.write(json.dumps({"ok": False, "faults": faults}, ensure_ascii=False) + "\n")
        return 1
    rules = release.catalogue.rules
    idle = [rules[name] for name in find_idle_rules(release.model)]
    facts = {"ok": True, "key": release.key, "vehicle": release.vehicle, "rules": len(rules)}
    facts |= _figures(release.model, release.compiled) | keep_memory(memory, args.memory)
    dead = _find_dead_values(release.compiled)
    if args.json:
        facts["dead_values"] = dead
        facts["idle_rules"] = [{"file": rule.file, "line": rule.line, "rule": rule.name} for rule in idle]
    _print(args, facts)
    if not args.json:
        sys.stdout.writelines(
            f"{rule.file}:{rule.line}: {rule.name}: The other rules say this already: it never bites.\n"
            for rule in idle
        )
        sys.stdout.writelines(f"{value}: No vehicle has it.\n" for value in dead)
    return 0


def _find_dead_values(compiled: CompiledRange) -> list[str]:
    """The values that no configuration has, as conditions write them."""
    possible = ask(price(compiled, {}), {}).values
    return [
        f"{name} = {value}"
        for name, domain in compiled.domains.items()
        for value in domain
        if value not in possible[name]
    ]


def _schema(args: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(read_schema(args.kind), indent=2, ensure_ascii=False) + "\n")
    return 0


def _release(args: argparse.Namespace) -> int:
    release = release_range(args.folder, by=SYSTEM)
    _print(args, {"key": release.key, "vehicle": release.vehicle, "version": release.version})
    return 0


def _compile(args: argparse.Namespace) -> int:
    _, _, compiled = _read(args.source, seconds=args.seconds)
    try:
        save(compiled, args.target)
    except OSError as error:
        raise TargetRefused(f"{args.target} cannot be written: {error.strerror}.") from error
    _print(args, {"key": compiled.key, "bytes": args.target.stat().st_size})
    return 0


def _stats(args: argparse.Namespace) -> int:
    started = time.perf_counter()
    memory = open_memory(args.memory)
    format_, model, opened = _open(args.source, memory, seconds=args.seconds)
    figures = {"format": format_} | _figures(model, opened) | keep_memory(memory, args.memory)
    _print(args, figures | {"seconds": round(time.perf_counter() - started, 2)})
    return 0


def _diff(args: argparse.Namespace) -> int:
    memory = Memory()  # the two are alike: the second is compiled from what the first one leaves
    before, after = (_read_compiled(source, memory) for source in (args.before, args.after))
    return show_difference(before, after, examples=max(args.examples, 0), as_json=args.json)


def _read_compiled(source: Path, memory: Memory) -> Side:
    """A compiled range as it is, or a range that is compiled now, with its rules."""
    try:
        if source.is_file() and is_artefact(source):
            return Side(load(source), None)
    except (OSError, KernelError) as error:
        raise RangeInvalid((Fault(str(error), source.name),)) from error
    _, model, compiled = _read(source, memory)
    return Side(compiled, model)


def _recommend(args: argparse.Namespace) -> int:
    _, _, compiled = _read(args.source)
    return recommend(args, compiled)


def _read(
    source: Path, memory: Memory | None = None, *, seconds: float = 60.0
) -> tuple[str, Model, CompiledRange]:
    """The name of the format, the model, and that compiled. Raises RangeInvalid."""
    format_, model, found = _open(source, memory, seconds=seconds, engine=compile)
    assert isinstance(found, CompiledRange)
    return format_, model, found


def _open(
    source: Path,
    memory: Memory | None,
    *,
    seconds: float,
    engine: Callable[..., AnyRange] = open_range,
) -> tuple[str, Model, AnyRange]:
    """The name of the format, the model, and what answers for it. Raises RangeInvalid."""
    if not source.exists():
        raise RangeInvalid((Fault(f"There is no {source}: name the folder of a range, or a file."),))
    if source.is_dir():
        release = check_range(source, memory=memory)
        return "range folder", release.model, release.compiled
    reading = read(source)
    try:
        found = engine(reading.model, progress=say, budget=Budget(seconds=seconds), memory=memory)
        return reading.format, reading.model, found
    except KernelError as error:
        raise RangeInvalid((Fault(str(error), source.name),)) from error
    finally:
        say_nothing()


def _figures(model: Model, opened: AnyRange) -> dict[str, Any]:
    figures: dict[str, Any] = {"variables": len(model.variables), "constraints": len(model.constraints)}
    if isinstance(opened, SolvedRange):
        figures |= {"configurations": _count_few(opened), "form": opened.form, "why": opened.why}
        return figures | {"clauses": len(opened.clauses), "literals": opened.count}
    figures |= {"configurations": count(opened, {}), "form": opened.form}
    return figures | {"nodes": opened.node_count, "edges": opened.edge_count}


def _count_few(opened: SolvedRange) -> int | None:
    """The number of configurations where it is known without compiling: they are few."""
    try:
        return count(opened, {})
    except Uncounted:
        return None


def _print(args: argparse.Namespace, figures: dict[str, Any]) -> None:
    if args.json:
        sys.stdout.write(to_json(figures) + "\n")
    else:
        said = {name: "not known" if value is None else to_text(value) for name, value in figures.items()}
        sys.stdout.writelines(f"{name:<16}{value}\n" for name, value in said.items())
