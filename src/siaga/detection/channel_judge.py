"""What one channel says of a name after a round: the claim that its evidence carries, and when it ends.

Evidence over the alarm gives `suspected` at once: *missing now*. It is called what the channel calls it when
it has outlasted the faults of a few minutes that every platform has. A claim that a name *went* missing needs
evidence of a difference and of a change, part by part the smaller (for *missing now*, which opens no case,
the change need only be likely); where only the difference is shown, that is said, and opens no case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_state import FOUND_BY, NOT_MEASURED, ChannelState
from siaga.detection.evidence import Parts
from siaga.detection.localisation.widest_place import widest_place
from siaga.detection.names import Names
from siaga.detection.open_run import OpenRun
from siaga.detection.persistence import LonelyRecord
from siaga.detection.round_history import NameRounds
from siaga.detection.rules.recovery import HitStream, is_verified
from siaga.detection.settings import (
    ACCIDENT_TIMES,
    CHANGE_LIKELY,
    CLAIM_PART_ONE_IN,
    GOES_ON,
    LATE_PART,
    PLACE_ACCIDENT,
    PLACE_MOST,
    SUSPICION_ENDED,
    TRIES_MOST,
    TRIFLE_OF_CHANGE,
    Settings,
)
from siaga.detection.stream_state import StreamState
from siaga.detection.went_missing import Change, change
from siaga.domain.answers import Session
from siaga.domain.verdicts import State

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a name's evidence carries."""

    evidence: float
    """That it differs, and (where the channel asks for it) that it changed."""
    difference: float
    onset: tuple[int, int]
    growth: float
    """The logarithm of what one more miss can multiply the change by, about."""


