"""People are woken: by real mail, in order, once for each step, through kills; they acknowledge by link."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.cases import case_stories as story
from tests.notifying.receivers import Mailbox, mail_server
from tests.services.alert_stories import LINKS, AlertedRoom, alerted_room, finding

from siaga.cases.alarms import FAILS_AGAIN
from siaga.cases.events.person_alerted import PersonAlerted
from siaga.cases.severity import Severity
from siaga.domain.credentials import MissingCredential
from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock, SystemClock
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind
from siaga.people.roles import StaffRole
from siaga.ports.supervision import PartTrouble, WatchPart
from siaga.services.alerts import LINK_PREFIX

ROOT = Path(__file__).parents[2]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[AlertedRoom]:
    with alerted_room(tmp_path, 1, SimulatedClock(story.NOW)) as opened:
        opened.has_people()
        yield opened


def later(room: AlertedRoom, minutes: float) -> None:
    assert isinstance(room.clock, SimulatedClock)
    room.clock.advance(timedelta(minutes=minutes))


def link_in(body: str) -> str:
    found = re.search(r"https://siaga\.example/en/alert/(\S+)", body)
    assert found is not None, body
    return found[1]


async def test_a_new_case_wakes_who_is_on_duty_by_mail_and_their_link_ends_it(tmp_path: Path) -> None:
    async with mail_server(Mailbox()) as mailbox:
        with alerted_room(tmp_path, mailbox.port, SimulatedClock(story.NOW)) as room:
            room.has_people()
            room.casework.measured(finding(room.clock))
            assert room.desk.step() == 1
            await room.outbox.step()
            (mail,) = mailbox.mails
            assert mailbox.recipients == ["ayu@host.example"]
            assert mail["Subject"] == "The room: New case C-1: Mahfud MD is missing on x"
            body = mail.get_content()
            assert "Proven 25 Jan 2024, 07:00:00 WIB. Severity: high." in body
            link = room.desk.by_link(link_in(body))
            assert link is not None
            assert link.person == "person:ayu"
            assert link.status.is_open
            assert room.desk.acknowledge(link.status.alarm.id, link.person, link.alert)
            assert not room.desk.acknowledge(link.status.alarm.id, "person:bima"), "it is used"
            later(room, 60)
            assert room.desk.step() == 0
            assert room.casework.cases["C-1"].owner == "person:ayu"
            journalled = repr([event.what for event in room.journal.read()])
            assert "host.example" not in journalled
            assert link_in(body) not in journalled


def test_the_link_of_somebody_whose_account_was_disabled_leads_nowhere(room: AlertedRoom) -> None:
    room.casework.measured(finding(room.clock))
    room.desk.step()
    (alert,) = [event.what["alert"] for event in room.journal.read() if event.kind == PersonAlerted.kind]
    token = LINKS.token(f"{LINK_PREFIX}{alert}")
    assert room.desk.by_link(token) is not None
    room.accounts.change("ayu", "person:bima", role=StaffRole.OPERATOR)
    assert room.desk.by_link(token) is not None
    room.accounts.change("ayu", "command-line", disabled=True)
    assert room.desk.by_link(token) is None


def test_without_an_acknowledgement_the_next_is_alerted_then_everybody(room: AlertedRoom) -> None:
    room.casework.measured(finding(room.clock))
    for minutes in (0, 9, 1, 9, 1, 30):
        later(room, minutes)
        room.desk.step()
        room.desk.step()
    assert room.alerted() == ["ayu", "bima", "citra"]
    statuses = room.desk.open_alarms()
    assert [status.alerted for status in statuses] == [("person:ayu", "person:bima", "person:citra")]


def test_who_works_on_the_case_has_it_and_nobody_else_is_alerted(room: AlertedRoom) -> None:
    room.casework.measured(finding(room.clock))
    room.desk.step()
    room.casework.do(story.command("case-commented", "C-1", text="Looking into it."), story.CITRA)
    later(room, 30)
    assert room.desk.step() == 0
    assert room.desk.open_alarms() == []


def test_a_restoration_and_a_relapse_end_one_alarm_and_begin_another(room: AlertedRoom) -> None:
    room.casework.measured(finding(room.clock))
    room.desk.step()
    later(room, 5)
    room.casework.measured(story.verdict(State.FINDABLE, room.clock.now()))
    later(room, 30)
    assert room.desk.step() == 0
    room.casework.measured(finding(room.clock))
    assert room.desk.step() == 1
    assert [event.what["reason"] for event in room.journal.read(kinds=["person-alerted"])] == [
        "new-case",
        "relapse",
    ]


def test_a_part_that_fails_again_and_again_wakes_once_and_is_over_when_it_is_well(room: AlertedRoom) -> None:
    since = room.clock.now()
    room.troubles = [PartTrouble(WatchPart.OUTBOX, "OSError in sqlite.py, line 5", since, FAILS_AGAIN - 1)]
    assert room.desk.step() == 0, "it may have been once"
    room.troubles = [PartTrouble(WatchPart.OUTBOX, "OSError in sqlite.py, line 5", since, FAILS_AGAIN)]
    assert room.desk.step() == 1
    assert room.desk.step() == 0
    assert room.new_desk().step() == 0, "after a kill it is the same alarm"
    (status,) = room.desk.open_alarms()
    assert room.desk.heading(status.alarm, "en") == "A part of Siaga keeps failing: outbox"
    later(room, 1)
    room.troubles = []
    assert room.desk.step() == 0
    assert room.desk.open_alarms() == []
    (over,) = room.journal.read(kinds={Kind.ALARM_OVER})
    assert str(over.what["alarm"]).startswith("trouble/part/outbox/")
    later(room, 1)
    room.troubles = [PartTrouble(WatchPart.OUTBOX, "another", room.clock.now(), FAILS_AGAIN)]
    assert room.desk.step() == 1, "what fails again later is another alarm"


def test_what_cannot_be_stored_wakes_at_its_first_failure(room: AlertedRoom) -> None:
    room.troubles = [PartTrouble(WatchPart.STORING, "OSError", room.clock.now(), 1)]
    assert room.desk.step() == 1
    (alert,) = room.journal.read(kinds=["person-alerted"])
    assert "Siaga cannot store what it measures" in str(alert.what["subject"])
    assert "Since 25 Jan 2024" in str(alert.what["body"])
    assert "OSError" not in str(alert.what)


def test_a_low_case_wakes_nobody(room: AlertedRoom) -> None:
    room.casework.measured(finding(room.clock))
    grade = story.command("case-graded", "C-1", "A test account.", severity=Severity.LOW)
    room.casework.do(grade, story.CITRA)
    assert room.desk.step() == 0


def test_an_instrument_that_is_out_wakes_once_and_is_over_when_it_measures(room: AlertedRoom) -> None:
    room.measured = {"x": room.clock.now(), "y": room.clock.now()}
    later(room, 20)
    room.measured["y"] = room.clock.now()
    assert room.desk.step() == 1
    assert room.new_desk().step() == 0, "after a kill it is the same alarm"
    (status,) = room.desk.open_alarms()
    assert room.desk.heading(status.alarm, "en") == "x can't be measured"
    later(room, 1)
    room.measured = dict.fromkeys(room.measured, room.clock.now())
    room.desk.step()
    assert room.desk.open_alarms() == []
    assert [event.what["alarm"] for event in room.journal.read(kinds=["alarm-over"])] == [status.alarm.id]


def test_the_watchs_own_silence_wakes_somebody(room: AlertedRoom) -> None:
    room.measured = {"x": room.clock.now(), "y": room.clock.now()}
    later(room, 14)
    assert room.desk.step() == 0
    later(room, 1)
    assert room.desk.step() == 1
    (status,) = room.desk.open_alarms()
    assert room.desk.heading(status.alarm, "id") == "Siaga tidak mengukur apa pun"


def test_a_test_goes_to_ones_own_channel_and_not_twice_in_a_minute(room: AlertedRoom) -> None:
    (channel,) = room.accounts.channels.of("citra")
    assert room.desk.test("citra", channel.id)
    assert not room.desk.test("citra", channel.id)
    with pytest.raises(BadInput, match="no such channel"):
        room.desk.test("ayu", channel.id)
    assert room.alerted() == ["citra"]
    later(room, 61)
    assert room.desk.step() == 0, "a test escalates to nobody"


async def test_a_channel_that_takes_nothing_is_said_and_the_next_is_alerted_at_once(tmp_path: Path) -> None:
    async with mail_server(Mailbox(says=["554 no such message here"])) as mailbox:
        with alerted_room(tmp_path, mailbox.port, SimulatedClock(story.NOW)) as room:
            room.has_people()
            room.casework.measured(finding(room.clock))
            room.desk.step()
            await room.outbox.step()
            assert room.desk.step() == 1
            assert room.alerted() == ["ayu", "bima"]
            (result,) = room.desk.results("ayu").values()
            assert not result.taken


class Killing(Mailbox):
    """Takes a mail and kills its sender before it can write that down: twice."""

    sender: asyncio.subprocess.Process | None = None
    killed = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.killed < 2 and self.sender is not None:
            self.sender.kill()
            self.killed += 1
        return answer


async def test_killed_in_the_very_moment_nobody_is_forgotten_and_copies_carry_the_same_id(
    tmp_path: Path,
) -> None:
    mailbox = Killing()
    async with mail_server(mailbox):
        with alerted_room(tmp_path, mailbox.port, SystemClock()) as room:
            room.has_people()
            room.casework.measured(finding(room.clock))
        for _ in range(6):
            arguments = ["-m", "tests.services.killed_alerts", str(tmp_path), str(mailbox.port)]
            mailbox.sender = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
            if await mailbox.sender.wait() == 0:
                break
        with alerted_room(tmp_path, mailbox.port, SystemClock()) as room:
            assert room.outbox.waiting() == ()
            assert room.alerted() == ["ayu"]
            made = [event.what["delivery"] for event in room.journal.read(kinds=["delivery-made"])]
    assert mailbox.killed == 2
    assert len(made) == 1
    assert set(Counter(mail["Message-ID"] for mail in mailbox.mails)) == {f"<{made[0]}@siaga.example>"}


def test_an_outage_for_want_of_a_credential_says_which_and_what_to_do(room: AlertedRoom) -> None:
    room.missing.append(MissingCredential("x", "bearer", "https://x.example", "X_TOKEN", None, is_all=True))
    room.measured = {"x": room.clock.now(), "y": room.clock.now()}
    later(room, 20)
    room.measured["y"] = room.clock.now()
    assert room.desk.step() == 1
    (alert,) = room.journal.read(kinds=["person-alerted"])
    assert "because its API token is missing. Get one at https://x.example" in str(alert.what["body"])
    assert "X_TOKEN" in str(alert.what["body"])


def test_planned_work_alarms_nobody_about_what_it_covers_and_about_nothing_else(room: AlertedRoom) -> None:
    begins, ends = room.clock.now(), room.clock.now() + timedelta(hours=1)
    room.works.announce("x", None, begins, ends, "network", "person:ayu")
    room.measured = {"x": room.clock.now(), "y": room.clock.now()}
    later(room, 20)
    room.measured["y"] = room.clock.now()
    assert room.desk.step() == 0
    room.casework.measured(finding(room.clock))
    assert room.desk.step() == 1, "a finding on the platform alarms all the same"
    later(room, 40)
    room.measured["y"] = room.clock.now()
    room.desk.step()
    assert [event.what["reason"] for event in room.journal.read(kinds=["person-alerted"])][-1] == "outage"
