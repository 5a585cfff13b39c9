"""A channel on a platform: a finding widens to where the name goes missing next, and no further."""

import pytest

from siaga.detection.watch import Detection
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


def _hit_surfaces(begins_on_second: int | None, rounds: int = 120) -> str:
    """Where the finding about `mahfud` is after so many rounds: withheld on one surface, later on another."""
    streams = Streams(5, rounds, surfaces=("people", "search-latest"), missing=0.0)
    streams.withhold("mahfud", 30, rounds, surfaces=("people",))
    if begins_on_second is not None:
        streams.withhold("mahfud", begins_on_second, rounds, surfaces=("search-latest",))
    detection = Detection()
    for measurements in streams.rounds():
        detection.take(measurements)
    verdict = next(verdict for verdict in detection.verdicts(streams=False) if verdict.subject == "mahfud")
    assert verdict.state is State.SUPPRESSED
    return verdict.detail["surfaces"]


def test_a_finding_stays_where_the_name_is_missing() -> None:
    assert _hit_surfaces(None) == "people"


def test_a_finding_widens_to_a_surface_where_the_name_goes_missing_later() -> None:
    assert _hit_surfaces(80) == "people, search-latest"


@pytest.mark.parametrize(("misses", "where"), [(2, "people"), (3, "people, search-latest")])
def test_it_takes_three_misses_to_widen_a_finding(misses: int, where: str) -> None:
    assert _hit_surfaces(120 - misses) == where
