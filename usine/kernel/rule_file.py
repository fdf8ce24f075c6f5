"""The authored rules of a model in clauses, as one file for the kernel in the browser: what `explain` needs there.

The form is that of an artefact (see `artefact`) with the magic USINERUL, version 1. Header: key of the model,
variables with their values, names of the rules, number of variables of the solver, lengths. Arrays: the literal of
each value, the switch of each rule, where each clause starts (one entry more at the end), the literals of the clauses.
Literal 2v says that the solver's variable v is true, 2v + 1 that it is false.
"""

from __future__ import annotations

import numpy as np

from usine.kernel.artefact import pack
from usine.kernel.circuit import Ints
from usine.kernel.compiler import model_key
from usine.kernel.explanation import Explainer
from usine.kernel.model import Model

MAGIC = b"USINERUL"
VERSION = 1


def rules_to_bytes(model: Model) -> bytes:
    """The rule file of a model; the same model gives the same bytes."""
    explainer = Explainer(model)
    values = [explainer.literals({v.name: value})[0] for v in model.variables for value in v.values]
    clauses = explainer.clauses
    starts = np.zeros(len(clauses) + 1, np.int32)
    starts[1:] = np.cumsum([len(clause) for clause in clauses])
    literals = [literal for clause in clauses for literal in clause]
    used = [abs(literal) for literal in (*values, *explainer.rule_literals, *literals)]
    header = {
        "key": model_key(model),
        "variables": [[v.name, list(v.values)] for v in model.variables],
        "rules": list(explainer.rules),
        "variableCount": max(used, default=0),
    }
    numbered = [_number(values), _number(explainer.rule_literals), starts, _number(literals)]
    return pack(MAGIC, VERSION, header, numbered)


def _number(literals: list[int] | tuple[int, ...]) -> Ints:
    """Signed literals from 1 as numbers from 0."""
    signed = np.array(literals, np.int32)
    found: Ints = (2 * np.abs(signed) - 2 + (signed < 0)).astype(np.int32)
    return found
