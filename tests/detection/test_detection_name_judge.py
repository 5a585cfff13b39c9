"""Recovery where little is known of what is usual: a watch that has just begun, answers without counts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from siaga.detection.watch import Detection
from siaga.domain.records import Measurement
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


def rounds(streams: Streams, *, counted: bool) -> Iterator[list[Measurement]]:
    for one in streams.rounds():
        yield one if counted else [replace(m, count=None, matching=None) for m in one]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("before", [20, 50, 100])
def test_a_name_that_is_back_is_seen_to_be_back(before: int, counted: bool) -> None:
    streams = Streams(5, before + 220, controls=6, missing=0.0)
    streams.withhold("mahfud", before, before + 60)
    detection = Detection()
    changes = [change for one in rounds(streams, counted=counted) for change in detection.take(one)]
    told = [change.state for change in changes if change.subject == "mahfud"]
    assert told[-2:] == [State.SUPPRESSED, State.FINDABLE]
    back = changes[-1]
    (began,) = [m.at for m in list(streams.rounds())[before + 60] if m.subject == "mahfud"]
    assert back.at > began
