"""The country organisations: languages, currencies, formats, taxes, active in digital or not."""
