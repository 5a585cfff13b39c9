"""What two people approved is sent once, tried again where it must be, and lost by no kill."""

import asyncio
import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import case_stories as story
from tests.notifying.outbox_stories import LINKS, Sending, room_posting_to, room_writing_through, sending
from tests.notifying.receivers import Mailbox, mail_server
from tests.probing.probing_servers import Heard, answering, reply, served

from siaga.cases.case import Stage
from siaga.cases.commands import Command
from siaga.cases.events.case_asked import CaseAsked
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.events.device_code_sent import CODE_HOLDS, DeviceCodeSent
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.events.link_opened import LinkOpened
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_drafted import MOST_BODY_BYTES
from siaga.cases.guards import NotAllowed
from siaga.cases.room_file import Contact, ContactChannel, PlatformDesk, Secret
from siaga.cases.undelivered import TRIES_ALONE, Trouble
from siaga.composition.outbox import room_secrets
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.notifying.outbox import (
    FIRST_WAIT,
    GIVES_UP_AFTER,
    LONGEST_WAIT,
    MENDED_WAIT,
    QueuedMessage,
    again_at,
)
from siaga.notifying.sending import SendOutcome

MADE, FAILED = DeliveryMade.kind, DeliveryFailed.kind


async def all_sent(one: Sending) -> None:
    while await one.outbox.step():
        pass


async def test_an_approved_notice_is_sent_once_with_its_contacts_own_link(tmp_path: Path) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            case = one.released()
            await all_sent(one)
            await all_sent(one)
            link = next(iter(one.casework.cases[case].links))
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["oncall@x.example"]
    assert f"https://siaga.example/en/answer/{LINKS.token(link)}" in mail.get_content()
    assert "[[link]]" not in mail.get_content()


async def test_a_code_for_another_device_is_in_the_mail_and_not_in_the_record(tmp_path: Path) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            case = one.released()
            await all_sent(one)
            (link,) = [link for link in one.casework.cases[case].links.values() if link.contact == "x-oncall"]
            one.casework.do(Command(LinkOpened(link.id, case, "b" * 64)), story.LIAISON)
            made_from, expires = f"{link.id}/1", one.clock.now() + CODE_HOLDS
            sent = DeviceCodeSent(link.id, case, link.contact, made_from, expires)
            one.casework.do(Command(sent), story.LIAISON)
            await all_sent(one)
            recorded = repr([event.what for event in one.journal.read()])
    code = LINKS.device_code(made_from)
    assert len(code) == 8
    assert code in mailbox.mails[-1].get_content()
    assert "[[code" not in mailbox.mails[-1].get_content()
    assert mailbox.recipients[-1] == "oncall@x.example"
    assert code not in recorded


async def test_what_nobody_approved_is_not_sent(tmp_path: Path) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            one.casework.measured(story.verdict(State.SUPPRESSED))
            drafted = one.casework.do(story.draft("C-1"), story.CITRA)
            what = {"case": "C-1", "notice": "N-1", "text": drafted.notices["N-1"].text}
            one.casework.do(Command(NoticeApproved(**what)), story.AYU)
            await all_sent(one)
    assert mailbox.tries == 0


async def test_what_goes_out_is_what_was_approved_whatever_was_drafted_and_taken_back_since(
    tmp_path: Path,
) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            one.casework.measured(story.verdict(State.SUPPRESSED))
            drafted = one.casework.do(story.draft("C-1", body="The first text."), story.CITRA)
            one.casework.do(story.draft("C-1", body="A second text."), story.CITRA)
            last = one.casework.history("C-1")[-1].seq
            undo = Command(EventUndone(case="C-1", event=last), "Too harsh.")
            one.casework.do(undo, story.CITRA)
            what = {"case": "C-1", "notice": "N-1", "text": drafted.notices["N-1"].text}
            for person in (story.AYU, story.BIMA):
                one.casework.do(Command(NoticeApproved(**what)), person)
            await all_sent(one)
    (mail,) = mailbox.mails
    assert "The first text." in mail.get_content()


async def test_the_case_says_what_came_of_it(tmp_path: Path) -> None:
    async with mail_server(Mailbox(("451 come again", "250 taken as 42"))) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            case = one.released()
            await all_sent(one)
            one.casework.catch_up()
            (delivery,) = one.casework.cases[case].notices["N-1"].deliveries
            assert (delivery.made_at, delivery.answer) == (None, "451 come again")
            clock.advance(FIRST_WAIT - timedelta(seconds=1))
            await all_sent(one)
            assert mailbox.tries == 1
            clock.advance(timedelta(seconds=1))
            await all_sent(one)
            one.casework.catch_up()
            (delivery,) = one.casework.cases[case].notices["N-1"].deliveries
            assert (delivery.made_at, delivery.answer) == (clock.now(), "taken as 42")


