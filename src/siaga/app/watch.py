"""One election being watched: rounds planned, asked, stored, judged, journalled, shown.

Nothing is judged before it is durable. What a kill interrupts is taken again from the store, and what was
journalled already is recognised by its key.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import orjson
import pyarrow as pa

from siaga.app import keys
from siaga.app.findings import Findings
from siaga.app.health import Recent
from siaga.app.history import EvidenceHistory
from siaga.app.judging import names_of, settings_of, subjects_of
from siaga.app.saved import Saved, load, save
from siaga.app.sessions import Sessions
from siaga.detection.asking_more import calls_for_more, shows_recovery
from siaga.detection.facts import completed
from siaga.detection.watch import Detection
from siaga.election.model import Election
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements import rollups
from siaga.measurements.reading import Filter
from siaga.measurements.schema import FIELDS, to_measurements
from siaga.measurements.store import Store
from siaga.measurements.writer import Writer
from siaga.planning.planner import Planner
from siaga.platforms.conversation import Instance
from siaga.platforms.registry import READERS
from siaga.probing.evidence import Evidence
from siaga.probing.rounds import Prober, RoundResult
from siaga.web.view import Bucket, BudgetHealth, EvidencePoint, Health
from siaga.words.answers import Answer
from siaga.words.errors import BadInput
from siaga.words.records import Measurement, Round, Stream
from siaga.words.time import Clock
from siaga.words.verdicts import Verdict

SAVE_EVERY: Final = timedelta(minutes=10)
LONGEST_SLEEP: Final = timedelta(seconds=30)
"""The planner is asked at least so often, whatever it said, so that a clock change is noticed."""
SETTLING_S: Final = 0.05
"""Finished rounds are gathered for so long, then taken in order of completion."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """A round and what came back."""

    round: Round
    result: RoundResult

    def order(self) -> tuple[int, str]:
        """The order in which rounds are judged, live and in replay alike."""
        return max((completed(m) for m in self.result.measurements), default=0), str(self.round.id)


class Watch:
    """One election being watched; the room that `web/view.py` describes. Use as an async context manager."""

    def __init__(
        self,
        election: Election,
        directory: Path,
        *,
        clock: Clock,
        prober: Prober,
        instance_of: Callable[[Stream], Instance],
    ) -> None:
        """Open the watch's directory and take up where it was left.

        Raises:
            BadInput: another watch holds the directory, or a budget cannot carry a round.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self.election = election
        self._directory = directory
        self._clock = clock
        self._prober = prober
        self._sessions = Sessions(prober, instance_of)
        self._readers = {platform.id: READERS[platform.reader] for platform in election.platforms}
        self._store = Store.open(directory / "measurements", clock)
        self._journal = Journal.open(f"sqlite:///{directory / 'journal.sqlite'}", clock)
        self._writer = Writer(self._store, clock)
        self._evidence = Evidence(directory / "evidence")
        self._findings = Findings()
        self._recent = Recent(election)
        self._history = EvidenceHistory()
        self._rounds = 0
        self._seq = 0
        self._detection = self._new_detection()
        costs = {
            (platform.id, surface.surface): self._readers[platform.id].cost.get(surface.surface, 1)
            for platform in election.platforms
            for surface in platform.surfaces
        }
        self._started = clock.now()
        self._planner = Planner(election, costs, self._key_of, self._started)
        self._finished: asyncio.Queue[Finished] = asyncio.Queue()
        self._replan = asyncio.Event()
        self.on_change: Callable[[Verdict], object] | None = None
        """Called with each change of state, once it is journalled."""
        self._version = 0
        self._changed = asyncio.Condition()
        self._saved_at = self._started
        self._resume()
        self._journal.append(
            Kind.WATCH_STARTED,
            "watch",
            {
                "election": election.id,
                "file": election.digest,
                "promise": [election.promise.false_alarms, election.promise.span.total_seconds()],
            },
        )

    async def __aenter__(self) -> Self:
        await self._writer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._writer.__aexit__(None, None, None)
        self._save()
        self._journal.append(Kind.WATCH_STOPPED, "watch", {"rounds": self._rounds})
        self._journal.close()
        self._store.close()

    # Running

    async def run(self) -> None:
        """Watch until cancelled. Slow rounds hold nothing else up."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_as_they_come())
            while True:
                for round_ in self._due():
                    tasks.create_task(self._ask_and_hand_over(round_))
                await self._rest()

    async def step(self) -> None:
        """Ask all rounds that are due at the clock's present moment, and take what came back."""
        finished = await asyncio.gather(*(self._ask(round_) for round_ in self._due()))
        if finished:
            await self._take(finished)

    def next_due(self) -> datetime:
        """When `step` has something to do next."""
        return self._planner.next_due()

    def _due(self) -> tuple[Round, ...]:
        now = self._clock.now()
        self._reveal_past_keys(now)
        rounds = self._planner.take_due(now)
        if rounds:
            self._keep_plan()
        return rounds

    async def _rest(self) -> None:
        until = min(self._planner.next_due(), self._clock.now() + LONGEST_SLEEP)
        sleep = asyncio.ensure_future(self._clock.sleep_until(until))
        replan = asyncio.ensure_future(self._replan.wait())
        try:
            await asyncio.wait({sleep, replan}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            replan.cancel()
        self._replan.clear()

    async def _ask(self, round_: Round) -> Finished:
        stream = round_.stream
        reader = self._readers[stream.platform]
        instance = await self._sessions.instance(reader, stream, self._clock.now())
        result = await self._prober.ask_round(
            round_, reader, instance, election=self.election.id, clock=self._clock
        )
        self._sessions.learn(stream, result.measurements)
        now = self._clock.now()
        self._planner.finished(round_, now, result.sent)
        if result.quota is not None:
            note = self._planner.learn(stream.platform, stream.vantage, result.quota, now)
            if note:
                _log.warning("%s", note)
        return Finished(round_, result)

    async def _ask_and_hand_over(self, round_: Round) -> None:
        self._finished.put_nowait(await self._ask(round_))

    async def _take_as_they_come(self) -> None:
        while True:
            group = [await self._finished.get()]
            await asyncio.sleep(SETTLING_S)
            while not self._finished.empty():
                group.append(self._finished.get_nowait())
            await self._take(group)
            self._replan.set()

    async def _take(self, group: Sequence[Finished]) -> None:
        """Store the rounds; once they are durable, judge them one by one."""
        group = [one for one in sorted(group, key=Finished.order) if one.result.measurements]
        rows = [measurement for one in group for measurement in one.result.measurements]
        await self._keep_evidence(group)
        self._seq = await self._writer.append(rows, [one.round for one in group])
        for one in group:
            self._judge(one.result.measurements)
            stream = one.round.stream
            open_names = self._findings.open_at(stream.platform, stream.surface)
            if calls_for_more(one.result.measurements) or shows_recovery(one.result.measurements, open_names):
                self._planner.suspect(stream.platform, self._clock.now(), stream.surface)
        self._history.add(self._detection.verdicts())
        if self._clock.now() - self._saved_at >= SAVE_EVERY:
            self._save()
        await self._tell()

    async def _keep_evidence(self, group: Sequence[Finished]) -> None:
        """Keep what was received, controls and all, in rounds where a target was missing: a case needs it."""
        bodies = {
            digest: body
            for one in group
            if calls_for_more(one.result.measurements)
            for digest, body in one.result.bodies.items()
        }
        if not bodies:
            return
        try:
            await asyncio.to_thread(self._evidence.keep_all, bodies)
        except OSError as error:
            _log.error("answers could not be kept as evidence: %s", error.strerror)

    def _judge(self, measurements: Sequence[Measurement]) -> None:
        changes = self._detection.take(measurements)
        self._findings.take(changes, self._journal)
        if self.on_change is not None:
            for change in changes:
                self.on_change(change)
        self._recent.add(measurements[0].stream, measurements, measurements[-1].at)
        self._rounds += 1

    # Keys

    def _key_of(self, day: date) -> bytes:
        key = keys.key_of(self._directory / "keys", day)
        self._journal.append(
            Kind.SEED_KEY_COMMITTED,
            "watch",
            {"day": day.isoformat(), "sha256": keys.digest(key)},
            key=f"seed-key/{day}",
        )
        return key

    def _reveal_past_keys(self, now: datetime) -> None:
        today = now.astimezone(UTC).date()
        for day in keys.past_days(self._directory / "keys", today):
            key = keys.key_of(self._directory / "keys", day)
            self._journal.append(
                Kind.SEED_KEY_REVEALED,
                "watch",
                {"day": day.isoformat(), "key": key.hex()},
                key=f"seed-key-revealed/{day}",
            )
            keys.forget(self._directory / "keys", day)

    # Surviving

    def _new_detection(self) -> Detection:
        return Detection(settings_of(self.election), subjects_of(self.election), names_of(self.election))

    def _resume(self) -> None:
        saved = load(self._directory / "state")
        detection = _restored(saved) if saved else None
        if saved is not None and detection and saved.plain["election"] == self.election.digest:
            self._detection = detection
            self._findings.restore(saved.plain["findings"])
            self._history.restore(saved.plain["history"])
            self._rounds = saved.plain["rounds"]
            self._seq = saved.seq
        for measurements in self._stored_after(self._seq):
            self._judge(measurements)
        self._seq = self._store.last_seq
        plan = self._directory / "plan.json"
        if plan.exists():
            self._planner.restore(orjson.loads(plan.read_bytes()), self._clock.now())

    def _stored_after(self, seq: int) -> Iterator[list[Measurement]]:
        """The rounds stored after `seq`, whole and in order: a round is appended at once."""
        while True:
            table = self._store.after(seq)
            if not table.num_rows:
                return
            seqs = table.column("seq").to_pylist()
            rounds = [list(group) for _, group in groupby(_measurements(table), lambda m: m.round)]
            more = len(rounds) > 1 and self._store.last_seq > seqs[-1]
            yield from rounds[:-1] if more else rounds
            seq = seqs[-1] - (len(rounds[-1]) if more else 0)

    def _save(self) -> None:
        self._saved_at = self._clock.now()
        save(
            self._directory / "state",
            Saved(
                self._seq,
                self._detection.snapshot(),
                {
                    "election": self.election.digest,
                    "findings": self._findings.state(),
                    "history": self._history.state(),
                    "rounds": self._rounds,
                },
            ),
        )

    def _keep_plan(self) -> None:
        """Before anything is asked, so that a kill makes no budget forgotten. A power cut may; a minute's
        worth of budget is then asked twice at most."""
        temporary = self._directory / "plan.new"
        temporary.write_bytes(orjson.dumps(self._planner.state()))
        temporary.replace(self._directory / "plan.json")

    # What the pages see

    def now(self) -> datetime:
        """The watch's present moment, UTC."""
        return self._clock.now()

    def threshold(self) -> float:
        """The evidence at which a name is called suppressed."""
        settings = self._detection.settings
        return settings.alarm(names_of(self.election), settings.bet_share)

    def verdicts(self) -> Sequence[Verdict]:
        """The present."""
        return self._detection.verdicts()

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes of state, newest first."""
        return self._findings.changes(most)

    def health(self) -> Health:
        """How the watch itself is."""
        now = self._clock.now()
        return Health(
            started=self._started,
            rounds=self._rounds,
            measurements=self._seq,
            streams=self._recent.streams(),
            budgets=[
                BudgetHealth(left.platform, left.vantage, left.share, left.waits_until)
                for left in self._planner.left(now)
            ],
            offline=[v.id for v in self.election.vantages if self._prober.connectivity.offline(v.id, now)],
        )

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[Bucket]:
        """What came back for the subject and for its controls, in equal spans, oldest first."""
        found = await asyncio.to_thread(
            rollups.timeline, self._store, platform, subject, since, until, surface, buckets=buckets
        )
        return [
            Bucket(
                bucket.start,
                _by_answer(bucket.target),
                bucket.target.unmatched,
                _by_answer(bucket.controls),
                bucket.controls.unmatched,
            )
            for bucket in found.buckets
        ]

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """How the evidence went, oldest first."""
        return self._history.points(platform, subject, since)

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        """The newest measurements of the subject on the platform, newest first."""
        wanted = Filter(platform=platform, subject=subject)
        return await asyncio.to_thread(lambda: list(self._store.measurements(wanted, limit=most)))

    async def tail(self, after_seq: int) -> bytes:
        """The stored measurements after a sequence number, as an Arrow stream, for other processes."""
        return await asyncio.to_thread(self._store.tail, after_seq)

    async def subscribe(self) -> AsyncIterator[int]:
        """A number that grows, each time that something on a page may have changed."""
        known = self._version
        while True:
            async with self._changed:
                while self._version == known:
                    await self._changed.wait()
                known = self._version
            yield known

    async def _tell(self) -> None:
        async with self._changed:
            self._version += 1
            self._changed.notify_all()


def _by_answer(tally: rollups.Tally) -> dict[Answer, int]:
    return {Answer(answer): count for answer, count in tally.answers.items() if count}


def _measurements(table: pa.Table) -> Iterator[Measurement]:
    for batch in table.select(FIELDS).combine_chunks().to_batches():
        yield from to_measurements(batch)


def _restored(saved: Saved) -> Detection | None:
    """The saved detection; None where another version of Siaga saved it: it is then made from the store."""
    try:
        return Detection.restore(saved.detection)
    except BadInput:
        return None
