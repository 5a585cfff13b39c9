"""News by mail, through a real mail server: confirmed first, gathered, ended by one click."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.cases import case_stories as story
from tests.notifying.receivers import Mailbox, mail_server
from tests.web.acting_room import ActingRoom

from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.room_file import Mail
from siaga.cases.undelivered import Trouble
from siaga.domain.errors import BadInput
from siaga.notifying.channels.email import MailSender
from siaga.notifying.sending import Message, SendOutcome
from siaga.publishing.followers import FILE, UNCONFIRMED
from siaga.reporting.intake_limits import QUICKEST, TooMany
from siaga.services.subscriptions import BETWEEN, CONFIRM_AGAIN, GIVES_UP, OF_AN_ADDRESS, NewsMailer

KEY = b"k" * 32
SINTA = "sinta@reader.example"
PAGES = "https://siaga.example"


class FollowedRoom(ActingRoom):
    """The acting room, whose cases are followed by mail."""

    mailbox: Mailbox
    following: NewsMailer

    async def asks(self, address: str = SINTA, language: str = "en", network: str = "203.0.113.1") -> None:
        form = self.following.form()
        self.later(seconds=QUICKEST.total_seconds())
        self.following.ask(address, language, form, network)
        await self.following.step()

    def newest(self) -> EmailMessage:
        return self.mailbox.mails[-1]

    def token(self) -> str:
        found = re.search(rf"{PAGES}/(?:en|id)/follow/(\S+)", self.newest().get_content())
        assert found
        return found[1]

    def happens(self, kind: str = CaseAcknowledged.kind, **what: str) -> None:
        self.later(minutes=1)
        self.casework.do(story.command(kind, "C-1", **what), story.LIAISON)


@asynccontextmanager
async def followed(directory: Path, mailbox: Mailbox) -> AsyncIterator[FollowedRoom]:
    async with mail_server(mailbox):
        with FollowedRoom(directory) as room:
            room.mailbox = mailbox
            sender = MailSender(Mail("127.0.0.1", mailbox.port, "room@siaga.example", starttls=False))
            room.following = NewsMailer(room, directory, sender, KEY, PAGES, room.clock)
            try:
                yield room
            finally:
                room.following.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[FollowedRoom]:
    async with followed(tmp_path, Mailbox()) as one:
        yield one


async def test_nothing_is_sent_before_the_addresss_owner_has_confirmed(room: FollowedRoom) -> None:
    await room.asks()
    assert room.newest()["To"] == SINTA
    assert "confirm" in room.newest().get_content()
    room.happens()
    await room.following.step()
    assert len(room.mailbox.mails) == 1
    assert room.following.act(room.token())
    room.happens(CaseClaimed.kind)
    await room.following.step()
    told = room.newest()
    assert "C-1" in told["Subject"]
    assert "The platform says it is fixed. We are verifying." in told.get_content()
    assert "The platform acknowledged the notice." not in told.get_content(), "that was before they followed"
    assert f"{PAGES}/en/cases/C-1" in told.get_content()


async def test_what_happens_within_minutes_is_in_one_mail_and_no_event_is_told_twice(
    room: FollowedRoom,
) -> None:
    await room.asks(language="id")
    room.following.act(room.token())
    room.happens()
    await room.following.step()
    assert len(room.mailbox.mails) == 2
    assert room.newest().get_content().startswith("Perkembangan kasus yang Anda ikuti")
    room.happens(CaseExplained.kind, cause="spam-cleanup", text="Too much was taken.")
    room.happens(CaseClaimed.kind)
    await room.following.step()
    assert len(room.mailbox.mails) == 2
    room.later(minutes=BETWEEN.total_seconds() / 60)
    await room.following.step()
    await room.following.step()
    assert len(room.mailbox.mails) == 3
    assert room.newest().get_content().count("C-1:") == 1
    assert "Too much was taken." not in room.newest().get_content()


async def test_what_the_room_keeps_to_itself_is_in_no_mail(room: FollowedRoom) -> None:
    await room.asks()
    room.following.act(room.token())
    room.casework.do(Command(CaseCommented(case="C-1", text="A secret of the room")), story.CITRA)
    await room.following.step()
    assert len(room.mailbox.mails) == 1
    room.happens()
    await room.following.step()
    assert "A secret of the room" not in room.newest().get_content()


async def test_the_mail_programs_own_button_ends_it_and_erases_the_address(
    room: FollowedRoom, tmp_path: Path
) -> None:
    await room.asks()
    room.following.act(room.token())
    room.happens()
    await room.following.step()
    link = room.newest()["List-Unsubscribe"].strip("<>")
    assert room.newest()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    room.more["subscriptions"] = room.following
    browser = room.browser()
    path = link.removeprefix(PAGES)
    looked = await browser.get(path)
    assert "Unsubscribe" in looked.text
    room.happens(CaseClaimed.kind)
    room.later(minutes=30)
    await room.following.step()
    before = len(room.mailbox.mails)
    assert before == 3, "looking at the link changes nothing"
    ended = await browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200
    room.happens(CaseExplained.kind, cause="other", text="x")
    room.later(minutes=30)
    await room.following.step()
    assert len(room.mailbox.mails) == before
    assert SINTA.encode() not in (tmp_path / FILE).read_bytes()


async def test_an_address_that_nobody_confirms_is_erased_within_a_day(room: FollowedRoom) -> None:
    await room.asks()
    token = room.token()
    room.later(hours=UNCONFIRMED.total_seconds() / 3600, seconds=1)
    await room.following.step()
    assert not room.following.act(token)


async def test_nobody_is_flooded_and_whoever_asks_learns_nothing(room: FollowedRoom) -> None:
    await room.asks()
    await room.asks(network="203.0.113.2")
    await room.asks(address=SINTA.upper(), network="203.0.113.3")
    assert len(room.mailbox.mails) == 1
    room.later(hours=CONFIRM_AGAIN.total_seconds() / 3600)
    await room.asks()
    assert len(room.mailbox.mails) == 2
    room.following.act(room.token())
    room.later(hours=2)
    await room.asks()
    assert len(room.mailbox.mails) == 2
    for number in range(OF_AN_ADDRESS):
        await room.asks(f"reader-{number}@reader.example", network="203.0.113.9")
    with pytest.raises(TooMany):
        await room.asks("one-more@reader.example", network="203.0.113.9")


@pytest.mark.parametrize("address", ["", "sinta", "a@b\nBcc: c@d.example", "x" * 250 + "@b.example"])
async def test_what_is_no_address_is_refused(room: FollowedRoom, address: str) -> None:
    with pytest.raises(BadInput):
        await room.asks(address)
    assert room.mailbox.mails == []


async def test_a_link_that_is_not_ours_does_nothing(room: FollowedRoom) -> None:
    await room.asks()
    token = room.token()
    assert room.following.wants(token[:-2] + "xx") is None
    assert not room.following.act("nonsense")


async def test_a_server_that_fails_is_tried_again_later_and_a_dead_address_is_given_up(
    tmp_path: Path,
) -> None:
    mailbox = Mailbox(says=("250 taken", "451 later", "250 taken", "550 no such user"))
    async with followed(tmp_path, mailbox) as room:
        await room.asks()
        room.following.act(room.token())
        room.happens()
        await room.following.step()
        assert mailbox.tries == 2
        await room.following.step()
        assert mailbox.tries == 2
        room.later(hours=1)
        await room.following.step()
        assert (mailbox.tries, len(mailbox.mails)) == (3, 2)
        room.happens(CaseClaimed.kind)
        for _ in range(GIVES_UP):
            room.later(hours=7)
            await room.following.step()
        assert mailbox.tries == 5, "refused for good twice"
        assert SINTA.encode() not in (tmp_path / FILE).read_bytes()


async def test_what_our_own_server_is_to_blame_for_erases_nobody(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with followed(tmp_path, mailbox) as room:
        await room.asks()
        room.following.act(room.token())
        room.happens()
        sender = room.following._sender
        room.following._sender = Refused()
        for _ in range(GIVES_UP + 2):
            await room.following.step()
            room.later(hours=7)
        room.following._sender = sender
        await room.following.step()
        assert len(mailbox.mails) == 2


class Refused:
    """A mail server that refuses us, not the receiver."""

    async def send(self, address: str, message: Message) -> SendOutcome:
        return SendOutcome("535 5.7.8 who are you", Trouble.SETUP)


async def test_a_question_that_could_not_be_sent_is_sent_later_also_after_a_kill(tmp_path: Path) -> None:
    mailbox = Mailbox(says=("451 later", "250 taken"))
    async with followed(tmp_path, mailbox) as room:
        await room.asks()
        assert (mailbox.tries, len(mailbox.mails)) == (1, 0)
        again = NewsMailer(room, tmp_path, room.following._sender, KEY, PAGES, room.clock)
        assert await again.step() == 0
        room.later(hours=1)
        assert await again.step() == 1
        assert len(mailbox.mails) == 1
        assert await again.step() == 0
        assert again.act(room.token())
        again.close()


async def test_a_question_asked_of_a_dead_address_erases_it(tmp_path: Path) -> None:
    mailbox = Mailbox(says=("550 no such user",))
    async with followed(tmp_path, mailbox) as room:
        await room.asks()
        room.later(hours=1)
        await room.following.step()
        assert mailbox.tries == 2
        assert SINTA.encode() not in (tmp_path / FILE).read_bytes()


async def test_a_follower_is_still_one_after_a_kill(tmp_path: Path) -> None:
    mailbox = Mailbox()
    async with followed(tmp_path, mailbox) as room:
        await room.asks()
        room.following.act(room.token())
        sender = room.following._sender
        again = NewsMailer(room, tmp_path, sender, KEY, PAGES, room.clock)
        room.happens()
        assert await again.step() == 1
        assert len(mailbox.mails) == 2
        room.later(minutes=timedelta(minutes=30).total_seconds() / 60)
        assert await again.step() == 0
        again.close()
