"""The worlds that detection is measured in: months without a withholding, and withholdings of every kind.

python -m benchmarks.detection_worlds world.jsonl 7     # a week of ten names, as `siaga replay` reads it

Streams are seeded and played through `Detection.take_facts`, the way of the live watch and of `siaga replay`.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from siaga.detection.rounds import Rounds
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import Verdict
from siaga.measurements.export import write_json_lines
from siaga.simulation.streams import Streams

CONTROLS = 12
DAY = 1440
WEEK, MONTH = 7 * DAY, 30 * DAY
"""Rounds, one a minute."""
USUAL_RATE = 0.005
RATES = {"2% noise": 0.02, "a fifth fails": 0.2, "a fifth fails, one retry": 0.04}
"""How often any asking fails by accident, where it is not the usual rate."""
STREAM_KINDS = ("clean", "daily rhythm", "bursts", *RATES)


def played(streams: Streams, detection: Detection) -> Iterator[Verdict]:
    """The changes of state that the streams bring, as they come."""
    columns, words = streams.columns()
    rounds = Rounds(detection.role, None)
    for _ in rounds.add(columns, words):
        pass
    for facts in rounds.end(words):
        yield from detection.take_facts(facts)


def rounds_in(streams: Streams, minutes: float) -> int:
    """How many rounds a trouble of so many minutes lasts, one at least."""
    return max(1, round(timedelta(minutes=minutes) / streams.cadence))


def times_in(streams: Streams, a_month: float) -> int:
    """How often something comes that comes so often in thirty days, once at least."""
    return max(1, int(a_month * (streams.count * streams.cadence / timedelta(days=30))))


def accidents(streams: Streams, kind: str) -> None:
    """How often any asking fails by accident, in the reference's kinds of stream."""
    rate = RATES.get(kind, USUAL_RATE)
    streams.odds *= rate / (1 - rate) / (USUAL_RATE / (1 - USUAL_RATE))
    if kind in ("daily rhythm", "mixed"):
        days = np.arange(streams.count) * (streams.cadence / timedelta(days=1)) + streams.random.random()
        streams.odds *= 4 ** np.sin(2 * np.pi * days)[:, None]
    streams.settle()
    if kind in ("bursts", "mixed"):
        for begin in streams.random.integers(0, streams.count, times_in(streams, 180)).tolist():
            length = rounds_in(streams, int(streams.random.integers(2, 25)))
            streams.outage(begin, begin + length, float(streams.random.uniform(0.05, 0.9)))


