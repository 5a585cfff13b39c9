"""Says which round comes next: fair to contestants, within every budget, denser when it matters.

A planner is a value that grows: told what happened and when, it says what to ask. It reads no clock and makes
no random choice of its own, so that the same story gives the same plan.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from siaga.domain.quota import Quota
from siaga.domain.records import Round, Stream
from siaga.election.model import Election, PlatformWatch
from siaga.election.rotation import MOST_IN_ROUND
from siaga.planning.agenda import Agenda
from siaga.planning.budget_fit import leave_room_for_bursts, refuse_what_never_fits
from siaga.planning.budgets import SECOND, BudgetShare, BudgetWindow, RequestAllowance
from siaga.planning.burst_worth import value_bursts
from siaga.planning.day_secrets import DaySecrets
from siaga.planning.event_rate import EventRate
from siaga.planning.monotonic_clock import MICROSECOND, MonotonicClock
from siaga.planning.round_composition import Coverage, RoundComposition
from siaga.planning.saved_plan import STATE_VERSION, present_form
from siaga.planning.seeds import round_id, round_seed
from siaga.planning.stream_schedule import AllowanceQueue, BudgetLeft, RoundInFlight, StreamSchedule, phase_of

LONGEST_ROUND: Final = 3600 * SECOND
"""A round that nobody has finished after so much time awake is given up, and counts as wholly sent."""


class Planner:
    """Plans all streams of one election.

    The caller's part: ask what `take_due` returns, and only that, each name once and at most once more;
    keep `state()` durably before asking; say `finished` when a round has ended; wake at `next_due()`, and at
    least each minute, so that a clock change is noticed.
    """

    def __init__(
        self,
        election: Election,
        costs: Mapping[tuple[str, str], int],
        key_of: Callable[[date], bytes],
        start: datetime,
        round_size: int = MOST_IN_ROUND,
    ) -> None:
        """Begin at `start`.

        `costs`: requests that one asking takes at most, by platform id and surface.
        `key_of`: the 32-byte key of a UTC day, whose commitment must be journalled by the time it returns;
        called once before the day's first round.
        `round_size`: names in a round at most, controls and canary included.

        Raises:
            BadInput: a round is larger than a budget, so that it could never be asked.
        """
        self._election = election
        self._secrets = DaySecrets(key_of)
        self._clock = MonotonicClock(start)
        self._event_rate = EventRate(election.events)
        self._denser = self._event_rate.at(start)
        self._queues: dict[tuple[str, str], AllowanceQueue] = {}
        self._all_queues: list[AllowanceQueue] = []
        self._schedules: list[StreamSchedule] = []
        self._agenda = Agenda(self._schedules, self._all_queues)
        self._flights: dict[UUID, StreamSchedule] = {}
        self._coverage: list[Coverage] = []
        self._again: dict[str, tuple[str, ...]] = {}
        for platform in election.platforms:
            self._add(platform, costs, round_size)
        refuse_what_never_fits(self._schedules)
        leave_room_for_bursts(self._schedules)
        for schedule in self._schedules:
            schedule.base_due = schedule.next_base(self._clock.latest, schedule.interval(self._denser))
            self._agenda.put(schedule)

    def next_due(self) -> datetime:
        """When `take_due` should be called next; may be past."""
        due = self._agenda.next()
        if due is None:
            due = self._clock.latest + LONGEST_ROUND
        return min(self._clock.wall_time(due), self._event_rate.until)

    def take_due(self, now: datetime) -> tuple[Round, ...]:
        """The rounds to ask now. Their budget is taken whole, with a retry for each asking.

        Where an allowance does not carry all that is due, the oldest goes first and the others wait; bursts
        take only what base rounds leave.
        """
        moment = self._clock.reach(now)
        self._follow_events(now, moment)
        self._give_up_lost_rounds(moment)
        queues: dict[int, AllowanceQueue] = {}
        bursts: list[StreamSchedule] = []
        for item in self._agenda.due_by(moment):
            if isinstance(item, AllowanceQueue):
                queues[item.index] = item
            elif moment < item.base_due:
                bursts.append(item)
            elif self._waits_in_turn(item, moment):
                queues[item.queue.index] = item.queue
        rounds = [round_ for queue in queues.values() for round_ in self._serve(queue, now, moment)]
        for schedule in sorted(bursts, key=lambda schedule: -schedule.worth):
            requests = schedule.requests_of(BudgetShare.BURST, self._again.get(schedule.stream.platform, ()))
            if schedule.queue.allowance.carries(moment, requests, BudgetShare.BURST):
                rounds.append(self._take(schedule, now, moment, BudgetShare.BURST))
            else:
                self._put_off_burst(schedule, moment)
        return tuple(rounds)

    def finished(self, round_: Round, at: datetime, sent: int | None = None) -> None:
        """A round has ended, whole or cut short; `sent` requests went out (None: take it that all did).

        What was held and not sent is free again. A round that is not in flight changes nothing.
        """
        moment = self._clock.reach(at)
        schedule = self._flights.pop(round_.id, None)
        if schedule is not None:
            self._land(schedule, moment, sent)

    def burn(self, platform: str, word: str, at: datetime) -> None:
        """A canary was found: from the next round on another takes its place."""
        self._secrets.burn(platform, word, at)

    def learn(self, platform: str, vantage: str, quota: Quota, at: datetime) -> str:
        """Take a platform's word about its limits: it can lower what is asked, never raise it.

        Returns:
            A note for operators where the credit is spent or the word was not believable; otherwise empty.
        """
        note = self._queues[platform, vantage].allowance.learn(self._clock.reach(at), quota, at)
        return f"{platform} from {vantage}: {note}" if note else ""

    def suspect(
        self,
        platform: str,
        at: datetime,
        surface: str | None = None,
        worth: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        """Ask more often on all of a platform's streams for a while, the suspected surface first.

        Serves a suspicion and the watch for recovery alike. While a burst runs, saying so again changes
        nothing, but a surface newly named starts afresh. A burst thins out by itself.

        `worth`: by surface and vantage, the evidence that a round is expected to bring. Of what bursts may
        take, streams get it first whose requests are worth most, and those get none that are worth little:
        their base rounds go on. Without it all are worth the same.
        """
        moment = self._clock.reach(at)
        schedules = self._of_platform(platform)
        for ended in value_bursts(schedules, worth or {}):
            self._agenda.put_again(ended)
        for schedule in schedules:
            suspected = surface is None or schedule.stream.surface == surface
            begins = schedule.attempt is None or (
                surface is not None and suspected and not schedule.suspected
            )
            if begins and schedule.worth > 0:
                schedule.begin_burst(moment, suspected=suspected)
                self._agenda.put_again(schedule)

    def takes_turns(self, platform: str) -> bool:
        """Whether rounds of a platform ask only some of the names."""
        return any(schedule.composition.shape.takes_turns for schedule in self._of_platform(platform))

    def ask_again(self, platform: str, subjects: Sequence[str]) -> None:
        """Where names take turns on a platform, these are asked in every round until said otherwise, and
        rounds of a burst ask them instead of whoever is next: a suspicion does not wait for its turn."""
        if subjects:
            self._again[platform] = tuple(subjects)
        else:
            self._again.pop(platform, None)

    def settle(self, platform: str, at: datetime) -> None:
        """End a platform's burst."""
        self._clock.reach(at)
        for schedule in self._of_platform(platform):
            schedule.worth = 1.0
            if schedule.attempt is not None:
                schedule.end_burst()
                self._agenda.put_again(schedule)

    def coverage(self) -> tuple[Coverage, ...]:
        """Who is asked where, for each platform, surface and session (the same from every vantage)."""
        return tuple(self._coverage)

    def left(self, now: datetime) -> tuple[BudgetLeft, ...]:
        """What every platform may still be asked, from each vantage."""
        moment = self._clock.reach(now)
        return tuple(
            BudgetLeft(
                platform,
                vantage,
                queue.allowance.share_left(moment),
                self._clock.wall_time(queue.allowance.wait_until)
                if queue.allowance.wait_until > moment
                else None,
                queue.allowance.unpaid and queue.allowance.wait_until > moment,
            )
            for (platform, vantage), queue in self._queues.items()
        )

    def lend(self, platform: str, vantage: str, requests: int, at: datetime) -> bool:
        """Let somebody ask so many requests beside the plan, if the watch's own rounds are well served: they
        are charged at once, and half of every budget stays for the watch.

        Returns:
            Whether they may be asked now.
        """
        queue = self._queues.get((platform, vantage))
        moment = self._clock.reach(at)
        if queue is None or queue.waiting or not queue.allowance.spares(moment, requests):
            return False
        queue.allowance.hold(requests, BudgetShare.BURST)
        queue.allowance.release(moment, requests, requests, BudgetShare.BURST)
        return True

    def state(self) -> dict[str, Any]:
        """Everything that changes, as JSON values; no key is in it."""
        return {
            "version": STATE_VERSION,
            "election": self._election.digest,
            "offset": self._clock.offset,
            "latest": self._clock.latest,
            "denser": self._denser,
            "burned": self._secrets.state(),
            "again": {platform: list(subjects) for platform, subjects in self._again.items()},
            "places": [[*key, queue.state(self._schedules)] for key, queue in self._queues.items()],
            "tracks": {schedule.name: schedule.state() for schedule in self._schedules},
        }

    def restore(self, state: dict[str, Any], at: datetime) -> None:
        """Go on from `state` at `at`, in a planner just made. Rounds then in flight count as wholly sent.

        Streams, platforms and vantages that the election file no longer has are forgotten, new ones begin.

        Raises:
            BadInput: the state is of another version.
        """
        state = present_form(state)
        self._clock.offset, self._clock.latest = state["offset"], state["latest"]
        self._denser = state["denser"]
        self._secrets.restore(state["burned"])
        self._again = {platform: tuple(subjects) for platform, subjects in state["again"].items()}
        moment = self._clock.reach(at)
        schedules = {schedule.name: schedule for schedule in self._schedules}
        same = state["election"] == self._election.digest
        for name, schedule in schedules.items():
            if name in state["tracks"]:
                schedule.restore(state["tracks"][name], same_election=same)
            if schedule.due is not None and (not same or name not in state["tracks"]):
                soon = schedule.next_base(moment, schedule.interval(self._denser))
                schedule.base_due = min(schedule.base_due, soon) if name in state["tracks"] else soon
                schedule.due = schedule.next_due()
        for platform, vantage, saved in state["places"]:
            if (queue := self._queues.get((platform, vantage))) is not None:
                queue.restore(saved, {name: schedule.index for name, schedule in schedules.items()}, moment)
        self._agenda.rebuild()
        for schedule in self._schedules:
            if (flight := schedule.flight) is not None:
                schedule.flight = None
                self._set_next(schedule, flight, moment)
                if schedule.queue.waiting:
                    self._agenda.look_again(schedule.queue, moment)

    def _add(self, platform: PlatformWatch, costs: Mapping[tuple[str, str], int], round_size: int) -> None:
        queues = []
        for vantage in self._election.vantages_of(platform):
            allowance = RequestAllowance(tuple(BudgetWindow(budget) for budget in platform.budgets))
            queue = AllowanceQueue(len(self._queues), allowance)
            self._queues[platform.id, vantage.id] = queue
            self._all_queues.append(queue)
            queues.append((vantage.id, queue))
        for watch in platform.surfaces:
            composition = RoundComposition(self._election, platform.id, watch, round_size)
            self._coverage.append(composition.coverage())
            if not composition.targets:
                continue
            for vantage_id, queue in queues:
                stream = Stream(platform.id, watch.surface, vantage_id, watch.session)
                self._schedules.append(
                    StreamSchedule(
                        index=len(self._schedules),
                        stream=stream,
                        queue=queue,
                        composition=composition,
                        every=watch.every // MICROSECOND,
                        cost=costs[platform.id, watch.surface],
                        phase=phase_of(self._election.id, stream),
                    )
                )

    def _of_platform(self, platform: str) -> list[StreamSchedule]:
        return [schedule for schedule in self._schedules if schedule.stream.platform == platform]

    def _give_up_lost_rounds(self, moment: int) -> None:
        while self._flights:
            oldest = next(iter(self._flights.values())).flight
            if oldest is None or self._clock.awake - oldest.taken_awake < LONGEST_ROUND:
                return
            self._land(self._flights.pop(oldest.round), moment, None)

    def _follow_events(self, now: datetime, moment: int) -> None:
        """When an event begins or ends, all streams take up their new intervals, each at its phase."""
        denser = self._event_rate.at(now)
        if denser == self._denser:
            return
        self._denser = denser
        for schedule in self._schedules:
            if schedule.due is not None and schedule.base_due > moment:
                schedule.base_due = schedule.next_base(moment, schedule.interval(denser))
                self._agenda.put_again(schedule)

    def _waits_in_turn(self, schedule: StreamSchedule, moment: int) -> bool:
        """Line a base round up. One that was slept over is moved to its next own moment instead, once."""
        interval = schedule.interval(self._denser)
        if moment - schedule.base_due > interval and not schedule.slept:
            schedule.slept = True
            schedule.base_due = schedule.next_base(moment, interval)
            self._agenda.put(schedule)
            return False
        schedule.slept = False
        heapq.heappush(schedule.queue.waiting, (schedule.base_due, schedule.index))
        return True

    def _serve(self, queue: AllowanceQueue, now: datetime, moment: int) -> list[Round]:
        """Base rounds of one place, oldest first, as far as its allowance carries whole ones."""
        rounds = []
        while queue.waiting:
            schedule = self._schedules[queue.waiting[0][1]]
            if not queue.allowance.carries(moment, schedule.requests_a_round, BudgetShare.BASE):
                when = queue.allowance.free_at(moment, schedule.requests_a_round)
                if when is not None:
                    self._agenda.look_again(queue, when)
                break
            heapq.heappop(queue.waiting)
            rounds.append(self._take(schedule, now, moment, BudgetShare.BASE))
        return rounds

    def _put_off_burst(self, schedule: StreamSchedule, moment: int) -> None:
        schedule.attempt = (schedule.attempt or 0) + 1
        schedule.pace_burst(moment, schedule.interval(self._denser))
        self._agenda.put(schedule)

    def _take(self, schedule: StreamSchedule, now: datetime, moment: int, share: BudgetShare) -> Round:
        key = self._secrets.key(now)
        id_ = round_id(key, now, schedule.stream, schedule.number)
        seed = round_seed(key, id_)
        again = self._again.get(schedule.stream.platform, ())
        of_suspects = schedule.asks_suspects(share, again)
        compose = schedule.composition.askings_of_suspects if of_suspects else schedule.composition.askings
        canaries = self._secrets.canaries(schedule.stream.platform, now)
        askings = compose(seed, schedule.turn, canaries, again)
        requests = schedule.requests_of(share, again)
        schedule.take_turn(of_suspects=of_suspects)
        schedule.flight = RoundInFlight(id_, moment, self._clock.awake, requests, share)
        self._flights[id_] = schedule
        schedule.queue.allowance.hold(requests, share)
        if schedule.attempt is not None:
            schedule.attempt += 1
        reason = "burst" if share is BudgetShare.BURST else "event" if self._denser > 1 else "base"
        return Round(id_, now, schedule.stream, seed, askings, reason)

    def _land(self, schedule: StreamSchedule, moment: int, sent: int | None) -> None:
        flight, schedule.flight = schedule.flight, None
        if flight is None:
            return
        queue = schedule.queue
        queue.allowance.release(moment, flight.held, flight.held if sent is None else sent, flight.share)
        self._set_next(schedule, flight, moment)
        if queue.waiting:
            self._agenda.look_again(queue, moment)

    def _set_next(self, schedule: StreamSchedule, flight: RoundInFlight, moment: int) -> None:
        """Put a stream whose round has ended back on the agenda.

        A base round that had to wait leaves a debt of one round at most, so that streams that wait for the
        same allowance share it evenly, and none is ever asked in a flood. A burst's round stands in for a
        base round that would come soon.
        """
        interval = schedule.interval(self._denser)
        if flight.share is BudgetShare.BASE:
            next_base = schedule.next_base(max(schedule.base_due, moment - interval), interval)
            schedule.base_due = max(next_base, moment)
        else:
            schedule.base_due = max(
                schedule.base_due, schedule.next_base(flight.taken + interval // 2, interval)
            )
        schedule.pace_burst(flight.taken, interval)
        self._agenda.put(schedule)