async def test_what_is_refused_for_good_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with mail_server(Mailbox(("550 no such user", "250 taken"))) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            first = one.released(1)
            await all_sent(one)
            one.released(2)
            await all_sent(one)
            one.casework.catch_up()
            assert one.casework.cases[first].notices["N-1"].deliveries[0].given_up
            assert one.outbox.waiting() == ()
    assert mailbox.tries == 2


async def test_later_messages_about_a_case_wait_for_the_first_and_join_its_thread(tmp_path: Path) -> None:
    async with mail_server(Mailbox(("451 come again", "250 taken"))) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            case = one.released()
            await all_sent(one)
            one.casework.do(Command(CaseAsked(case=case, text="Since when?")), story.CITRA)
            await all_sent(one)
            assert mailbox.tries == 1
            clock.advance(FIRST_WAIT)
            await all_sent(one)
    notice, question = mailbox.mails
    assert "Since when?" in question.get_content()
    assert question["In-Reply-To"] == notice["Message-ID"]


async def test_a_receiver_that_never_answers_is_given_up_after_a_day_and_others_do_not_wait(
    tmp_path: Path,
) -> None:
    async with mail_server(Mailbox(("451 not now",))) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            case = one.released()
            while one.outbox.waiting():
                await one.outbox.step()
                clock.advance(timedelta(minutes=10))
            one.casework.catch_up()
            assert one.casework.cases[case].notices["N-1"].deliveries[0].given_up
    assert clock.now() - story.NOW <= GIVES_UP_AFTER + LONGEST_WAIT
    assert 20 <= mailbox.tries <= 60


async def test_another_outbox_over_the_same_journal_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    async with mail_server(Mailbox(("451 come again", "250 taken"))) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            one.released()
            await all_sent(one)
        clock.advance(FIRST_WAIT)
        with sending(tmp_path, mailbox.port, clock) as one:
            (waiting,) = one.outbox.waiting()
            assert (waiting.attempt, waiting.due) == (2, clock.now())
            await all_sent(one)
            assert one.outbox.waiting() == ()
        with sending(tmp_path, mailbox.port, clock) as one:
            await all_sent(one)
    assert len(mailbox.mails) == 1


async def sender_of(directory: Path, port: int, channel: str) -> asyncio.subprocess.Process:
    """A process of its own that sends what the directory's journal says."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.notifying.killed_outbox", str(directory), str(port), channel),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(__file__).parents[2],
    )


async def test_a_machine_whose_sender_is_killed_gets_every_message_and_tells_the_copies(
    tmp_path: Path,
) -> None:
    heard: list[Heard] = []
    senders: list[asyncio.subprocess.Process] = []

    def take(request: Heard) -> bytes:
        if len(heard) % 3 == 1 and len(senders) <= 3:  # taken, and the sender never learns of it
            senders[-1].kill()
        return reply(b"ok")

    async with served(answering(take, heard)) as place:
        room = room_posting_to(place.port)
        with sending(tmp_path, place.port, room=room) as one:
            for number in range(1, 7):
                one.released(number)
        for _ in range(20):
            senders.append(await sender_of(tmp_path, place.port, "webhook"))
            if await senders[-1].wait() == 0:
                break
        with sending(tmp_path, place.port, room=room) as one:
            assert one.outbox.waiting() == ()
            made = one.said(MADE)
    ids = [f"N-{number}.x-oncall.0" for number in range(1, 7)]
    assert len(senders) == 4
    assert {request.headers["webhook-id"] for request in heard} == set(ids)
    assert len({(request.headers["webhook-id"], request.body) for request in heard}) == len(ids)
    assert sorted(made) == sorted(f"delivery-made {id}" for id in ids)


class Killing(Mailbox):
    """Takes a mail and kills its sender before it can write that down: four times."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = await super().handle_DATA(server, session, envelope)
        if self.killed < 4 and self.tries % 3 == 1 and self.sender is not None:
            self.sender.kill()
            self.killed += 1
        return said

    sender: asyncio.subprocess.Process | None = None
    killed = 0


