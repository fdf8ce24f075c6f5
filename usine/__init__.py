"""Usine: the digital factory of a carmaker. One folder per step of the line; see docs/architecture.md."""

__version__ = "0.1.0"
