"""Rounds, asked for real over loopback."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta

import pytest
from tests.probing.probing_servers import Handler, Heard, answering, hear, reply, reset, served
from tests.probing.probing_stories import START, Plain, round_of

from siaga.domain.answers import Answer, Session
from siaga.domain.failures import Failure
from siaga.domain.quota import Quota
from siaga.domain.records import Round
from siaga.domain.time import SimulatedClock
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.registry import platforms
from siaga.probing import rounds
from siaga.probing.failures.curl import Phases
from siaga.probing.http import RequestOutcome
from siaga.probing.rounds import MOST_TURNS, Prober, RoundResult, SignedIn
from siaga.probing.transport import Transport

NAMES = tuple(f"name-{number}" for number in range(12))


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


def prober_of(transport: Transport, at_once: int = 1, **told: float) -> Prober:
    return Prober(lambda vantage: transport, concurrency=lambda platform: at_once, **told)


async def ask(
    prober: Prober, port: int, round_: Round, platform: Plain | None = None, secret: str | None = None
) -> RoundResult:
    instance = Instance(f"http://127.0.0.1:{port}", Session.PUBLIC, secret)
    return await prober.ask_round(
        round_, platform or Plain(), instance, election="e", clock=SimulatedClock(START)
    )


class Counting:
    """Answers each request by its name's status once told to, and counts how many wait."""

    def __init__(self, statuses: dict[str, int] | None = None) -> None:
        self.statuses = statuses or {}
        self.order: list[str] = []
        self.waiting = self.most_waiting = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            name = (await hear(reader)).path[1:]
            self.order.append(name)
            self.waiting += 1
            self.most_waiting = max(self.most_waiting, self.waiting)
            for _ in range(20):
                await asyncio.sleep(0)
            self.waiting -= 1
            left = str(100 - len(self.order))
            writer.write(reply(name.encode(), self.statuses.get(name, 200), X_Left=left))
            await writer.drain()


async def test_names_are_asked_in_the_rounds_order(transport: Transport) -> None:
    counting = Counting()
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert counting.order == list(NAMES)
    assert [m.name for m in result.measurements] == list(NAMES)
    assert result.sent == len(NAMES)


async def test_a_platform_has_no_more_in_flight_than_agreed_over_all_its_rounds(
    transport: Transport,
) -> None:
    counting = Counting()
    async with served(counting) as server:
        prober = prober_of(transport, at_once=3)
        results = await asyncio.gather(
            *(ask(prober, server.port, round_of(*NAMES, number=number)) for number in range(5))
        )
    assert counting.most_waiting == 3
    assert all(len(result.measurements) == len(NAMES) for result in results)


@pytest.mark.parametrize("failing", NAMES[:2])
async def test_target_and_control_alike_are_asked_once_more_after_a_server_error(
    transport: Transport, failing: str
) -> None:
    heard: list[Heard] = []

    def answer(request: Heard) -> bytes:
        first = [one.path for one in heard].count(request.path) == 1
        return reply(status=500 if first and request.path == f"/{failing}" else 200)

    async with served(answering(answer, heard)) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert {m.answer for m in result.measurements} == {Answer.RESULTS}
    assert result.sent == len(heard) == len(NAMES) + 1


@pytest.mark.parametrize(
    ("status", "answer"), [(500, Answer.ERROR), (429, Answer.LIMITED), (418, Answer.UNREADABLE)]
)
async def test_a_name_that_failed_or_was_not_measured_is_asked_once_more_last(
    transport: Transport, status: int, answer: Answer
) -> None:
    counting = Counting({"name-2": status, "name-5": 500})
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert counting.order == [*NAMES, "name-2", "name-5"]
    answers = {m.name: m.answer for m in result.measurements}
    assert (answers.pop("name-2"), answers.pop("name-5")) == (answer, Answer.ERROR)
    assert set(answers.values()) == {Answer.RESULTS}
    assert [m.position for m in result.measurements] == list(range(len(NAMES)))


