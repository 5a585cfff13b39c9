"""Chat goes out through Apprise, and its address, which is a secret, stays in."""

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest
from tests.probing.probing_servers import Heard, answering, hear, reply, served

from siaga.cases.undelivered import Trouble
from siaga.domain.errors import BadInput
from siaga.notifying.channels.apprise import LONGEST_TEXT, ChatSender
from siaga.notifying.sending import Message

AT = datetime(2024, 1, 25, 0, 12, tzinfo=UTC)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_message_goes_to_a_chat_and_a_long_one_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Heard] = []
    caplog.set_level(logging.DEBUG)
    async with served(answering(lambda _: reply(b"ok"), heard)) as place:
        address = f"json://room:s3cret@127.0.0.1:{place.port}/"
        outcome = await ChatSender(address).send("", Message("M", "C-1", "Mahfud", "x" * 9_000, "M", AT))
    assert outcome.taken
    (request,) = heard
    said = json.loads(request.body)
    assert said["title"] == "Mahfud"
    assert len(said["message"]) == LONGEST_TEXT
    assert "s3cret" not in outcome.answer + caplog.text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_chat_that_does_not_take_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with served(answering(lambda _: reply(b"s3cret", 500))) as place:
        address = f"json://room:s3cret@127.0.0.1:{place.port}/"
        outcome = await ChatSender(address).send("", Message("M", "C-1", "a", "b", "M", AT))
    assert (outcome.taken, outcome.for_good) == (False, False)
    assert "s3cret" not in outcome.answer + caplog.text


def test_an_address_that_apprise_cannot_read_is_told_before_the_watch_begins() -> None:
    ChatSender("json://127.0.0.1/")
    with pytest.raises(BadInput, match="Invalid Apprise URL"):
        ChatSender("nothing at all")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_chat_that_hangs_is_left_and_not_asked_again_before_it_has_answered() -> None:
    go_on = asyncio.Event()

    async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        await go_on.wait()
        writer.write(reply(b"ok"))
        await writer.drain()

    async with served(hangs) as place:
        sender = ChatSender(f"json://127.0.0.1:{place.port}/?rto=30", longest_s=0.2)
        message = Message("M", "C-1", "a", "b", "M", AT)
        outcomes = [await sender.send("", message) for _ in range(2)]
        assert [outcome.trouble for outcome in outcomes] == [Trouble.LATER] * 2
        assert "still on its way" in outcomes[1].answer
        assert place.connections == 1
        go_on.set()
