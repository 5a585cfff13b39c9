"""Names that are withheld: one finding each, of the right kind, from the right moment on, no false end."""

import pytest
from tests.detection.stories.story_rounds import NAME, OTHERS, Told, usual

from siaga.domain.answers import Answer
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, State

BEGIN = 200


@pytest.mark.parametrize(("share", "within"), [(1.0, 7), (0.6, 15), (0.3, 45), (0.15, 150), (0.12, 250)])
def test_each_share_is_one_finding_that_stays_open(share: float, within: int) -> None:
    streams = usual(21, BEGIN + 1600)
    streams.withhold(NAME, BEGIN, BEGIN + 1600, share)
    told = Told(streams)
    assert told.proven() == {NAME}
    assert told.findings() == 1
    assert told.states()[-1] is State.SUPPRESSED
    assert told.minutes_after(told.first(State.SUPPRESSED), BEGIN) <= within
    onset = told.first(State.SUPPRESSED).onset
    assert onset is not None
    assert onset[0] <= told.moment(BEGIN + round(8 / share)), "missing from its first misses on"
    assert onset[1] >= told.moment(BEGIN)


@pytest.mark.parametrize("answer", [Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR])
@pytest.mark.parametrize("gone", [0, 2, 4, 5, 6])
def test_controls_that_vanish_with_a_name_hide_nothing(gone: int, answer: Answer) -> None:
    streams = usual(22, BEGIN + 120)
    for subject in (NAME, *(f"control-{number}" for number in range(gone))):
        streams.withhold(subject, BEGIN, BEGIN + 120, answer=answer)
    told = Told(streams)
    assert told.proven() == {NAME}
    proof = told.first(State.SUPPRESSED)
    assert told.minutes_after(proof, BEGIN) <= (8 if gone == 0 else 30)
    assert told.findings() == 1
    assert told.at(BEGIN + 119) is State.SUPPRESSED
    if gone >= 5:
        assert told.at(BEGIN + 8) in {State.INSUFFICIENT, *NAME_FINDINGS}
        assert told.at(BEGIN + 8) is not State.FINDABLE
    assert all(told.states(other)[-1] is State.FINDABLE for other in OTHERS)


@pytest.mark.parametrize("gone", [3, 6])
@pytest.mark.parametrize(("share", "late"), [(0.6, 8), (0.3, 20)])
def test_controls_that_go_in_a_part_of_rounds_each_by_itself_hide_no_onset(
    gone: int, share: float, late: int
) -> None:
    streams = usual(34, 400 + 1000)
    for subject in (NAME, *(f"control-{number}" for number in range(gone))):
        streams.withhold(subject, 400, 1400, share)
    told = Told(streams)
    assert told.findings() == 1
    onset = told.first(State.SUPPRESSED).onset
    assert onset is not None
    assert abs(onset[1] - told.moment(400)) <= late * streams.cadence
    assert onset[0] < onset[1]


def test_those_that_went_with_a_name_are_named_beside_it() -> None:
    streams = usual(23, BEGIN + 60)
    for subject in (NAME, "control-3", "control-7"):
        streams.withhold(subject, BEGIN, BEGIN + 60)
    told = Told(streams)
    assert {"control-3", "control-7"} <= set(told.detection.left_out()["x", "search-latest"])


def test_results_without_the_name_are_as_none() -> None:
    streams = usual(24, BEGIN + 60)
    streams.wrong(NAME, BEGIN, BEGIN + 60)
    assert Told(streams).states()[-1] is State.SUPPRESSED


def test_a_name_that_is_withheld_and_back_and_withheld_again_is_a_relapse() -> None:
    streams = usual(25, 900)
    streams.withhold(NAME, 200, 300)
    streams.withhold(NAME, 600, 900)
    told = Told(streams)
    assert told.findings() == 2
    assert "relapse_of" in [change for change in told.of() if change.state is State.SUPPRESSED][-1].detail


