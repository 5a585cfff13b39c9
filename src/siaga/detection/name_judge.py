"""The states of one platform's names: the worst that the channels say of each, one finding a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siaga.detection.channel_state import ChannelState, Thresholds
from siaga.detection.evidence import Parts
from siaga.detection.miss_run import MissRun
from siaga.detection.names import FIRST_CHANNEL, Names, WatchedName
from siaga.detection.registry import CHANNELS, WORST_FIRST, NameStage
from siaga.detection.round_facts import moment
from siaga.detection.rules import common_mode, recovery
from siaga.detection.settings import ADDED_COUNT, FINDABLE_ONE_IN, ODDS_SHOWN_FROM, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, Counts, State, Verdict


@dataclass(frozen=True, slots=True)
class NameJudge:
    """Judges a platform's names by what its channels have gathered. It keeps nothing itself."""

    names: Names
    channels: Mapping[str, ChannelState]
    streams: Sequence[StreamState]
    parts: Parts
    slow_parts: Parts
    settings: Settings

    def judge(
        self,
        subjects: Sequence[int],
        at: int,
        thresholds: Mapping[str, Thresholds],
    ) -> list[Verdict]:
        """Look at these names after a round; returns changes of state."""
        changes: list[Verdict] = []
        for subject in subjects:
            ended: MissRun | None = None
            for kind, channel in self.channels.items():
                before = channel.runs.get(subject) if subject in channel.stage else None
                channel.judge(
                    subject, at, self.streams, (self.parts, self.slow_parts), thresholds[kind], self.settings
                )
                if before is not None and subject not in channel.stage:
                    ended = before
            changes += self._merge(subject, at, ended)
        return changes

    def _merge(
        self,
        subject: int,
        at: int,
        ended: MissRun | None,
    ) -> list[Verdict]:
        name = self.names.watched[subject]
        for stage in WORST_FIRST:
            if self.channels[stage.channel].stage.get(subject) is not stage.state:
                continue
            if name.state is stage.state:
                name.channel = stage.channel
                return []
            return [self._enter(subject, at, stage)]
        if name.state in NAME_FINDINGS:
            assert ended is not None
            return [self._end(subject, at, ended)]
        if subject in self.names.fresh and self._enough(subject):
            self.names.fresh.discard(subject)
            name.state, name.at, name.since = State.FINDABLE, at, at
            name.evidence = self.channels[FIRST_CHANNEL].evidence.of(self.parts, subject)
            return [self.verdict(subject)]
        return []

    def _enter(self, subject: int, at: int, stage: NameStage) -> Verdict:
        """The name's state is now what a channel says of it."""
        names, name, channel = self.names, self.names.watched[subject], self.channels[stage.channel]
        names.active.add(subject)
        names.fresh.discard(subject)
        names.away.discard(subject)
        name.state, name.channel, name.at = stage.state, stage.channel, at
        rule, by_slow = CHANNELS[stage.channel], subject in channel.by_slow
        name.rule = rule.slow_tier.id if by_slow and rule.slow_tier is not None else rule.id
        name.evidence = (
            channel.slow.of(self.slow_parts, subject) if by_slow else channel.evidence.of(self.parts, subject)
        )
        name.onset = channel.runs[subject].onset
        name.since = name.onset[1]
        name.surface, name.vantage = _only_place(channel.runs[subject], self.streams)
        return self.verdict(subject)

    def _end(self, subject: int, at: int, ended: MissRun) -> Verdict:
        """The name is findable again: a finding was verified restored, or a suspicion was not confirmed."""
        name = self.names.watched[subject]
        proven = name.state in PROVEN
        name.evidence = (
            ended.recovery.evidence()
            if proven
            else self.channels[FIRST_CHANNEL].evidence.of(self.parts, subject)
        )
        name.rule = recovery.RULE.id if proven else CHANNELS[name.channel].id
        name.state, name.at = State.FINDABLE, at
        name.since = ended.found if ended.found >= 0 else at
        verdict = self.verdict(subject)
        self.names.active.discard(subject)
        if proven:
            name.restored = at
        name.surface = name.vantage = name.onset = None
        name.channel = FIRST_CHANNEL
        for channel in self.channels.values():
            channel.runs.pop(subject, None)
        return verdict

    def _enough(self, subject: int) -> bool:
        channel = self.channels[FIRST_CHANNEL]
        asked, missing = int(channel.asked[:, subject].sum()), int(channel.missing[:, subject].sum())
        return asked >= self.settings.enough and FINDABLE_ONE_IN * missing <= asked

    def away_or_back(self, well: Sequence[int], at: int) -> list[Verdict]:
        """Findable names are `insufficient` while all streams that ask them are in trouble."""
        asked = self.channels[FIRST_CHANNEL].asked[list(well)]
        changes: list[Verdict] = []
        for subject, name in sorted(self.names.watched.items()):
            measurable = bool((asked[:, subject] > 0).any())
            if name.state is State.FINDABLE and not measurable:
                self.names.away.add(subject)
                name.state = State.INSUFFICIENT
            elif name.state is State.INSUFFICIENT and measurable and subject in self.names.away:
                self.names.away.discard(subject)
                name.state = State.FINDABLE
            else:
                continue
            name.at = name.since = at
            name.rule, name.evidence = common_mode.RULE.id, 0.0
            changes.append(self.verdict(subject, tolerance=False))
        return changes

    def verdict(self, subject: int, tolerance: bool = True) -> Verdict:
        """The name's present state, pooled over the platform. `tolerance` says how much was tolerated."""
        name = self.names.watched[subject]
        channel = self.channels[name.channel]
        onset = None
        if name.onset is not None:
            onset = (moment(max(name.onset[0], 0)), moment(name.onset[1]))
        return Verdict(
            at=moment(name.at),
            platform=self.names.platform,
            surface=name.surface,
            vantage=name.vantage,
            subject=self.names.subjects[subject],
            state=name.state,
            since=moment(name.since),
            evidence=name.evidence,
            rule=name.rule or CHANNELS[FIRST_CHANNEL].id,
            counts=channel.counts(subject),
            onset=onset,
            detail=self._detail(subject, name, channel, tolerance),
        )

    def _detail(
        self,
        subject: int,
        name: WatchedName,
        channel: ChannelState,
        tolerance: bool,
    ) -> dict[str, str]:
        up, down = float(self.names.odds_up[subject]), float(self.names.odds_down[subject])
        ratio = (up + ADDED_COUNT) / (down + ADDED_COUNT)
        detail = {"odds_ratio": f"{ratio:.2f}" if up + down > ODDS_SHOWN_FROM else "unknown"}
        if tolerance:
            settings = self.settings
            own = channel.evidence.binding(0, subject, settings)
            psi = (
                settings.psi_doubt
                if self.names.doubtful[subject]
                else max(settings.psi_own)
                if own
                else settings.psi
            )
            detail["psi"] = f"{psi:g}"
        run = channel.runs.get(subject)
        if run is None or name.state not in NAME_FINDINGS:
            return detail
        sites = [self.streams[index].site for index in sorted(run.hits)]
        here = {(site.surface, site.vantage) for site in sites}
        others = [
            stream.site for stream in self.streams if (stream.site.surface, stream.site.vantage) not in here
        ]
        surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
        detail["kind"] = CHANNELS[name.channel].kind_of(run, surfaces)
        detail["names"] = ", ".join(sorted(text for text, (missed, _) in run.texts.items() if missed))
        detail["names_found"] = ", ".join(
            sorted(text for text, (missed, _) in run.texts.items() if not missed)
        )
        detail["surfaces"] = ", ".join(sorted(surfaces))
        detail["vantages"] = ", ".join(sorted(vantages))
        detail["surfaces_found"] = ", ".join(sorted({site.surface for site in others} - surfaces))
        detail["vantages_found"] = ", ".join(sorted({site.vantage for site in others} - vantages))
        detail["answers"] = ", ".join(sorted(run.failures))
        if name.restored >= 0:
            detail["relapse_of"] = moment(name.restored).isoformat()
        return {key: value for key, value in detail.items() if value}

    def verdicts(
        self,
        struck: set[int] | None,
    ) -> list[Verdict]:
        """Every name, pooled, and every name in every stream, unless `struck` (those in trouble) is None."""
        present = [self.verdict(subject) for subject in sorted(self.names.watched)]
        if struck is None:
            return present
        for subject in sorted(self.names.watched):
            present += [
                self._in_stream(stream, subject, stream.site.index in struck)
                for stream in self.streams
                if self.channels[FIRST_CHANNEL].asked[stream.site.index, subject]
            ]
        return present

    def _in_stream(
        self,
        stream: StreamState,
        subject: int,
        struck: bool,
    ) -> Verdict:
        name, index = self.names.watched[subject], stream.site.index
        channel = self.channels[name.channel]
        run = channel.runs.get(subject) if subject in self.names.active else None
        state, since, rule = State.FINDABLE, name.since, CHANNELS[FIRST_CHANNEL].id
        if struck:
            state, since, rule = State.INSUFFICIENT, stream.site.trouble.begun, common_mode.RULE.id
        elif run is not None and index in run.hits:
            state, since, rule = name.state, run.streaks[index].first, name.rule
        elif int(channel.asked[index, subject]) < self.settings.enough:
            state = State.INSUFFICIENT
        return Verdict(
            at=moment(max(stream.compared, 0)),
            platform=self.names.platform,
            surface=stream.site.surface,
            vantage=stream.site.vantage,
            subject=self.names.subjects[subject],
            state=state,
            since=moment(since),
            evidence=float(channel.evidence.worth[stream.parts[3], subject]),
            rule=rule,
            counts=Counts(
                int(channel.asked[index, subject]),
                int(channel.missing[index, subject]),
                int(channel.controls_asked[index]),
                int(channel.controls_missing[index]),
            ),
            detail={"session": stream.session},
        )


def _only_place(run: MissRun, streams: Sequence[StreamState]) -> tuple[str | None, str | None]:
    sites = [streams[index].site for index in run.hits]
    surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
    return (
        next(iter(surfaces)) if len(surfaces) == 1 else None,
        next(iter(vantages)) if len(vantages) == 1 else None,
    )
