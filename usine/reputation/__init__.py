"""What the public says of the brand and its vehicles: heard, understood, answered, reported."""
