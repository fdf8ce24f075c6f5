"""Listening: connectors, a polite client, visits and their health, and the demo's replay of a fortnight."""
