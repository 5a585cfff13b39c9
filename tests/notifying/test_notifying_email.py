"""Mail goes out whole and threaded, or it is said why not: against real mail servers."""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notifying.receivers import Mailbox, ScriptedMail, mail_server
from tests.probing.probing_servers import Authority, served

from siaga.cases.room_file import Mail
from siaga.cases.undelivered import Trouble
from siaga.notifying.channels.email import MailSender, compose
from siaga.notifying.sending import Message, SendOutcome

AT = datetime(2024, 1, 25, 0, 12, tzinfo=UTC)
MESSAGE = Message(
    "N-1.x-oncall.0", "C-1", "Mahfud MD cannot be found – X", "Yth. …\n.\nSalam\n", "N-1.x-oncall.0", AT
)


def sender(mailbox: Mailbox, password: str | None = None, **more: object) -> MailSender:
    user = None if password is None else "room"
    mail = Mail("127.0.0.1", mailbox.port, "notices@siaga.example", starttls=False, user=user)
    return MailSender(mail, password, **more)  # type: ignore[arg-type]


async def sent(mailbox: Mailbox, message: Message = MESSAGE) -> SendOutcome:
    async with mail_server(mailbox):
        return await sender(mailbox).send("oncall@x.example", message)


async def test_a_mail_arrives_whole_with_its_own_id() -> None:
    mailbox = Mailbox()
    outcome = await sent(mailbox)
    assert outcome == SendOutcome("taken")
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["oncall@x.example"]
    assert mail["Subject"] == MESSAGE.subject
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert mail["Message-ID"] == "<N-1.x-oncall.0@siaga.example>"
    assert mail["In-Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT


async def test_a_later_message_about_the_case_stands_in_its_thread() -> None:
    mailbox = Mailbox()
    later = Message("C-1.9.x-oncall.0", "C-1", "It not restored", "...", MESSAGE.id, AT)
    await sent(mailbox, later)
    (mail,) = mailbox.mails
    assert mail["In-Reply-To"] == mail["References"] == "<N-1.x-oncall.0@siaga.example>"


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("550 5.1.1 no such user", Trouble.ADDRESS),
        ("554 refused", Trouble.MESSAGE),
        ("451 come again", Trouble.LATER),
        ("452 full", Trouble.LATER),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words(said: str, trouble: Trouble) -> None:
    outcome = await sent(Mailbox((said,)))
    assert outcome == SendOutcome(said, trouble)


STEPS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT")


async def scripted(says: Mapping[str, str], **more: float) -> tuple[SendOutcome, ScriptedMail]:
    server = ScriptedMail(says)
    async with served(server.handler) as place:
        mail = Mail("127.0.0.1", place.port, "notices@siaga.example", starttls=False)
        limits: dict[str, Any] = {"step_s": 0.3, "text_s": 0.3, "whole_s": 3.0, **more}
        return await MailSender(mail, **limits).send("oncall@x.example", MESSAGE), server


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("does", ["hang", "drop", "drip", "flood", "421 4.3.2 shutting down", "rubbish"])
async def test_whatever_a_server_does_at_any_step_ends_and_is_tried_again(step: str, does: str) -> None:
    outcome, _ = await scripted({step: does}, whole_s=1.0)
    assert outcome.trouble is Trouble.LATER
    assert 0 < len(outcome.answer) <= 300


@pytest.mark.parametrize(
    ("step", "reply", "trouble"),
    [
        ("CONNECT", "554 5.7.1 no mail from you", Trouble.SETUP),
        ("MAIL", "553 5.7.1 sender not owned", Trouble.SETUP),
        ("MAIL", "552 5.3.4 message size exceeds the limit", Trouble.MESSAGE),
        ("MAIL", "530 5.7.0 sign in first", Trouble.SETUP),
        ("RCPT", "450 4.2.0 greylisted", Trouble.LATER),
        ("RCPT", "451 4.7.1 greylisted", Trouble.LATER),
        ("RCPT", "550 5.1.1 no such user", Trouble.ADDRESS),
        ("RCPT", "550 no such user", Trouble.ADDRESS),
        ("RCPT", "552 mailbox full", Trouble.LATER),
        ("RCPT", "552 5.2.2 mailbox full", Trouble.LATER),
        ("RCPT", "553 bad mailbox name", Trouble.ADDRESS),
        ("RCPT", "554 5.7.1 relay access denied", Trouble.SETUP),
        ("DATA", "451 4.3.0 later", Trouble.LATER),
        ("DATA", "554 no valid recipients", Trouble.MESSAGE),
        ("TEXT", "450 4.7.0 greylisted", Trouble.LATER),
        ("TEXT", "550 5.1.1 no such user", Trouble.ADDRESS),
        ("TEXT", "552 too large", Trouble.MESSAGE),
        ("TEXT", "553 no such mailbox", Trouble.ADDRESS),
        ("TEXT", "554 5.7.1 looks like spam", Trouble.MESSAGE),
    ],
)
async def test_a_code_means_what_its_step_makes_of_it(step: str, reply: str, trouble: Trouble) -> None:
    outcome, server = await scripted({step: reply})
    assert (outcome.trouble, outcome.answer) == (trouble, reply)
    assert server.texts == (1 if step == "TEXT" else 0)


@pytest.mark.parametrize(
    ("offers", "reply", "trouble"),
    [
        ("STARTTLS", "hang", Trouble.LATER),
        ("STARTTLS", "drop", Trouble.LATER),
        ("STARTTLS", "454 4.7.0 not now", Trouble.LATER),
        ("STARTTLS", "502 no", Trouble.SECURITY),
        ("AUTH PLAIN", "hang", Trouble.LATER),
        ("AUTH PLAIN", "drop", Trouble.LATER),
        ("AUTH PLAIN", "454 4.7.0 not now", Trouble.LATER),
        ("AUTH PLAIN", "535 5.7.8 who are you", Trouble.SETUP),
        ("AUTH PLAIN", "534 5.7.9 too weak", Trouble.SETUP),
        ("SIZE 1000000", "500 not asked", Trouble.SETUP),
    ],
)
async def test_encryption_and_sign_in_fail_for_now_or_are_ours_to_mend(
    offers: str, reply: str, trouble: Trouble
) -> None:
    word = offers.split(" ", maxsplit=1)[0]
    server = ScriptedMail({"EHLO": f"250-mail.example\r\n250 {offers}", word[:4]: reply})
    async with served(server.handler) as place:
        user = None if word == "STARTTLS" else "room"
        mail = Mail("127.0.0.1", place.port, "notices@siaga.example", starttls=user is None, user=user)
        sender = MailSender(mail, "s3cret", step_s=0.3, text_s=0.3, whole_s=3.0)
        outcome = await sender.send("oncall@x.example", MESSAGE)
    assert (outcome.trouble, server.texts) == (trouble, 0)


@pytest.mark.parametrize("does", ["hang", "drop", "flood", "421 too late", "500 what"])
async def test_a_mail_that_was_taken_is_taken_whatever_the_server_does_at_the_goodbye(does: str) -> None:
    outcome, server = await scripted({"QUIT": does})
    assert outcome == SendOutcome("taken")
    assert server.texts == 1


async def test_a_server_that_asks_to_come_again_takes_it_then() -> None:
    mailbox = Mailbox(("451 come again", "250 taken"))
    async with mail_server(mailbox):
        one = sender(mailbox)
        outcomes = [await one.send("a@x.example", MESSAGE) for _ in range(2)]
    assert [outcome.taken for outcome in outcomes] == [False, True]


async def test_a_server_that_dies_in_the_middle_took_nothing_that_we_know_of() -> None:
    outcome = await sent(Mailbox(dies=True))
    assert (outcome.taken, outcome.for_good) == (False, False)


async def test_a_server_that_hangs_is_waited_for_so_long_and_no_longer() -> None:
    mailbox = Mailbox(hangs=True)
    async with mail_server(mailbox):
        outcome = await sender(mailbox, text_s=0.2).send("a@x.example", MESSAGE)
    assert (outcome.taken, outcome.for_good) == (False, False)


async def test_nobody_listening_may_change() -> None:
    async with served(lambda reader, writer: asyncio.sleep(0)) as gone:
        port = gone.port
    outcome = await sender(Mailbox(port=port)).send("a@x.example", MESSAGE)
    assert (outcome.taken, outcome.for_good) == (False, False)
    assert "could not be used" in outcome.answer


async def test_what_is_no_mail_server_may_change() -> None:
    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 4)
        await writer.drain()

    async with served(rubbish) as place:
        outcome = await sender(Mailbox(port=place.port), step_s=1).send("a@x.example", MESSAGE)
    assert (outcome.taken, outcome.for_good) == (False, False)


