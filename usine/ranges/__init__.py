"""Author a vehicle range, check it, release it, compile it."""