async def test_killed_in_the_very_moment_nothing_is_lost_and_copies_carry_the_same_id(tmp_path: Path) -> None:
    mailbox = Killing()
    async with mail_server(mailbox):
        with sending(tmp_path, mailbox.port) as one:
            for number in range(1, 9):
                one.released(number)
        for _ in range(30):
            mailbox.sender = await sender_of(tmp_path, mailbox.port, "email")
            if await mailbox.sender.wait() == 0:
                break
        with sending(tmp_path, mailbox.port) as one:
            assert one.outbox.waiting() == ()
            made = one.said(MADE)
    assert mailbox.killed == 4
    arrived = Counter(mail["Message-ID"] for mail in mailbox.mails)
    assert set(arrived) == {f"<N-{number}.x-oncall.0@siaga.example>" for number in range(1, 9)}
    assert sorted(made) == sorted(f"delivery-made N-{number}.x-oncall.0" for number in range(1, 9))


async def test_a_channel_that_is_in_the_room_file_no_more_is_said(tmp_path: Path) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            case = one.released()
        letters = Contact("x-oncall", "X", (ContactChannel("letter"),))
        desk = PlatformDesk("x", "en", (letters,), ("x-oncall",))
        room = replace(room_writing_through(mailbox.port), platforms=(desk,))
        with sending(tmp_path, mailbox.port, room=room) as one:
            await all_sent(one)
            one.casework.catch_up()
            (delivery,) = one.casework.cases[case].notices["N-1"].deliveries
            assert delivery.given_up
            assert "no more" in delivery.answer
    assert mailbox.tries == 0


async def test_a_letter_is_laid_ready_and_leads_to_where_anybody_reads(tmp_path: Path) -> None:
    letters = Contact("x-oncall", "X", (ContactChannel("letter"),))
    room = replace(story.ROOM, platforms=(PlatformDesk("x", "id", (letters,), ("x-oncall",)),))
    with sending(tmp_path, 1, room=room) as one:
        one.released()
        await all_sent(one)
        assert one.said(MADE) == ["delivery-made N-1.x-oncall.0"]
    assert (tmp_path / "letters" / "N-1.x-oncall.0.pdf").read_bytes().startswith(b"%PDF")


async def test_a_mistake_in_one_sender_stops_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def send(self, address: str, message: object) -> SendOutcome:
            raise RuntimeError("s3cret")

    async with mail_server(Mailbox()) as mailbox:
        with sending(tmp_path, mailbox.port) as one:
            one.released()
            routes = one.outbox._routes
            one.outbox._routes = {("x-oncall", 0): replace(routes["x-oncall", 0], sender=Broken())}
            await all_sent(one)
            (event,) = one.journal.read(kinds=[FAILED])
    assert "RuntimeError" in str(event.what["answer"])
    assert "s3cret" not in str(event.what) + caplog.text


# When to try again

WAITING = QueuedMessage("N-1.a.0", "C-1", "a", "email", "s", "b", story.NOW, "N-1.a.0", story.NOW)