@dataclass(frozen=True, slots=True)
class ChannelJudge:
    """Judges the names of one channel by what it has gathered. It keeps nothing itself."""

    channel: ChannelState
    names: Names
    streams: Sequence[StreamState]
    parts: Parts
    settings: Settings
    alarm: float
    """The evidence at which a name is called."""
    needs_change: bool
    record: LonelyRecord
    """How long faults of one name last here."""
    is_doubted: Callable[[int, set[int]], bool]
    """Whether what these streams see of a name is doubted: the instrument, or the order, may be the cause."""
    of_answers: bool
    """Whether the channel is about what could not be measured: then its controls are judged by that."""

    def judge(self, subject: int, at: int) -> OpenRun | None:
        """The name's stage after a round that it was compared in; returns the run that ended with it, if one
        did, its evidence being that of the recovery."""
        run, gone = self.channel.open.get(subject), subject in self.channel.gone
        if run is not None and not gone:
            if not self._is_over(run, at):
                return None
            run.evidence = self.channel.recovered(run)
            self.channel.leave(subject)
            return run
        if gone and (run is None or run.stage is not self.channel.alarm):
            self._look(subject, run, at)
        return None

    def _look(self, subject: int, run: OpenRun | None, at: int) -> None:
        if run is not None and at - run.onset[1] < self._persistence(run, at):
            return
        if not self._worth_looking(subject):
            return
        claim = self._claim(subject)
        likely = min(CHANGE_LIKELY, self.alarm) if self.needs_change else self.alarm
        self._rest(subject, claim, self.alarm if run is not None else likely, at)
        if claim.evidence >= likely:
            self._suspect(subject, run, claim, at)
        elif run is None:
            self._differs(subject, claim, at)

    def _worth_looking(self, subject: int) -> bool:
        """Whether the evidence is over the alarm, and it is time to look for a change again.

        A name that has always been found less would else be looked at in each of its rounds.
        """
        if self.channel.evidence.of(subject, self.names.cohort_of[subject]) < self.alarm:
            return False
        tried = self.channel.tries.get(subject)
        if tried is None or tried[0] <= 1:
            return True
        tried[0] -= 1
        return False

    def _rest(self, subject: int, claim: Claim, wanted: float, at: int) -> None:
        """When to look again: after as many misses as it takes at least to come to the evidence wanted."""
        tried = self.channel.tries.setdefault(subject, [1, at])
        needed = log(wanted / max(claim.evidence, wanted * TRIFLE_OF_CHANGE))
        steps = ceil(needed / claim.growth) if claim.growth else TRIES_MOST
        tried[0] = min(max(steps, 1), TRIES_MOST)

    def _claim(self, subject: int) -> Claim:
        channel, settings = self.channel, self.settings
        parts, sums = channel.evidence.sums(subject, self.names.cohort_of[subject])
        worth = sums.sum(axis=1)
        total = float(worth.sum())
        best: tuple[float, tuple[int, int]] = (-1.0, (-1, -1))
        both = growth = 0.0
        seen: dict[tuple[int, ...], Change | None] = {}
        rounds: dict[int, NameRounds] = {}
        for place in np.argsort(-worth, kind="stable").tolist():
            if worth[place] < self.alarm / CLAIM_PART_ONE_IN or (both >= self.alarm and best[0] > 0):
                break
            part = parts[place]
            streams = tuple(index for index in self.parts.streams[part] if index in channel.histories)
            for index in streams:
                if index not in rounds:
                    rounds[index] = channel.rounds_of(subject, self.names, index)
            if streams not in seen:
                mass = float(self.parts.masses((part,))[0]) / settings.span_us
                seen[streams] = change(
                    [rounds[index] for index in streams],
                    mass,
                    settings.longest_gap_us,
                    self.alarm / CLAIM_PART_ONE_IN,
                    self.needs_change,
                )
            found = seen[streams]
            growth = max(growth, found.growth) if found is not None else growth
            if self.needs_change:
                least = min(float(worth[place]), found.evidence) if found is not None else 0.0
            else:
                least = float(worth[place])
            both += least
            if least > best[0]:
                onset = found.onset if found is not None else self._first_miss(rounds, streams)
                best = least, self._onset(subject, streams, onset)
        return Claim(both if self.needs_change else total, total, best[1], growth)

    def _first_miss(self, rounds: Mapping[int, NameRounds], streams: Sequence[int]) -> tuple[int, int]:
        """When a name was first missing in the histories of these streams, and the last round before."""
        firsts = []
        for index in streams:
            mine = rounds[index]
            if mine.missing.any():
                place = int(np.argmax(mine.missing))
                before = int(mine.at[place - 1]) if place else self.channel.histories[index].before
                firsts.append((int(mine.at[place]), before))
        first, before = min(firsts, default=(-1, -1))
        return before, first

    def _onset(self, subject: int, streams: Sequence[int], onset: tuple[int, int]) -> tuple[int, int]:
        """The onset that a change shows, with the rounds before it that could not show it.

        A change is seen in usual rounds alone. Rounds in which controls were missing too belong to it as far
        back as, all in all, they are likelier at the share in which the name has been missing since than at
        that of the controls in each of them, or the name's own in usual rounds before: until controls that
        went with a name are dropped, few rounds are usual.
        """
        histories = self.channel.histories
        known = [histories[index].of(subject, self.names.sets_with(subject), -1) for index in streams]
        at = np.concatenate([rounds.at for rounds in known])
        order = np.argsort(at, kind="stable")
        at = at[order]
        missing = np.concatenate([rounds.missing for rounds in known])[order]
        alike = np.concatenate([_share_without(rounds, onset[1]) for rounds in known])[order]
        end = int(np.searchsorted(at, onset[1]))
        share = min(float(missing[end:].mean()), PLACE_MOST) if end < len(at) else PLACE_MOST
        alike = alike[:end]
        says = share > alike
        alike = np.where(says, alike, share)
        worth = np.where(missing[:end], np.log(share / alike), np.log((1 - share) / (1 - alike)))
        back = np.cumsum(worth[::-1])[::-1]
        first = onset[1]
        if end and back.max() > 0:
            first = int(at[int(np.argmax(back))])
        earlier = int(np.searchsorted(at, first))  # the other texts of that very round are not before it
        return min(onset[0], int(at[earlier - 1]) if earlier else onset[0]), first

    def _suspect(self, subject: int, run: OpenRun | None, claim: Claim, at: int) -> None:
        new = self._run(subject, State.SUSPECTED, claim, claim.onset, at)
        if self.is_doubted(subject, new.hits):
            self.channel.free_rows.append(new.row)
            return
        if run is not None:
            self.channel.free_rows.append(new.row)
            new.row = run.row
        persists = claim.evidence >= self.alarm and self._persists(subject, new, at)
        if persists or run is None or run.stage is not State.SUSPECTED:
            new.stage = self.channel.alarm if persists else State.SUSPECTED
            self.channel.enter(subject, new, self.settings)

    def _differs(self, subject: int, claim: Claim, at: int) -> None:
        """The name is found less than its controls, and a change is not shown."""
        known = [self.channel.rounds_of(subject, self.names, index) for index in self.channel.histories]
        first = min((int(rounds.at[0]) for rounds in known if len(rounds.at)), default=at)
        run = self._run(subject, State.INSUFFICIENT, claim, (-1, first), at)
        counts = run.own_counts()
        never = counts.asked == counts.missing and counts.asked >= self.settings.enough
        if never or at - self.channel.tries[subject][1] >= self.settings.differs_after_us:
            self.channel.enter(subject, run, self.settings)
        else:
            self.channel.free_rows.append(run.row)

    # Runs

    def _run(self, subject: int, stage: State, claim: Claim, onset: tuple[int, int], at: int) -> OpenRun:
        """A run that began at `onset`, with all that the histories say of it."""
        channel = self.channel
        run = OpenRun(stage, onset, channel.new_row(), claim.evidence, self.alarm)
        if stage is State.INSUFFICIENT:
            run.evidence = claim.difference
        asked, missing = [0] * len(self.streams), [0] * len(self.streams)
        for index in sorted(channel.histories):
            rounds = channel.rounds_of(subject, self.names, index)
            since = rounds.at >= onset[1]
            gone = rounds.missing & since
            asked[index], missing[index] = int(since.sum()), int(gone.sum())
            run.counts[index] = [
                asked[index],
                missing[index],
                int(rounds.controls[since].sum()),
                int(rounds.controls_missing[since].sum()),
            ]
            if missing[index]:
                first = int(rounds.number[np.argmax(gone)])
                run.missed[index] = int(rounds.number[gone][-1]) + 1
                for answer, text in channel.histories[index].answers(subject, first):
                    if answer == FOUND_BY:
                        run.texts.setdefault(self.names.words[text], [0, 0])[1] += 1
                    elif answer != NOT_MEASURED:
                        run.texts.setdefault(self.names.words[text], [0, 0])[0] += 1
                        said = self.names.words[answer]
                        run.answers[said] = run.answers.get(said, 0) + 1
        surfaces = [stream.site.surface for stream in self.streams]
        vantages = [stream.site.vantage for stream in self.streams]
        gone_somewhere = {index for index, count in enumerate(missing) if count}
        place = widest_place(surfaces, vantages, asked, missing)
        run.hits = (place & gone_somewhere) or gone_somewhere
        run.last = run.at = at
        run.together = self._together(subject, run)
        return run

    def _together(self, subject: int, run: OpenRun) -> list[int]:
        """Controls that were dropped at about the round in which the name went missing."""
        gone: set[int] = set()
        for index in run.hits:
            stream = self.streams[index]
            controls = stream.answered if self.of_answers else stream.controls
            dropped = controls.gone_with(controls.rounds - run.counts[index][0] + 1)
            gone.update(subject for subject, place in stream.control_place.items() if place in dropped)
        return sorted(gone)

    def _persists(self, subject: int, run: OpenRun, at: int) -> bool:
        """Whether the run has outlasted a fault of a few minutes.

        The name must be missing now, as long after the onset as the record asks for; and both the rounds
        since then, and those since four fifths of it, must say by themselves that it goes on at the run's own
        share rather than at that of the accidents of those rounds. A fault that ended, with an accident long
        after, persists as little as the fault; and controls that went with the name, and were dropped, do not
        stand for accidents later.
        """
        began, persistence = run.onset[1], self._persistence(run, at)
        if at - began < persistence:
            return False
        counts = run.own_counts()
        share = min(counts.missing / max(counts.asked, 1), PLACE_MOST)
        rounds = [self.channel.rounds_of(subject, self.names, index) for index in sorted(run.hits)]
        return all(
            _goes_on(rounds, began + round(part * persistence), share) >= log(GOES_ON)
            for part in (LATE_PART, 1.0)
        )

    def _persistence(self, run: OpenRun, at: int) -> int:
        """How long after its onset a run is called at the earliest, microseconds. Until then nothing that a
        look at a suspicion could find would change what is said."""
        hit = [self.streams[index] for index in run.hits]
        places = [(stream.site.surface, stream.site.vantage) for stream in hit]
        # A public session asks each time anew: nothing that a platform stored of the asker explains the miss.
        fresh = any(stream.session == Session.PUBLIC for stream in hit)
        return self.record.called_after(places, fresh, min(stream.site.interval for stream in hit), at)

    def _is_over(self, run: OpenRun, at: int) -> bool:
        if run.stage is not self.channel.alarm:
            return self.channel.recovered(run) >= SUSPICION_ENDED
        newest = max(stream.site.last for stream in self.streams)
        hits = [
            HitStream(
                self.streams[index].site.surface,
                self.streams[index].site.vantage,
                self.channel.histories[index].count - run.missed.get(index, 0),
            )
            for index in sorted(run.hits)
            if self.streams[index].site.current(newest, self.settings)
        ]
        vantages = len({self.streams[index].site.vantage for index in run.hits})
        return is_verified(self.channel.recovered(run), at - run.last, vantages, hits, self.settings)


