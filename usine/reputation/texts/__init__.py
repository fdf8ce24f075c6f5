"""Texts as people write them: made comparable, cut into words, their language told, their copies found. No Django."""
