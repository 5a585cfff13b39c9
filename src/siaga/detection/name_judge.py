"""The states of one platform's names: the worst that the channels say of each, one finding a cause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from siaga.detection.channel_judge import ChannelJudge
from siaga.detection.channel_state import ChannelState
from siaga.detection.name_details import only_place, verdict_of
from siaga.detection.names import FIRST_CHANNEL, Names
from siaga.detection.open_run import OpenRun
from siaga.detection.registry import CHANNELS, WORST_FIRST, NameStage
from siaga.detection.round_facts import moment
from siaga.detection.rules import common_mode, graded, only_limited, recovery
from siaga.detection.settings import FINDABLE_ONE_IN, LOST, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, UNKNOWN, State, Verdict


@dataclass(frozen=True, slots=True)
class NameJudge:
    """Judges a platform's names by what its channels have gathered. It keeps nothing itself."""

    names: Names
    channels: Mapping[str, ChannelState]
    judges: Mapping[str, ChannelJudge]
    streams: Sequence[StreamState]
    settings: Settings
    struck: frozenset[int]
    """Streams in an open state of a place."""
    newest: int
    """When the platform's last round was complete."""

    def judge(self, hot: Mapping[str, set[int]], others: Iterable[int], at: int) -> list[Verdict]:
        """Look at names after a round.

        Args:
            hot: by channel, those whose stage may have changed.
            others: those whose state may have changed otherwise.

        Returns:
            The changes of state.
        """
        ended: dict[int, OpenRun] = {}
        concerned = set(others)
        for channel, subjects in hot.items():
            for subject in sorted(subjects):
                over = self.judges[channel].judge(subject, at)
                if over is not None and over.stage is not State.INSUFFICIENT:
                    ended[subject] = over
            concerned |= subjects
        changes = [self._settle(subject, at, ended.get(subject)) for subject in sorted(concerned)]
        return [change for change in changes if change is not None]

    def _settle(self, subject: int, at: int, ended: OpenRun | None) -> Verdict | None:
        """The name's state is now the worst that is true of it."""
        name = self.names.watched[subject]
        self._keep_past(subject)
        stage = self._worst(subject)
        if stage is not None and stage.state is not State.INSUFFICIENT:
            if name.state is stage.state:
                name.channel = stage.channel
                return None
            return self._enter(subject, at, stage)
        if name.state in NAME_FINDINGS:
            return self._end(subject, at, ended)
        if self.is_lost(subject):
            return self._say(subject, at, State.UNMEASURABLE, only_limited.RULE.id)
        if stage is not None:
            return None if name.onset is not None else self._enter(subject, at, stage)
        if name.onset is not None:  # it differed, and does no more
            name.onset, name.surface, name.vantage = None, None, None
            name.state = State.INSUFFICIENT
        if not self.is_measurable(subject):
            if name.state is State.FINDABLE or name.state is State.UNMEASURABLE:
                self.names.fresh.add(subject)
                return self._say(subject, at, State.INSUFFICIENT, common_mode.RULE.id)
            return None
        if name.state in UNKNOWN and self._is_enough(subject):
            self.names.fresh.discard(subject)
            rule = common_mode.RULE.id if name.rule else ""
            return self._say(subject, at, State.FINDABLE, rule or CHANNELS[FIRST_CHANNEL].id)
        return None

    def _keep_past(self, subject: int) -> None:
        """What was usual for a name stays known while a finding about it is proven and open."""
        runs = {key: channel.open.get(subject) for key, channel in self.channels.items()}
        proven = tuple(key for key, run in runs.items() if run is not None and run.stage in PROVEN)
        if proven == self.names.watched[subject].proven:
            return
        self.names.watched[subject].proven = proven
        for stream in self.streams:
            if proven:
                graded.keep(stream, subject, impaired=graded.RULE.channel in proven)
            else:
                graded.release(stream, subject)

    def _worst(self, subject: int) -> NameStage | None:
        for stage in WORST_FIRST:
            run = self.channels[stage.channel].open.get(subject)
            if run is not None and run.stage is stage.state:
                return stage
        return None

    def _enter(self, subject: int, at: int, stage: NameStage) -> Verdict:
        """The name's state is now what a channel says of it."""
        names, name = self.names, self.names.watched[subject]
        run = self.channels[stage.channel].open[subject]
        names.fresh.discard(subject)
        name.state, name.channel, name.at = stage.state, stage.channel, at
        name.rule = CHANNELS[stage.channel].id
        name.evidence = self.channels[stage.channel].evidence.of(subject, names.cohort_of[subject])
        name.onset, name.since = run.onset, run.onset[1]
        name.restored_counts = None
        name.surface, name.vantage = only_place(run, self.streams)
        return self.verdict(subject)

    def _end(self, subject: int, at: int, ended: OpenRun | None) -> Verdict:
        """The name is findable again: a finding was verified restored, or a suspicion ended."""
        name = self.names.watched[subject]
        proven = name.state in PROVEN
        name.rule = recovery.RULE.id if proven else CHANNELS[name.channel].id
        name.state, name.at, name.since = State.FINDABLE, at, at
        if ended is not None:
            counts = ended.counts_since_found()
            name.evidence = ended.evidence
            name.since = ended.found if ended.found >= 0 else at
            name.restored_counts = (
                counts.asked,
                counts.missing,
                counts.controls_asked,
                counts.controls_missing,
            )
        verdict = self.verdict(subject)
        if ended is not None and 0 < ended.last < name.since:
            detail = {**verdict.detail, "missing_until": moment(ended.last).isoformat()}
            verdict = replace(verdict, detail=detail)
        if proven:
            name.restored = at
        name.surface = name.vantage = name.onset = None
        name.channel = FIRST_CHANNEL
        name.restored_counts = None
        return verdict

    def _say(self, subject: int, at: int, state: State, rule: str) -> Verdict | None:
        name = self.names.watched[subject]
        if name.state is state and name.at:
            return None
        name.state, name.at, name.since, name.rule = state, at, at, rule
        name.evidence = self.channels[FIRST_CHANNEL].evidence.of(subject, self.names.cohort_of[subject])
        return self.verdict(subject)

    def is_lost(self, subject: int) -> bool:
        """Whether the name could not be measured anywhere of late, while others could."""
        asked = [
            stream
            for stream in self.streams
            if (stream.asked[subject] or subject in stream.lost)
            and stream.site.current(self.newest, self.settings)
        ]
        lost = self.names.watched[subject].state is State.UNMEASURABLE
        return bool(asked) and all(stream.lost.get(subject, 0) >= (1 if lost else LOST) for stream in asked)

    def is_measurable(self, subject: int) -> bool:
        """Whether any stream that asks the name is trusted and not in trouble."""
        return any(
            stream.asked[subject]
            and stream.site.index not in self.struck
            and not stream.canaries.doubted
            and stream.site.current(self.newest, self.settings)
            for stream in self.streams
        )

    def _is_enough(self, subject: int) -> bool:
        asked = sum(int(stream.asked[subject]) for stream in self.streams)
        missing = sum(int(stream.missing[subject]) for stream in self.streams)
        if self.names.watched[subject].rule:
            missed = self.channels[FIRST_CHANNEL].missed.get(subject, -1)
            return all(stream.compared > missed for stream in self.streams if stream.asked[subject])
        return asked >= self.settings.enough and FINDABLE_ONE_IN * missing <= asked

    def verdict(self, subject: int) -> Verdict:
        """The name's present state, pooled over the platform."""
        return verdict_of(self.names, self.channels, self.streams, subject, self.settings, self._is_as_usual)

    def _is_as_usual(self, stream: StreamState, subject: int) -> bool:
        """Whether the name is measured in a stream now, and found there: silence is not found."""
        asked, missing = int(stream.asked[subject]), int(stream.missing[subject])
        return (
            asked >= self.settings.enough
            and missing * FINDABLE_ONE_IN <= asked
            and stream.lost.get(subject, 0) < LOST
            and stream.site.index not in self.struck
            and not stream.canaries.doubted
            and stream.site.current(self.newest, self.settings)
        )
