"""What must not be called a withholding, and what must not be called fine either."""

import numpy as np
import pytest
from tests.detection.stories.story_rounds import NAME, OTHERS, Told, usual

from siaga.domain.answers import Answer
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, State, Verdict
from siaga.simulation.streams import PAGE, Streams

DAY = 1440


def quiet_nights(streams: Streams, days: int) -> None:
    """Contestants and a quarter of the controls have a third of their results at night; each day its own."""
    local = [*range(4), 5, 9, 13]
    hours = np.arange(days * DAY) / 60 % 24
    share = 1 - 0.7 * np.exp(-(((hours - 3) / 2.5) ** 2))
    usual_number = streams.random.poisson(120, streams.matching.shape)
    streams.matching = np.where(streams.matching > 0, np.maximum(usual_number, 1), 0).astype(np.int32)
    for name in local:
        thinned = streams.random.binomial(streams.matching[:, :, name], share)
        streams.matching[:, :, name] = np.maximum(thinned, 1)


def test_quiet_nights_of_contestants_and_some_controls_are_nothing() -> None:
    streams = usual(61, 6 * DAY)
    quiet_nights(streams, 6)
    told = Told(streams)
    assert not told.proven()


def test_three_results_where_there_were_hundreds_from_the_first_hour_on_are_found_and_named() -> None:
    streams = usual(62, 180)
    streams.matching = (streams.random.poisson(300, streams.matching.shape) + 1).astype(np.int32)
    streams.thin(NAME, 45, 180, 3)
    told = Told(streams)
    assert told.proven() == {NAME}
    proof = told.first(State.IMPAIRED)
    assert told.minutes_after(proof, 45) <= 25
    assert "fewer" in proof.detail["kind"]


def never_found(told: Told, subject: str) -> Verdict:
    return next(v for v in told.detection.verdicts(streams=False) if v.subject == subject)


def test_a_name_that_never_had_a_suggestion_is_said_to_be_never_found_here_and_opens_nothing() -> None:
    streams = usual(63, 600, surfaces=("suggest",))
    streams.withhold(NAME, 0, 600)
    told = Told(streams)
    assert not told.proven()
    assert never_found(told, NAME).state is not State.FINDABLE
    assert never_found(told, NAME).detail["kind"] == "never found here"


def test_a_name_always_found_less_often_is_said_to_be_so_and_opens_nothing() -> None:
    streams = usual(64, 1500)
    streams.withhold(NAME, 0, 1500, 0.4)
    told = Told(streams)
    assert not told.proven()


def test_a_name_withheld_for_the_first_time_after_an_hour_is_proven() -> None:
    streams = usual(65, 120)
    streams.withhold(NAME, 60, 120)
    assert Told(streams).states()[-1] is State.SUPPRESSED


@pytest.mark.parametrize("answer", [Answer.EMPTY, Answer.ERROR])
def test_a_server_that_never_found_anything_has_never_worked_here_and_is_not_down(answer: Answer) -> None:
    streams = usual(66, 300)
    streams.outage(0, 300, answer=answer)
    told = Told(streams)
    assert State.PLATFORM_DOWN not in told.states(None)
    assert State.SURFACE_DOWN not in told.states(None)
    assert State.UNMEASURABLE in told.states(None)
    assert not told.suspected()


NOT_MEASURED = [Answer.LIMITED, Answer.CHALLENGED, Answer.UNREACHABLE, Answer.UNREADABLE, Answer.WALLED]


@pytest.mark.parametrize("answer", NOT_MEASURED)
def test_an_answer_that_only_one_name_gets_is_a_finding_of_its_own_kind(answer: Answer) -> None:
    streams = usual(67, 400)
    streams.withhold(NAME, 100, 400, answer=answer)
    told = Told(streams)
    assert told.suspected() == {NAME}
    assert told.states()[-1] is not State.FINDABLE
    found = next(change for change in told.of() if change.state in NAME_FINDINGS)
    assert told.minutes_after(found, 100) <= 20
    assert "only this name" in found.detail["kind"]
    assert answer in found.detail["answers"]
    assert all(told.states(other)[-1] is State.FINDABLE for other in OTHERS)
    assert not told.of(None)


def test_a_limit_for_one_name_that_cuts_rounds_short_is_found_as_well() -> None:
    streams = usual(68, 400)
    streams.withhold(NAME, 100, 400, answer=Answer.LIMITED)
    told = Told(streams, cut_at=Answer.LIMITED)
    assert NAME in told.suspected()
    assert told.suspected() == {NAME}
    assert told.at(110) is not State.FINDABLE


