"""The demo's room: three people who work as a room would, and contacts whose mailbox is the demo's."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.case import Case, NoticeType, Stage
from siaga.cases.case_evidence import case_evidence
from siaga.cases.commands import Command
from siaga.cases.events.account_drafted import AccountDrafted
from siaga.cases.events.account_published import AccountPublished
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_drafted import NoticeDrafted
from siaga.cases.guards import Actor, NotAllowed
from siaga.cases.narrative import draft_account
from siaga.cases.notices.compose import draft_text
from siaga.cases.publication import EVERYBODY
from siaga.cases.rights import Right
from siaga.cases.room_file import Contact, ContactChannel, Mail, PlatformDesk, RoomFile
from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.people.roles import StaffRole
from siaga.ports.cases import CaseService

PEOPLE: Final = {"citra": StaffRole.OPERATOR, "ayu": StaffRole.APPROVER, "bima": StaffRole.APPROVER}
ON_CALL: Final = "x-oncall"
_WORK: Final = frozenset({Right.WORK})
_APPROVE: Final = frozenset({Right.WORK, Right.APPROVE})
CITRA: Final = Actor("person:citra", _WORK)
APPROVERS: Final = (Actor("person:ayu", _APPROVE), Actor("person:bima", _APPROVE))
DRAFTS_AFTER: Final = timedelta(minutes=3)
"""From the proof: somebody reads it before they write."""
APPROVE_AFTER: Final = timedelta(minutes=6)
BESIDE: Final = {
    "id": (
        "Seperti yang terjadi pada Januari 2024: nama itu tidak ditemukan di X sejak tanggal 24. "
        "Kandidatnya bertanya di depan umum pada tanggal 25 pukul 18.45, kementerian mendengarnya dari "
        "pesan singkat sekitar pukul 07.00 tanggal 26, dan menelepon pukul 08.30. Pukul 08.40 pencarian "
        "mulai memberi hasil; sebuah redaksi menghitung tiga kiriman pada hari itu."
    ),
    "en": (
        "As it was in January 2024: the name was missed on X from the 24th on. The candidate asked in "
        "public at 18:45 on the 25th, the ministry heard of it from a messenger at about 07:00 on the "
        "26th, and telephoned at 08:30. Search was seen to give something at 08:40; a newsroom counted "
        "three posts later that day."
    ),
}
"""What was reported of the real case, beside the demo's times, in each language of the room."""


def demo_room(address: str, mail_port: int) -> RoomFile:
    """The room: its pages are at `address`, and its mail goes to a mailbox on loopback."""

    def contact(id: str, label: str) -> Contact:
        return Contact(id, label, (ContactChannel("email", f"{id}@platform.example"),))

    contacts = (contact(ON_CALL, "X, on-call contact"), contact("x-region", "X, regional lead"))
    return RoomFile(
        "demo-room",
        "Ruang Siaga (demo)",
        address.rstrip("/"),
        languages=tuple(BESIDE),
        platforms=(PlatformDesk("x", "en", contacts, (ON_CALL, "x-region")),),
        mail=Mail("127.0.0.1", mail_port, "notices@siaga.example", starttls=False),
    )


class Staff:
    """Does what the room's people would do, when they would."""

    def __init__(self, cases: CaseService, election: Election) -> None:
        self._cases, self._election = cases, election

    def work(self, now: datetime) -> None:
        """Write a notice for each proven case of a platform with a desk, approve it, tell how it ended."""
        for case in list(self._cases.cases.values()):
            if self._cases.room.desk(case.platform) is None or case.verified_at is None:
                continue
            since = now - case.verified_at
            if case.stage is Stage.VERIFIED and not case.notices and since >= DRAFTS_AFTER:
                case = self._draft(case, now)
            if case.stage is Stage.VERIFIED and case.notices and since >= APPROVE_AFTER:
                self._approve(case)
            if case.stage is Stage.CLOSED and not is_published(case):
                self._publish(case)

    def _draft(self, case: Case, now: datetime) -> Case:
        room = self._cases.room
        desk = room.desk(case.platform)
        assert desk is not None
        evidence = case_evidence(case, EVERYBODY)
        assert evidence is not None
        speech = Speech(desk.language, self._election.timezone)
        text = draft_text(NoticeType.RESTORE, evidence, case, self._election, room, speech, now)
        notice = NoticeDrafted(
            case.id,
            notice=f"N-{case.id}",
            type=NoticeType.RESTORE,
            language=desk.language,
            subject=text.subject,
            body=text.body,
            contacts=(ON_CALL,),
        )
        return self._cases.do(Command(notice), CITRA)

    def _approve(self, case: Case) -> None:
        for notice in case.notices.values():
            for person in APPROVERS:
                with suppress(NotAllowed):  # a visitor of the demo was faster
                    self._cases.do(Command(NoticeApproved(case.id, notice.id, notice.text)), person)

    def _publish(self, case: Case) -> None:
        for language in self._cases.room.languages:
            speech = Speech(language, self._election.timezone)
            text = draft_account(case, self._cases.history(case.id), self._election, speech)
            if case.subject == "mahfud":
                text += f"\n{BESIDE[language]}\n"
            case = self._cases.do(Command(AccountDrafted(case.id, language, text)), CITRA)
            digest = case.account_digest(language) or ""
            case = self._cases.do(Command(AccountPublished(case.id, language, digest)), APPROVERS[0])


def is_published(case: Case) -> bool:
    """Whether the account of a closed case can be read in all languages of the room, up to its last end."""
    closed = case.reached.get(Stage.CLOSED)
    accounts = [case.published.get(language) for language in BESIDE]
    return closed is not None and all(account is not None and account.at >= closed for account in accounts)
