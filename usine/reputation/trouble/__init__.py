"""Trouble, seen early: detectors over the counts, alerts with their evidence, who is told of them and how."""
