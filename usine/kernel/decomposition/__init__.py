"""Boolean rule sets compiled from the top down: docs/decomposition.md says how."""

from usine.kernel.decomposition.compile import Budget, Clauses, Decomposed, decompose

__all__ = ["Budget", "Clauses", "Decomposed", "decompose"]