def drifting_attention(streams: Streams) -> None:
    """How much is found of each name drifts over days, with a rhythm of day and week for most: nothing is
    withheld.
    """
    random, names = streams.random, len(streams.subjects)
    half_hour = rounds_in(streams, 30)
    steps = random.normal(0, 0.175, (streams.count // half_hour + 2, names))
    drift = np.zeros_like(steps)
    for k in range(1, len(drift)):
        drift[k] = 0.985 * drift[k - 1] + steps[k]
    days = np.arange(streams.count) * (streams.cadence / timedelta(days=1))
    rhythm = np.exp(np.sin(2 * np.pi * (days - 0.33))) * np.where(days % 7 < 5, 1, 0.6)
    local = random.random(names) < 0.7
    level = 40 * np.exp(np.repeat(drift, half_hour, axis=0)[: streams.count])
    level *= np.where(local, rhythm[:, None], 1.0)
    size = np.broadcast_to(level, streams.matching.shape)
    streams.matching = np.maximum(random.poisson(size), 1).astype(np.int32)


def own_faults(
    streams: Streams, a_week: float, minutes: tuple[float, float], subjects: Sequence[str]
) -> None:
    """Short faults of one name's own that hit every surface and vantage: a shard, a cache."""
    random = streams.random
    for subject in subjects:
        for _ in range(random.poisson(a_week * streams.count * streams.cadence / timedelta(weeks=1))):
            begin = int(random.integers(streams.count))
            length = timedelta(minutes=float(random.uniform(*minutes)))
            rounds = int((length + streams.cadence * float(random.random())) / streams.cadence)
            streams.withhold(subject, begin, begin + rounds)


def deploys(streams: Streams, a_week: float) -> None:
    """New versions of the platform: minutes in which a part of all askings fails, then other page sizes."""
    random = streams.random
    for _ in range(random.poisson(a_week * streams.count * streams.cadence / timedelta(weeks=1))):
        begin = int(random.integers(streams.count))
        length = rounds_in(streams, int(random.integers(2, 12)))
        streams.outage(begin, begin + length, float(random.uniform(0.1, 1)))
        later = streams.matching[:, begin:]
        streams.matching[:, begin:] = np.where(later > 1, np.maximum(later * 3 // 4, 1), later)


def limits(streams: Streams) -> None:
    """Our own limits: a twentieth of askings at all times, and stretches in which many are."""
    random = streams.random
    streams.outage(0, streams.count, 0.05, Answer.LIMITED)
    for begin in random.integers(0, streams.count, times_in(streams, 20)).tolist():
        share = float(random.uniform(0.2, 1))
        length = rounds_in(streams, int(random.integers(5, 200)))
        streams.outage(begin, begin + length, share, Answer.LIMITED)


def outages(streams: Streams) -> None:
    """The platform fails for all names alike."""
    for begin in streams.random.integers(0, streams.count, times_in(streams, 10)).tolist():
        streams.outage(begin, begin + rounds_in(streams, int(streams.random.integers(5, 120))))


@dataclass(frozen=True, slots=True)
class World:
    """What goes on in a world without a withholding."""

    rates: str = "mixed"
    faults_a_week: float = 1.0
    """Of one to four minutes, of each name's own, controls included."""
    own_odds: float = 3.0
    """Names' own constant odds ratios lie between 1/so many and so many."""
    attention: bool = True
    outages: bool = True
    limits: bool = True
    deploys: bool = True


EVERYTHING = World()
KINDS = {
    "clean": World("clean", 0, 1, False, False, False, False),
    "bursts": World("bursts", 0, 1, False, False, False, False),
    "2% noise": World("2% noise", 0, 1, False, False, False, False),
    "a fifth fails": World("a fifth fails", 0, 1, False, False, False, False),
    "attention drifts, names have rhythms": World("clean", 0, 1, True, False, False, False),
    "own odds up to 3": World("mixed", 0, 3, False, False, False, False),
    "short faults of a name's own": World("clean", 1, 1, False, False, False, False),
    "limits, outages, deploys": World("clean", 0, 1, True, True, True, True),
    "all of it": EVERYTHING,
}


def quiet_streams(
    seed: int, rounds: int, names: int, world: World, cadence: timedelta = timedelta(minutes=1)
) -> Streams:
    """One platform's streams in which nothing is withheld."""
    targets = [f"name-{k}" for k in range(names)]
    streams = Streams(
        seed, rounds, targets, CONTROLS, platform=f"platform-{seed}", cadence=cadence, facts=world.attention
    )
    if world.own_odds > 1:
        spread = np.log(world.own_odds)
        ratios = np.exp(streams.random.uniform(-spread, spread, names))
        for target, ratio in zip(targets, ratios.tolist(), strict=True):
            streams.own_odds(target, ratio)
    if world.attention:
        drifting_attention(streams)
    accidents(streams, world.rates)
    if world.outages:
        outages(streams)
    if world.deploys:
        deploys(streams, 2)
    if world.faults_a_week:
        own_faults(streams, world.faults_a_week, (1, 4), streams.subjects)
    if world.limits:
        limits(streams)
    return streams


def main(arguments: list[str]) -> None:
    """Write a world as JSON Lines."""
    path, days = Path(arguments[0]), int(arguments[1])
    streams = quiet_streams(1, days * DAY, 10, EVERYTHING)
    write_json_lines(path, [streams.table()])


if __name__ == "__main__":
    main(sys.argv[1:])
