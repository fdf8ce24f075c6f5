"""The desk's screens of this room."""
