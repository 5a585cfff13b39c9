from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.simulation.faults import (
    WHOLE,
    Circumstance,
    FaultKind,
    InjectedFault,
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
    everything = InjectedFault(FaultKind.ERROR)
    assert concerns(everything, asking())
    assert concerns(everything, asking("hujan", platform="youtube", surface="people"))


@pytest.mark.parametrize(
    ("fault", "hit", "spared"),
    [
        (InjectedFault(FaultKind.EMPTY, platform="x"), asking(), asking(platform="bluesky")),
        (InjectedFault(FaultKind.EMPTY, surfaces=("people",)), asking(surface="people"), asking()),
        (InjectedFault(FaultKind.EMPTY, vantages=("makassar",)), asking(vantage="makassar"), asking()),
        (InjectedFault(FaultKind.EMPTY, names=("mahfud",)), asking("MAHFUD"), asking("ganjar")),
        (InjectedFault(FaultKind.EMPTY, names=("mahfud",)), asking("Mahfud MD"), asking("mahfudmd")),
        (InjectedFault(FaultKind.EMPTY, names=("mahfud md",)), asking("md mahfud"), asking("mahfud")),
        (
            InjectedFault(FaultKind.EMPTY, names=("mahfud",), exact=True),
            asking("Mahfud"),
            asking("mahfud md"),
        ),
        (InjectedFault(FaultKind.EMPTY, names=("a", "b")), asking("b"), asking("c")),
    ],
)
def test_a_fault_hits_whom_it_names_and_nobody_else(
    fault: InjectedFault, hit: Circumstance, spared: Circumstance
) -> None:
    assert concerns(fault, hit)
    assert not concerns(fault, spared)


def test_a_share_is_drawn_for_each_asking_and_the_same_again() -> None:
    fault = InjectedFault(FaultKind.EMPTY, share=0.3)
    hits = [bool(struck([fault], asking(number=number), "seed")) for number in range(4000)]
    assert 0.27 < sum(hits) / len(hits) < 0.33
    assert hits == [bool(struck([fault], asking(number=number), "seed")) for number in range(4000)]
    assert not any(
        struck([InjectedFault(FaultKind.EMPTY, share=0)], asking(number=n), "seed") for n in range(200)
    )


def test_empty_leaves_nothing() -> None:
    assert left(ITEMS, [InjectedFault(FaultKind.EMPTY)], asking(), "seed") == []


@given(st.integers(0, 30))
def test_thin_leaves_the_first_few(most: int) -> None:
    assert left(ITEMS, [InjectedFault(FaultKind.THIN, most=most)], asking(), "seed") == ITEMS[:most]


def test_few_leaves_none_to_most_another_number_each_time() -> None:
    fault = InjectedFault(FaultKind.FEW, most=3)
    lengths = {len(left(ITEMS, [fault], asking(number=number), "seed")) for number in range(100)}
    assert lengths == {0, 1, 2, 3}


def test_shuffle_keeps_all_and_loses_the_order() -> None:
    shuffled = left(ITEMS, [InjectedFault(FaultKind.SHUFFLE)], asking(), "seed")
    assert shuffled != ITEMS
    assert sorted(shuffled) == ITEMS


def test_age_takes_away_what_is_younger() -> None:
    def written(item: int) -> datetime:
        return NOON - timedelta(hours=item)

    aged = left(
        ITEMS, [InjectedFault(FaultKind.AGE, older_than=timedelta(hours=5))], asking(), "seed", written
    )
    assert aged == ITEMS[5:]


def test_faults_add_up() -> None:
    faults = [InjectedFault(FaultKind.THIN, most=5), InjectedFault(FaultKind.SHUFFLE)]
    assert sorted(left(ITEMS, faults, asking(), "seed")) == ITEMS[:5]


def test_of_several_whole_answers_one_is_given() -> None:
    assert whole([InjectedFault(kind) for kind in reversed(WHOLE)]) is WHOLE[0]
    assert whole([InjectedFault(FaultKind.EMPTY), InjectedFault(FaultKind.DELAY)]) is None
