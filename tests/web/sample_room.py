"""A room made of values: a watch at 07:05 Jakarta time on 25 January 2024, for page tests."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from siaga.cases.case import Case
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.fold import fold
from siaga.cases.verdict_json import verdict_to_json
from siaga.detection.equal_treatment import PairComparison, odds_ratio
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.ids import uuid7
from siaga.domain.label import Label
from siaga.domain.records import Measurement, Stream
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Election,
    Event,
    EventKind,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.journal.events import JournalEvent
from siaga.measurements.missing_counts import MissingCount
from siaga.measurements.rollups import GroupBy, TimelineFilter
from siaga.ports.watch import (
    BudgetHealth,
    ControlsHealth,
    EvidencePoint,
    FindingSpell,
    PastFindings,
    PlatformTreatment,
    StreamHealth,
    TimelineBucket,
    WatchHealth,
    WatchRun,
)

NOW = datetime(2024, 1, 25, 0, 5, tzinfo=UTC)


def person(id: str, name: str) -> Person:
    return Person(id, (Name(name, NameKind.FULL),))


def platform(id: str, label: str) -> PlatformWatch:
    return PlatformWatch(
        id=id,
        reader=id,
        label=label,
        address="http://127.0.0.1:9",
        surfaces=(SurfaceWatch("search-latest", timedelta(minutes=1)),),
        budgets=(Budget(450, timedelta(minutes=15)),),
    )


ELECTION = Election(
    id="indonesia-2024",
    label="Pemilu 2024",
    country="ID",
    timezone="Asia/Jakarta",
    votes=date(2024, 2, 14),
    contestants=(
        Contestant(
            "anies-muhaimin",
            ContestantKind.TICKET,
            "Anies - Muhaimin",
            1,
            (person("anies", "Anies Baswedan"), person("muhaimin", "Muhaimin Iskandar")),
        ),
        Contestant(
            "ganjar-mahfud",
            ContestantKind.TICKET,
            "Ganjar - Mahfud",
            3,
            (person("ganjar", "Ganjar Pranowo"), person("mahfud", "Mahfud MD <script>")),
        ),
    ),
    controls=(),
    canaries=("qzxv",),
    platforms=(platform("x", "X"), platform("bluesky", "Bluesky")),
    vantages=(
        Vantage("jakarta", label="Jakarta"),
        Vantage("surabaya", label=Label({"id": "Kota Surabaya", "en": "Surabaya City"})),
    ),
)


def verdict(platform: str, subject: str | None, state: State, **more: object) -> Verdict:
    plain = Verdict(
        at=NOW,
        platform=platform,
        surface=None,
        vantage=None,
        subject=subject,
        state=state,
        since=NOW - timedelta(minutes=3),
        evidence=1.0,
        rule="round-bet@1",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


SUPPRESSED = verdict(
    "x",
    "mahfud",
    State.SUPPRESSED,
    evidence=4.3e7,
    counts=Counts(31, 30, 372, 1),
    onset=(NOW - timedelta(minutes=5), NOW - timedelta(minutes=3)),
)


@dataclass
class SampleRoom:
    election: Election = ELECTION
    said: list[Verdict] = field(default_factory=list)
    rounds: int = 120
    text: str = "mahfud"
    """What was asked in the sample measurement."""
    asked_for_verdicts: int = 0
    offline: Sequence[str] = ("surabaya",)
    histories: dict[str, list[JournalEvent]] = field(default_factory=dict)
    """Of the cases, by id."""
    past_spells: Sequence[FindingSpell] = ()
    counted_until: list[datetime] = field(default_factory=list)
    """Until when the counts of equal treatment were asked for, in order."""

    def now(self) -> datetime:
        return NOW

    def threshold(self) -> float:
        return 4.3e7

    def verdicts(self) -> Sequence[Verdict]:
        self.asked_for_verdicts += 1
        return self.said

    def verdicts_of(self, subject: str) -> Sequence[Verdict]:
        return [verdict for verdict in self.said if verdict.subject in {None, subject}]

    def changes(self, most: int) -> Sequence[Verdict]:
        return [v for v in self.said if v.state.is_finding][:most]

    def past_findings(self, at: datetime, suspicions: bool) -> PastFindings:
        findings = [v for v in self.said if v.state.is_finding and not v.is_of_one_stream and v.since <= at]
        turns = sorted(v.since for v in findings if suspicions or v.state is not State.SUSPECTED)
        begun = NOW - timedelta(hours=2)
        return PastFindings(
            begun if self.rounds and at >= begun else None,
            findings,
            max((t for t in turns if t <= at), default=None),
            min((t for t in turns if t > at), default=None),
        )

    def runs(self, most: int) -> Sequence[WatchRun]:
        begun = NOW - timedelta(hours=2)
        killed, stopped = begun - timedelta(days=2), begun - timedelta(days=1)
        return [WatchRun(begun, None), WatchRun(stopped, begun - timedelta(hours=1)), WatchRun(killed, None)][
            :most
        ]

    def spells(self, since: datetime, suspicions: bool) -> Sequence[FindingSpell]:
        return [
            *self.past_spells,
            *(
                FindingSpell(v.key, v.state, v.since, None)
                for v in self.said
                if v.state.is_finding and not v.is_of_one_stream
                if suspicions or v.state is not State.SUSPECTED
            ),
        ]

    async def measured_days(
        self, since: datetime, until: datetime, subjects: Sequence[str]
    ) -> dict[tuple[str, str], frozenset[date]]:
        days = frozenset(until.astimezone(since.tzinfo).date() - timedelta(days=n) for n in range(1, 40))
        return {
            (each.id, subject): days if self.rounds else frozenset()
            for each in self.election.platforms
            for subject in subjects
        }

    async def missing_counts(self, since: datetime, until: datetime) -> dict[str, Sequence[MissingCount]]:
        self.counted_until.append(until)
        if not self.rounds:
            return {}
        missing = {"mahfud": 373, "ganjar": 119}
        first = self.election.platforms[0].id
        return {
            each.id: [
                *(
                    MissingCount(one.id, "target", 2361, missing.get(one.id, 0) if each.id == first else 0)
                    for one in self.election.people()
                ),
                *(MissingCount(f"control-{n}", "control", 2361, n % 2) for n in range(10)),
            ]
            for each in self.election.platforms
        }

    def change_times(self, since: datetime, until: datetime, suspicions: bool) -> Sequence[datetime]:
        return [
            v.since
            for v in self.said
            if v.state.is_finding and since < v.since <= until
            if suspicions or v.state is not State.SUSPECTED
        ]

    def health(self) -> WatchHealth:
        stream = Stream("x", "search-latest", "jakarta", Session.PUBLIC)
        return WatchHealth(
            started=NOW - timedelta(hours=2),
            rounds=self.rounds,
            measurements=self.rounds * 18,
            streams=[StreamHealth(stream, timedelta(minutes=1), NOW, {Answer.RESULTS: 17, Answer.EMPTY: 1})],
            budgets=[BudgetHealth("x", "jakarta", 0.61, NOW + timedelta(minutes=2))],
            offline=self.offline,
            controls=[
                ControlsHealth("x", 12, {"search-latest": ["control-7", "control-9"]}, ["control-3"]),
                ControlsHealth("bluesky", 12, {}, []),
            ],
        )

    def cases(self) -> Sequence[Case]:
        return [one for one in (fold(events) for events in self.histories.values()) if one is not None]

    def case_history(self, case: str) -> Sequence[JournalEvent]:
        return self.histories.get(case, ())

    def treatment(self) -> Sequence[PlatformTreatment]:
        first, *others = [one.id for one in self.election.people()]
        pairs = [
            PairComparison(
                "x", first, other, 3 + place, 40 if place == 1 else 4, *odds_ratio(3 + place, 40, 0.01)
            )
            if place == 1
            else PairComparison("x", first, other, 3 + place, 4, *odds_ratio(3 + place, 4, 0.01))
            for place, other in enumerate(others[:20])
        ]
        return [
            PlatformTreatment(
                one.id,
                {person.id: (self.rounds, 4) for person in self.election.people()} if self.rounds else {},
                pairs if one.id == self.election.platforms[0].id and self.rounds else [],
            )
            for one in self.election.platforms
        ]

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[TimelineBucket]:
        if not self.rounds:
            return []
        step = (until - since) / buckets
        return [
            TimelineBucket(
                since + index * step,
                {Answer.RESULTS if index < buckets * 0.7 else Answer.EMPTY: 5},
                0,
                {Answer.RESULTS: 58, Answer.ERROR: 1, Answer.LIMITED: 1},
                0,
                5 * max(0, 18 - index // 4) if index < buckets * 0.7 else 0,
                58 * 17,
            )
            for index in range(buckets)
        ]

    async def timelines(
        self, by: GroupBy, since: datetime, until: datetime, where: TimelineFilter, buckets: int
    ) -> dict[str, Sequence[TimelineBucket]]:
        keys = {
            GroupBy.PLATFORM: [one.id for one in self.election.platforms],
            GroupBy.SURFACE: ["search-latest"],
            GroupBy.VANTAGE: [one.id for one in self.election.vantages],
            GroupBy.SUBJECT: [one.id for one in self.election.people()],
        }[by]
        if not self.rounds:
            return {}
        return {key: await self.timeline("x", key, None, since, until, buckets) for key in keys}

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        return [EvidencePoint(NOW - timedelta(minutes=9 - n), 10.0**n) for n in range(9)]

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        if not self.rounds:
            return []
        return [
            Measurement(
                id=UUID(int=1),
                round=UUID(int=2),
                position=4,
                at=NOW,
                election="indonesia-2024",
                platform=platform,
                surface="search-latest",
                vantage="jakarta",
                session=Session.PUBLIC,
                subject=subject,
                role=Role.TARGET,
                name=self.text,
                answer=Answer.EMPTY,
                count=0,
                matching=0,
                total_ms=81.4,
                body_sha256="ab" * 32,
            )
        ]

    async def asked(self, until: datetime) -> Mapping[str, Mapping[Answer, int]]:
        return {"x": {Answer.RESULTS: 17, Answer.EMPTY: 1}}

    async def tail(self, after_seq: int) -> bytes:
        return f"after {after_seq}".encode()

    async def subscribe(self) -> AsyncIterator[int]:
        for number in (1, 2):
            yield number


def event(seq: int, minutes: int, who: str, kind: str, why: str = "", **what: object) -> JournalEvent:
    """One event, so many minutes before the present."""
    at = NOW - timedelta(minutes=minutes)
    return JournalEvent(seq, str(uuid7(at, seq)), at, who, kind, what, why, None, "0" * 64, "0" * 64)


def case_histories() -> dict[str, list[JournalEvent]]:
    """Two cases: one claimed and refused, open; one restored. With all that only the room may see."""
    said = verdict_to_json(SUPPRESSED)
    opening: dict[str, Any] = {"platform": "x", "surface": None, "severity": "high", "verdict": said}
    fine = {**said, "state": "findable"}
    return {
        "C-1": [
            event(1, 200, "watch", CaseOpened.kind, case="C-1", subject="ganjar", **opening),
            event(2, 200, "watch", CaseVerified.kind, case="C-1", verdict=said),
            event(3, 90, "watch", CaseRestored.kind, case="C-1", verdict=fine),
            event(4, 90, "watch", CaseClosed.kind, case="C-1", reason="restored"),
        ],
        "C-2": [
            event(5, 60, "watch", CaseOpened.kind, case="C-2", subject="mahfud", **opening),
            event(6, 60, "watch", CaseVerified.kind, case="C-2", verdict=said),
            event(7, 55, "person:ayu", CaseCommented.kind, case="C-2", text="Call Dewi at home."),
            event(8, 50, "person:ayu", CaseAcknowledged.kind, case="C-2"),
            event(9, 48, "person:ayu", CaseExplained.kind, case="C-2", cause="attack", text="mistyped"),
            event(10, 47, "person:ayu", EventUndone.kind, "Mistyped.", case="C-2", event=9, also=None),
            event(
                11,
                46,
                "person:ayu",
                CaseExplained.kind,
                case="C-2",
                cause="spam-cleanup",
                text="A clean-up of spam took too much. <script>alert(1)</script>",
            ),
            event(12, 40, "person:ayu", CaseClaimed.kind, case="C-2"),
            event(13, 10, "watch", CaseClaimRefused.kind, case="C-2", verdict=said),
        ],
    }


def calm() -> SampleRoom:
    """Everybody is findable wherever it was measured."""
    return SampleRoom(
        said=[verdict(p.id, one.id, State.FINDABLE) for p in ELECTION.platforms for one in ELECTION.people()],
        offline=(),
    )


def alarmed() -> SampleRoom:
    """One name suppressed, one impaired, one suspected; all words that a verdict can carry."""
    return SampleRoom(
        histories=case_histories(),
        said=[
            replace(
                SUPPRESSED,
                surface="search-latest",
                detail={
                    "kind": "missing",
                    "psi": "2",
                    "names": "mahfud, Mahfud MD",
                    "names_found": "mahfudmd",
                    "surfaces": "search-latest",
                    "surfaces_found": "profile, search-top",
                    "vantages": "jakarta",
                    "vantages_found": "surabaya",
                    "answers": "empty",
                    "relapse_of": "2024-01-24T22:00:00+00:00",
                },
            ),
            verdict(
                "bluesky",
                "ganjar",
                State.IMPAIRED,
                evidence=812.0,
                detail={"kind": "fewer, older", "psi": "3"},
            ),
            verdict(
                "x", "ganjar", State.SUSPECTED, evidence=12.0, detail={"kind": "only this name is limited"}
            ),
            *(verdict(p, one, State.FINDABLE) for p in ("x", "bluesky") for one in ("anies", "muhaimin")),
            verdict("bluesky", "mahfud", State.FINDABLE),
            verdict(
                "x",
                "mahfud",
                State.SUPPRESSED,
                evidence=4.3e7,
                surface="search-latest",
                vantage="jakarta",
                counts=Counts(31, 30, 372, 1),
                detail={"session": "public"},
            ),
            verdict(
                "x",
                "mahfud",
                State.FINDABLE,
                surface="profile",
                vantage="surabaya",
                counts=Counts(31, 0, 372, 1),
                detail={"session": "public"},
            ),
        ],
    )


def outage() -> SampleRoom:
    """One platform down, one network blocked, one surface limited: trouble of all names alike."""
    names = [one.id for one in ELECTION.people()]
    return SampleRoom(
        said=[
            verdict("bluesky", None, State.PLATFORM_DOWN, evidence=900.0, detail={"kind": "down"}),
            verdict("x", None, State.VANTAGE_BLOCKED, vantage="surabaya", detail={"kind": "network"}),
            verdict("x", None, State.UNMEASURABLE, surface="people", detail={"kind": "limits"}),
            *(verdict("bluesky", one, State.INSUFFICIENT) for one in names),
            *(verdict("x", one, State.FINDABLE) for one in names),
        ]
    )


def many(contestants: int = 600, platforms: int = 12) -> SampleRoom:
    """A legislative election: 600 contestants by 12 platforms, some not fine, one with a very long name."""
    people = [person(f"c{n}", f"Calon Legislatif Nomor {n}") for n in range(1, contestants)]
    people.append(person("long", "Raden Mas Panji " + "Sosrokartonoadiningratkusumo" * 3))
    election = replace(
        ELECTION,
        contestants=tuple(
            Contestant(one.id, ContestantKind.PERSON, one.names[0].text, n, (one,))
            for n, one in enumerate(people, 1)
        ),
        platforms=tuple(platform(f"p{n}", f"Platform {n}") for n in range(platforms)),
    )
    states = {"c7": State.SUPPRESSED, "c300": State.IMPAIRED, "long": State.SUSPECTED}
    said = [
        verdict(p.id, one.id, State.FINDABLE if p.id != "p3" else states.get(one.id, State.FINDABLE),
                evidence=99.0)
        for p in election.platforms
        for one in people
    ]  # fmt: skip
    return SampleRoom(election=election, said=said)


DEBATE = Event(
    "debate-4",
    EventKind.DEBATE,
    "Fourth debate",
    NOW - timedelta(minutes=30),
    NOW + timedelta(hours=1),
    3.0,
)


def room_with_events() -> SampleRoom:
    """The alarmed room, one debate under way and one to come."""
    room = alarmed()
    coming = replace(DEBATE, id="debate-5", starts=NOW + timedelta(days=9), ends=NOW + timedelta(days=10))
    room.election = replace(room.election, events=(DEBATE, coming))
    return room


@dataclass
class LiveRoom(SampleRoom):
    """A room whose pages change when `tell` says so."""

    version: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, said: list[Verdict]) -> None:
        """From now on these verdicts hold. Call it in the server's event loop."""
        self.said = said
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def subscribe(self) -> AsyncIterator[int]:
        while True:
            await self._changed.wait()
            yield self.version
