"""The kernel: compile a range, then ask it anything, exactly and without backtracking.

The public surface is what this module lists in `__all__`; nothing else of the kernel may be imported by another room.
docs/kernel.md tells the algorithms in words.
"""

from usine.kernel.artefact import from_bytes, is_artefact, load, save, to_bytes
from usine.kernel.best_first import optimise
from usine.kernel.budget import Budget
from usine.kernel.comparison import Difference, compare, compare_models, list_examples
from usine.kernel.compiled import CompiledRange, PricedRange
from usine.kernel.compiler import compile, model_key
from usine.kernel.counting import count_values
from usine.kernel.digits import write_digits
from usine.kernel.engines import (
    AnyPriced,
    AnyRange,
    ask,
    cheapest,
    count,
    fulfil,
    is_possible,
    iterate_cheapest,
    open_range,
    price,
    restrict,
)
from usine.kernel.enumeration import Configurations
from usine.kernel.errors import (
    ArtefactCorrupted,
    ArtefactOutdated,
    Impossible,
    KernelError,
    ModelInvalid,
    TooLarge,
    Uncounted,
    UnknownValue,
    UnknownVariable,
)
from usine.kernel.explanation import Explainer, explain
from usine.kernel.idle import find_idle_rules
from usine.kernel.memory import Memory, is_memory
from usine.kernel.model import (
    Among,
    And,
    Choices,
    Constraint,
    Count,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Or,
    Prices,
    PriceTerm,
    Rows,
    Table,
    Variable,
)
from usine.kernel.queries import Answer, Bounds, Completion
from usine.kernel.recommendation import (
    Likely,
    LikelyConfiguration,
    Recommender,
    Sales,
    count_invalid_sales,
    learn,
    recommender_from_bytes,
)
from usine.kernel.restoration import Restoration, conflict, find_contradiction, iterate_restorations, restore
from usine.kernel.rule_file import list_rules, rules_to_bytes
from usine.kernel.solved import SolvedRange, solve
from usine.kernel.solved_prices import PricedSolved
from usine.kernel.solved_queries import SolvedAnswer
from usine.kernel.surveying import Survey, survey
from usine.kernel.trimming import trim
from usine.kernel.validate import validate as check_model

__all__ = [
    "Among",
    "And",
    "Answer",
    "AnyPriced",
    "AnyRange",
    "ArtefactCorrupted",
    "ArtefactOutdated",
    "Bounds",
    "Budget",
    "Choices",
    "CompiledRange",
    "Completion",
    "Configurations",
    "Constraint",
    "Count",
    "Difference",
    "Excludes",
    "Explainer",
    "Formula",
    "Holds",
    "Implies",
    "Impossible",
    "Is",
    "KernelError",
    "Likely",
    "LikelyConfiguration",
    "Memory",
    "Model",
    "ModelInvalid",
    "Not",
    "Or",
    "PriceTerm",
    "PricedRange",
    "PricedSolved",
    "Prices",
    "Recommender",
    "Restoration",
    "Rows",
    "Sales",
    "SolvedAnswer",
    "SolvedRange",
    "Survey",
    "Table",
    "TooLarge",
    "Uncounted",
    "UnknownValue",
    "UnknownVariable",
    "Variable",
    "ask",
    "cheapest",
    "check_model",
    "compare",
    "compare_models",
    "compile",
    "conflict",
    "count",
    "count_invalid_sales",
    "count_values",
    "explain",
    "find_contradiction",
    "find_idle_rules",
    "from_bytes",
    "fulfil",
    "is_artefact",
    "is_memory",
    "is_possible",
    "iterate_cheapest",
    "iterate_restorations",
    "learn",
    "list_examples",
    "list_rules",
    "load",
    "model_key",
    "open_range",
    "optimise",
    "price",
    "recommender_from_bytes",
    "restore",
    "restrict",
    "rules_to_bytes",
    "save",
    "solve",
    "survey",
    "to_bytes",
    "trim",
    "write_digits",
]
