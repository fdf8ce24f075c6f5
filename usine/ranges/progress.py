"""One line on standard error that says what a command is doing, written over until it is done."""

from __future__ import annotations

import sys

WIDTH = 60


def say(text: str) -> None:
    """Write over what was said before."""
    sys.stderr.write(f"\r{text:<{WIDTH}}")


def say_nothing() -> None:
    """Clear the line."""
    sys.stderr.write("\r" + " " * WIDTH + "\r")
