"""A room in which everything happens at once: what its pages can say, they say."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Self

from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import act, answer_address, drafted
from tests.web.alerted_site import AlertedSite
from tests.web.browsing import token
from tests.web.reporting_room import ReportingRoom, tell
from tests.web.sample_data import SampleData

from siaga.cases.commands import Command
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State
from siaga.election.model import EventKind
from siaga.probing.evidence import EvidenceStore
from siaga.services.alerts import LINK_PREFIX
from siaga.services.kept_answers import KeptAnswers
from siaga.services.planned_work import PlannedWorkDesk

BODY = b'{"posts": []}'
WORK = {
    "platform": "x",
    "vantage": "",
    "begins": "2024-01-25T07:30",
    "ends": "2024-01-26T06:00",
    "reason": "credential-renewed",
}


class BusyRoom(AlertedSite, ReportingRoom):
    """Findings of every kind, cases, a report, announced work, alerts, open data and kept answers."""

    visited: list[str]
    """Addresses without a language that only `happen` knows."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.said = [*sample.alarmed().said, *sample.outage().said[:3]]
        voting = replace(sample.DEBATE, id="voting", kind=EventKind.VOTING, label="Hari H")
        later = timedelta(days=9)
        self.election = replace(
            self.election,
            events=(
                replace(sample.DEBATE, label="Debat 4"),
                replace(voting, starts=sample.NOW + later, ends=sample.NOW + later + timedelta(hours=6)),
            ),
        )
        self.casework.room = replace(self.casework.room, label="Ruang kendali uji")
        self.more["planned_work"] = PlannedWorkDesk(self.election, self.journal, self.clock)
        folder = self.directory / "evidence"
        EvidenceStore(folder).keep_all("x", story.NOW, {hashlib.sha256(BODY).hexdigest(): BODY}, {})
        self.more["evidence"] = KeptAnswers(folder, self.casework.history)
        self.more["open_data"] = SampleData(self.directory)
        return self

    async def happen(self) -> None:
        """People and platforms do what they can do; an hour goes by."""
        citra, ayu, bima = [await self.signed_in(one) for one in ("citra", "ayu", "bima")]
        report = (await tell(self)).headers["location"]
        form = {**token((await citra.get("/en/planned-work")).text), **WORK}
        assert (await citra.post("/en/planned-work/announce", data=form)).status_code == 303
        assert (await act(citra, "take")).status_code == 303
        assert (await drafted(citra)).status_code == 303
        for approver in (ayu, bima):
            assert (await act(approver, "approve")).status_code == 303
        address = await answer_address(self)
        self.later(minutes=40)
        for word, more in (
            ("acknowledge", {}),
            ("explain", {"cause": "spam-cleanup", "text": "Kami periksa."}),
            ("claim", {}),
            ("comment", {"text": "Sudah ditelepon."}),
            ("draft-update", {"template": "contacted"}),
        ):
            answer = await act(citra, word, **more)
            assert answer.status_code == 303, (word, answer.text)
        update = self.casework.cases["C-1"].draft_update
        assert update is not None
        assert (
            await act(bima, "publish-update", update=str(update.seq), template="contacted")
        ).status_code == 303
        self.casework.measured(story.verdict(State.SUPPRESSED, self.now()))
        opened = CaseOpened(NEXT_CASE, "x", "anies", None, Severity.MEDIUM, reports=("r1",))
        self.casework.do(Command(opened), story.WATCH)
        gone = replace(story.verdict(State.SUPPRESSED, self.now(), "ganjar"))
        self.casework.measured(gone)
        assert (await drafted(citra)).status_code == 303
        self.later(minutes=20)
        self.casework.measured(replace(gone, at=self.now(), since=self.now(), state=State.FINDABLE))
        alert = f"/en/alert/{self.links.token(f'{LINK_PREFIX}C-1/new-case/1/1')}"
        self.visited = [one.removeprefix("/en/") for one in (report, address, alert)]
