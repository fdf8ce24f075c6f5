"""What a market's site is made from: the master, the overlays, pictures and their rights."""
