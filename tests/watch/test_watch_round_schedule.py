"""The schedule keeps to what a platform says of its limits; the operator hears what is not believable."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, found, pass_by, watch_of

from siaga.domain.answers import Answer, Session
from siaga.domain.quota import Quota
from siaga.domain.records import Asking, Round, Stream
from siaga.domain.time import SimulatedClock
from siaga.watch.spare_rounds import RoundLender


async def test_a_wait_that_is_not_believable_is_logged_and_one_that_is_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watch_of(tmp_path, SimulatedClock(START), ScriptedProber(found)) as opened:
        lender = opened.checks._spare
        assert isinstance(lender, RoundLender)
        caplog.clear()
        stream = Stream("x", "search-latest", "jakarta", Session.PUBLIC)
        lender._schedule.learn(stream, Quota(wait_until=START + timedelta(hours=1)))
        assert not caplog.records
        lender._schedule.learn(stream, Quota(wait_until=START + timedelta(days=30)))
    assert [record.getMessage() for record in caplog.records] == [
        "x from jakarta: The server asks to wait until 2024-02-24 09:00 UTC: taken as one day."
    ]


def missing_once(round_: Round, asking: Asking) -> Answer:
    """One name is missing in one round of one stream."""
    here = (round_.stream.platform, round_.stream.surface, round_.stream.vantage)
    minute = round_.at >= START + timedelta(minutes=30) and round_.at < START + timedelta(minutes=31)
    gone = asking.subject == "mahfud" and here == ("x", "search-latest", "jakarta") and minute
    return Answer.EMPTY if gone and round_.reason == "base" else Answer.RESULTS


async def test_a_first_miss_is_confirmed_within_seconds_and_found_again_the_burst_ends(
    tmp_path: Path,
) -> None:
    clock, prober = SimulatedClock(START), ScriptedProber(missing_once)
    async with watch_of(tmp_path, clock, prober) as opened:
        await pass_by(opened, clock, timedelta(minutes=50))
    more = [round_ for round_ in prober.asked if round_.reason == "burst"]
    assert {round_.stream.platform for round_ in more} == {"x"}
    first = [r.at for r in more if (r.stream.surface, r.stream.vantage) == ("search-latest", "jakarta")]
    assert len(first) >= 4
    assert first[3] - first[0] <= timedelta(seconds=20)
    assert len(more) < 60, "not the whole burst of 100 and more"
    assert max(round_.at for round_ in more) < START + timedelta(minutes=34)