def test_limits_that_follow_the_places_in_a_round_accuse_no_name() -> None:
    streams = usual(69, 600)
    for begin in range(100, 600, 60):
        streams.cut(begin, begin + 40, after=9)
    assert not Told(streams).suspected()


def test_a_canary_found_in_every_round_hides_no_missing_name() -> None:
    streams = usual(70, 400, canaries=1)
    streams.found("canary-0", 100, 400)
    streams.withhold(NAME, 200, 400)
    told = Told(streams)
    assert told.states()[-1] is State.SUPPRESSED
    assert told.minutes_after(told.first(State.SUPPRESSED), 200) <= 10


def test_a_reader_that_finds_whatever_is_not_there_measures_nobody_as_found() -> None:
    streams = usual(71, 300, canaries=3)
    for number in range(3):
        streams.found(f"canary-{number}", 100, 300)
    told = Told(streams)
    assert told.at(150) not in {State.FINDABLE, *NAME_FINDINGS}


@pytest.mark.parametrize("kind", ["bursts", "outage", "drift", "a fifth fails", "deploys"])
def test_common_trouble_accuses_nobody(kind: str) -> None:
    streams = usual(72, 3000, missing=0.2 if kind == "a fifth fails" else 0.005)
    if kind == "drift":
        streams.drift(10, 400)
    elif kind == "bursts":
        streams.bursts(30, 8, (0.05, 0.9))
    elif kind == "outage":
        streams.outage(500, 700)
        streams.outage(1500, 1900, 0.7)
    elif kind == "deploys":
        for begin in range(200, 3000, 500):
            streams.outage(begin, begin + 6, 0.6)
            streams.outage(begin + 6, begin + 40, 0.08)
    told = Told(streams)
    assert not told.proven()


@pytest.mark.parametrize("ratio", [1.5, 3.0])
def test_a_name_always_harder_to_find_than_others_is_not_accused(ratio: float) -> None:
    streams = usual(73, 4000, missing=0.02)
    streams.own_odds(NAME, ratio)
    streams.bursts(10, 5, (0.05, 0.5))
    assert not PROVEN & set(Told(streams).states())


def test_two_platforms_that_fail_one_after_the_other_are_two_findings() -> None:
    sites = usual(74, 400, platform="sites")
    feed = usual(75, 400, platform="feed")
    sites.outage(150, 200)
    feed.outage(195, 260)
    told = Told(sites, feed)
    down = [change for change in told.of(None) if change.state is State.PLATFORM_DOWN]
    assert {change.platform for change in down} == {"sites", "feed"}
    assert len(down) == 2
    assert not told.suspected()


def test_usual_pages_are_the_page() -> None:
    """The generator's pages are full, so that what is thinned is thin."""
    assert (usual(1, 3).matching == PAGE).all()


@pytest.mark.parametrize("gone", [0, 1, 3, 4, 6])
@pytest.mark.parametrize("answer", [Answer.LIMITED, Answer.UNREACHABLE, Answer.CHALLENGED])
def test_a_name_that_cannot_be_measured_as_some_controls_is_found_so(gone: int, answer: Answer) -> None:
    streams = usual(81, 300)
    for subject in (NAME, *(f"control-{number}" for number in range(gone))):
        streams.withhold(subject, 100, 300, answer=answer)
    told = Told(streams)
    assert told.at(125) is not State.FINDABLE
    assert told.suspected() == {NAME}
    assert told.findings() == 1
    proof = told.first(State.SUPPRESSED)
    assert told.minutes_after(proof, 100) <= (12 if gone == 0 else 30)
    assert told.states()[-1] is State.SUPPRESSED
    assert proof.onset is not None
    assert told.moment(99) <= proof.onset[1] <= told.moment(103)
    together = proof.detail.get("together", "")
    assert together == (", ".join(f"control-{number}" for number in range(gone)) if gone > 1 else "")


@pytest.mark.parametrize("share", [0.6, 0.3])
def test_controls_that_are_limited_in_a_part_of_rounds_hide_no_name_that_is(share: float) -> None:
    streams = usual(83, 900)
    for subject in (NAME, *(f"control-{number}" for number in range(4))):
        streams.withhold(subject, 100, 900, share=share, answer=Answer.LIMITED)
    told = Told(streams)
    assert told.suspected() == {NAME}
    assert told.findings() == 1
    assert told.states()[-1] is State.SUPPRESSED


