"""Boolean rule sets compiled from the top down: docs/decomposition.md says how."""

from usine.kernel.decomposition.compile import Clauses, Decomposed, decompose
from usine.kernel.decomposition.encoding import encode_clauses
from usine.kernel.decomposition.trace import Trace

__all__ = ["Clauses", "Decomposed", "Trace", "decompose", "encode_clauses"]