@given(
    st.integers(1, 500),
    st.floats(0, 86_400) | st.none(),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_waits_grow_and_end(attempt: int, asked: float | None, past: timedelta) -> None:
    one = replace(WAITING, attempt=attempt, first=story.NOW)
    now = story.NOW + past
    again = again_at(one, SendOutcome("", Trouble.LATER, wait_s=asked), now)
    if again is None:
        assert past + max(LONGEST_WAIT, timedelta(seconds=asked or 0)) > GIVES_UP_AFTER
    else:
        assert again - now >= max(FIRST_WAIT, timedelta(seconds=asked or 0))
        assert again - now <= max(LONGEST_WAIT, timedelta(seconds=asked or 0))
        assert again - story.NOW <= GIVES_UP_AFTER
    for final in (Trouble.ADDRESS, Trouble.MESSAGE):
        assert again_at(one, SendOutcome("", final, wait_s=asked), now) is None
    mended = again_at(one, SendOutcome("", Trouble.SETUP), now)
    assert mended is None or mended - now >= MENDED_WAIT


def test_a_notice_that_two_people_approved_is_notified_whatever_comes_of_the_mail(tmp_path: Path) -> None:
    with sending(tmp_path, 1) as one:
        case = one.released()
        assert one.casework.cases[case].stage is Stage.NOTIFIED


# Secrets


def test_secrets_of_channels_are_read_where_they_are_there(tmp_path: Path) -> None:
    channels = (
        ContactChannel("webhook", "https://x.example/hook", Secret(environment="X_HOOK")),
        ContactChannel("apprise", None, Secret(file="chat")),
    )
    desk = PlatformDesk("x", "en", (Contact("x-bot", "X", channels),), ("x-bot",))
    room = replace(story.ROOM, platforms=(desk,))
    assert room_secrets(room, tmp_path, {}) == {}
    (tmp_path / "chat").write_text("tgram://s3cret\n")
    found = room_secrets(room, tmp_path, {"X_HOOK": "whsec_x"})
    assert found == {Secret(environment="X_HOOK"): "whsec_x", Secret(file="chat"): "tgram://s3cret"}


# The longest notice


@pytest.mark.parametrize("letter", ["x", '"', "\\", "\n", "\u0642"])
def test_the_longest_notice_can_be_repeated_to_the_next_rung(tmp_path: Path, letter: str) -> None:
    body = letter * (MOST_BODY_BYTES // len(letter.encode()))
    clock = SimulatedClock(story.NOW)
    with sending(tmp_path, 1, clock) as one:
        case = one.released(body=body)
        clock.advance(timedelta(hours=3))
        one.casework.tick([], {})
        assert "x-region" in {message.contact for message in one.casework.cases[case].messages}


@pytest.mark.parametrize("body", ["x" * (MOST_BODY_BYTES + 1), "a\x00b", "\x1b[2J", "\ud800"])
def test_a_notice_that_could_not_be_repeated_or_sent_is_refused_as_it_is_written(
    tmp_path: Path, body: str
) -> None:
    with sending(tmp_path, 1) as one:
        one.casework.measured(story.verdict(State.SUPPRESSED))
        with pytest.raises(NotAllowed, match="cannot be sent"):
            one.casework.do(story.draft("C-1", body=body), story.CITRA)


# One that hangs or refuses holds up nobody


class Hanging:
    """A receiver that never answers."""

    asked = 0

    async def send(self, address: str, message: object) -> SendOutcome:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError


async def test_one_that_hangs_holds_up_nobody_elses_messages(tmp_path: Path) -> None:
    webhook = ContactChannel("letter")
    contacts = (
        Contact("x-oncall", "X", (webhook,)),
        Contact("x-region", "X", (ContactChannel("letter"),)),
    )
    desk = PlatformDesk("x", "en", contacts, ("x-oncall", "x-region"))
    with sending(tmp_path, 1, room=replace(story.ROOM, platforms=(desk,))) as one:
        routes, hanging = one.outbox._routes, Hanging()
        one.outbox._routes = {**routes, ("x-oncall", 0): replace(routes["x-oncall", 0], sender=hanging)}
        for number in (1, 2):
            one.released(number, contacts=("x-oncall", "x-region"))
        running = asyncio.create_task(one.outbox.run())
        while len(one.said(MADE)) < 2:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert {made.rpartition(" ")[2] for made in one.said(MADE)} == {"N-1.x-region.0", "N-2.x-region.0"}
        assert hanging.asked == 1, "its own messages wait for each other"


async def test_what_came_of_a_message_is_kept_until_it_can_be_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk sends nothing twice."""
    async with mail_server(Mailbox()) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            one.released()
            append = one.journal.append

            def full(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr(one.journal, "append", full)
            for _ in range(3):
                await one.outbox.step()
                clock.advance(FIRST_WAIT)
            assert (mailbox.tries, one.said(MADE)) == (1, [])
            monkeypatch.setattr(one.journal, "append", append)
            await all_sent(one)
            assert (mailbox.tries, len(one.said(MADE))) == (1, 1)


async def test_what_does_not_arrive_is_shown_with_its_reason_at_once_or_after_a_quarter_of_an_hour(
    tmp_path: Path,
) -> None:
    async with mail_server(Mailbox(("451 busy", *["450 greylisted"] * TRIES_ALONE, "250 taken"))) as mailbox:
        clock = SimulatedClock(story.NOW)
        with sending(tmp_path, mailbox.port, clock) as one:
            case, needs = one.released(), list[bool]()
            while one.outbox.waiting():
                await one.outbox.step()
                one.casework.catch_up()
                (delivery,) = one.casework.cases[case].notices["N-1"].deliveries
                needs.append(delivery.needs_somebody)
                clock.advance(LONGEST_WAIT)
    assert needs == [False] * (TRIES_ALONE - 1) + [True, True, False]
    async with mail_server(Mailbox(("550 5.1.1 no such user",))) as mailbox:
        (tmp_path / "other").mkdir()
        with sending(tmp_path / "other", mailbox.port) as one:
            case = one.released()
            await all_sent(one)
            one.casework.catch_up()
            (delivery,) = one.casework.cases[case].notices["N-1"].deliveries
            assert (delivery.trouble, delivery.needs_somebody) == (Trouble.ADDRESS, True)
