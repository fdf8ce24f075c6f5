"""What a visitor does: configure, save, share."""
