from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.simulation.faults import (
    WHOLE,
    Circumstance,
    Fault,
    FaultKind,
    concerns,
    left,
    struck,
    whole,
)

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
ITEMS = list(range(20))


def asking(
    name: str = "mahfud",
    *,
    platform: str = "x",
    vantage: str = "jakarta",
    surface: str = "search-latest",
    number: int = 1,
) -> Circumstance:
    return Circumstance(platform, vantage, surface, name, NOON, number)


def test_a_fault_without_bounds_hits_everybody() -> None:
    everything = Fault(FaultKind.ERROR)
    assert concerns(everything, asking())
    assert concerns(everything, asking("hujan", platform="youtube", surface="people"))


@pytest.mark.parametrize(
    ("fault", "hit", "spared"),
    [
        (Fault(FaultKind.EMPTY, platform="x"), asking(), asking(platform="bluesky")),
        (Fault(FaultKind.EMPTY, surfaces=("people",)), asking(surface="people"), asking()),
        (Fault(FaultKind.EMPTY, vantages=("makassar",)), asking(vantage="makassar"), asking()),
        (Fault(FaultKind.EMPTY, names=("mahfud",)), asking("MAHFUD"), asking("ganjar")),
        (Fault(FaultKind.EMPTY, names=("mahfud",)), asking("Mahfud MD"), asking("mahfudmd")),
        (Fault(FaultKind.EMPTY, names=("mahfud md",)), asking("md mahfud"), asking("mahfud")),
        (Fault(FaultKind.EMPTY, names=("mahfud",), exact=True), asking("Mahfud"), asking("mahfud md")),
        (Fault(FaultKind.EMPTY, names=("a", "b")), asking("b"), asking("c")),
    ],
)
def test_a_fault_hits_whom_it_names_and_nobody_else(
    fault: Fault, hit: Circumstance, spared: Circumstance
) -> None:
    assert concerns(fault, hit)
    assert not concerns(fault, spared)


def test_a_share_is_drawn_for_each_asking_and_the_same_again() -> None:
    fault = Fault(FaultKind.EMPTY, share=0.3)
    hits = [bool(struck([fault], asking(number=number), "seed")) for number in range(4000)]
    assert 0.27 < sum(hits) / len(hits) < 0.33
    assert hits == [bool(struck([fault], asking(number=number), "seed")) for number in range(4000)]
    assert not any(struck([Fault(FaultKind.EMPTY, share=0)], asking(number=n), "seed") for n in range(200))


def test_empty_leaves_nothing() -> None:
    assert left(ITEMS, [Fault(FaultKind.EMPTY)], asking(), "seed") == []


@given(st.integers(0, 30))
def test_thin_leaves_the_first_few(most: int) -> None:
    assert left(ITEMS, [Fault(FaultKind.THIN, most=most)], asking(), "seed") == ITEMS[:most]


def test_few_leaves_none_to_most_another_number_each_time() -> None:
    fault = Fault(FaultKind.FEW, most=3)
    lengths = {len(left(ITEMS, [fault], asking(number=number), "seed")) for number in range(100)}
    assert lengths == {0, 1, 2, 3}


def test_shuffle_keeps_all_and_loses_the_order() -> None:
    shuffled = left(ITEMS, [Fault(FaultKind.SHUFFLE)], asking(), "seed")
    assert shuffled != ITEMS
    assert sorted(shuffled) == ITEMS


def test_age_takes_away_what_is_younger() -> None:
    def written(item: int) -> datetime:
        return NOON - timedelta(hours=item)

    aged = left(ITEMS, [Fault(FaultKind.AGE, older_than=timedelta(hours=5))], asking(), "seed", written)
    assert aged == ITEMS[5:]


def test_faults_add_up() -> None:
    faults = [Fault(FaultKind.THIN, most=5), Fault(FaultKind.SHUFFLE)]
    assert sorted(left(ITEMS, faults, asking(), "seed")) == ITEMS[:5]


def test_of_several_whole_answers_one_is_given() -> None:
    assert whole([Fault(kind) for kind in reversed(WHOLE)]) is WHOLE[0]
    assert whole([Fault(FaultKind.EMPTY), Fault(FaultKind.DELAY)]) is None