def _share_without(rounds: NameRounds, onset: int) -> Floats:
    """By round of a stream, how often a name would be missing there without what began at the onset: as its
    controls in that round, or as itself in usual rounds before, whichever is more."""
    before = rounds.missing[rounds.usual & (rounds.at < onset)]
    own = float(before.mean()) if len(before) else 0.0
    share: Floats = np.maximum(
        rounds.controls_missing / np.maximum(rounds.controls, 1), max(own, PLACE_ACCIDENT)
    )
    return share


def _goes_on(streams: Sequence[NameRounds], since: int, share: float) -> float:
    """What the rounds from a moment on say for a name that is missing in this share of rounds, against
    accidents as frequent as its controls' were in the same rounds: the logarithm of the ratio."""
    asked = gone = controls = controls_gone = 0
    for rounds in streams:
        late = rounds.at >= since
        asked += int(late.sum())
        gone += int(rounds.missing[late].sum())
        controls += int(rounds.controls[late].sum())
        controls_gone += int(rounds.controls_missing[late].sum())
    usual = max(PLACE_ACCIDENT, ACCIDENT_TIMES * controls_gone / max(controls, 1))
    if share <= usual:
        return 0.0
    return gone * log(share / usual) + (asked - gone) * log((1 - share) / (1 - usual))
