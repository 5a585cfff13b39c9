"""The place that explains a run: the platform, a surface, a vantage, one stream, or a few of them."""

from datetime import timedelta

import pytest

from siaga.detection.localisation.widest_place import widest_place
from siaga.detection.rounds import Rounds
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State, Verdict
from siaga.simulation.streams import Streams

SURFACES = [surface for surface in "abcd" for _ in range(3)]
VANTAGES = [vantage for _ in range(4) for vantage in "xyz"]


def hit(*streams: int) -> list[int]:
    return [6 if index in streams else 0 for index in range(12)]


@pytest.mark.parametrize(
    "streams",
    [tuple(range(12)), (0, 1, 2), (0, 3, 6, 9), (4,), (0, 1, 2, 3, 4, 5)],
    ids=["everywhere", "a surface", "a vantage", "a stream", "two surfaces"],
)
def test_the_place_is_what_was_hit(streams: tuple[int, ...]) -> None:
    assert widest_place(SURFACES, VANTAGES, [6] * 12, hit(*streams)) == set(streams)


def test_an_accident_elsewhere_does_not_widen_it() -> None:
    missing = hit(0, 1, 2)
    missing[7] = 1
    assert widest_place(SURFACES, VANTAGES, [6] * 12, missing) == {0, 1, 2}


def test_streams_not_asked_since_count_as_where_their_place_is() -> None:
    asked = [6] * 12
    asked[2] = 0
    assert widest_place(SURFACES, VANTAGES, asked, hit(0, 1)) == {0, 1, 2}


def many() -> Streams:
    """A hundred streams: withheld everywhere, on a surface, from a vantage; an outage of all."""
    streams = Streams(
        3,
        260,
        targets=[f"name-{number}" for number in range(4)],
        surfaces=[f"surface-{number}" for number in range(5)],
        vantages=[f"vantage-{number}" for number in range(20)],
    )
    streams.withhold("name-0", 60, 90)
    streams.withhold("name-1", 100, 130, surfaces=("surface-1",))
    streams.withhold("name-2", 140, 170, vantages=("vantage-3",))
    streams.outage(200, 215)
    return streams


@pytest.fixture(scope="module")
def said() -> list[Verdict]:
    detection = Detection()
    columns, words = many().columns()
    rounds = Rounds(detection.role, None)
    assert not list(rounds.add(columns, words))
    return [one for facts in rounds.end(words) for one in detection.take_facts(facts)]


def test_among_a_hundred_streams_each_cause_is_one_finding_in_its_place(said: list[Verdict]) -> None:
    proofs = [one for one in said if one.state is State.SUPPRESSED]
    assert [(one.subject, one.surface, one.vantage) for one in proofs] == [
        ("name-0", None, None),
        ("name-1", "surface-1", None),
        ("name-2", None, "vantage-3"),
    ]
    start = many().start
    for proof, begin in zip(proofs, (60, 100, 140), strict=True):
        assert proof.onset is not None
        assert abs(proof.onset[1] - start - timedelta(minutes=begin)) <= timedelta(minutes=1)
        assert proof.at - start <= timedelta(minutes=begin + 7)


def test_an_outage_of_a_hundred_streams_is_one_cause(said: list[Verdict]) -> None:
    places = [(one.state, one.surface, one.vantage) for one in said if one.subject is None]
    assert places == [(State.PLATFORM_DOWN, None, None), (State.FINDABLE, None, None)]


def test_accidents_elsewhere_do_not_hold_up_a_recovery(said: list[Verdict]) -> None:
    restored = next(one for one in said if one.rule == "recovery@2")
    assert restored.subject == "name-0"
    assert restored.at - many().start <= timedelta(minutes=90 + 15)


def test_a_further_place_must_explain_more_than_its_price() -> None:
    """One miss in one round explains log(0.98 / 0.02) = 3.9, less than the price of 3 + log(2 places)."""
    assert widest_place(["a", "b"], ["x", "y"], [40, 40], [0, 1]) == set()
    assert widest_place(["a", "b"], ["x", "y"], [40, 40], [0, 40]) == {1}


def test_of_equal_explanations_the_wider_is_taken() -> None:
    assert widest_place(["a", "a"], ["x", "x"], [6, 6], [6, 6]) == {0, 1}
