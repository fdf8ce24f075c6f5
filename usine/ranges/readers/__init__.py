"""Readers of ranges written by others."""
