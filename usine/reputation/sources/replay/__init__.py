"""The demo's fortnight, served over HTTP as real sources would: what is said, when, and how it looks."""
