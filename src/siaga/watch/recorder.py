"""What was measured and what it came to: stored, judged, journalled, saved; taken up again after a kill.

Nothing is judged before it is durable, and rounds are stored in the order in which they are judged. What a
kill interrupts is taken again from the store, and what was journalled already is recognised by its key.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
from sqlalchemy.exc import SQLAlchemyError

from siaga import __version__
from siaga.detection.rules.burst_trigger import calls_for_more
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.damage import ANCHOR
from siaga.domain.errors import BadInput, NotRecorded
from siaga.domain.records import Measurement
from siaga.domain.time import Clock
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.journal.address import journal_of
from siaga.journal.anchor import check_stored, write_anchor
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.journal.sealed_files import SealedFilesLog
from siaga.journal.watched_election import check_is_of, check_journal_is_of
from siaga.measurements.schema import FIELDS, to_measurements
from siaga.measurements.store import Store
from siaga.measurements.writer import Writer
from siaga.ports.supervision import PartTrouble, Supervision, WatchPart
from siaga.probing.evidence import EvidenceStore, KeptAnswer
from siaga.watch.checkpoint import Checkpoint, load, save
from siaga.watch.controls_health import LeftOutControls
from siaga.watch.detection_settings import names_of, settings_of, subjects_of
from siaga.watch.evidence_history import EvidenceHistory
from siaga.watch.findings import OpenFindings
from siaga.watch.health import RecentRounds
from siaga.watch.reorder_buffer import FinishedRound

SAVE_EVERY: Final = timedelta(minutes=10)
DROPPED_IN_AN_EVENT: Final = 500
ANCHOR_EVERY: Final = timedelta(minutes=1)
EVIDENCE_EVERY: Final = timedelta(hours=1)
"""So often it is looked for answers that are older than they are kept."""
NO_ROOM: Final = "No room is left for it."
TOO_OLD: Final = "It is older than what the room keeps."

_log = logging.getLogger(__name__)


class Recorder:
    """One election's record in a directory. Use as an async context manager."""

    def __init__(
        self,
        election: Election,
        directory: Path,
        clock: Clock,
        supervision: Supervision,
        journal: str | None = None,
        keep: timedelta | None = None,
        keep_evidence: timedelta | None = None,
    ) -> None:
        """Open the directory and take up where it was left. `journal` is the journal's URL, where it is not
        in the directory; `keep` is how long sealed measurements are kept, `keep_evidence` how long answers,
        None for good.

        Raises:
            BadInput: another watch holds the directory, or it is of another election.
            Damaged: what was stored is missing or damaged; nothing was changed.
        """
        self.election, self._directory, self._clock = election, directory, clock
        self._supervision = supervision
        self.late_rounds = 0
        """Since the start: those that came after others which belong behind them."""
        self.is_judging = False
        """Whether what is stored is being judged. Where that is broken off, the state is not saved: the next
        start judges it again, from the state before."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as opened:
            # First, so that a kill in between never leaves a store whose journal looks lost.
            self.journal = opened.enter_context(Journal.open(journal_of(directory, journal), clock))
            check_journal_is_of(self.journal, election.id, str(directory))
            sealed = SealedFilesLog(self.journal)
            self.store = opened.enter_context(Store.open(directory / "measurements", clock, keep, sealed))
            for newest in self.store.measurements(limit=1):
                check_is_of(newest.election, election.id, str(directory))
            if not self.store.gave_up:  # what it gave up it has said
                check_stored(directory, self.store.last_seq)
            sealed.take_up(self.store.segments)
            self.findings = OpenFindings()
            self.recent = RecentRounds(election)
            self.evidence = EvidenceHistory()
            self.rounds = 0
            """Judged since the watch's first start."""
            self.seq = 0
            """The sequence number of the last measurement that was judged."""
            self.detection = Detection(settings_of(election), subjects_of(election), names_of(election))
            self._left_out: LeftOutControls | None = None
            self._saved_at = self._anchored_at = clock.now()
            self._last_order = (0, "")
            self._resume()
            self._answers = EvidenceStore(directory / "evidence", len(election.platforms))
            self.cases_opened: Callable[[str], Sequence[datetime]] = lambda platform: ()
            """When each case that is open at a platform was opened: what came first stays with it."""
            self._keep_evidence, self._evidence_looked_at = keep_evidence, clock.now() - EVIDENCE_EVERY
            self._keeping = ThreadPoolExecutor(1, thread_name_prefix="evidence")
            """A thread of its own, so that no visitor's work stands before it."""
            self._writer = Writer(self.store, clock)
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Let go of the directory without saving: for one that was never entered."""
        self._opened.close()

    async def __aenter__(self) -> Self:
        self.journal.append(
            Kind.WATCH_STARTED,
            "watch",
            {
                "election": self.election.id,
                "file": self.election.digest,
                "promise": [
                    self.election.promise.false_alarms,
                    self.election.promise.span.total_seconds(),
                ],
            },
        )
        await self._writer.__aenter__()
        self._anchor()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._opened:
            await self._writer.__aexit__(None, None, None)
            if not self.is_judging:
                self.save()
            if kind is None or issubclass(kind, asyncio.CancelledError):
                self.journal.append(Kind.WATCH_STOPPED, "watch", {"rounds": self.rounds})
            self._anchor()

    async def take(
        self,
        rounds: Sequence[FinishedRound],
        on_change: Callable[[Verdict], None],
        on_judged: Callable[[FinishedRound], None],
    ) -> None:
        """Store rounds, given in their order; once they are durable, judge each.

        `on_change` is called with each change of state once it is journalled, `on_judged` with each round.
        Cancelled while it stores, it has judged none of them and can be called with them again.

        Raises:
            NotRecorded: they cannot be stored, or what they show cannot be journalled.
        """
        measured = [finished for finished in rounds if finished.result.measurements]
        self._notice_late(measured)
        await self._keep_answers(measured)
        await self._drop_old_answers()
        rows = [measurement for finished in measured for measurement in finished.result.measurements]
        seq = await self._writer.append(rows, [finished.round for finished in measured])
        self.is_judging = True
        try:
            for finished in rounds:
                self._note_self_test(finished)
                for change in self._judge_whole(finished.result.measurements):
                    self.findings.take(change, self.journal)
                    on_change(change)
                on_judged(finished)
        except (SQLAlchemyError, OSError) as error:
            raise NotRecorded from error
        self.seq, self.is_judging = seq, False
        if abs(self._clock.now() - self._saved_at) >= SAVE_EVERY:
            with self._supervision.guard(WatchPart.CHECKPOINT):
                self.save()
        if abs(self._clock.now() - self._anchored_at) >= ANCHOR_EVERY:
            with self._supervision.guard(WatchPart.CHECKPOINT):
                self._anchor()

    def _anchor(self) -> None:
        """Say what must be here from now on. Without it less is noticed, and nothing is lost."""
        self._anchored_at = self._clock.now()
        try:
            write_anchor(self._directory, *self.journal.head(), self.store.last_seq)
        except OSError as error:
            _log.error("%s cannot be written: %s", self._directory / ANCHOR, error.strerror)

    def troubles(self) -> list[PartTrouble]:
        """That what was measured cannot be stored now, where that is so."""
        since = self._writer.failing_since
        return [] if since is None else [PartTrouble(WatchPart.STORING, self._writer.failure, since, 1)]

    def save(self) -> None:
        """Keep the present, so that little has to be judged again after a kill."""
        self._saved_at = self._clock.now()
        plain = {
            "software": __version__,
            "election": self.election.digest,
            "findings": self.findings.state(),
            "history": self.evidence.state(),
            "recent": self.recent.state(),
            "rounds": self.rounds,
        }
        save(self._directory / "state", Checkpoint(self.seq, self.detection.snapshot(), plain))

    def _judge_whole(self, measurements: Sequence[Measurement]) -> list[Verdict]:
        """The changes of state that a round brings; none where judging it fails by a mistake of ours.

        It stays stored: a replay by a release without the mistake judges it.
        """
        if not measurements:
            return []
        try:
            changes = self._judge(measurements)
        except (SQLAlchemyError, OSError):  # the journal
            raise
        except Exception as error:
            self._supervision.failed(WatchPart.JUDGING, error)
            return []
        return changes

    def _judge(self, measurements: Sequence[Measurement]) -> list[Verdict]:
        """Judge one round; returns the changes of state."""
        changes = self.detection.take(measurements)
        platform, at = measurements[0].platform, measurements[-1].at
        targets = {m.subject for m in measurements if self.detection.role(m.subject, m.role) is Role.TARGET}
        evidence = {subject: self.detection.evidence(platform, subject) for subject in sorted(targets)}
        self.evidence.add(platform, at, evidence)
        self.recent.add(measurements[0].stream, measurements, at)
        if self._left_out is not None:
            self._left_out.note(self.detection, at, self.journal)
        self.rounds += 1
        return changes

    def _note_self_test(self, finished: FinishedRound) -> None:
        """Write down what an instrument's self-test showed."""
        test, stream = finished.result.self_test, finished.round.stream
        if test is not None:
            facts = {**asdict(stream), "passed": test.passed, "note": test.note}
            self.journal.append(Kind.INSTRUMENT_TESTED, "watch", facts, key=f"self-test/{finished.round.id}")

    def _notice_late(self, rounds: Sequence[FinishedRound]) -> None:
        """Log rounds that belong before some that are judged already. They are judged all the same; a replay
        puts them in their place, so that what it says around them may differ a little."""
        late = [finished for finished in rounds if finished.order < self._last_order]
        if late and not self.late_rounds:
            _log.warning("a round arrived late. Check the system clock. Monitoring health counts such rounds")
        self.late_rounds += len(late)
        self._last_order = max([self._last_order, *(finished.order for finished in rounds)])

    async def _keep_answers(self, rounds: Sequence[FinishedRound]) -> None:
        """Keep what was received, controls and all, in rounds where a target was missing: a case needs it.
        What has to go for it is journalled before anything rests on it."""
        loop = asyncio.get_running_loop()
        for finished in rounds:
            result, platform = finished.result, finished.round.stream.platform
            if not result.bodies or not calls_for_more(result.measurements):
                continue
            at, opened = result.measurements[0].at, self.cases_opened(platform)
            keep = partial(self._answers.keep_all, platform, at, result.bodies, result.pictures, opened)
            with self._supervision.guard(WatchPart.EVIDENCE):  # what was measured is not lost for it
                self._note_dropped(platform, await loop.run_in_executor(self._keeping, keep), NO_ROOM)

    async def _drop_old_answers(self) -> None:
        """Erase what is older than the room keeps, less what an open case rests on."""
        if self._keep_evidence is None or self._clock.now() - self._evidence_looked_at < EVIDENCE_EVERY:
            return
        self._evidence_looked_at, before = self._clock.now(), self._clock.now() - self._keep_evidence
        loop = asyncio.get_running_loop()
        for platform in (platform.id for platform in self.election.platforms):
            drop = partial(self._answers.drop_older, platform, before, self.cases_opened(platform))
            with self._supervision.guard(WatchPart.EVIDENCE):
                self._note_dropped(platform, await loop.run_in_executor(self._keeping, drop), TOO_OLD)

    def _note_dropped(self, platform: str, dropped: Sequence[KeptAnswer], why: str) -> None:
        for start in range(0, len(dropped), DROPPED_IN_AN_EVENT):
            digests = [answer.sha256 for answer in dropped[start : start + DROPPED_IN_AN_EVENT]]
            what = {"platform": platform, "sha256": digests}
            self.journal.append(Kind.EVIDENCE_DROPPED, "watch", what, why)

    # After a stop or a kill

    def _resume(self) -> None:
        saved = load(self._directory / "state")
        if saved is not None and self._take_up(saved):
            self._left_out = LeftOutControls(self.detection)
            for measurements in self._stored_after(self.seq):
                for change in self._judge_whole(measurements):
                    self.findings.take(change, self.journal)
            self.seq = self.store.last_seq
            return
        # Judged anew, by another file or version perhaps: the past is not told again, only what differs now.
        for measurements in self._stored_after(0):
            for change in self._judge_whole(measurements):
                self.findings.note(change)
        self.seq = self.store.last_seq
        self.findings.tell_what_differs(self.journal, self.detection.verdicts())
        self._left_out = LeftOutControls(self.detection)
        self.save()

    def _take_up(self, saved: Checkpoint) -> bool:
        """Whether what was saved could be used: by this version, for this election file."""
        plain = saved.plain
        if (plain.get("software"), plain.get("election")) != (__version__, self.election.digest):
            return False
        if saved.seq > self.store.last_seq:  # the store was put back to an earlier moment
            return False
        try:
            self.detection = Detection.restore(saved.detection)
        except BadInput:
            return False
        self.findings.restore(plain["findings"])
        self.evidence.restore(plain["history"])
        self.recent.restore(plain["recent"])
        self.rounds, self.seq = plain["rounds"], saved.seq
        return True

    def _stored_after(self, seq: int) -> Iterator[list[Measurement]]:
        """The rounds stored after `seq`, whole and in order: a round is appended at once."""
        while True:
            table = self.store.after(seq)
            if not table.num_rows:
                return
            seqs = table.column("seq").to_pylist()
            rounds = [list(group) for _, group in groupby(_measurements(table), lambda m: m.round)]
            more = len(rounds) > 1 and self.store.last_seq > seqs[-1]
            yield from rounds[:-1] if more else rounds
            seq = seqs[-1] - (len(rounds[-1]) if more else 0)


def _measurements(table: pa.Table) -> Iterator[Measurement]:
    for batch in table.select(FIELDS).combine_chunks().to_batches():
        yield from to_measurements(batch)
