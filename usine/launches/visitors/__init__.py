"""What the public and invited guests see."""
