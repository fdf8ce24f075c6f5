"""The kernel: compile a range, then ask it anything, exactly and without backtracking.

The public surface is what this module lists in `__all__`; nothing else of the kernel may be imported by
another room.
"""
