"""A sentential decision diagram of a rule set: PySDD, the vtree balanced and minimised while it compiles."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from usine.kernel import Model
from usine.kernel.decomposition import encode_clauses
from usine.kernel.encode import encode

NAME = "PySDD"


def compile_within(model: Model, seconds: float) -> tuple[float, int] | None:
    """Seconds to compile the clauses that the kernel decomposes, and the count; None when the time was not enough.

    In a process of its own, because PySDD cannot be stopped.
    """
    clauses = encode_clauses(encode(model))
    literals, start = clauses.literals.tolist(), clauses.start.tolist()
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write(f"p cnf {clauses.variable_count} {len(start) - 1}\n")
        file.writelines(" ".join(map(str, literals[a:b])) + " 0\n" for a, b in pairwise(start))
        file.flush()
        command = [sys.executable, __file__, file.name, str(clauses.variable_count)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
        except subprocess.TimeoutExpired:
            return None
    took, count = done.stdout.split()[-2:]
    return float(took), int(count)


def _compile(path: Path, variable_count: int) -> None:
    from pysdd.sdd import SddManager, Vtree

    sys.set_int_max_str_digits(0)
    start = time.perf_counter()
    manager = SddManager.from_vtree(Vtree(variable_count, vtree_type="balanced"))
    manager.auto_gc_and_minimize_on()
    root = manager.read_cnf_file(str(path).encode())
    print(time.perf_counter() - start, root.global_model_count())


if __name__ == "__main__":
    _compile(Path(sys.argv[1]), int(sys.argv[2]))