async def test_where_most_fail_the_cause_is_common_and_nobody_is_asked_again(transport: Transport) -> None:
    half = Counting(dict.fromkeys(NAMES[:6], 500))
    most = Counting(dict.fromkeys(NAMES[:7], 500))
    async with served(half) as server:
        await ask(prober_of(transport), server.port, round_of(*NAMES))
    async with served(most) as server:
        await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert (len(half.order), len(most.order)) == (18, 12)


class Scripted(Transport):
    """A transport whose answers and their times are given."""

    def __init__(self, *told: tuple[int, float]) -> None:
        super().__init__()
        self._told = iter(told)

    async def ask(self, request: Request, deadline_s: float) -> RequestOutcome:
        status, total_ms = next(self._told)
        return RequestOutcome(Response(status, {}, b"", request.url), None, Phases(total_ms=total_ms))


async def test_of_two_askings_the_answer_that_counts_has_its_own_time() -> None:
    with closing(Scripted((500, 30.0), (200, 7.0), (200, 12.0))) as scripted:
        result = await ask(prober_of(scripted), 9, round_of("name-0", "name-1"))
    assert [m.total_ms for m in result.measurements] == [12.0, 7.0]


async def test_a_limit_that_one_name_meets_ends_nobody_elses_round(transport: Transport) -> None:
    counting = Counting({"name-4": 429})
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert counting.order == [*NAMES, "name-4"]
    assert [m.answer for m in result.measurements].count(Answer.LIMITED) == 1
    assert len(result.measurements) == len(NAMES)


async def test_two_names_limited_in_a_row_end_the_round_with_what_was_asked(transport: Transport) -> None:
    counting = Counting({"name-4": 429, "name-5": 429})
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert [m.answer for m in result.measurements] == [Answer.RESULTS] * 4 + [Answer.LIMITED] * 2
    assert counting.order == list(NAMES[:6])
    assert result.quota is not None
    assert result.quota.remaining == 94


async def test_two_names_limited_with_one_found_between_end_nothing(transport: Transport) -> None:
    counting = Counting({"name-4": 429, "name-6": 429})
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert counting.order == [*NAMES, "name-4", "name-6"]
    assert len(result.measurements) == len(NAMES)


class Spent(Plain):
    """A reader whose limits say that nothing is left."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        response = yield Request(f"{instance.address}/{query.name}")
        limited = response.status == 429
        return Reading(Answer.LIMITED if limited else Answer.RESULTS, quota=Quota(remaining=0))


async def test_a_limit_that_says_that_the_budget_is_spent_ends_the_round_at_once(
    transport: Transport,
) -> None:
    counting = Counting({"name-4": 429})
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES), Spent())
    assert counting.order == list(NAMES[:5])
    assert len(result.measurements) == 5


async def test_the_time_ends_a_round_with_what_was_asked(transport: Transport) -> None:
    counting = Counting()
    async with served(counting) as server:
        result = await ask(prober_of(transport, longest_round_s=0.0), server.port, round_of(*NAMES))
    assert (result.measurements, counting.order) == ((), [])


async def test_ids_follow_from_seed_and_position(transport: Transport) -> None:
    async with served(Counting()) as server:
        prober = prober_of(transport, at_once=4)
        first = await ask(prober, server.port, round_of(*NAMES))
        second = await ask(prober, server.port, round_of(*NAMES))
        other = await ask(prober, server.port, round_of(*NAMES, seed=b"t" * 32))
    ids = [m.id for m in first.measurements]
    assert ids == [m.id for m in second.measurements]
    assert len({*ids, *(m.id for m in other.measurements)}) == 2 * len(NAMES)


async def test_answers_are_handed_on_by_their_digest_and_the_record_has_their_size(
    transport: Transport,
) -> None:
    async with served(Counting()) as server:
        result = await ask(prober_of(transport), server.port, round_of("name-0"))
    found = result.measurements[0]
    assert result.bodies == {hashlib.sha256(b"name-0").hexdigest(): b"name-0"}
    assert (found.bytes, found.body_sha256) == (6, next(iter(result.bodies)))
    assert (found.status, found.final_url) == (200, f"http://127.0.0.1:{server.port}/name-0")


async def test_a_round_hands_on_so_much(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MOST_BODIES", 20)
    async with served(Counting()) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES))
    assert len(result.measurements) == len(NAMES)
    assert sum(map(len, result.bodies.values())) <= 20


class Failing(Plain):
    """A reader with a bug that one name meets."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        response = yield Request(f"{instance.address}/{query.name}")
        if query.name == "name-3":
            raise KeyError(instance.secret)
        return Reading(Answer.RESULTS if response.status == 200 else Answer.UNREADABLE)


