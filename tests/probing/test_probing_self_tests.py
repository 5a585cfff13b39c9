"""The instrument is doubted first: what its self-test shows, and what that does to its answers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.probing.probing_servers import Heard, answering, reply, served
from tests.probing.probing_stories import START, Plain, round_of

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.failures import Failure
from siaga.domain.records import Round, Stream
from siaga.domain.time import SimulatedClock
from siaga.platforms.conversation import Instance, Reading, Request, Response, SelfTest, SelfTestStep, Turn
from siaga.probing.failures.curl import Phases
from siaga.probing.http import RequestOutcome
from siaga.probing.rounds import Prober
from siaga.probing.self_tests import AGAIN_AFTER, EVERY, MOST_TURNS, SelfTests
from siaga.probing.transport import Transport

STREAM = Stream("tested", "people", "here", Session.SIGNED_IN)
INSTANCE = Instance("https://a.example", Session.SIGNED_IN, "sesame", "me")
FOUND, NOTHING = Reading(Answer.RESULTS, count=3, matching=3), Reading(Answer.EMPTY, count=0, matching=0)
PASSED, FAILED = (
    SelfTest(True, "finds posts of others"),
    SelfTest(False, "this account sees only its own posts"),
)
UNTOLD = SelfTest(None, "no public posts")


class WithSelfTest(Plain):
    """A platform whose self-tests end as they are told to."""

    def __init__(self, *ends: SelfTest) -> None:
        self.ends = list(ends)

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        return self._test(instance)

    def _test(self, instance: Instance) -> SelfTestStep:
        yield Request(f"{instance.address}/test")
        return self.ends.pop(0)


async def fine(turn: Turn, left_s: float) -> RequestOutcome:
    return RequestOutcome(Response(200, {}, b"{}", ""), None, Phases())


async def cut_off(turn: Turn, left_s: float) -> RequestOutcome:
    return RequestOutcome(None, Failure.CONNECTION_RESET, Phases())


async def readings(platform: Plain, minutes: Sequence[float]) -> list[Answer]:
    """How a finding and an empty answer read at these times, one after another."""
    tests, read = SelfTests(), []
    for minute in minutes:
        at = START + timedelta(minutes=minute)
        standing = await tests.standing(STREAM, platform, INSTANCE, fine, at, 5)
        read.append(standing.read(NOTHING).answer)
        assert (standing.read(FOUND).answer is Answer.RESULTS) == (read[-1] is Answer.EMPTY)
    return read


async def test_an_account_that_sees_only_its_own_posts_measures_nothing() -> None:
    standing = await SelfTests().standing(STREAM, WithSelfTest(FAILED), INSTANCE, fine, START, 5)
    reading = standing.read(NOTHING)
    assert (reading.answer, reading.count, reading.note) == (Answer.UNREADABLE, None, FAILED.note)
    assert standing.read(FOUND).answer is Answer.UNREADABLE
    assert standing.held == FAILED
    assert standing.sent == 1
    for answer in (Answer.ERROR, Answer.LIMITED, Answer.WALLED, Answer.UNREACHABLE):
        assert standing.read(Reading(answer)).answer is answer, "that is no matter of what it sees"


async def test_a_platform_that_cannot_tell_is_trusted() -> None:
    standing = await SelfTests().standing(STREAM, Plain(), INSTANCE, fine, START, 5)
    assert (standing.read(NOTHING), standing.held, standing.sent) == (NOTHING, None, 0)


async def test_a_test_is_held_at_the_start_and_each_hour() -> None:
    platform = WithSelfTest(PASSED, PASSED, FAILED)
    assert await readings(platform, [0, 59, 60, 119]) == [Answer.EMPTY] * 4
    assert platform.ends == [FAILED]


async def test_one_that_did_not_pass_is_held_again_soon() -> None:
    assert await readings(WithSelfTest(FAILED, PASSED), [0, 4, 5]) == [
        Answer.UNREADABLE,
        Answer.UNREADABLE,
        Answer.EMPTY,
    ]
    assert AGAIN_AFTER < EVERY


async def test_until_one_has_passed_nothing_is_trusted() -> None:
    assert await readings(WithSelfTest(UNTOLD, UNTOLD, PASSED), [0, 5, 10]) == [
        Answer.UNREADABLE,
        Answer.UNREADABLE,
        Answer.EMPTY,
    ]


async def test_a_search_that_has_worked_and_finds_nothing_now_is_the_platforms_failure() -> None:
    assert await readings(WithSelfTest(PASSED, UNTOLD, FAILED), [0, 60, 65]) == [
        Answer.EMPTY,
        Answer.EMPTY,
        Answer.UNREADABLE,
    ]


async def test_another_account_is_another_instrument() -> None:
    tests, platform = SelfTests(), WithSelfTest(PASSED, FAILED)
    other = Instance("https://a.example", Session.SIGNED_IN, "sesame", "other")
    assert not (await tests.standing(STREAM, platform, INSTANCE, fine, START, 5)).doubt
    assert (await tests.standing(STREAM, platform, other, fine, START, 5)).doubt
    renewed = Instance("https://a.example", Session.SIGNED_IN, "another token", "me")
    assert not (await tests.standing(STREAM, platform, renewed, fine, START, 5)).doubt


async def test_a_clock_that_was_set_back_stops_no_test() -> None:
    tests, platform = SelfTests(), WithSelfTest(PASSED, FAILED)
    await tests.standing(STREAM, platform, INSTANCE, fine, START + timedelta(days=3), 5)
    assert (await tests.standing(STREAM, platform, INSTANCE, fine, START, 5)).held == FAILED


async def test_a_test_that_breaks_off_or_never_ends_cannot_tell() -> None:
    class Endless(Plain):
        def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
            return self._test()

        def _test(self) -> SelfTestStep:
            while True:
                yield Request("https://a.example/")

    broken = await SelfTests().standing(STREAM, WithSelfTest(PASSED), INSTANCE, cut_off, START, 5)
    assert broken.held is not None
    assert broken.held.passed is None
    assert "connection_reset" in broken.doubt
    endless = await SelfTests().standing(STREAM, Endless(), INSTANCE, fine, START, 5)
    assert (endless.sent, endless.held) == (MOST_TURNS, SelfTest(None, "could not be tested: too many turns"))


@pytest.mark.parametrize(("end", "expected"), [(PASSED, Answer.RESULTS), (FAILED, Answer.UNREADABLE)])
async def test_a_round_is_read_as_its_instrument_can(end: SelfTest, expected: Answer) -> None:
    heard: list[Heard] = []
    transport = Transport()
    async with served(answering(lambda _: reply(), heard)) as server:
        prober = Prober(lambda vantage: transport)
        result = await prober.ask_round(
            round_of("a", "b"),
            WithSelfTest(end),
            Instance(f"http://127.0.0.1:{server.port}"),
            election="e",
            clock=SimulatedClock(START),
        )
    transport.close()
    assert [m.answer for m in result.measurements] == [expected, expected]
    assert result.self_test == end
    assert (result.sent, heard[0].path) == (3, "/test")


Asked = Callable[[Round, Plain], Awaitable[list[Answer]]]


@asynccontextmanager
async def rounds_at(statuses: dict[str, int], trusted: Sequence[Stream] = ()) -> AsyncIterator[Asked]:
    """Asks rounds of a server that answers each name with its status, 404 (nothing) where it has none."""
    transport = Transport()
    prober = Prober(lambda vantage: transport)
    prober.trust(trusted)
    async with served(answering(lambda heard: reply(b"", statuses.get(heard.path[1:], 404)))) as server:

        async def asked(round_: Round, platform: Plain) -> list[Answer]:
            result = await prober.ask_round(
                round_,
                platform,
                Instance(f"http://127.0.0.1:{server.port}"),
                election="e",
                clock=SimulatedClock(START),
            )
            return [m.answer for m in result.measurements]

        yield asked
    transport.close()


async def test_a_way_of_asking_that_never_found_anybody_has_measured_nothing() -> None:
    statuses = {"c": 500}
    async with rounds_at(statuses) as asked:
        doubted = await asked(round_of("a", "b", "c"), Plain())
        assert doubted == [Answer.UNREADABLE, Answer.UNREADABLE, Answer.ERROR], "an error is no emptiness"
        statuses |= {"b": 200, "c": 200}
        assert await asked(round_of("a", "b", "c"), Plain()) == [Answer.EMPTY, Answer.RESULTS, Answer.RESULTS]
        statuses.clear()
        assert await asked(round_of("a", "b", "c"), Plain()) == [Answer.EMPTY] * 3, "it has worked: down"


async def test_one_that_found_somebody_before_the_restart_is_trusted_in_an_outage() -> None:
    round_ = round_of("a", "b", "c")
    async with rounds_at({}, [round_.stream]) as asked:
        assert await asked(round_, Plain()) == [Answer.EMPTY] * 3
        elsewhere = replace(round_, stream=replace(round_.stream, vantage="there"))
        assert await asked(elsewhere, Plain()) == [Answer.UNREADABLE] * 3, "each stream for itself"


@pytest.mark.parametrize(
    ("end", "expected"), [(UNTOLD, Answer.EMPTY), (PASSED, Answer.EMPTY), (FAILED, Answer.UNREADABLE)]
)
async def test_a_test_after_a_restart_takes_trust_back_only_where_it_can_tell(
    end: SelfTest, expected: Answer
) -> None:
    round_ = round_of("a", "b")
    async with rounds_at({}, [round_.stream]) as asked:
        assert await asked(round_, WithSelfTest(end)) == [expected] * 2


async def test_a_passed_test_is_as_good_as_having_found_somebody() -> None:
    async with rounds_at({}) as asked:
        assert await asked(round_of("a", "b"), WithSelfTest(PASSED)) == [Answer.EMPTY] * 2


async def test_a_canary_that_is_found_shows_no_way_of_asking_that_works() -> None:
    found, missing = round_of("a", "b").askings
    canary = replace(found, role=Role.CANARY)
    async with rounds_at({"a": 200}) as asked:
        answers = await asked(replace(round_of(), askings=(canary, missing)), Plain())
    assert answers == [Answer.RESULTS, Answer.UNREADABLE]


@pytest.mark.parametrize("surface", ["trends", "replies"])
async def test_what_is_not_about_the_name_may_be_empty_for_long(surface: str) -> None:
    round_ = round_of("a", "b")
    async with rounds_at({}) as asked:
        elsewhere = replace(round_, stream=replace(round_.stream, surface=surface))
        assert await asked(elsewhere, Plain()) == [Answer.EMPTY] * 2
