"""What pages are made of: the kinds of blocks, their texts, the figures that texts name."""
