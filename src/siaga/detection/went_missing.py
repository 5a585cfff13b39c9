"""Evidence that a name *went* missing: that its own rate changed, and did not only differ from the start.

Null, by stream: in rounds in which the controls do as usual the name is missing with an unknown constant
chance, or with unknown constant odds to the controls' (so that rates which drift together are no change).
Both are refuted by universal inference: for each start, the chance that a plain model gives to the rounds
before and after it, over the largest chance that the null can give to all of them. Each such ratio is an
e-process, so the sum over starts by their mass keeps the promise as the bets do; the best start is the onset.

Each stream may have its own constant, as more rounds are asked where something is seen. The model before a
start is half "all streams alike" and half "each its own". Source: Wasserman, Ramdas and Balakrishnan,
Universal inference, 2020; Krichevsky and Trofimov 1981; docs/method.md, change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log

import numpy as np
import numpy.typing as npt

from siaga.detection.round_history import NameRounds
from siaga.detection.settings import (
    CHANGE_BEFORE,
    CHANGE_GRID_SLACK,
    CHANGE_ONSET_ONE_IN,
    CHANGE_RATIOS,
    CHANGE_STARTS,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_LOG = 69.0
_NEGLIGIBLE_LOG = 14.0


@dataclass(frozen=True, slots=True)
class Change:
    """What a name's rounds say for a change."""

    evidence: float
    onset: tuple[int, int]
    """When the last round as usual was complete (before the earliest start that is nearly as good as the
    best), and the first of the best start; -1 for none."""
    growth: float
    """The logarithm of what one more miss can multiply the evidence by, about."""


@dataclass(frozen=True, slots=True)
class _Merged:
    """Usual rounds of several streams in order of time."""

    at: Ints
    missing: npt.NDArray[np.bool_]
    odds: Floats
    stream: Ints
    asked: Ints
    """By stream and number of rounds so far: rounds of the stream, ..."""
    gone: Ints
    """... and those in which the name was missing."""


def change(
    streams: Sequence[NameRounds], mass: float, gap: int, enough: float, ratio: bool = True
) -> Change | None:
    """Whether a name's rate rose in the rounds of some streams together; None where there is no start.

    Args:
        mass: what a start is worth, a microsecond watched: the part's share of the mass over the promise's
            span.
        gap: microseconds between two rounds that count as watched, at most.
        enough: evidence that is wanted: the dearer null is looked at only where the first is refuted so far.
        ratio: whether the controls' odds are known, so that a constant ratio to them is a null as well.
    """
    merged = _merge(streams)
    rounds = len(merged.at)
    starts = np.arange(max(1, rounds - CHANGE_STARTS), rounds)
    if not len(starts) or not merged.missing.any():
        return None
    before = np.maximum(starts - CHANGE_BEFORE, 0)
    weights = mass * np.minimum(np.maximum(np.diff(merged.at)[starts - 1], 0), gap)
    logs = _constant_rate(merged, starts, before)
    best = int(np.argmax(logs))
    if logs[best] == -np.inf:
        return None
    near = starts[logs >= logs[best] - log(CHANGE_ONSET_ONE_IN)]
    onset = int(merged.at[near[0] - 1]), int(merged.at[starts[best]])
    evidence = float((np.exp(np.minimum(logs, _MOST_LOG)) * weights).sum())
    growth = 1 + log(rounds / max(int(merged.missing.sum()), 1))
    if ratio and evidence >= enough:
        good = logs >= logs[best] - _NEGLIGIBLE_LOG
        others = _constant_ratio(merged, starts[good], before[good])
        evidence = min(evidence, float((np.exp(np.minimum(others, _MOST_LOG)) * weights[good]).sum()))
    return Change(evidence, onset, growth)


def _merge(streams: Sequence[NameRounds]) -> _Merged:
    usual = [
        (rounds.at[rounds.usual], rounds.missing[rounds.usual], rounds.odds[rounds.usual])
        for rounds in streams
    ]
    at = np.concatenate([part[0] for part in usual])
    order = np.argsort(at, kind="stable")[-(CHANGE_STARTS + CHANGE_BEFORE) :]
    missing = np.concatenate([part[1] for part in usual])[order]
    number = np.repeat(np.arange(len(usual)), [len(part[0]) for part in usual])[order]
    asked = np.zeros((len(usual), len(order) + 1), np.int64)
    gone = np.zeros_like(asked)
    for stream in range(len(usual)):
        mine = number == stream
        asked[stream, 1:] = np.cumsum(mine)
        gone[stream, 1:] = np.cumsum(mine & missing)
    odds = np.concatenate([part[2] for part in usual])[order]
    return _Merged(at[order], missing, odds, number, asked, gone)


