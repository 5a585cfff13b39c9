"""How findings, cases and notices are said in people's languages: one catalogue a language."""
