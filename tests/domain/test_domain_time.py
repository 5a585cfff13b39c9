"""Clocks that edges hold, and times as texts."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.time import ScaledClock, SimulatedClock, SystemClock, parse_rfc3339, rfc3339

START = datetime(2024, 1, 25, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def sleeper(clock: SimulatedClock, at: datetime, woken: list[datetime]) -> None:
    await clock.sleep_until(at)
    woken.append(at)


async def settled() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_simulated_clock_stands_still_until_it_is_moved() -> None:
    clock = SimulatedClock(START)
    assert clock.now() == START
    clock.advance(SECOND)
    assert clock.now() == START + SECOND
    clock.advance_to(START)
    assert clock.now() == START + SECOND, "never backwards"


async def test_sleepers_wake_in_order_of_time_and_only_once_it_has_come() -> None:
    clock, woken = SimulatedClock(START), list[datetime]()
    tasks = [asyncio.create_task(sleeper(clock, START + n * SECOND, woken)) for n in (3, 1, 2)]
    await settled()
    assert clock.next_wake() == START + SECOND
    clock.advance_to(START + 2 * SECOND)
    await settled()
    assert woken == [START + SECOND, START + 2 * SECOND]
    assert clock.next_wake() == START + 3 * SECOND
    clock.advance(SECOND)
    await asyncio.gather(*tasks)
    assert woken[2:] == [START + 3 * SECOND]
    assert clock.next_wake() is None


async def test_a_time_that_has_come_is_not_waited_for() -> None:
    for clock in (SimulatedClock(START), SystemClock(), ScaledClock(START, 2.0)):
        await asyncio.wait_for(clock.sleep_until(START), 5)
    assert SimulatedClock(START).next_wake() is None


async def test_a_sleeper_that_gave_up_is_not_waited_for() -> None:
    clock = SimulatedClock(START)
    gone = asyncio.create_task(sleeper(clock, START + SECOND, []))
    stays = asyncio.create_task(sleeper(clock, START + 2 * SECOND, []))
    await settled()
    gone.cancel()
    await settled()
    assert clock.next_wake() == START + 2 * SECOND
    clock.advance(2 * SECOND)
    await stays


async def test_a_sleeper_that_gives_up_as_its_time_comes_does_no_harm() -> None:
    clock = SimulatedClock(START)
    gone = asyncio.create_task(sleeper(clock, START + SECOND, []))
    await settled()
    gone.cancel()
    await settled()
    clock.advance(SECOND)
    assert clock.next_wake() is None


def test_a_scaled_clock_runs_as_many_times_as_fast_as_the_machines() -> None:
    machine = SimulatedClock(datetime(2026, 11, 30, tzinfo=UTC))
    clock = ScaledClock(START, 60.0, machine)
    assert clock.now() == START
    machine.advance(2 * SECOND)
    assert clock.now() == START + timedelta(minutes=2)


async def test_a_scaled_clock_waits_the_scaled_time() -> None:
    clock = ScaledClock(START, 1e6)
    until = START + timedelta(hours=1)
    await asyncio.wait_for(clock.sleep_until(until), 5)
    assert clock.now() >= until


async def test_the_systems_clock_is_aware_and_waits_until_the_time_has_come() -> None:
    clock = SystemClock()
    until = clock.now() + timedelta(milliseconds=5)
    assert until.utcoffset() == timedelta()
    await asyncio.wait_for(clock.sleep_until(until), 5)
    assert clock.now() >= until


@given(st.integers(-(10**16), 10**17))
def test_a_time_comes_back_from_its_text(since: int) -> None:
    at = START + timedelta(microseconds=since)
    assert parse_rfc3339(rfc3339(at)) == at


def test_times_are_written_in_utc_to_the_microsecond() -> None:
    jakarta = timezone(timedelta(hours=7))
    assert rfc3339(datetime(2024, 1, 25, 7, 2, tzinfo=jakarta)) == "2024-01-25T00:02:00.000000Z"
    assert parse_rfc3339("2024-01-25T07:02:00+07:00") == START + timedelta(minutes=2)
    assert parse_rfc3339("2024-01-25T07:02:00+07:00").tzinfo is UTC


@pytest.mark.parametrize("text", ["2024-01-25T00:02:00", "yesterday", ""])
def test_a_text_without_an_offset_or_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"has no offset|Invalid isoformat"):
        parse_rfc3339(text)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"]
)
def test_a_time_at_the_edge_of_the_calendar_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        parse_rfc3339(text)
