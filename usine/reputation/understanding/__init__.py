"""What a text says: sentiment, aspects, intent, names; small models that are shipped, or a local transformer."""
