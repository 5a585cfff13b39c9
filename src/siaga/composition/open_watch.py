"""The one wiring of a watch: everything that runs and everything that its pages need, opened together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from siaga.cases.room_file import RoomFile, Secret
from siaga.composition.accounts import accounts_in
from siaga.composition.file_rights import close_to_others
from siaga.composition.network import prober_of
from siaga.composition.outbox import heartbeat_of, mailer_of, openid_of, outbox_of
from siaga.composition.people_routes import PeopleRoutes
from siaga.composition.unset_secrets import unset_secrets
from siaga.domain.credentials import MissingCredential
from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.domain.records import Stream
from siaga.domain.time import Clock, SystemClock
from siaga.election.model import Election
from siaga.journal.address import journal_of
from siaga.journal.journal import Journal
from siaga.notifying.heartbeat import Heartbeat
from siaga.notifying.outbox import Outbox
from siaga.people.accounts import Accounts
from siaga.people.links import Links, key_in
from siaga.planning.request_costs import request_costs
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.ports.site import SitePorts
from siaga.ports.supervision import PartTrouble, WatchPart
from siaga.probing.rounds import Prober
from siaga.services.alerts import AlertDesk
from siaga.services.cases import CaseDesk
from siaga.services.checks import CheckDesk
from siaga.services.inspection import EVIDENCE, inspect
from siaga.services.kept_answers import KeptAnswers
from siaga.services.open_data import OpenData
from siaga.services.planned_work import PlannedWorkDesk
from siaga.services.reports import ReportDesk
from siaga.services.subscriptions import NewsMailer
from siaga.watch.detection_settings import judged_by_of
from siaga.watch.live_view import LiveView
from siaga.watch.loop import Watch
from siaga.watch.page_updates import PageUpdates
from siaga.watch.recorder import Recorder
from siaga.watch.round_schedule import RoundSchedule
from siaga.watch.sign_ins import SignIns
from siaga.watch.spare_rounds import RoundLender
from siaga.watch.supervision import Supervisor

_log = logging.getLogger(__name__)

NO_SECRETS: Final[Mapping[Secret, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Messaging:
    """What tells people: platforms, the room's own, an outside monitor."""

    outbox: Outbox
    alerts: AlertDesk
    works: PlannedWorkDesk
    heartbeat: Heartbeat | None
    """None where the room file names no monitor."""


