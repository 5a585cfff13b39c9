"""Takes reports, gathers them, asks more where they surge; a report alone says nothing in public."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from siaga.cases.case import Case
from siaga.cases.commands import WATCH, Command
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.report_answered import ReportAnswered
from siaga.cases.guards import Actor, NotAllowed
from siaga.cases.once import AskedOtherwise, Once
from siaga.cases.reports import Report, Source, read_report
from siaga.cases.severity import Severity
from siaga.cases.surges import Detector, threshold
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people.links import Links
from siaga.ports.cases import CaseService
from siaga.reporting.intake_limits import IntakeLimits
from siaga.reporting.pictures import Pictures, harmless
from siaga.reporting.store import ReportStore

Unit = tuple[str, str]
PAST: Final = timedelta(days=14)
"""What the usual rate is counted from, up to a day ago."""
RECENT: Final = timedelta(days=1)
GATHERS: Final = timedelta(days=1)
"""Reports on the same within so long belong together."""
COUNTED_EVERY: Final = timedelta(hours=1)
"""So often the usual rates are counted anew."""
MOST_TOLD: Final = 20
"""Reports that a case names when they open it."""
HOUSEKEEPING_S: Final = 3_600.0
PICTURES_AT_ONCE: Final = 2

_log = logging.getLogger(__name__)


class ReportDesk:
    """The reports of one watch. Use as an async context manager."""

    def __init__(
        self,
        election: Election,
        directory: Path,
        cases: CaseService,
        ask_more: Callable[[str, Sequence[str]], None],
        journal: Journal,
        key: bytes,
        clock: Clock,
    ) -> None:
        """Take up what a directory holds. `ask_more` is called with a platform where reports surge.

        Raises:
            BadInput: the reports cannot be opened.
        """
        self._election, self._cases, self._ask_more = election, cases, ask_more
        self._journal, self._clock = journal, clock
        self._store, self._pictures = ReportStore.open(directory), Pictures(directory)
        self._intake, self._channels = IntakeLimits(key), Links(key)
        self._at_once = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._detectors: dict[Unit, Detector] = {}
        self._usual: Mapping[Unit, float] = {}
        self._counted = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._threshold = threshold(len(election.platforms) * sum(1 for _ in election.people()))
        self._numbers: dict[str, int] = {}
        for event in journal.read(kinds=[Kind.CHANNEL_RENEWED]):
            self._numbers[str(event.what["contestant"])] = int(str(event.what["number"]))

    async def __aenter__(self) -> Self:
        await self._store.__aenter__()
        self._task = asyncio.create_task(self._keep_house())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._store.__aexit__(kind, error, trace)

    # Taking a report

    def form(self) -> str:
        """What a new form carries."""
        return self._intake.form(self._clock.now())

    async def take(
        self, fields: Mapping[str, str], address: str, source: Source, picture: bytes = b""
    ) -> str:
        """Take a report from a filled-in form; returns, once it is durable, what its page is found by. The
        same form sent again is the same report.

        Raises:
            BadInput: by field, what is wrong.
            AskedOtherwise: this form was sent already, with other content.
            TooMany: the address, or all together, sent too many.
        """
        now = self._clock.now()
        token = self._intake.check(fields.get("form", ""), now)
        report = read_report(fields, self._election, _id(token), now, source, None)
        known = self._store.find(report.id)
        if known is None or picture:  # a picture is work, also where it came before
            self._intake.enter(address, now)
        if picture:
            async with self._at_once:
                report = replace(report, picture=await asyncio.to_thread(self._keep_picture, picture))
        return await self._keep(token, report, address if source is Source.PUBLIC else source.value)

    async def enter(self, fields: Mapping[str, str], source: Source, once: Once | None) -> str:
        """Take a report that the room enters by a program; entered again with the same key, it is one.

        Raises:
            BadInput: by field, what is wrong.
            AskedOtherwise: something else was entered by the same key.
        """
        token = secrets.token_urlsafe(18) if once is None else _id(once.name)
        report = read_report(fields, self._election, _id(token), self._clock.now(), source, None)
        return await self._keep(token, report, source.value)

    async def _keep(self, token: str, report: Report, address: str) -> str:
        is_new = self._store.find(report.id) is None
        if is_new:
            await self._store.add(report)
        kept = self._store.find(report.id)  # of two that came at once, one was kept
        if kept is not None and replace(report, at=kept.at, subject=kept.subject) != kept:
            raise AskedOtherwise
        if is_new:
            self._gather(report, address)
        return token

    def _keep_picture(self, picture: bytes) -> str:
        return self._pictures.keep(harmless(picture))

    def _gather(self, report: Report, address: str) -> None:
        unit = report.unit
        if unit is None or not report.seen.is_trouble:
            return
        if not self._intake.counts(address, "/".join(unit), report.at):
            return
        at = report.at.timestamp()
        detector = self._detectors.setdefault(unit, Detector(at))
        if detector.report(at, self._usual_of(unit, report.at)) >= self._threshold:
            detector.start_anew()
            self._surged(*unit, report.at)

    def _usual_of(self, unit: Unit, now: datetime) -> float:
        if now - self._counted >= COUNTED_EVERY:
            self._counted = now
            first = self._store.first() or now
            until, since = now - RECENT, max(now - PAST, first)
            seconds = max((until - since).total_seconds(), RECENT.total_seconds())
            counts = self._store.troubles(since, until) if until > since else {}
            self._usual = {unit: count / seconds for unit, count in counts.items()}
        return self._usual.get(unit, 0.0)

    # A surge

    def _surged(self, platform: str, subject: str, at: datetime) -> None:
        """Ask more there; for the room, a case that measuring has yet to prove."""
        self._ask_more(platform, ())
        reports = self._store.about(platform, subject, at - GATHERS)
        case = CaseOpened(
            NEXT_CASE,
            platform=platform,
            subject=subject,
            surface=None,
            severity=Severity.MEDIUM,
            reports=tuple(report.id for report in reports[-MOST_TOLD:]),
        )
        with suppress(NotAllowed):  # one is open about it
            self._cases.do(Command(case), WATCH)
        what = {"platform": platform, "subject": subject, "reports": len(reports)}
        key = f"reports-surged/{platform}/{subject}/{at:%Y-%m-%dT%H}"
        if self._journal.by_key(key) is None:
            self._journal.append(Kind.REPORTS_SURGED, "watch", what, key=key)

    # What became of them

    def by_token(self, token: str) -> Report | None:
        """The report whose reporter shows this."""
        return self._store.find(_id(token))

    def find(self, id: str) -> Report | None:
        """One report."""
        return self._store.find(id)

    def newest(self, most: int) -> Sequence[Report]:
        """The newest first."""
        return self._store.newest(most)

    def case_of(self, report: Report) -> Case | None:
        """The case that it belongs to: the room put it there, or it is about the same at the same time."""
        for case in reversed(list(self._cases.cases.values())):
            if report.id in case.reports:
                return case
            over = case.reached.get(case.stage, report.at) if not case.stage.is_open else report.at
            if (
                case.platform,
                case.subject,
            ) == report.unit and case.opened_at - GATHERS <= report.at <= over + GATHERS:
                return case
        return None

    def about(self, case: Case) -> int:
        """How many reports a case has."""
        if case.subject is None:
            return len(case.reports)
        over = self._clock.now() if case.stage.is_open else case.reached.get(case.stage, case.opened_at)
        found = self._store.about(case.platform, case.subject, case.opened_at - GATHERS)
        alike = {report.id for report in found if report.at <= over + GATHERS}
        return len(alike | set(case.reports))

    def put(self, report: str, case: str, actor: Actor) -> None:
        """Put a report to a case, by hand.

        Raises:
            NotAllowed: there is no such report, or the actor may not.
        """
        once = Once.asked("report", actor.who, report, {"case": case})
        self._cases.do(Command(ReportAnswered(report, case, state="put")), actor, once)

    def picture(self, digest: str) -> Path:
        """Where a picture lies."""
        return self._pictures.path(digest)

    # Campaigns' own addresses

    def channel(self, contestant: str) -> str:
        """What the address of a campaign's own form carries."""
        return self._channels.token(self._channel_text(contestant))

    def _channel_text(self, contestant: str) -> str:
        return f"campaign:{contestant}:{self._numbers.get(contestant, 1)}"

    def contestant_of(self, channel: str) -> str | None:
        """Whose channel that is; None where it is none, or was renewed since."""
        for contestant in self._election.contestants:
            if self._channels.link(channel) == self._channel_text(contestant.id):
                return contestant.id
        return None

    def renew(self, contestant: str, by: str) -> None:
        """Make a campaign's address anew: the old one is a stranger's from now on."""
        number = self._numbers.get(contestant, 1) + 1
        what = {"contestant": contestant, "number": number}
        self._journal.append(Kind.CHANNEL_RENEWED, by, what, key=f"channel/{contestant}/{number}")
        self._numbers[contestant] = number

    async def _keep_house(self) -> None:
        while True:
            try:
                before = self._clock.now() - self._cases.room.keep_reports
                for digest in await asyncio.to_thread(self._store.erase, before):
                    self._pictures.forget(digest)
                await asyncio.to_thread(self._pictures.forget_older, before)
            except Exception as error:  # tried again in an hour
                _log.error("old reports were not erased: %s", type(error).__name__)
            await asyncio.sleep(HOUSEKEEPING_S)


def _id(token: str) -> str:
    return hashlib.sha256(b"siaga report\x00" + token.encode()).hexdigest()[:32]