# A secure connection


async def secured(directory: Path, names: tuple[str, ...], **more: bool) -> tuple[SendOutcome, Mailbox]:
    authority, mailbox = Authority(directory), Mailbox()
    async with mail_server(mailbox, tls=authority.context(*names, **more), password="s3cret"):
        mail = Mail("127.0.0.1", mailbox.port, "notices@siaga.example", starttls=True, user="room")
        trust = ssl.create_default_context(cafile=str(authority.file))
        return await MailSender(mail, "s3cret", trust).send("a@x.example", MESSAGE), mailbox


async def test_the_connection_is_secure_before_the_password_and_the_mail(tmp_path: Path) -> None:
    outcome, mailbox = await secured(tmp_path, ("127.0.0.1",))
    assert outcome.taken
    assert mailbox.secured == [True]


@pytest.mark.parametrize(("names", "more"), [(("mail.example",), {}), (("127.0.0.1",), {"expired": True})])
async def test_a_server_that_is_not_who_it_says_gets_nothing(
    tmp_path: Path, names: tuple[str, ...], more: dict[str, bool]
) -> None:
    outcome, mailbox = await secured(tmp_path, names, **more)
    assert (outcome.trouble, mailbox.mails) == (Trouble.SECURITY, [])


async def test_a_server_without_starttls_gets_nothing_where_it_is_required() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox):
        mail = Mail("127.0.0.1", mailbox.port, "notices@siaga.example", starttls=True)
        outcome = await MailSender(mail).send("a@x.example", MESSAGE)
    assert (outcome.trouble, mailbox.tries) == (Trouble.SECURITY, 0)


