"""The authored rules of a model in clauses, as one file for the kernel in the browser: what `explain` needs there.

The form is that of an artefact (see `artefact`) with the magic USINERUL, version 1. Header: key of the model,
variables with their values, names of the rules, number of variables of the solver, lengths. Arrays: the literal of
each value, the switch of each rule, where each clause starts (one entry more at the end), the literals of the clauses.
Literal 2v says that the solver's variable v is true, 2v + 1 that it is false.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from usine.kernel.artefact import pack
from usine.kernel.circuit import Ints
from usine.kernel.compiler import model_key
from usine.kernel.explanation import Explainer
from usine.kernel.model import Choices, Model

MAGIC = b"USINERUL"
VERSION = 1


def rules_to_bytes(
    model: Model, context: Choices | None = None, values: Mapping[str, Collection[str]] | None = None
) -> bytes:
    """The rule file of a model; the same model, context and values give the same bytes.

    In a `context` (what a market fixes), the explanations of choices are those of the choices together with it; rules
    that it satisfies are left out. Only the `values` of variables can then be asked about (default: all).
    """
    explainer = Explainer(model)
    asked = {
        v.name: [x for x in v.values if values is None or x in values.get(v.name, ())]
        for v in model.variables
    }
    literals = [explainer.literals({name: value})[0] for name, own in asked.items() for value in own]
    clauses = explainer.clauses
    if context:
        clauses = simplify(clauses, explainer.literals(context), {*literals, *explainer.rule_literals})
    met = {abs(literal) for clause in clauses for literal in clause}
    rules = [(n, s) for n, s in zip(explainer.rules, explainer.rule_literals, strict=True) if s in met]
    return _pack(
        {
            "key": model_key(model),
            "variables": [[name, own] for name, own in asked.items() if own],
            "rules": [name for name, _ in rules],
        },
        literals,
        [switch for _, switch in rules],
        clauses,
    )


def list_rules(data: bytes) -> tuple[str, ...]:
    """The names of the rules in a rule file that `rules_to_bytes` wrote."""
    (length,) = struct.unpack("<I", data[12:16])
    return tuple(json.loads(data[16 : 16 + length])["rules"])


def simplify(
    clauses: Iterable[Sequence[int]], fixed: Iterable[int], named: Collection[int]
) -> list[list[int]]:
    """The clauses when the `fixed` literals hold, with all that follows by unit propagation.

    What is decided is left out, but for the variables that are `named`: of these, what is decided is a clause.
    """
    true = set(fixed)
    left = [list(clause) for clause in clauses]
    while True:
        left = [[x for x in clause if -x not in true] for clause in left if true.isdisjoint(clause)]
        units = {clause[0] for clause in left if len(clause) == 1}
        if not units:
            return [*left, *([x] for x in sorted(true, key=abs) if abs(x) in named)]
        true |= units


def _pack(
    header: dict[str, object], values: list[int], switches: list[int], clauses: list[list[int]]
) -> bytes:
    """The solver's variables are numbered anew: those that stand somewhere, in their order."""
    used = sorted({abs(x) for x in (*values, *switches, *(x for clause in clauses for x in clause))})
    number = {variable: i for i, variable in enumerate(used)}

    def write(literals: Iterable[int]) -> Ints:
        return np.array([2 * number[abs(x)] + (x < 0) for x in literals], np.int32)

    starts = np.zeros(len(clauses) + 1, np.int32)
    starts[1:] = np.cumsum([len(clause) for clause in clauses])
    header["variableCount"] = len(used)
    arrays = [write(values), write(switches), starts, write(x for clause in clauses for x in clause)]
    return pack(MAGIC, VERSION, header, arrays)
