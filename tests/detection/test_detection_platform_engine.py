"""Where a further round brings most: where the name is missing, and of a finding where it was hit."""

from math import log

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams

SURFACES = ("search-latest", "people", "suggest")
MOST = log(1 + 12 / Settings().psi)


def watched(streams: Streams, rounds: int) -> Detection:
    detection = Detection()
    for number, measurements in enumerate(streams.rounds()):
        if number >= rounds * len(streams.streams):
            break
        detection.take(measurements)
    return detection


def test_before_anything_is_known_nowhere_is_worth_more() -> None:
    assert Detection().worth_asking("x") == {}
    quiet = watched(Streams(3, 50, surfaces=SURFACES, missing=0.0), 50)
    assert set(quiet.worth_asking("x").values()) == {0.0}


def test_a_round_is_worth_most_where_the_name_is_missing_and_less_with_each_that_finds_it() -> None:
    streams = Streams(3, 100, surfaces=SURFACES, missing=0.0)
    streams.withhold("mahfud", 60, 100, surfaces=("people",))
    early, later = (watched(streams, rounds).worth_asking("x") for rounds in (61, 64))
    assert early["people", "jakarta"] > early["search-latest", "jakarta"] > 0
    assert MOST >= later["people", "jakarta"] > early["people", "jakarta"]
    assert later["search-latest", "jakarta"] < early["search-latest", "jakarta"]


def test_of_a_finding_only_where_it_was_hit_is_recovery_to_be_seen() -> None:
    streams = Streams(3, 120, surfaces=SURFACES, missing=0.0)
    streams.withhold("mahfud", 60, 120, surfaces=("people",))
    detection = watched(streams, 120)
    assert State.SUPPRESSED in {v.state for v in detection.verdicts() if v.subject == "mahfud"}
    worth = detection.worth_asking("x")
    assert worth["people", "jakarta"] == MOST
    assert worth["search-latest", "jakarta"] == worth["suggest", "jakarta"] == 0.0


def test_an_open_suspicion_goes_before_the_recovery_of_a_finding() -> None:
    streams = Streams(3, 140, surfaces=SURFACES, missing=0.0)
    streams.withhold("mahfud", 60, 140, surfaces=("people",))
    streams.withhold("ganjar", 136, 140, surfaces=("suggest",))
    worth = watched(streams, 140).worth_asking("x")
    assert worth["suggest", "jakarta"] > worth["people", "jakarta"]
