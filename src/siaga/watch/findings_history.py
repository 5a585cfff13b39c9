"""What the record said at any moment of the past: which findings were open, whether the watch ran.

Of each event only its moment and its key are held; what it says is read from the journal when asked for.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from siaga.cases.publication import SuspicionTracker
from siaga.cases.verdict_json import verdict_from_json
from siaga.domain.verdicts import FindingKey, State
from siaga.journal.journal import PAGE, Journal
from siaga.journal.kinds import Kind
from siaga.ports.watch import FindingSpell, PastFindings, WatchRun

_FINDINGS: Final = frozenset({Kind.FINDING_OPENED, Kind.FINDING_CHANGED, Kind.FINDING_OVER})
_RUNS: Final = frozenset({Kind.WATCH_STARTED, Kind.WATCH_STOPPED})


class FindingsHistory:
    """Reads a journal as it grows."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._head = 0
        self._moments: list[datetime] = []
        """Of each finding's event, when it was written; in the order of the record."""
        self._keys: list[FindingKey] = []
        self._seqs: list[int] = []
        """Of each; negative where it says that the finding is over."""
        self._suspicions: list[bool] = []
        """Of each, whether it tells of a suspicion alone: that one began, or ended unproven."""
        self._states: list[State] = []
        """Of each, what it says the state is; and since when."""
        self._since: list[datetime] = []
        self._tracker = SuspicionTracker()
        self._runs: list[tuple[datetime, bool]] = []
        self._catch_up()  # at the start: a year of it takes a second, which no page should wait for

    def at(self, moment: datetime, suspicions: bool = True) -> PastFindings:
        """What was known at a moment. Without `suspicions` its neighbours are changes of which everybody may
        know."""
        self._catch_up()
        count = bisect_right(self._moments, moment)
        last: dict[FindingKey, int] = {}
        for place in range(count):
            last[self._keys[place]] = self._seqs[place]
        opened = sorted(seq for seq in last.values() if seq > 0)
        verdicts = [verdict_from_json(self._journal.read(seq - 1, limit=1)[0].what) for seq in opened]
        return PastFindings(
            self._running(moment),
            verdicts,
            next(self._known(range(count - 1, -1, -1), suspicions), None),
            next(self._known(range(count, len(self._moments)), suspicions), None),
        )

    def _known(self, places: Iterable[int], suspicions: bool) -> Iterator[datetime]:
        return (self._moments[place] for place in places if suspicions or not self._suspicions[place])

    def change_times(self, since: datetime, until: datetime, suspicions: bool = True) -> Sequence[datetime]:
        """When a finding's event was written, after `since` and until `until`."""
        self._catch_up()
        first, last = bisect_right(self._moments, since), bisect_right(self._moments, until)
        return list(self._known(range(first, last), suspicions))

    def spells(self, since: datetime, suspicions: bool = True) -> Sequence[FindingSpell]:
        """The stretches in which findings had one state, of those that had not ended by `since`."""
        self._catch_up()
        found: list[FindingSpell] = []
        begun: dict[FindingKey, int] = {}
        for place, key in enumerate(self._keys):
            last = begun.pop(key, None)
            if last is not None:
                turned = self._since[place]
                ended = turned if self._since[last] < turned <= self._moments[place] else self._moments[place]
                if ended > since:
                    found.append(self._spell(last, ended))
            if self._seqs[place] > 0 and (suspicions or not self._suspicions[place]):
                begun[key] = place
        return found + [self._spell(place, None) for place in begun.values()]

    def _spell(self, place: int, ended: datetime | None) -> FindingSpell:
        return FindingSpell(self._keys[place], self._states[place], self._since[place], ended)

    def runs(self, most: int) -> Sequence[WatchRun]:
        """The last runs, newest first."""
        self._catch_up()
        found: list[WatchRun] = []
        for at, begins in self._runs:
            if begins:
                found.append(WatchRun(at, None))
            elif found:
                found[-1] = WatchRun(found[-1].began, at)
        return found[: -most - 1 : -1]

    def _running(self, moment: datetime) -> datetime | None:
        """A kill leaves no word that the watch stopped: then it counts as running until it began again."""
        known = [(at, runs) for at, runs in self._runs if at <= moment]
        return known[-1][0] if known and known[-1][1] else None

    def _catch_up(self) -> None:
        while events := self._journal.read(self._head, _FINDINGS | _RUNS, PAGE):
            for event in events:
                if event.kind in _RUNS:
                    self._runs.append((event.written, event.kind == Kind.WATCH_STARTED))
                    continue
                # A clock that was set back must not unsort what is searched by time.
                self._moments.append(
                    max(event.written, self._moments[-1]) if self._moments else event.written
                )
                verdict, over = verdict_from_json(event.what), event.kind == Kind.FINDING_OVER
                self._keys.append(verdict.key)
                self._seqs.append(-event.seq if over else event.seq)
                self._states.append(verdict.state)
                self._since.append(verdict.since)
                self._suspicions.append(self._tracker.is_suspicion(verdict.key, verdict.state, over))
            self._head = events[-1].seq
