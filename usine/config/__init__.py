"""Composition root: settings, addresses, wiring, the command line. Nothing imports it."""
