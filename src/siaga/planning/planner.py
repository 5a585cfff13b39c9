"""Says which round comes next: fair to contestants, within every budget, denser when it matters.

A planner is a value that grows: told what happened and when, it says what to ask. It reads no clock and makes
no random choice of its own, so that the same story gives the same plan.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from siaga.domain.errors import BadInput, Fault
from siaga.domain.quota import Quota
from siaga.domain.records import Round, Stream
from siaga.election.demand import MOST_IN_ROUND
from siaga.election.model import Election, PlatformWatch
from siaga.planning.agenda import Agenda
from siaga.planning.budgets import SECOND, BudgetShare, BudgetWindow, RequestAllowance
from siaga.planning.event_rate import EventRate
from siaga.planning.monotonic_clock import MICROSECOND, MonotonicClock
from siaga.planning.round_composition import Coverage, RoundComposition
from siaga.planning.seeds import KEY_LENGTH, round_id, round_seed, stream_text, sweep_seed
from siaga.planning.stream_schedule import AllowanceQueue, BudgetLeft, RoundInFlight, StreamSchedule, phase_of

STATE_VERSION: Final = 2
WORTHWHILE: Final = 0.2
"""A stream's burst goes on while a request of it is worth at least this share of the best one's."""
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
        self._key_of = key_of
        self._key: tuple[date, bytes] | None = None
        self._time = MonotonicClock(start)
        self._density = EventRate(election.events)
        self._denser = self._density.at(start)
        self._places: dict[tuple[str, str], AllowanceQueue] = {}
        self._all_places: list[AllowanceQueue] = []
        self._tracks: list[StreamSchedule] = []
        self._agenda = Agenda(self._tracks, self._all_places)
        self._flights: dict[UUID, StreamSchedule] = {}
        self._coverage: list[Coverage] = []
        for platform in election.platforms:
            self._add(platform, costs, round_size)
        self._refuse_what_never_fits()
        self._leave_room_for_bursts()
        for track in self._tracks:
            track.base_due = track.next_base(self._time.latest, track.interval(self._denser))
            self._agenda.put(track)

    def next_due(self) -> datetime:
        """When `take_due` should be called next; may be past."""
        due = self._agenda.next()
        if due is None:
            due = self._time.latest + LONGEST_ROUND
        return min(self._time.clock(due), self._density.until)

    def take_due(self, now: datetime) -> tuple[Round, ...]:
        """The rounds to ask now. Their budget is taken whole, with a retry for each asking.

        Where an allowance does not carry all that is due, the oldest goes first and the others wait; bursts
        take only what base rounds leave.
        """
        moment = self._time.reach(now)
        self._follow_events(now, moment)
        self._give_up_lost_rounds(moment)
        places: dict[int, AllowanceQueue] = {}
        bursts: list[StreamSchedule] = []
        for item in self._agenda.due_by(moment):
            if isinstance(item, AllowanceQueue):
                places[item.index] = item
            elif moment < item.base_due:
                bursts.append(item)
            elif self._waits_in_turn(item, moment):
                places[item.place.index] = item.place
        rounds = [round_ for place in places.values() for round_ in self._serve(place, now, moment)]
        for track in sorted(bursts, key=lambda track: -track.worth):
            if track.place.allowance.carries(moment, track.held, BudgetShare.BURST):
                rounds.append(self._take(track, now, moment, BudgetShare.BURST))
            else:
                self._put_off_burst(track, moment)
        return tuple(rounds)

    def finished(self, round_: Round, at: datetime, sent: int | None = None) -> None:
        """A round has ended, whole or cut short; `sent` requests went out (None: take it that all did).

        What was held and not sent is free again. A round that is not in flight changes nothing.
        """
        moment = self._time.reach(at)
        track = self._flights.pop(round_.id, None)
        if track is not None:
            self._land(track, moment, sent)

    def learn(self, platform: str, vantage: str, quota: Quota, at: datetime) -> str:
        """Take a platform's word about its limits: it can lower what is asked, never raise it.

        Returns:
            A note for operators where the word was not believable as it stood; otherwise empty.
        """
        note = self._places[platform, vantage].allowance.learn(self._time.reach(at), quota, at)
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
        moment = self._time.reach(at)
        tracks = self._of_platform(platform)
        self._value(tracks, worth or {})
        for track in tracks:
            suspected = surface is None or track.stream.surface == surface
            begins = track.attempt is None or (surface is not None and suspected and not track.suspected)
            if begins and track.worth > 0:
                track.begin_burst(moment, suspected=suspected)
                self._agenda.put_again(track)

    def _value(self, tracks: Sequence[StreamSchedule], worth: Mapping[tuple[str, str], float]) -> None:
        """Set what bursts are worth, by request; end those that are worth too little. Where nothing is known
        to be worth anything, all are worth the same."""
        by_request = {
            track.index: worth.get((track.stream.surface, track.stream.vantage), 0.0)
            / max(track.cast.size * track.cost, 1)
            for track in tracks
        }
        best = max(by_request.values(), default=0.0)
        for track in tracks:
            share = by_request[track.index] / best if best > 0 else 1.0
            if share < WORTHWHILE and track.attempt is not None:
                track.end_burst()
                self._agenda.put_again(track)
            track.worth = share if share >= WORTHWHILE else 0.0

    def settle(self, platform: str, at: datetime) -> None:
        """End a platform's burst."""
        self._time.reach(at)
        for track in self._of_platform(platform):
            track.worth = 1.0
            if track.attempt is not None:
                track.end_burst()
                self._agenda.put_again(track)

    def coverage(self) -> tuple[Coverage, ...]:
        """Who is asked where, for each platform, surface and session (the same from every vantage)."""
        return tuple(self._coverage)

    def left(self, now: datetime) -> tuple[BudgetLeft, ...]:
        """What every platform may still be asked, from each vantage."""
        moment = self._time.reach(now)
        return tuple(
            BudgetLeft(
                platform,
                vantage,
                place.allowance.share_left(moment),
                self._time.clock(place.allowance.wait_until) if place.allowance.wait_until > moment else None,
            )
            for (platform, vantage), place in self._places.items()
        )

    def lend(self, platform: str, vantage: str, requests: int, at: datetime) -> bool:
        """Let somebody ask so many requests beside the plan, if the watch's own rounds are well served: they
        are charged at once, and half of every budget stays for the watch.

        Returns:
            Whether they may be asked now.
        """
        place = self._places.get((platform, vantage))
        moment = self._time.reach(at)
        if place is None or place.waiting or not place.allowance.spares(moment, requests):
            return False
        place.allowance.hold(requests, BudgetShare.BURST)
        place.allowance.release(moment, requests, requests, BudgetShare.BURST)
        return True

    def state(self) -> dict[str, Any]:
        """Everything that changes, as JSON values; no key is in it."""
        return {
            "version": STATE_VERSION,
            "election": self._election.digest,
            "offset": self._time.offset,
            "latest": self._time.latest,
            "denser": self._denser,
            "places": [
                [
                    *key,
                    {
                        "allowance": place.allowance.state(),
                        "wake": place.wake,
                        "waiting": [[since, _text(self._tracks[index])] for since, index in place.waiting],
                    },
                ]
                for key, place in self._places.items()
            ],
            "tracks": {_text(track): track.state() for track in self._tracks},
        }

    def restore(self, state: dict[str, Any], at: datetime) -> None:
        """Go on from `state` at `at`, in a planner just made. Rounds then in flight count as wholly sent.

        Streams, platforms and vantages that the election file no longer has are forgotten, new ones begin.

        Raises:
            BadInput: the state is of another version.
        """
        if state.get("version") != STATE_VERSION:
            raise BadInput(
                Fault(
                    what="The saved plan was made by another version of Siaga.",
                    do="Remove it to begin the plan anew.",
                    field="version",
                )
            )
        self._time.offset, self._time.latest = state["offset"], state["latest"]
        self._denser = state["denser"]
        moment = self._time.reach(at)
        tracks = {_text(track): track for track in self._tracks}
        same = state["election"] == self._election.digest
        for name, track in tracks.items():
            if name in state["tracks"]:
                track.restore(state["tracks"][name], same_election=same)
            if track.due is not None and (not same or name not in state["tracks"]):
                soon = track.next_base(moment, track.interval(self._denser))
                track.base_due = min(track.base_due, soon) if name in state["tracks"] else soon
                track.due = track.next_due()
        for platform, vantage, saved in state["places"]:
            if (place := self._places.get((platform, vantage))) is not None:
                place.allowance.restore(saved["allowance"], moment)
                place.wake = saved["wake"]
                place.waiting = [
                    (since, tracks[name].index) for since, name in saved["waiting"] if name in tracks
                ]
                heapq.heapify(place.waiting)
        self._agenda.rebuild()
        for track in self._tracks:
            if (flight := track.flight) is not None:
                track.flight = None
                self._set_next(track, flight, moment)
                if track.place.waiting:
                    self._agenda.look_again(track.place, moment)

    def _add(self, platform: PlatformWatch, costs: Mapping[tuple[str, str], int], round_size: int) -> None:
        places = []
        for vantage in self._election.vantages_of(platform):
            allowance = RequestAllowance(tuple(BudgetWindow(budget) for budget in platform.budgets))
            place = AllowanceQueue(len(self._places), allowance)
            self._places[platform.id, vantage.id] = place
            self._all_places.append(place)
            places.append((vantage.id, place))
        for watch in platform.surfaces:
            cast = RoundComposition(self._election, platform.id, watch.surface, round_size)
            self._coverage.append(cast.coverage(watch))
            if not cast.targets:
                continue
            for vantage_id, place in places:
                stream = Stream(platform.id, watch.surface, vantage_id, watch.session)
                self._tracks.append(
                    StreamSchedule(
                        index=len(self._tracks),
                        stream=stream,
                        place=place,
                        cast=cast,
                        every=watch.every // MICROSECOND,
                        cost=costs[platform.id, watch.surface],
                        phase=phase_of(self._election.id, stream),
                    )
                )

    def _refuse_what_never_fits(self) -> None:
        faults = {}
        for track in self._tracks:
            most = track.place.allowance.most()
            if most is not None and track.held > most:
                platform, surface = track.stream.platform, track.stream.surface
                faults[platform, surface] = Fault(
                    what=f"One round on {platform} {surface} takes {track.held} requests ({track.cast.size} "
                    f"names, {track.cost} each, once more for retries), but a budget there is {most}.",
                    do=f"Allow {track.held} requests in each of the platform's budgets, or ask fewer names.",
                    field=f"platforms.{platform}.budgets",
                )
        if faults:
            raise BadInput(*faults.values())

    def _leave_room_for_bursts(self) -> None:
        for place in self._places.values():
            rate = sum(
                track.cast.size * track.cost / track.every for track in self._tracks if track.place is place
            )
            for bucket in place.allowance.buckets:
                bucket.spare(rate * bucket.span)

    def _of_platform(self, platform: str) -> list[StreamSchedule]:
        return [track for track in self._tracks if track.stream.platform == platform]

    def _give_up_lost_rounds(self, moment: int) -> None:
        while self._flights:
            oldest = next(iter(self._flights.values())).flight
            if oldest is None or self._time.awake - oldest.taken_awake < LONGEST_ROUND:
                return
            self._land(self._flights.pop(oldest.round), moment, None)

    def _follow_events(self, now: datetime, moment: int) -> None:
        """When an event begins or ends, all streams take up their new intervals, each at its phase."""
        denser = self._density.at(now)
        if denser == self._denser:
            return
        self._denser = denser
        for track in self._tracks:
            if track.due is not None and track.base_due > moment:
                track.base_due = track.next_base(moment, track.interval(denser))
                self._agenda.put_again(track)

    def _waits_in_turn(self, track: StreamSchedule, moment: int) -> bool:
        """Line a base round up. One that was slept over is moved to its next own moment instead, once."""
        interval = track.interval(self._denser)
        if moment - track.base_due > interval and not track.slept:
            track.slept = True
            track.base_due = track.next_base(moment, interval)
            self._agenda.put(track)
            return False
        track.slept = False
        heapq.heappush(track.place.waiting, (track.base_due, track.index))
        return True

    def _serve(self, place: AllowanceQueue, now: datetime, moment: int) -> list[Round]:
        """Base rounds of one place, oldest first, as far as its allowance carries whole ones."""
        rounds = []
        while place.waiting:
            track = self._tracks[place.waiting[0][1]]
            if not place.allowance.carries(moment, track.held, BudgetShare.BASE):
                when = place.allowance.free_at(moment, track.held)
                if when is not None:
                    self._agenda.look_again(place, when)
                break
            heapq.heappop(place.waiting)
            rounds.append(self._take(track, now, moment, BudgetShare.BASE))
        return rounds

    def _put_off_burst(self, track: StreamSchedule, moment: int) -> None:
        track.attempt = (track.attempt or 0) + 1
        track.pace_burst(moment, track.interval(self._denser))
        self._agenda.put(track)

    def _take(self, track: StreamSchedule, now: datetime, moment: int, share: BudgetShare) -> Round:
        key = self._key_for(now)
        id_ = round_id(key, now, track.stream, track.number)
        seed = round_seed(key, id_)
        if track.group == 0 and track.cast.groups > 1:
            track.deal_seed = sweep_seed(key, track.stream, track.sweep)
            track.deal = None
        if track.deal is None:
            track.deal = track.cast.deal(track.deal_seed)
        askings = track.cast.askings(seed, track.deal[track.group], track.sweep, track.number)
        track.number += 1
        track.group += 1
        if track.group >= len(track.deal):
            track.sweep, track.group = track.sweep + 1, 0
        track.flight = RoundInFlight(id_, moment, self._time.awake, track.held, share)
        self._flights[id_] = track
        track.place.allowance.hold(track.held, share)
        if track.attempt is not None:
            track.attempt += 1
        reason = "burst" if share is BudgetShare.BURST else "event" if self._denser > 1 else "base"
        return Round(id_, now, track.stream, seed, askings, reason)

    def _land(self, track: StreamSchedule, moment: int, sent: int | None) -> None:
        flight, track.flight = track.flight, None
        if flight is None:
            return
        place = track.place
        place.allowance.release(moment, flight.held, flight.held if sent is None else sent, flight.share)
        self._set_next(track, flight, moment)
        if place.waiting:
            self._agenda.look_again(place, moment)

    def _set_next(self, track: StreamSchedule, flight: RoundInFlight, moment: int) -> None:
        """Put a stream whose round has ended back on the agenda.

        A base round that had to wait leaves a debt of one round at most, so that streams that wait for the
        same allowance share it evenly, and none is ever asked in a flood. A burst's round stands in for a
        base round that would come soon.
        """
        interval = track.interval(self._denser)
        if flight.share is BudgetShare.BASE:
            next_base = track.next_base(max(track.base_due, moment - interval), interval)
            track.base_due = max(next_base, moment)
        else:
            track.base_due = max(track.base_due, track.next_base(flight.taken + interval // 2, interval))
        track.pace_burst(flight.taken, interval)
        self._agenda.put(track)

    def _key_for(self, now: datetime) -> bytes:
        day = now.astimezone(UTC).date()
        if self._key is None or self._key[0] != day:
            key = self._key_of(day)
            if len(key) != KEY_LENGTH:
                raise ValueError(f"the key of {day} has {len(key)} bytes, not {KEY_LENGTH}")
            self._key = day, key
        return self._key[1]


def _text(track: StreamSchedule) -> str:
    return stream_text(track.stream).decode()
