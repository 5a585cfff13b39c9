"""A name that was always far harder to find is measured by odds of its own, and still found missing."""

import pytest
from tests.detection.detection_rounds import SETTINGS

from siaga.detection.watch import Detection
from siaga.domain.verdicts import NAME_FINDINGS, State
from siaga.simulation.streams import Streams

DAY = 1440


def played(streams: Streams) -> tuple[Detection, list[tuple[State, int, float]]]:
    """The watch, and each change of the name's state: which, in which round, by what tolerance."""
    detection, said = Detection(SETTINGS), []
    for measurements in streams.rounds():
        for change in detection.take(measurements):
            if change.subject == "mahfud":
                number = int((change.at - streams.start) / streams.cadence)
                said.append((change.state, number, float(change.detail["psi"])))
    return detection, said


def test_odds_far_above_the_controls_from_the_start_are_said_tolerated_and_seen_through() -> None:
    streams = Streams(3, 1300, ("mahfud", "anies"), 12, missing=0.03)
    streams.own_odds("mahfud", 10)
    streams.withhold("mahfud", 1200, 1300)
    detection, said = played(streams)
    before = [state for state, number, _ in said if number < 1200]
    assert State.INSUFFICIENT in before
    assert not NAME_FINDINGS & set(before)
    psi = {verdict.subject: float(verdict.detail["psi"]) for verdict in detection.verdicts(streams=False)}
    assert psi["mahfud"] > 10
    assert psi["anies"] == SETTINGS.psi
    assert [state for state, number, _ in said if number >= 1200][-1] is State.SUPPRESSED


@pytest.mark.parametrize("ratio", [1.0, 2.5])
def test_a_name_within_three_times_its_controls_keeps_the_common_tolerance(ratio: float) -> None:
    streams = Streams(4, DAY, ("mahfud", "anies"), 12, missing=0.03)
    streams.own_odds("mahfud", ratio)
    detection, _ = played(streams)
    psi = {verdict.detail["psi"] for verdict in detection.verdicts(streams=False) if verdict.subject}
    assert psi == {f"{SETTINGS.psi:g}"}


def test_a_withheld_name_does_not_teach_odds() -> None:
    streams = Streams(5, DAY, ("mahfud", "anies"), 12, missing=0.01)
    streams.withhold("mahfud", 600, DAY, 0.5)
    detection, said = played(streams)
    assert said[-1][0] is State.SUPPRESSED
    assert {psi for _, _, psi in said} == {SETTINGS.psi}
    assert detection.verdicts(streams=False)