class FailingAtOnce(Plain):
    """A reader that fails before it has said anything."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        raise RuntimeError


async def test_a_reader_that_fails_is_unreadable_for_that_name_alone(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(Counting()) as server:
        result = await ask(prober_of(transport), server.port, round_of(*NAMES), Failing(), "sesame")
        at_once = await ask(prober_of(transport), server.port, round_of("a"), FailingAtOnce())
    answers = {m.name: m.answer for m in result.measurements}
    assert answers.pop("name-3") is Answer.UNREADABLE
    assert set(answers.values()) == {Answer.RESULTS}
    assert at_once.measurements[0].answer is Answer.UNREADABLE
    assert "KeyError" in caplog.text
    assert "sesame" not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)


class Noting(Plain):
    """A reader that notes what the platform said, which quotes the credential."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        response = yield Request(f"{instance.address}/{query.name}")
        answer = Answer.WALLED if response.status == 200 else Answer.EMPTY
        return Reading(answer, note=f"the token {instance.secret} is expired")


async def test_why_an_answer_measured_nothing_is_logged_once_without_the_credential(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    prober = prober_of(transport)
    async with served(Counting()) as server:
        await ask(prober, server.port, round_of(*NAMES), Noting(), "sesame")
        await ask(prober, server.port, round_of(*NAMES), Noting(), "sesame")
    assert [record.getMessage() for record in caplog.records] == [
        "plain people: walled: the token ... is expired"
    ]


class Endless(Plain):
    """A conversation without end."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        while True:
            yield Request(f"{instance.address}/{query.name}")


async def test_a_conversation_without_end_is_unreadable(transport: Transport) -> None:
    counting = Counting()
    async with served(counting) as server:
        result = await ask(prober_of(transport), server.port, round_of("a"), Endless())
    assert result.measurements[0].answer is Answer.UNREADABLE
    assert result.sent == len(counting.order) == rounds.MOST_TURNS


class InTurns(Plain):
    """A conversation of just as many requests as are allowed."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        for _ in range(rounds.MOST_TURNS):
            yield Request(f"{instance.address}/{query.name}")
        return Reading(Answer.RESULTS)


async def test_a_conversation_may_take_all_its_turns_in_one_asking(transport: Transport) -> None:
    async with served(Counting()) as server:
        result = await ask(prober_of(transport), server.port, round_of("a"), InTurns())
    found = result.measurements[0]
    assert found.answer is Answer.RESULTS
    assert found.total_ms is not None
    assert found.first_byte_ms is not None
    assert found.total_ms > found.first_byte_ms


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await hear(reader)
    reset(writer)


@pytest.mark.parametrize(
    ("handler", "failure", "connections"),
    [(silent, Failure.TIMED_OUT, 3), (resetting, Failure.CONNECTION_RESET, 2)],
)
async def test_a_network_failure_is_recorded_by_its_step(
    transport: Transport, handler: Handler, failure: Failure, connections: int
) -> None:
    async with served(handler) as server:
        result = await ask(prober_of(transport, deadline_s=0.1), server.port, round_of("a", "b"))
    assert server.connections == connections  # a merged word is looked into once
    assert [(m.answer, m.failure, m.status) for m in result.measurements] == [
        (Answer.UNREACHABLE, failure, None)
    ] * 2


async def test_a_cancelled_round_gives_its_places_back(transport: Transport) -> None:
    async with served(silent) as deaf, served(Counting()) as server:
        prober = prober_of(transport, at_once=2)
        for steps in range(6):
            going = asyncio.create_task(ask(prober, deaf.port, round_of(*NAMES)))
            for _ in range(steps):
                await asyncio.sleep(0)
            going.cancel()
            with pytest.raises(asyncio.CancelledError):
                await going
        result = await asyncio.wait_for(ask(prober, server.port, round_of(*NAMES)), 10)
    assert len(result.measurements) == len(NAMES)


async def test_the_prober_notices_that_a_vantage_reaches_nothing(transport: Transport) -> None:
    async with served(resetting) as server:
        prober = prober_of(transport)
        for platform in ("one", "two"):
            assert not prober.connectivity.offline("here", START)
            await ask(prober, server.port, round_of("a", "b", platform=platform))
    assert prober.connectivity.offline("here", START)
    assert not prober.connectivity.offline("there", START)
    assert not prober.connectivity.offline("here", START + timedelta(hours=1))


def signing_in(address: str) -> SignIn:
    response = yield Request(f"{address}/session", "POST", {}, b"password")
    return response.body.decode() if response.status == 200 else None


def failing_sign_in(address: str) -> SignIn:
    yield Request(f"{address}/session")
    raise ValueError


def endless_sign_in(address: str) -> SignIn:
    while True:
        yield Request(f"{address}/session")


async def test_a_sign_in_ends_with_a_token_or_with_none(transport: Transport) -> None:
    counting = Counting()
    async with served(counting) as server, served(resetting) as broken:
        prober = prober_of(transport)
        address = f"http://127.0.0.1:{server.port}"
        assert await prober.sign_in(signing_in(address), "here") == SignedIn("session", 1)
        assert await prober.sign_in(failing_sign_in(address), "here") == SignedIn(None, 1)
        assert await prober.sign_in(endless_sign_in(address), "here") == SignedIn(None, MOST_TURNS)
        unreached = await prober.sign_in(signing_in(f"http://127.0.0.1:{broken.port}"), "here")
        assert unreached == SignedIn(None, 1)
        counting.statuses["session"] = 401
        assert await prober.sign_in(signing_in(address), "here") == SignedIn(None, 1)


async def test_no_secret_reaches_record_or_log(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def answer(heard: Heard) -> bytes:
        if heard.path == "/a":
            return reply(
                status=302, Location=f"http://u:sesame@{heard.headers['host']}/b?token=sesame#sesame"
            )
        return reply()

    async with served(answering(answer)) as server:
        result = await ask(prober_of(transport), server.port, round_of("a"), secret="sesame")
    assert result.measurements[0].final_url == f"http://127.0.0.1:{server.port}/b?token="
    assert "sesame" not in repr(result) + caplog.text


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (302, "https://accounts.elsewhere.example/login", Answer.WALLED),
        (302, "https://elsewhere.example/blocked", Answer.UNREADABLE),
        (451, "", Answer.REFUSED),
        (402, "", Answer.LIMITED),
    ],
)
async def test_a_platforms_other_answers_read_as_what_they_are(
    status: int, location: str, expected: Answer
) -> None:
    """Through the network, as a real reader reads them; nobody elsewhere is asked."""
    transport = Transport()
    headers = {"Location": location} if location else {}
    async with served(answering(lambda _: reply(b"", status, **headers))) as server:
        prober = Prober(lambda vantage: transport)
        result = await prober.ask_round(
            round_of("mahfud", platform="mastodon"),
            platforms()["mastodon"],
            Instance(f"http://127.0.0.1:{server.port}"),
            election="e",
            clock=SimulatedClock(START),
        )
    transport.close()
    (found,) = result.measurements
    assert (found.answer, found.status) == (expected, status)
    if location:
        assert found.final_url == location
