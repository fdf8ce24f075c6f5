"""Virtual test drives: the page that drives a configured car, and what came of it."""