def _constant_rate(merged: _Merged, starts: Ints, before: Ints) -> Floats:
    """By start, the logarithm of the evidence against a constant rate in each stream."""
    end = len(merged.at)
    n0 = merged.asked[:, starts] - merged.asked[:, before]
    a0 = merged.gone[:, starts] - merged.gone[:, before]
    n1 = merged.asked[:, [end]] - merged.asked[:, starts]
    a1 = merged.gone[:, [end]] - merged.gone[:, starts]
    past = _either(kt(a0.sum(axis=0), n0.sum(axis=0)), kt(a0, n0).sum(axis=0), len(n0))
    null = _best(a0 + a1, n0 + n1).sum(axis=0)
    a0, n0, a1, n1 = a0.sum(axis=0), n0.sum(axis=0), a1.sum(axis=0), n1.sum(axis=0)
    logs: Floats = np.where((a1 * n0 > a0 * n1) & (n0 > 0), past + kt(a1, n1) - null, -np.inf)
    return logs


def _constant_ratio(merged: _Merged, starts: Ints, before: Ints) -> Floats:
    """By start, the logarithm of the evidence against constant odds to the controls' in each stream."""
    ratios = np.geomspace(*CHANGE_RATIOS)[:, None]
    step = log(ratios[1, 0] / ratios[0, 0])
    many = len(ratios)
    end, streams = len(merged.at), len(merged.asked)
    own = np.zeros(len(starts))
    null = np.zeros(len(starts))
    past = np.zeros((many, len(starts)))
    later = np.zeros((many, len(starts)))
    for stream in range(streams):
        mine = merged.stream == stream
        odds = ratios * merged.odds[mine]
        terms = np.where(merged.missing[mine], np.log(odds), 0.0) - np.log1p(odds)
        logs = np.concatenate([np.zeros((many, 1)), np.cumsum(terms, axis=1)], axis=1)
        spread = np.concatenate([np.zeros((many, 1)), np.cumsum(odds / (1 + odds) ** 2, axis=1)], axis=1)
        asked = merged.asked[stream]
        first, middle, last = asked[before], asked[starts], int(asked[end])
        since = logs[:, middle] - logs[:, first]
        after = logs[:, [last]] - logs[:, middle]
        past, later, own = past + since, later + after, own + _mean_exp(since)
        whole = since + after
        best = whole.argmax(axis=0)
        # The true maximum may lie between two steps of the grid: the curvature bounds how much higher it is.
        slack = (step / 2) ** 2 / 2 * CHANGE_GRID_SLACK * (spread[best, last] - spread[best, first])
        null = null + whole.max(axis=0) + slack
    rose = later.argmax(axis=0) > past.argmax(axis=0)
    model = _either(_mean_exp(past), own, streams) + _mean_exp(later)
    found: Floats = np.where(rose, model - null, -np.inf)
    return found


def kt(missing: Ints, rounds: Ints) -> Floats:
    """The logarithm of the Krichevsky-Trofimov probability of a sequence with so many misses."""
    halves, wholes = _gammas()
    probability: Floats = halves[missing] + halves[rounds - missing] - wholes[rounds] - 2 * halves[0]
    return probability


def _best(missing: Ints, rounds: Ints) -> Floats:
    """The logarithm of the largest probability that a constant rate gives."""
    found = rounds - missing
    n = np.maximum(rounds, 1)
    gone = missing * np.log(np.maximum(missing, 1) / n)
    best: Floats = gone + found * np.log(np.maximum(found, 1) / n)
    return best


def _either(alike: Floats, own: Floats, streams: int) -> Floats:
    """Half of one model, half of the other; of one stream both are the same."""
    return own if streams == 1 else np.logaddexp(alike, own) - log(2)


def _mean_exp(logs: Floats) -> Floats:
    """The logarithm of the mean over the ratios."""
    top = logs.max(axis=0)
    mean: Floats = top + np.log(np.exp(logs - top).mean(axis=0))
    return mean


@lru_cache(maxsize=1)
def _gammas() -> tuple[Floats, Floats]:
    """The logarithms of the gamma function at `k + 1/2` and at `k + 1`."""
    size = CHANGE_STARTS + CHANGE_BEFORE + 1
    steps = np.arange(size, dtype=np.float64)
    halves = lgamma(0.5) + np.concatenate([[0.0], np.cumsum(np.log(steps[:-1] + 0.5))])
    wholes = np.concatenate([[0.0], np.cumsum(np.log(steps[1:]))])
    return halves, wholes
