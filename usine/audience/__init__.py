"""Which pages are read, by those who allow it to be counted."""
