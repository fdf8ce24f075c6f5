"""Markets built into releases, by several processes, and what is checked before."""
