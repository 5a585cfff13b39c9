"""Charts of one name on one platform: how often it was found beside its controls, and the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.case import Case
from siaga.cases.durations import durations
from siaga.cases.publication import EVERYBODY, Viewer, is_public, visible_evidence, withheld_from
from siaga.cases.verdict_json import verdict_from_json
from siaga.domain.label import label_in
from siaga.domain.verdicts import FindingKey
from siaga.election.model import Person, PlatformWatch
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import Speech
from siaga.ports.watch import EvidencePoint, TimelineBucket, WatchView
from siaga.web.charts.annotations import WORDS, marks_of
from siaga.web.charts.found_chart import ChartLabels, evidence_chart, found_chart
from siaga.web.charts.marks import EventBand
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.charts.window import LONGEST, SHORTEST, TimeWindow
from siaga.web.charts.withheld import without_target
from siaga.web.summary import matrix

BUCKETS: Final = 72
BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(hours=1)
"""So much of the time around a case is on its chart."""


@dataclass(frozen=True, slots=True)
class CaseStretch:
    """What the chart of a case shows: a name, where, and the time around what happened."""

    platform: PlatformWatch
    person: Person
    surface: str | None
    window: TimeWindow
    onset: tuple[datetime, datetime] | None


class NameCharts:
    """These charts of one room."""

    def __init__(self, watch: WatchView) -> None:
        self._watch = watch

    def of_case(self, case: Case, now: datetime) -> CaseStretch | None:
        """The stretch of a case, as far as it had come by `now`; None for one that is not of a name, or not
        proven."""
        election = self._watch.election
        platform = next((platform for platform in election.platforms if platform.id == case.platform), None)
        person = next((person for person in election.people() if person.id == case.subject), None)
        if platform is None or person is None or case.proof is None:
            return None
        proof, began = verdict_from_json(case.proof), durations(case).began
        over = now if case.stage.is_open else max(case.reached.values())
        since = (began or case.opened_at) - BEFORE
        until = max(min(over + AFTER, now), since + SHORTEST)
        window = TimeWindow("", max(since, until - LONGEST), until, now)
        surface = (
            proof.surface if proof.surface in {watched.surface for watched in platform.surfaces} else None
        )
        return CaseStretch(platform, person, surface, window, proof.onset)

    async def case_chart(self, speech: Speech, case: Case, now: datetime) -> str | None:
        """The chart of a case as a file of its own has it."""
        shown = self.of_case(case, now)
        if shown is None:
            return None
        drawn = await self.drawn_case(speech, shown, EVERYBODY, (WIDE,))
        return drawn[0]

    async def drawn_case(
        self, speech: Speech, shown: CaseStretch, viewer: Viewer, widths: Sequence[int]
    ) -> list[str]:
        """The chart of a case in some widths, as far as a viewer may see what was measured."""
        platform, person, surface, window = shown.platform, shown.person, shown.surface, shown.window
        since = withheld_from(self._watch.verdicts(), viewer, platform.id, person.id)
        buckets = without_target(await self.buckets(platform, person, surface, window), since)
        evidence = self.evidence(platform, person, window, viewer)
        incidents = self.incidents(platform, person, shown.onset)
        return [
            self.chart(speech, platform, person, surface, evidence, buckets, incidents, width)
            for width in widths
        ]

    async def drawn_strength(self, speech: Speech, shown: CaseStretch, viewer: Viewer) -> list[str]:
        """How strong the evidence of a case was, wide and narrow, as far as a viewer may see it."""
        platform, person = shown.platform, shown.person
        buckets = await self.buckets(platform, person, shown.surface, shown.window)
        evidence = self.evidence(platform, person, shown.window, viewer)
        incidents = self.incidents(platform, person, shown.onset)
        return [
            self.strength(speech, platform, person, evidence, buckets, incidents, width)
            for width in (WIDE, NARROW)
        ]

    def incidents(
        self, platform: PlatformWatch, person: Person, onset: tuple[datetime, datetime] | None
    ) -> Sequence[tuple[datetime, datetime]]:
        """From when to when it was not as usual: by the public cases about it, and by what goes on now."""
        now = self._watch.now()
        spans = [
            (began, max(began, took.back or (now if case.stage.is_open else max(case.reached.values()))))
            for case in self._watch.cases()
            if case.key == FindingKey(platform.id, person.id)
            and is_public(case)
            and (began := (took := durations(case)).began) is not None
        ]
        if onset is not None and not any(began <= onset[1] <= ended for began, ended in spans):
            spans.append((onset[1], now))
        return spans

    def evidence(
        self, platform: PlatformWatch, person: Person, window: TimeWindow, viewer: Viewer
    ) -> Sequence[EvidencePoint]:
        """How the evidence went, as far as a viewer may see it."""
        cases = [case for case in self._watch.cases() if case.key == FindingKey(platform.id, person.id)]
        return visible_evidence(self._watch.evidence(platform.id, person.id, window.since), cases, viewer)

    async def buckets(
        self, platform: PlatformWatch, person: Person, surface: str | None, window: TimeWindow
    ) -> Sequence[TimelineBucket]:
        """What came back in each span of the stretch; at one surface, or (None) at all together."""
        return await self._watch.timeline(
            platform.id, person.id, surface, window.since, window.until, BUCKETS
        )

    def chart(
        self,
        speech: Speech,
        platform: PlatformWatch,
        person: Person,
        surface: str | None,
        evidence: Sequence[EvidencePoint],
        buckets: Sequence[TimelineBucket],
        incidents: Sequence[tuple[datetime, datetime]],
        width: int = WIDE,
    ) -> str:
        """The drawing, with what happened to the name's cases and the planned events on its axis."""
        now = self._watch.now()
        return found_chart(
            buckets,
            evidence if buckets else (),
            incidents,
            self._labels(speech, platform, person, surface),
            lambda at: speech.moment(at, now),
            width,
            marks_of(self._watch, speech, platform.id, person.id),
            [
                EventBand(event.starts, event.ends, label_in(speech.language, event.label))
                for event in self._watch.election.events
            ],
            speech.odds,
            lambda value: speech.number(float(f"{value:.2g}")),
            lambda mark: f"{speech.say(WORDS[mark.kind])} {speech.moment(mark.at, now)}",
        )

    def strength(
        self,
        speech: Speech,
        platform: PlatformWatch,
        person: Person,
        evidence: Sequence[EvidencePoint],
        buckets: Sequence[TimelineBucket],
        incidents: Sequence[tuple[datetime, datetime]],
        width: int,
    ) -> str:
        """How strong the evidence was, with the threshold of a proof."""
        now = self._watch.now()
        return evidence_chart(
            buckets,
            evidence if buckets else (),
            self._watch.threshold(),
            incidents,
            self._labels(speech, platform, person, None),
            lambda at: speech.moment(at, now),
            width,
        )

    def _labels(
        self, speech: Speech, platform: PlatformWatch, person: Person, surface: str | None
    ) -> ChartLabels:
        name = matrix.main_name(person)
        return ChartLabels(
            target=name,
            controls=speech.say("Comparison names"),
            evidence=speech.say("Strength of evidence"),
            threshold=speech.say("proven at {odds}", odds=speech.odds(self._watch.threshold())),
            onset=speech.say("not as usual"),
            title=speech.say("{name} on {platform}", name=name, platform=platform.label)
            + f", {verdict_phrases.surface_words(speech, surface)}",
            description=speech.say(
                "Results for this name beside those for the comparison names over time; below, which checks "
                "found it."
            ),
            graded=speech.say("Matching results per check (comparison names)"),
            found=speech.say("found in {found} of {asked}", found="{found}", asked="{asked}"),
            not_measured=speech.say("not measured"),
            strips=speech.say("found / missing"),
        )
