"""The launch sites of every market: master, overlays, publication."""
