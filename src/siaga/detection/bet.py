"""One round's bet that a name is missing more than its controls, as tables over all outcomes of a round.

A round compares one name with `m` controls: `n = m + 1` askings of which `f` came back missing, the name
among them (`x = 1`) or not (`x = 0`). If the name's odds of being missing are at most `psi` times those of
the controls (harmonic mean), then `P(x = 1 | f) <= p0 = psi f / (psi f + n - f)`, whatever the platform's
general state. The stake is on an odds ratio `theta > psi`: the e-value is the likelihood ratio of the two.
Proofs and sources: docs/method.md.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.detection.comparable import informs
from siaga.detection.settings import Settings

Floats = npt.NDArray[np.float64]
NULLS = 3


def chance_missing(odds: float, n: int, f: int) -> float:
    """P(the name is among the `f` missing of `n`) when its odds are `odds` times those of each other."""
    return odds * f / (odds * f + n - f)


def e_value(psi: float, theta: float, n: int, f: int, missing: bool) -> float:
    """The evidence of one round against "at most `psi` times the controls' odds", bet on `theta`."""
    if not informs(n, f):
        return 1.0
    p0, p1 = chance_missing(psi, n, f), chance_missing(theta, n, f)
    return p1 / p0 if missing else (1 - p1) / (1 - p0)


@lru_cache(maxsize=512)
def tables(settings: Settings, n: int) -> tuple[Floats, Floats]:
    """The bets of a round of `n` askings: `(up, down)`, by `2 f + x`.

    `up[null, stake, 2 f + x]` is evidence for "missing more"; null 0 tolerates `psi` at all times, null 1 a
    constant own odds ratio up to `psi_own`, null 2 `psi_doubt`. `down[2 f + x]` is evidence for "the own odds
    ratio is below `psi`", bet on equal odds; it is how null 1 is ruled out by a name's past.
    """
    up = np.ones((NULLS, len(settings.stakes), 2 * (n + 1)))
    down = np.ones(2 * (n + 1))
    for f in range(n + 1):
        if not informs(n, f):
            continue
        for x in (0, 1):
            for j, stake in enumerate(settings.stakes):
                for null, psi in enumerate((settings.psi, settings.psi_own[j], settings.psi_doubt)):
                    up[null, j, 2 * f + x] = e_value(psi, psi * stake, n, f, x == 1)
            down[2 * f + x] = e_value(settings.psi, 1.0, n, f, x == 1)
    up.setflags(write=False)
    down.setflags(write=False)
    return up, down


@lru_cache(maxsize=512)
def fading(settings: Settings, n: int) -> tuple[Floats, Floats]:
    """The bets on flags against the own past, with `n - 1` controls: `(win, fade)`.

    `win[null, stake, f]` is what a flag brings when `f` of the `n` are flagged, the name among them;
    `fade[null, stake]` is what a round without the name's flag leaves. The null is `P(flag) <= p0(f)`
    whatever the controls show; the bet where no control is flagged is used for every round without a flag,
    which gives away a little.
    """
    win = np.ones((NULLS, len(settings.stakes), n + 1))
    fade = np.ones((NULLS, len(settings.stakes)))
    psi = settings.graded_psi
    for j, stake in enumerate(settings.stakes):
        for f in range(1, n + 1):
            win[:, j, f] = e_value(psi, psi * stake, n, f, True)
        fade[:, j] = (1 - chance_missing(psi * stake, n, 1)) / (1 - chance_missing(psi, n, 1))
    win.setflags(write=False)
    fade.setflags(write=False)
    return win, fade
