"""The weekly report as an accessible PDF (PDF/UA-1), in the reader's language."""
