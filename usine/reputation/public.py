"""The door of `reputation`: what has to run again and again, and the demo's public.

What is behind it is imported when it is used: every process comes through this door, few go on.
"""

__all__ = ["follow_replay", "schedule"]


def schedule() -> None:
    """See to it that the looks at the counts and what expires are planned. Repeatable."""
    from usine.reputation.trouble.jobs import schedule

    schedule()


def follow_replay() -> None:
    """See to it that a worker hears the demo's fortnight, from now on. Repeatable."""
    from usine.reputation.sources.replay.jobs import follow_replay

    follow_replay()
