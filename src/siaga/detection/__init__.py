"""Turns rounds into evidence, evidence into verdicts, verdicts into findings. Pure: no clock, no I/O."""
