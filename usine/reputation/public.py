"""The door of `reputation`: what has to run again and again, and the demo's public."""

from usine.reputation.sources.replay.jobs import follow_replay
from usine.reputation.trouble.jobs import schedule

__all__ = ["follow_replay", "schedule"]
