"""Turn a compiled range into one market's offer: what is sold, prices, taxes, dates."""
