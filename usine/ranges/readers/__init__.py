"""Readers of ranges written by others: `sniffing.read` tells the format by the content. See docs/formats.md."""
