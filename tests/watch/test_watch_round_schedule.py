"""The schedule keeps to what a platform says of its limits; the operator hears what is not believable."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, found, watch_of

from siaga.domain.answers import Session
from siaga.domain.quota import Quota
from siaga.domain.records import Stream
from siaga.domain.time import SimulatedClock
from siaga.watch.spare_rounds import RoundLender


async def test_a_wait_that_is_not_believable_is_logged_and_one_that_is_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watch_of(tmp_path, SimulatedClock(START), ScriptedProber(found)) as opened:
        lender = opened.checks._spare
        assert isinstance(lender, RoundLender)
        stream = Stream("x", "search-latest", "jakarta", Session.PUBLIC)
        lender._schedule.learn(stream, Quota(wait_until=START + timedelta(hours=1)))
        assert not caplog.records
        lender._schedule.learn(stream, Quota(wait_until=START + timedelta(days=30)))
    assert [record.getMessage() for record in caplog.records] == [
        "x from jakarta: The server asks to wait until 2024-02-24 09:00 UTC: taken as one day."
    ]