def test_several_withheld_together_do_not_excuse_each_other() -> None:
    streams = usual(26, BEGIN + 60)
    for name in (NAME, "anies"):
        streams.withhold(name, BEGIN, BEGIN + 60)
    told = Told(streams)
    assert told.proven() == {NAME, "anies"}
    assert told.states("anies")[-1] is State.SUPPRESSED


def test_all_contestants_gone_on_one_instrument_is_one_doubt_and_no_eight_cases() -> None:
    names = ("a", "b", "c", "d", "e", "f", "g", "h")
    streams = usual(27, BEGIN + 60, targets=names)
    for name in names:
        streams.withhold(name, BEGIN, BEGIN + 60)
    told = Told(streams)
    assert len(told.proven()) <= 1
    assert all(told.states(name)[-1] is not State.FINDABLE for name in names)


def test_the_counts_beside_a_finding_are_those_that_prove_it() -> None:
    streams = usual(28, BEGIN + 400)
    streams.withhold(NAME, BEGIN, BEGIN + 400)
    told = Told(streams)
    proof = told.first(State.SUPPRESSED).counts
    assert proof.missing >= 4
    assert proof.missing > 0.8 * proof.asked
    assert proof.controls_missing < 0.1 * proof.controls_asked
    later = next(v for v in told.detection.verdicts(streams=False) if v.subject == NAME)
    assert later.counts.missing > 0.8 * later.counts.asked


def test_a_name_missing_at_one_surface_of_three_is_placed_there() -> None:
    streams = usual(29, BEGIN + 60, surfaces=("search-latest", "search-top", "people"), vantages=("a", "b"))
    streams.withhold(NAME, BEGIN, BEGIN + 60, surfaces=("people",))
    told = Told(streams)
    proof = told.first(State.SUPPRESSED)
    assert (proof.surface, proof.vantage) == ("people", None)


def test_missing_in_one_country_by_an_explicit_notice_is_not_restored_by_those_who_see_it_abroad() -> None:
    streams = usual(30, BEGIN + 900, surfaces=("profile", "search-top"), vantages=("tr", "de", "us"))
    streams.withhold(NAME, BEGIN, BEGIN + 900, answer=Answer.HIDDEN, vantages=("tr",))
    told = Told(streams)
    assert told.findings() == 1
    assert told.states()[-1] is State.SUPPRESSED
    last = next(v for v in told.detection.verdicts(streams=False) if v.subject == NAME)
    assert (last.surface, last.vantage) == (None, "tr")
    assert "hidden" in last.detail["answers"].split(", ")


def test_of_three_channels_that_were_restricted_one_is_back_and_two_are_not() -> None:
    streams = usual(31, 1200, targets=("index", "telex", "mandiner", "other"))
    for name in ("index", "telex", "mandiner"):
        streams.withhold(name, 200, 1200 if name != "telex" else 600, answer=Answer.ERROR)
    told = Told(streams)
    assert [told.states(name)[-1] for name in ("index", "telex", "mandiner")] == [
        State.SUPPRESSED,
        State.FINDABLE,
        State.SUPPRESSED,
    ]
    assert all(told.findings(name) == 1 for name in ("index", "telex", "mandiner"))


@pytest.mark.parametrize("minutes", [1, 2, 3, 4])
def test_a_fault_of_a_few_minutes_of_a_names_own_is_never_called(minutes: int) -> None:
    streams = usual(32, 900, vantages=("a", "b"))
    for begin in range(150, 850, 97):
        streams.withhold(NAME, begin, begin + minutes)
    assert not Told(streams).proven()


def test_missing_now_is_said_within_minutes_and_ends_when_found_again() -> None:
    streams = usual(33, 600)
    streams.withhold(NAME, 300, 304)
    told = Told(streams)
    assert State.SUSPECTED in told.states()
    assert told.minutes_after(told.first(State.SUSPECTED), 300) <= 5
    assert told.states()[-1] is State.FINDABLE
    assert not PROVEN & set(told.states())
