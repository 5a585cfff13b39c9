"""Turns rounds into evidence, evidence into verdicts, verdicts into findings."""
