"""Points of sale: where they are and when they can receive."""