def test_platforms_blocked_for_hours_while_one_contestant_speaks_are_no_names_finding() -> None:
    """Networks closed nationwide during three rallies: all names alike, at the points inside only."""
    platforms = [
        usual(82 + number, 1500, platform=name, vantages=("inside", "abroad"))
        for number, name in enumerate(("x", "facebook", "mastodon"))
    ]
    for begin in (200, 700, 1200):
        for streams in platforms[:2]:
            streams.outage(begin, begin + 200, answer=Answer.UNREACHABLE, vantages=("inside",))
    told = Told(*platforms)
    assert not told.suspected()
    blocked = [change for change in told.of(None) if change.state is State.VANTAGE_BLOCKED]
    assert len(blocked) == 6, "three times, on two platforms"
    assert {change.vantage for change in blocked} == {"inside"}


def test_a_site_under_load_that_fails_more_and_more_is_the_site_and_no_name() -> None:
    streams = usual(85, 900, surfaces=("people", "search-top"), vantages=("a", "b"))
    for begin, share in ((200, 0.1), (260, 0.4), (320, 0.8), (400, 1.0), (500, 0.5), (560, 0.1)):
        streams.outage(begin, begin + 60, share, answer=Answer.UNREACHABLE if share < 0.5 else Answer.ERROR)
    told = Told(streams)
    assert not told.suspected()
    assert State.FINDABLE in told.states(None), "and it is said when it is over"


def test_a_name_with_few_results_is_not_called_thin_by_chance() -> None:
    streams = usual(86, 3 * DAY)
    rate = streams.random.lognormal(np.log(6), 0.8, len(streams.subjects))
    streams.matching = (streams.random.poisson(rate, streams.matching.shape) + 1).astype(np.int32)
    assert not Told(streams).proven()


@pytest.mark.parametrize(("usual_number", "thinned", "within"), [(20, 9, 25), (40, 8, 25), (300, 60, 25)])
def test_what_becomes_thin_after_days_is_impaired_from_the_right_moment(
    usual_number: int, thinned: int, within: int
) -> None:
    streams = usual(87, 4 * DAY)
    noise = streams.random.poisson(usual_number, streams.matching.shape)
    full = PAGE - streams.random.integers(0, 3, streams.matching.shape)
    streams.matching = (full if usual_number == PAGE else noise).astype(np.int32)
    begin = 3 * DAY + 700
    streams.thin(NAME, begin, 4 * DAY, thinned)
    told = Told(streams)
    assert told.proven() == {NAME}
    proof = told.first(State.IMPAIRED)
    assert told.minutes_after(proof, begin) <= within
    assert told.findings() == 1
    assert proof.onset is not None
    assert abs((proof.onset[1] - told.moment(begin)).total_seconds()) < 600


def test_attention_that_drifts_while_a_name_is_withheld_in_part_is_no_second_finding() -> None:
    """The name is missing in three rounds of ten for days; where it is found, it has what it has."""
    streams = usual(91, 5 * DAY)
    steps = np.zeros((5 * DAY // 30 + 1, len(streams.subjects)))
    for step in range(1, len(steps)):
        steps[step] = 0.985 * steps[step - 1] + streams.random.normal(0, 0.175, len(streams.subjects))
    mean = 60 * np.exp(steps.repeat(30, axis=0)[: 5 * DAY])
    streams.matching = (streams.random.poisson(mean)[None] + 1).astype(np.int32)
    streams.withhold(NAME, DAY, 5 * DAY, 0.3)
    told = Told(streams)
    assert State.IMPAIRED not in told.states()
    assert told.states()[-1] is State.SUPPRESSED
    assert told.findings() == 1


def test_the_net_off_and_back_with_platforms_blocked_is_said_so_and_is_no_names_finding() -> None:
    platforms = [
        usual(76 + number, 900, platform=name, vantages=("here", "abroad"))
        for number, name in enumerate(("x", "facebook", "mastodon"))
    ]
    for streams in platforms:
        streams.outage(200, 400, answer=Answer.UNREACHABLE, vantages=("here",))
    for streams in platforms[:2]:
        streams.outage(400, 700, answer=Answer.UNREACHABLE, vantages=("here",))
    told = Told(*platforms)
    assert not told.suspected()
    blocked = {c.platform for c in told.of(None) if c.state is State.VANTAGE_BLOCKED}
    assert blocked == {"x", "facebook"}
    assert State.PLATFORM_DOWN not in told.states(None)
