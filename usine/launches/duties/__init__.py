"""What the law of a market asks a site to say, as data, and whether a site says it."""
