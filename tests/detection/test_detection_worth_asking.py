"""Of many names that take turns one goes missing: it is asked again, and proven soon after its turn."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from benchmarks.many_names import answered, legislative

from siaga.detection import platform_engine
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State
from siaga.planning.planner import Planner
from siaga.watch.detection_settings import names_of, settings_of

START = datetime(2029, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITHHELD = "c-00055"


@pytest.fixture(scope="module")
def story() -> tuple[Detection, dict[str, datetime], set[str]]:
    """A watch of 72 names that take turns daily; one is withheld from the fifth day on."""
    election = legislative(names=72, lists=4, platforms=1)
    costs = {("p0", watch.surface): 1 for watch in election.platforms[0].surfaces}
    planner = Planner(election, costs, lambda day: bytes(32), START)
    detection = Detection(settings_of(election), names=names_of(election))
    answers = np.random.Generator(np.random.PCG64(1))
    begins = START + 5 * 24 * HOUR
    when: dict[str, datetime] = {}
    called: set[str] = set()
    now = START
    while now < begins + 26 * HOUR and "proven" not in when:
        now = max(now, planner.next_due())
        for round_ in planner.take_due(now):
            gone = frozenset({WITHHELD} if round_.at >= begins else ())
            if gone & {asking.subject for asking in round_.askings}:
                when.setdefault("asked", round_.at)
            for verdict in detection.take_facts(answered(round_, answers, gone)):
                if verdict.state is State.SUPPRESSED:
                    called.add(verdict.subject or "")
                    when.setdefault("proven", verdict.at)
            planner.finished(round_, now + timedelta(seconds=20))
            unsettled = detection.unsettled("p0", 24)
            planner.ask_again("p0", unsettled)
            if unsettled:
                planner.suspect("p0", now, round_.stream.surface, detection.worth_asking("p0"))
    return detection, when, called


def test_a_withheld_name_is_proven_minutes_after_its_turn_came(
    story: tuple[Detection, dict[str, datetime], set[str]],
) -> None:
    _, when, called = story
    assert called == {WITHHELD}
    assert timedelta(minutes=5) <= when["proven"] - when["asked"] <= HOUR


def test_it_is_the_first_of_those_to_be_asked_again(
    story: tuple[Detection, dict[str, datetime], set[str]],
) -> None:
    detection, _, _ = story
    assert detection.unsettled("p0", 1) == [WITHHELD]
    assert detection.unsettled("nowhere", 1) == []
    assert any(worth > 0 for worth in detection.worth_asking("p0").values())


def test_of_many_names_only_findings_are_said_by_stream_and_each_name_when_it_is_asked_for(
    story: tuple[Detection, dict[str, datetime], set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    detection, _, _ = story
    present = detection.verdicts()
    assert len({verdict.subject for verdict in present}) == 72
    assert len({verdict.subject for verdict in present if verdict.is_of_one_stream}) == 72
    monkeypatch.setattr(platform_engine, "MOST_IN_STREAMS", 70)
    assert {verdict.subject for verdict in detection.verdicts() if verdict.is_of_one_stream} == {WITHHELD}
    assert len([verdict for verdict in detection.verdicts_of("c-00007") if verdict.is_of_one_stream]) == 3
    assert detection.verdicts_of("nobody") == []
