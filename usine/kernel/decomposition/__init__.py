"""Boolean rule sets compiled from the top down: docs/decomposition.md says how."""

from usine.kernel.decomposition.compile import Clauses, Decomposed, decompose
from usine.kernel.decomposition.encoding import encode_clauses

__all__ = ["Clauses", "Decomposed", "decompose", "encode_clauses"]
