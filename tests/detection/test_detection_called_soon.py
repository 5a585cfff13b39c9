"""A name is called after two minutes where all paths agree and it is known how long faults last here."""

from datetime import timedelta

import pytest
from tests.detection.detection_rounds import START

from siaga.detection.rounds import Rounds
from siaga.detection.watch import Detection
from siaga.domain.verdicts import PROVEN
from siaga.simulation.streams import Streams

WITHHELD = 10
"""The round from which the name is withheld, after the quiet days."""


def minutes_to_the_call(quiet: timedelta, vantages: str) -> float:
    """A platform's two surfaces, asked each half hour for so long, then each minute."""
    detection, start, called = Detection(names=1), START, []
    for lasts, cadence in ((quiet, timedelta(minutes=30)), (timedelta(minutes=40), timedelta(minutes=1))):
        streams = Streams(
            5, lasts // cadence, ("mahfud",), start=start, cadence=cadence, surfaces="ab", vantages=vantages
        )
        if cadence == timedelta(minutes=1):
            streams.withhold("mahfud", WITHHELD, 40)
            onset = start + WITHHELD * cadence
        columns, words = streams.columns()
        rounds = Rounds(detection.role, None)
        assert list(rounds.add(columns, words)) == []
        for facts in rounds.end(words):
            called += [said.at for said in detection.take_facts(facts) if said.state in PROVEN]
        start += lasts
    return (called[0] - onset) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("days", "vantages", "least", "most"),
    [(8, "123", 2, 3.5), (8, "12", 5, 16), (1, "123", 5, 16)],
    ids=["three networks and a record", "two networks", "no record yet"],
)
def test_two_minutes_where_surfaces_networks_and_the_record_allow_it(
    days: int, vantages: str, least: float, most: float
) -> None:
    assert least <= minutes_to_the_call(timedelta(days=days), vantages) <= most
