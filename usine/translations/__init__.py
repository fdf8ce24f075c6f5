"""Launch texts on their way to translators and back: XLIFF, memory, glossary, checks, pseudo-localisation."""
