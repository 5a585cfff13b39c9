"""Machines get messages that the specification's own library verifies, and their answers are understood."""

import asyncio
import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError
from tests.probing.probing_servers import Authority, Heard, answering, hear, reply, reset, served

from siaga.cases.undelivered import Trouble
from siaga.domain.errors import BadInput
from siaga.domain.time import SystemClock
from siaga.notifying.channels.webhook import LONGEST_WAIT_S, WebhookSender, key_of, wait_of
from siaga.notifying.sending import Message, SendOutcome

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime(2024, 1, 25, 0, 12, tzinfo=UTC)
MESSAGE = Message("N-1.x-bot.1", "C-1", "Mahfud MD – X", "Text with ✓\n", "N-1.x-bot.1", AT)


def sender(longest_s: int = 5, trust: Path | None = None) -> WebhookSender:
    return WebhookSender(SECRET, SystemClock(), trust, longest_s)


async def test_the_specifications_own_library_verifies_what_comes() -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(b"ok"), heard)) as place:
        for _ in range(2):
            assert await sender().send(f"http://127.0.0.1:{place.port}/hook", MESSAGE) == SendOutcome(
                "200 ok"
            )
    for request in heard:
        data = Webhook(SECRET).verify(request.body, request.headers)
        assert data["data"]["id"] == "N-1.x-bot.1"
        assert data["data"]["text"] == MESSAGE.body
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(request.body + b" ", request.headers)
    assert {request.headers["webhook-id"] for request in heard} == {"N-1.x-bot.1"}
    assert {request.method for request in heard} == {"POST"}
    assert json.loads(heard[0].body)["timestamp"] == "2024-01-25T00:12:00.000000Z"


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        *((status, Trouble.LATER) for status in (408, 409, 425, 429, 500, 502, 503, 504, 507)),
        *((status, Trouble.SETUP) for status in (401, 403, 407, 511)),
        *((status, Trouble.ADDRESS) for status in (301, 302, 307, 308, 404, 405, 410)),
        *((status, Trouble.MESSAGE) for status in (400, 413, 415, 422, 451)),
    ],
)
async def test_a_status_means_what_people_have_to_do(status: int, trouble: Trouble) -> None:
    heard: list[Heard] = []
    answer = reply(b"no", status, Location="http://127.0.0.1:1/elsewhere")
    async with served(answering(lambda _: answer, heard)) as place:
        outcome = await sender().send(f"http://127.0.0.1:{place.port}/hook", MESSAGE)
    assert outcome == SendOutcome(f"{status} no", trouble)
    assert len(heard) == 1


async def test_a_machine_that_asks_to_wait_is_waited_for() -> None:
    async with served(answering(lambda _: reply(b"", 429, Retry_After="120"))) as place:
        outcome = await sender().send(f"http://127.0.0.1:{place.port}/", MESSAGE)
    assert (outcome.for_good, outcome.wait_s) == (False, 120.0)


async def test_a_machine_that_hangs_or_dies_may_come_back() -> None:
    async def dies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        reset(writer)

    async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    for handler in (dies, hangs):
        async with served(handler) as place:
            outcome = await sender(longest_s=1).send(f"http://127.0.0.1:{place.port}/", MESSAGE)
        assert (outcome.taken, outcome.for_good) == (False, False)


async def test_of_a_long_answer_a_line_is_kept() -> None:
    async with served(answering(lambda _: reply(b"\x00\xff\r\nlong " * 200_000))) as place:
        outcome = await sender().send(f"http://127.0.0.1:{place.port}/", MESSAGE)
    assert outcome.taken
    assert len(outcome.answer) <= 300
    assert "\n" not in outcome.answer


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("rest", ["endless", "hangs", "dies"])
async def test_a_receiver_that_has_answered_is_believed_though_its_body_never_ends(
    status: int, rest: str
) -> None:
    """Else what was taken is sent again each time."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 999999999\r\n\r\nok".encode())
        await writer.drain()
        while rest == "endless":
            writer.write(b"x" * 65_536)
            await writer.drain()
        if rest == "hangs":
            await asyncio.Event().wait()

    async with served(handler) as place:
        outcome = await sender(longest_s=1).send(f"http://127.0.0.1:{place.port}/", MESSAGE)
    assert outcome.trouble is (None if status == 200 else Trouble.LATER)
    assert outcome.answer.startswith(f"{status} ok")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"\x15\x03"])
async def test_half_a_head_is_no_answer(head: bytes) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(head)
        await writer.drain()

    async with served(handler) as place:
        outcome = await sender(longest_s=1).send(f"http://127.0.0.1:{place.port}/", MESSAGE)
    assert outcome.trouble is Trouble.LATER


@pytest.mark.parametrize("does", ["rubbish", "plain", "hang", "drop"])
async def test_a_machine_that_speaks_no_tls_gets_nothing(does: str) -> None:
    heard = bytearray()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(4096))
        if does == "hang":
            await asyncio.Event().wait()
        if does != "drop":
            rubbish = bytes(range(256)) * 64
            writer.write(rubbish if does == "rubbish" else b"HTTP/1.1 200 OK\r\n\r\ntaken")
            await writer.drain()
        writer.transport.abort()

    async with served(handler) as place:
        outcome = await sender(longest_s=1).send(f"https://127.0.0.1:{place.port}/", MESSAGE)
    assert not outcome.taken
    assert outcome.trouble in {Trouble.LATER, Trouble.SECURITY}
    assert MESSAGE.body.encode() not in heard


async def test_a_head_without_an_end_is_no_answer() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"x-more: " + b"y" * 1000 + b"\r\n")
            await writer.drain()

    async with served(handler) as place:
        outcome = await sender(longest_s=2).send(f"http://127.0.0.1:{place.port}/", MESSAGE)
    assert outcome.trouble is Trouble.LATER


async def test_a_machine_that_is_not_who_it_says_gets_nothing(tmp_path: Path) -> None:
    authority, heard = Authority(tmp_path), list[Heard]()
    for names, trust in ((("127.0.0.1",), None), (("other.example",), authority.file)):
        async with served(answering(lambda _: reply(), heard), tls=authority.context(*names)) as place:
            outcome = await sender(trust=trust).send(f"https://127.0.0.1:{place.port}/", MESSAGE)
        assert outcome.trouble is Trouble.SECURITY
    assert heard == []


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="]
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(BadInput) as refused:
        key_of(secret)
    assert len(secret) < 7 or secret not in str(refused.value)


@given(st.text(max_size=40))
def test_any_wait_that_is_asked_for_is_bounded(text: str) -> None:
    wait = wait_of(text, AT)
    assert wait is None or 0 <= wait <= LONGEST_WAIT_S


def test_a_wait_may_be_a_date() -> None:
    assert wait_of("Thu, 25 Jan 2024 00:14:00 GMT", AT) == 120.0
    assert wait_of("Thu, 25 Jan 2024 00:00:00 GMT", AT) == 0.0


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://192.168.1.1:8443/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:a00:1::1]/",
    ],
)
async def test_an_address_that_leads_inside_is_refused_for_good(address: str) -> None:
    outcome = await sender().send(address, MESSAGE)
    assert (outcome.taken, outcome.for_good) == (False, True)
    assert "leads inside" in outcome.answer


async def test_a_name_that_resolves_to_an_address_inside_is_refused_without_a_request() -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(), heard)) as place:
        outcome = await sender().send(f"http://{socket.gethostname()}.localhost:{place.port}/", MESSAGE)
        assert outcome.for_good
        outcome = await sender().send(f"http://127.0.0.1:{place.port}/", MESSAGE)
        assert outcome.taken
    assert len(heard) == 1
