"""All platforms under one promise: what a watch is asked, and what it answers."""

import pytest
from tests.detection.detection_rounds import watched

from siaga.detection.registry import proof_at
from siaga.detection.settings import NETWORK_RECENT_US, Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer, Role
from siaga.domain.verdicts import State, Verdict
from siaga.simulation.streams import Streams


def both(*streams: Streams, detection: Detection | None = None) -> tuple[Detection, list[Verdict]]:
    """The rounds of several platforms in order of time."""
    detection = detection or Detection()
    rounds = sorted((asked for each in streams for asked in each.rounds()), key=lambda asked: asked[-1].at)
    return detection, [change for asked in rounds for change in detection.take(asked)]


def test_a_round_of_nothing_changes_nothing() -> None:
    detection = Detection()
    assert detection.take([]) == []
    assert detection.verdicts() == []


def test_what_a_subject_is_declared_to_be_goes_before_what_was_recorded() -> None:
    detection = Detection(subjects={"cat": Role.CONTROL})
    assert detection.role("cat", Role.TARGET) is Role.CONTROL
    assert detection.role("dog", Role.TARGET) is Role.TARGET


def test_the_more_names_share_the_promise_the_more_evidence_a_proof_takes() -> None:
    def proof(names: int | None) -> Verdict:
        streams = Streams(5, 200, targets=("anies", "mahfud"), missing=0.0)
        streams.withhold("mahfud", 60, 200)
        _, changes = both(streams, detection=Detection(names=names))
        return next(change for change in changes if change.state is State.SUPPRESSED)

    few, many = proof(None), proof(10**9)
    assert few.evidence >= proof_at(2, Settings())
    assert many.evidence >= proof_at(10**9, Settings())
    assert few.at < many.at


def test_what_was_measured_is_counted_by_platform_and_target() -> None:
    streams = Streams(5, 40, targets=("anies", "mahfud"), missing=0.0)
    streams.withhold("mahfud", 30, 40)
    detection, _ = watched(streams)
    assert detection.measured() == {"x": {"anies": (40, 0), "mahfud": (40, 10)}}


def test_nothing_is_worth_asking_on_a_platform_that_is_not_known() -> None:
    detection, _ = watched(Streams(5, 40))
    assert detection.worth_asking("bluesky") == {}


def test_the_present_is_each_name_each_name_in_each_stream_and_every_open_place() -> None:
    streams = Streams(5, 60, targets=("anies",), surfaces=("people", "suggest"), missing=0.0)
    streams.outage(50, 60, surfaces=("suggest",))
    detection, _ = watched(streams)
    pooled = detection.verdicts(streams=False)
    assert [(verdict.subject, verdict.surface) for verdict in pooled] == [("anies", None), (None, "suggest")]
    in_streams = [verdict for verdict in detection.verdicts() if verdict.is_of_one_stream]
    assert {(verdict.surface, verdict.state) for verdict in in_streams} == {
        ("people", State.FINDABLE),
        ("suggest", State.INSUFFICIENT),
    }


@pytest.mark.parametrize(
    ("others", "state"),
    [
        ((), State.UNMEASURABLE),
        (("online",), State.VANTAGE_BLOCKED),
        (("offline",), State.UNMEASURABLE),
        (("offline", "online"), State.VANTAGE_BLOCKED),
    ],
)
def test_a_vantage_that_reaches_another_platform_is_blocked_and_else_its_network_is_to_blame(
    others: tuple[str, ...], state: State
) -> None:
    x = Streams(5, 120, vantages=("a", "b"), missing=0.0)
    x.outage(90, 120, answer=Answer.UNREACHABLE, vantages=("b",))
    beside = []
    for number, network in enumerate(others):
        other = Streams(6, 120, platform=f"p{number}", vantages=("b",), missing=0.0)
        if network == "offline":
            other.outage(80, 120, answer=Answer.UNREACHABLE)
        beside.append(other)
    _, changes = both(x, *beside)
    opened = [change for change in changes if change.platform == "x" and change.subject is None]
    assert [(change.state, change.vantage) for change in opened] == [(state, "b")]


def test_a_platform_last_asked_more_than_ten_minutes_ago_says_nothing_of_a_network() -> None:
    asked_until = 90 - 2 * NETWORK_RECENT_US // 60_000_000
    x = Streams(5, 120, vantages=("a", "b"), missing=0.0)
    other = Streams(6, asked_until, platform="p", vantages=("b",), missing=0.0)
    x.outage(90, 120, answer=Answer.UNREACHABLE, vantages=("b",))
    _, changes = both(x, other)
    assert [c.state for c in changes if c.platform == "x" and c.subject is None] == [State.UNMEASURABLE]


def test_who_only_reads_changes_nothing_not_in_the_last_bit() -> None:
    """A watch is read by pages, cases and the planner; its replay is not, and says the same all the same."""
    streams = Streams(5, 150, surfaces=("search-latest", "suggest"), canaries=1, facts=True)
    streams.withhold("mahfud", 60, 110)
    read, alone = Detection(), Detection()
    for number, measurements in enumerate(sorted(streams.rounds(), key=lambda asked: asked[-1].at)):
        assert read.take(measurements) == alone.take(measurements)
        before = read.snapshot()
        read.verdicts()
        read.verdicts(streams=False)
        read.verdicts_of("mahfud")
        for subject in ("anies", "mahfud"):
            read.evidence("x", subject)
        read.worth_asking("x")
        read.unsettled("x", 3)
        read.left_out()
        read.measured()
        read.audit()
        if number % 50 == 0:
            read.equal_treatment()
        assert read.snapshot() == before == alone.snapshot(), f"round {number}"
