"""Which place trouble fills: opens, widens and closes the states of places from the streams' trips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from siaga.detection.localisation.common_cause import widest_causes
from siaga.detection.round_facts import moment
from siaga.detection.rules.common_mode import DOWN, OFFLINE, RULE, SOME
from siaga.detection.settings import PLACE_SETTLING_ROUNDS, Settings
from siaga.detection.trouble_run import Site
from siaga.domain.verdicts import Counts, State, Verdict

Elsewhere = Callable[[str, int], str]
"""Says of a vantage whether it reaches other platforms: `online`, `offline`, `unknown`."""


@dataclass(slots=True)
class OpenPlace:
    """An open state of a place: one cause."""

    surface: str | None
    vantage: str | None
    state: State
    kind: str
    failure: str
    since: int
    before: int
    at: int
    evidence: float
    asked: int
    missing: int
    sites: set[int] = field(default_factory=set)
    otherwise: int = 0
    """Rounds in a row in which another state would have been said of it."""
    otherwise_since: int = 0


@dataclass(slots=True)
class PlaceStates:
    """The open states of one platform's places."""

    platform: str
    pending: dict[int, int] = field(default_factory=dict)
    """Tripped streams without a place yet, and when they tripped."""
    open: list[OpenPlace] = field(default_factory=list)

    def struck(self) -> set[int]:
        """The streams within an open state."""
        return {index for place in self.open for index in place.sites}

    def update(
        self, sites: Sequence[Site], at: int, elsewhere: Elsewhere, settings: Settings
    ) -> list[Verdict]:
        """Close what is over, open what has tripped; returns the changes of state."""
        changes = self._close(sites, at, settings)
        changes += self._judge_again(sites, at, elsewhere, settings)
        if self.pending:
            changes += self._open(sites, at, elsewhere, settings)
        return changes

    def _close(self, sites_: Sequence[Site], at: int, settings: Settings) -> list[Verdict]:
        closed: list[Verdict] = []
        for index in [i for i in self.pending if not sites_[i].trouble.tripped]:
            del self.pending[index]
        for place in list(self.open):
            sites = [sites_[index] for index in sorted(place.sites)]
            if any(not site.trouble.calm and site.current(at, settings) for site in sites):
                continue
            self.open.remove(place)
            since = min((site.trouble.recovered for site in sites if site.trouble.good), default=at)
            closed.append(self.verdict(place, State.FINDABLE, at, since))
        return closed

    def _judge_again(
        self, sites_: Sequence[Site], at: int, elsewhere: Elsewhere, settings: Settings
    ) -> list[Verdict]:
        """Whether a network that reached nothing now reaches other platforms, or the other way round.

        It has to hold for as many rounds as a trouble: after an outage platforms come back one by one.
        """
        current = [site for site in sites_ if site.current(at, settings)]
        moved: list[Verdict] = []
        for place in self.open:
            sites = [site for site in current if site.index in place.sites]
            if place.kind != OFFLINE or not any(site.last == at for site in sites):
                continue
            state = self._state_of(place.kind, place.surface, place.vantage, sites, current, at, elsewhere)
            if state is place.state:
                place.otherwise = 0
                continue
            place.otherwise += 1
            if place.otherwise == 1:
                place.otherwise_since = at
            if place.otherwise > settings.trouble_rounds:
                place.state, place.since, place.at, place.otherwise = state, place.otherwise_since, at, 0
                moved.append(self.verdict(place, state, at, place.since))
        return moved

    def _open(
        self, sites_: Sequence[Site], at: int, elsewhere: Elsewhere, settings: Settings
    ) -> list[Verdict]:
        current = [site for site in sites_ if site.current(at, settings)]
        opened: list[Verdict] = []
        met = {sites_[index].trouble.kind for index in self.pending}
        for kind in sorted(kind for kind in met if kind):
            waiting = [i for i in self.pending if sites_[i].trouble.kind == kind]
            if not waiting:
                continue
            onset = min(sites_[index].trouble.begun for index in waiting)
            patience = min(self.pending[index] for index in waiting) + settings.longest_gap_us
            if at < patience and any(site.last < onset for site in current):
                continue
            tripped = [sites_[index] for index in waiting]
            settling = PLACE_SETTLING_ROUNDS * max(site.interval for site in tripped)
            settled = max(self.pending[index] for index in waiting) + settling
            hit = [s for s in current if s.trouble.kind == kind and s.trouble.good == 0]
            rising = any(not site.trouble.tripped for site in hit)
            if rising and len(hit) < len(current) and at < min(settled, patience):
                continue
            # Streams not asked since say nothing of the width, unless a surface has no other stream.
            asked = [site for site in current if site.last >= onset]
            if {site.surface for site in asked} == {site.surface for site in current}:
                current = asked
            struck = [site for site in current if site.trouble.shares(kind)]
            struck += [sites_[i] for i in waiting if all(site.index != i for site in struck)]
            for index in waiting:
                del self.pending[index]
            opened += self._open_kind(kind, struck, current, at, elsewhere)
        return opened

    def _open_kind(
        self,
        kind: str,
        struck: list[Site],
        current: list[Site],
        at: int,
        elsewhere: Elsewhere,
    ) -> list[Verdict]:
        opened: list[Verdict] = []
        known = {index: place for place in self.open if place.kind == kind for index in place.sites}
        for surface, vantage, sites in widest_causes(kind, struck, current):
            numbers = {site.index for site in sites}
            if numbers <= known.keys():
                continue
            inside = [place for place in self.open if place.kind == kind and place.sites <= numbers]
            state = self._state_of(kind, surface, vantage, sites, current, at, elsewhere)
            worst = max(sites, key=lambda site: (site.trouble.worth, -site.index))
            whole = state is State.PLATFORM_DOWN
            place = OpenPlace(
                None if whole else surface,
                None if whole else vantage,
                state,
                kind,
                worst.trouble.failure,
                since=min(site.trouble.begun for site in sites),
                before=max(site.trouble.before for site in sites),
                at=at,
                evidence=worst.trouble.worth,
                asked=sum(site.trouble.asked for site in sites),
                missing=sum(site.trouble.missing for site in sites),
                sites=numbers,
            )
            for narrower in inside:
                self.open.remove(narrower)
            self.open.append(place)
            opened.append(self.verdict(place, state, at, place.since))
        return opened

    def _state_of(
        self,
        kind: str,
        surface: str | None,
        vantage: str | None,
        sites: list[Site],
        current: list[Site],
        at: int,
        elsewhere: Elsewhere,
    ) -> State:
        whole = len(sites) == len(current)
        if kind == SOME:
            return State.INSUFFICIENT
        vantages = {site.vantage for site in current}
        here = {site.vantage for site in sites}
        if kind == DOWN:
            if whole:
                return State.PLATFORM_DOWN
            row = [site for site in current if site.vantage in here]
            if len(here) == 1 and len(row) == len(sites) and len(row) > 1:
                return State.VANTAGE_BLOCKED
            return State.SURFACE_DOWN
        if kind == OFFLINE:
            answers = {elsewhere(vantage, at) for vantage in here}
            if whole and len(vantages) > 1:
                return State.UNMEASURABLE if answers == {"offline"} else State.PLATFORM_DOWN
            row = [site for site in current if site.vantage in here]
            if len(here) == 1 and len(row) == len(sites) and answers == {"online"}:
                return State.VANTAGE_BLOCKED
        return State.UNMEASURABLE

    def verdict(self, place: OpenPlace, state: State, at: int, since: int) -> Verdict:
        """What is said of a place."""
        detail = {"kind": place.kind}
        if place.failure:
            detail["failure"] = place.failure
        return Verdict(
            at=moment(at),
            platform=self.platform,
            surface=place.surface,
            vantage=place.vantage,
            subject=None,
            state=state,
            since=moment(since),
            evidence=place.evidence,
            rule=RULE.id,
            counts=Counts(controls_asked=place.asked, controls_missing=place.missing),
            onset=(moment(max(place.before, 0)), moment(place.since)),
            detail=detail,
        )

    def verdicts(self) -> list[Verdict]:
        """The open states."""
        return [self.verdict(place, place.state, place.at, place.since) for place in self.open]
