"""How texts come in: files, editors, markets, translators; what the centre mandates."""
