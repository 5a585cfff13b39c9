"""Why "fewer" needs the last hour: attention drifts over days, most names have a rhythm, none is withheld.

Flags below half and a quarter of the past, 12 controls, psi 3, 100 names, a tenth of the mass; five days
are judged after three days of past.
"""

import numpy as np
from tests.reference.graded import LEAST_USUAL, PSI, table_flag
from tests.reference.round_bet import WEIGHTS, Floats

PASTS = ("same hour", "last hour", "both", "both, kept since suspicion")
LEVELS = (0.5, 0.25)
DAY = 1440


def attention(names: int, controls: int, days: int, rng: np.random.Generator) -> Floats:
    """Posts found by minute, name and asking (the name first): a slow drift, a rhythm for most, chance."""
    shape = (days * DAY // 30 + 1, names, controls + 1)
    drift, step = np.zeros(shape), rng.normal(0, 0.175, shape)
    for k in range(1, len(drift)):
        drift[k] = 0.985 * drift[k - 1] + step[k]
    local = rng.random(shape[1:]) < 0.7
    minutes = np.arange(days * DAY)
    rhythm = np.exp(np.sin(2 * np.pi * (minutes / DAY - 0.33)))[:, None, None]
    level = 40 * np.exp(np.repeat(drift, 30, 0)[: days * DAY])
    result: Floats = rng.poisson(level * np.where(local, rhythm, 1)).astype(float)
    return result


def falsely_impaired(
    names: int = 40, days: int = 8, seed: int = 3, m: int = 12
) -> dict[tuple[str, float], int]:
    """How many names are ever over the alarm, by the past that is compared with and the level."""
    rng, factors, weights = np.random.default_rng(seed), table_flag(PSI, m), np.array(WEIGHTS)[:, None]
    values, alarm = attention(names, m, days, rng), 100 * 43200 / 0.1
    rules = [(past, level) for past in PASTS for level in LEVELS]
    sums = {rule: np.zeros((4, names)) for rule in rules}
    ever = {rule: np.zeros(names, bool) for rule in rules}
    kept: dict[float, Floats] = {}
    hour_ago = usual_day = low_day = np.zeros((names, m + 1))
    for k in range(3 * DAY, days * DAY):
        day, minute = divmod(k, DAY)
        if k % 60 == 0:
            lots = [values[max(0, a * DAY + minute - 60) : a * DAY + minute + 120] for a in range(day)]
            usual_day = np.median([np.median(lot, 0) for lot in lots], 0)
            low_day = np.quantile(np.concatenate(lots), 0.1, axis=0)
        if k % 10 == 0:
            hour_ago = np.median(values[k - 65 : k - 5], 0)
        for rule in rules:
            past, level = rule
            usual = hour_ago
            if past == PASTS[3]:
                usual = kept.setdefault(level, hour_ago.copy())
                free = sums[rule].sum(0) < 1
                if k % 10 == 0:
                    usual[:, 1:], usual[free, 0] = hour_ago[:, 1:], hour_ago[free, 0]
            by_hour = (values[k] < level * usual) & (usual >= LEAST_USUAL)
            by_day = (values[k] < level * usual_day) & (values[k] < low_day)
            flags = {"same hour": by_day, "last hour": by_hour}.get(past, by_hour & by_day)
            c, x = flags[:, 1:].sum(1), flags[:, 0].astype(int)
            sums[rule] = np.minimum((sums[rule] + weights) * factors[:, c, x], 1e30)
            ever[rule] |= sums[rule].sum(0) >= alarm
    return {rule: int(names_over.sum()) for rule, names_over in ever.items()}
