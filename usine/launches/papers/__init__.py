"""Papers: the brochure and the price list of a launch site, as accessible PDF (PDF/UA-1); docs/papers.md."""
