"""A locale's pages, from blocks and an offer to HTML. Nothing here asks the database."""
