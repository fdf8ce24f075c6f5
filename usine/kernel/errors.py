"""What the kernel refuses, and why. One sentence each."""

from __future__ import annotations


class KernelError(ValueError):
    """Root of the kernel's errors."""


class ModelInvalid(KernelError):
    """The model contradicts itself as a description: an unknown variable, a row of the wrong length, ..."""


class UnknownVariable(KernelError):
    """A choice names a variable that the range does not have."""


class UnknownValue(KernelError):
    """A choice gives a variable a value that it does not have."""


class Impossible(KernelError):
    """No configuration satisfies what was asked."""


class TooLarge(KernelError):
    """The compiled range would exceed its budget of nodes, bytes or seconds."""


class OutOfTime(TooLarge):
    """The seconds of the budget are over."""


class Uncounted(TooLarge):
    """A range that is not compiled has no count."""


class ArtefactCorrupted(KernelError):
    """A saved range is truncated or altered, or no saved range."""


class ArtefactOutdated(ArtefactCorrupted):
    """A saved range was written by a kernel of another version: compile it again."""
