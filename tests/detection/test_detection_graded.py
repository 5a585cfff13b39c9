"""Found, but fewer, older or unordered against the name's own past and its controls."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.detection.detection_rounds import MINUTE, Laboratory, facts, findings, measured, watched

from siaga.detection.channel_state import ChannelState
from siaga.detection.evidence import Detectors
from siaga.detection.open_run import OpenRun
from siaga.detection.rules.graded import RULE, flags_of, learn
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda streams: streams.thin("anies", 400, 700, 2), "fewer"),
        (lambda streams: streams.old("anies", 400, 700, timedelta(days=9)), "older"),
        (lambda streams: streams.shuffle("anies", 400, 700), "unordered"),
    ],
)
def test_fewer_older_unordered_are_found_and_named(spoil: Callable[[Streams], None], kind: str) -> None:
    streams = Streams(11, 900, facts=True)
    spoil(streams)
    _, changes = watched(streams)
    found = findings(changes)
    assert set(found) == {"anies"}
    assert [change.state for change in found["anies"]][:-2] in ([], [State.SUSPECTED])
    impaired, restored = found["anies"][-2:]
    assert (impaired.state, impaired.detail["kind"], impaired.rule) == (State.IMPAIRED, kind, "graded@2")
    assert impaired.at <= streams.start + 430 * streams.cadence
    assert restored.state is State.FINDABLE
    assert restored.at > streams.start + 700 * streams.cadence


def test_a_quiet_hour_of_all_names_alike_impairs_nobody() -> None:
    streams = Streams(11, 900, facts=True)
    for subject in streams.subjects:
        streams.thin(subject, 400, 700, 2)
    _, changes = watched(streams)
    assert findings(changes) == {}


def test_a_name_that_always_had_few_results_is_not_impaired() -> None:
    streams = Streams(11, 900, facts=True)
    streams.thin("anies", 0, 900, 2)
    _, changes = watched(streams)
    assert findings(changes) == {}


def _run(ways: dict[str, int]) -> OpenRun:
    return OpenRun(State.IMPAIRED, (0, 1), 0, answers=ways)


@pytest.mark.parametrize(("older", "kind"), [(4, "fewer"), (5, "fewer, older")])
def test_ways_met_half_as_often_as_the_most_frequent_are_named(older: int, kind: str) -> None:
    assert RULE.kind_of(_run(ways={"fewer": 10, "older": older, "unordered": 1}), {"people"}) == kind


def test_of_equal_ways_the_words_are_in_order() -> None:
    assert RULE.kind_of(_run(ways={"unordered": 3, "fewer": 3}), {"people"}) == "fewer, unordered"


@pytest.mark.parametrize(("few", "flagged"), [(0, False), (1, False), (2, True), (3, True)])
def test_of_four_texts_half_must_have_fewer_results(few: int, flagged: bool) -> None:
    laboratory = Laboratory()
    channel = ChannelState(RULE.alarm, Detectors(RULE.lines), RULE.keeps)

    def round_(number: int, spoilt: int) -> None:
        texts = [measured("a", name=f"text-{n}", matching=2 if n < spoilt else 20) for n in range(4)]
        asked = facts(*texts, *(measured(f"c{control}") for control in range(3)))
        asked.at += number * MINUTE
        update = laboratory.update(asked)
        update.flagged = flags_of(laboratory.stream, update.plan, update.facts)
        RULE.bet(update, channel)
        learn(laboratory.stream, update.plan, update.facts)

    for number in range(40):
        round_(number, 0)
    round_(40, few)
    assert (channel.gone == {laboratory.engine.names.number_of["a"]}) is flagged
