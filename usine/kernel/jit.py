"""Hot loops are compiled by Numba: once for a machine, kept beside the source (or where NUMBA_CACHE_DIR says).

Compiled loops check no bounds: what they read must have been made by this kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def jit(function: Function) -> Function:
    """Compile on the first call with a new signature; releases the interpreter's lock while it runs."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