@dataclass(frozen=True, slots=True)
class OpenWatch:
    """A watch with everything around it."""

    watch: Watch
    view: LiveView
    journal: Journal
    cases: CaseDesk
    checks: CheckDesk
    accounts: Accounts
    messaging: Messaging
    mailer: NewsMailer | None
    """None where the room file names no mail server."""
    site: SitePorts
    """What its pages stand on."""
    supervisor: Supervisor

    @property
    def outbox(self) -> Outbox:
        """What sends to platforms and to the room's people."""
        return self.messaging.outbox

    async def run(self) -> None:
        """Watch, and send what is to be sent, until cancelled.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        keep = self.supervisor.keep
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.watch.run())
            tasks.create_task(keep(WatchPart.OUTBOX, self.outbox.run))
            tasks.create_task(keep(WatchPart.ALERTS, self.messaging.alerts.run))
            if self.messaging.heartbeat is not None:
                tasks.create_task(keep(WatchPart.HEARTBEAT, self.messaging.heartbeat.run))
            if self.mailer is not None:
                tasks.create_task(keep(WatchPart.NEWS, self.mailer.run))


@dataclass(frozen=True, slots=True)
class _Core:
    """What measures, records and follows, built and not yet begun."""

    watch: Watch
    view: LiveView
    recorder: Recorder
    schedule: RoundSchedule
    cases: CaseDesk
    lender: RoundLender
    updates: PageUpdates
    supervisor: Supervisor


@asynccontextmanager
async def open_watch(
    election: Election,
    directory: Path,
    *,
    readers: Mapping[str, PlatformReader],
    instance_of: Callable[[Stream], Instance],
    clock: Clock,
    room: RoomFile,
    secrets: Mapping[Secret, str] = NO_SECRETS,
    journal: str | None = None,
    prober: Prober | None = None,
    missing: Sequence[MissingCredential] = (),
) -> AsyncIterator[OpenWatch]:
    """A watch that keeps everything in `directory` and takes up what is there, for the length of a block.

    Args:
        readers: of each platform, by its id.
        instance_of: where and with which credential a stream is asked; of none whose credential is `missing`.
        clock: the watch's time. People sign in by the real time in any case.
        room: who runs it, and whom to write to.
        secrets: those that the room file names.
        journal: the URL of a journal elsewhere than in the directory.
        prober: who asks the platforms; without it, the network as the election file says.

    Raises:
        BadInput: another watch holds the directory; a budget, proxy, browser or channel cannot be used.
        Damaged: files of the directory are missing or damaged; nothing was changed.
    """
    _look_through(directory, journal_of(directory, journal))
    async with AsyncExitStack() as opened:
        asking = prober if prober is not None else await opened.enter_async_context(prober_of(election))
        core = _core(election, directory, readers, instance_of, clock, room, journal, asking, missing)
        await opened.enter_async_context(core.watch)
        record, key, keeper = core.recorder.journal, key_in(directory), core.supervisor
        links, view, cases = Links(key), core.view, core.cases
        accounts = opened.enter_context(closing(accounts_in(directory, record, SystemClock())))
        messaging = _messaging(core, election, room, secrets, directory, accounts, links, clock, missing)
        mailer = _closed_with(opened, mailer_of(core.view, room, secrets, directory, key, clock))
        begin, tell, ask_more = opened.enter_async_context, core.updates.announce, core.schedule.ask_more
        reports = await begin(ReportDesk(election, directory, cases, ask_more, record, key, clock))
        checks = await begin(CheckDesk(election, directory, asking, core.lender, tell, key, clock, keeper))
        open_data = await begin(OpenData(view, core.recorder.store, judged_by_of(election), directory))
        site = SitePorts(
            view,
            accounts=accounts,
            cases=cases,
            links=links,
            reports=reports,
            checks=checks,
            subscriptions=mailer,
            open_data=open_data,
            outbox=messaging.outbox,
            openid=openid_of(room, secrets, SystemClock()),
            alerts=messaging.alerts,
            evidence=KeptAnswers(directory / EVIDENCE, cases.history),
            planned_work=messaging.works,
            directory=directory,
            unset=unset_secrets(room, secrets),
        )
        yield OpenWatch(core.watch, view, record, cases, checks, accounts, messaging, mailer, site, keeper)


def _closed_with(opened: AsyncExitStack, mailer: NewsMailer | None) -> NewsMailer | None:
    if mailer is not None:
        opened.callback(mailer.close)
    return mailer


def _messaging(
    core: "_Core",
    election: Election,
    room: RoomFile,
    secrets: Mapping[Secret, str],
    directory: Path,
    accounts: Accounts,
    links: Links,
    clock: Clock,
    missing: Sequence[MissingCredential],
) -> Messaging:
    """Raises:
    BadInput: a channel of the room file cannot be used.
    """
    record, cases, streams = core.recorder.journal, core.cases, core.recorder.recent.streams
    people = PeopleRoutes(accounts, room, secrets, links)
    outbox = outbox_of(election, room, secrets, directory, cases, record, links, clock, core.view, people)

    def troubles() -> list[PartTrouble]:
        return [*core.recorder.troubles(), *core.supervisor.troubles()]

    works = PlannedWorkDesk(election, record, clock)
    alerts = AlertDesk(
        election, room, record, cases, accounts, links, clock, streams, troubles, works, missing
    )
    return Messaging(outbox, alerts, works, heartbeat_of(room, secrets, streams, clock))


def _look_through(directory: Path, journal: str) -> None:
    """Log what is wrong with the files of a watch and can be lived with; refuse to go on with the rest. What
    others could read is closed to them.

    Raises:
        Damaged: with a fault for each file that keeps the watch from starting; nothing was changed.
    """
    found = list(inspect(directory, journal))
    for damage in found:
        if not damage.stops:
            _log.warning("%s", damage.fault)
    if faults := [damage.fault for damage in found if damage.stops]:
        raise Damaged(*faults)
    if closed := close_to_others(directory):
        _log.warning("%s", Damage.OPEN_TO_OTHERS.at(directory, f"{closed} files and folders"))


def _core(
    election: Election,
    directory: Path,
    readers: Mapping[str, PlatformReader],
    instance_of: Callable[[Stream], Instance],
    clock: Clock,
    room: RoomFile,
    journal: str | None,
    prober: Prober,
    missing: Sequence[MissingCredential],
) -> _Core:
    """Open the record and build what stands on it; the directory is let go again where that fails.

    Raises:
        BadInput: another watch holds the directory, it is of another election, or a budget cannot carry a
            round.
    """
    with ExitStack() as until_built:
        supervisor = Supervisor(clock)
        recorder = Recorder(
            election, directory, clock, supervisor, journal, room.keep_measurements, room.keep_evidence
        )
        until_built.callback(recorder.close)
        prober.trust(recorder.recent.have_found())
        costs = request_costs(election, readers)
        worth, unsettled = recorder.detection.worth_asking, recorder.detection.unsettled
        schedule = RoundSchedule(
            election, costs, directory, recorder.journal, clock, worth, unsettled, supervisor, missing
        )
        cases = CaseDesk(election, room, recorder.journal, clock, schedule.ask_more)
        recorder.cases_opened = cases.opened_at
        updates, sign_ins = PageUpdates(), SignIns(prober, instance_of)
        watch = Watch(recorder, schedule, prober, readers, sign_ins, cases, updates, clock, supervisor)
        view = LiveView(recorder, schedule, prober, cases, updates, clock, supervisor.troubles, missing)
        lender = RoundLender(election, readers, schedule, sign_ins, clock)
        until_built.pop_all()
        return _Core(watch, view, recorder, schedule, cases, lender, updates, supervisor)
