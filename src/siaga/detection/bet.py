"""One round's bet that a name is missing more than its controls.

A round compares one name with `m` controls: `n = m + 1` askings of which `f` came back missing, the name
among them (`x = 1`) or not (`x = 0`). If the name's odds of being missing are at most `psi` times those of
the controls (harmonic mean), then `P(x = 1 | f) <= p0 = psi f / (psi f + n - f)`, whatever the platform's
general state. The stake is on an odds ratio `theta > psi`: the e-value is the likelihood ratio of the two.
Proofs and sources: docs/method.md.
"""

from siaga.detection.comparable import informs


def chance_missing(odds: float, n: int, f: int) -> float:
    """P(the name is among the `f` missing of `n`) when its odds are `odds` times those of each other."""
    return odds * f / (odds * f + n - f)


def e_value(psi: float, theta: float, n: int, f: int, missing: bool) -> float:
    """The evidence of one round against "at most `psi` times the controls' odds", bet on `theta`."""
    if not informs(n, f):
        return 1.0
    p0, p1 = chance_missing(psi, n, f), chance_missing(theta, n, f)
    return p1 / p0 if missing else (1 - p1) / (1 - p0)
