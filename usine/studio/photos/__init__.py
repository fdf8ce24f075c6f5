"""Photographs of cars by Cycles: shots as data, a darkroom process of its own, a job that goes on where it stopped."""