async def test_a_password_that_a_server_repeats_is_not_written_down(tmp_path: Path) -> None:
    authority, mailbox = Authority(tmp_path), Mailbox()
    async with mail_server(mailbox, tls=authority.context("127.0.0.1"), password="another"):
        mail = Mail("127.0.0.1", mailbox.port, "notices@siaga.example", user="room")
        trust = ssl.create_default_context(cafile=str(authority.file))
        outcome = await MailSender(mail, "s3cret-s3cret", trust).send("a@x.example", MESSAGE)
    assert outcome.trouble is Trouble.SETUP
    assert "535" in outcome.answer
    assert "s3cret" not in outcome.answer


# Whatever people write

TEXT = st.text(max_size=300)


@given(subject=TEXT, body=TEXT)
def test_any_text_goes_whole_or_is_refused_and_makes_no_header(subject: str, body: str) -> None:
    message = Message("M-1", "C-1", subject, body, "M-0", AT)
    written = subject + body
    try:
        mail = compose(message, "notices@siaga.example", "oncall@x.example", "siaga.example")
        raw = mail.as_bytes(policy=SMTP)
    except ValueError:
        assert any(category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in written)
        return
    got = message_from_bytes(raw, policy=default)
    assert set(got.keys()) == {
        "Subject", "To", "From", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert "".join(str(got["Subject"]).split()) == "".join(subject.split())
    assert got.get_content().rstrip().splitlines() == body.rstrip().splitlines()


@pytest.mark.parametrize("does", ["rubbish", "hang", "drop"])
async def test_a_server_that_offers_encryption_and_cannot_do_it_gets_nothing(does: str) -> None:
    heard = bytearray()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in (b"220 mail.example", b"250-mail.example\r\n250 STARTTLS", b"220 go on"):
            writer.write(reply + b"\r\n")
            await writer.drain()
            if reply != b"220 go on":
                heard.extend(await reader.readline())
        await reader.read(1)
        if does == "rubbish":
            writer.write(bytes(range(256)) * 64)
            await writer.drain()
        elif does == "hang":
            await asyncio.Event().wait()
        writer.transport.abort()

    async with served(handler) as place:
        mail = Mail("127.0.0.1", place.port, "notices@siaga.example", starttls=True, user="room")
        outcome = await MailSender(mail, "s3cret", step_s=0.5, text_s=0.5, whole_s=3.0).send(
            "oncall@x.example", MESSAGE
        )
    assert not outcome.taken
    assert outcome.trouble in {Trouble.LATER, Trouble.SECURITY}
    assert b"s3cret" not in heard + outcome.answer.encode()
