"""Charts of one name on one platform: how often it was found beside its controls, and the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.case import Case
from siaga.cases.durations import durations
from siaga.cases.verdict_json import verdict_from_json
from siaga.election.model import Person, PlatformWatch
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import Speech
from siaga.ports.watch import TimelineBucket, WatchView
from siaga.web.charts import annotations as marks
from siaga.web.charts import chart as charts
from siaga.web.charts.window import LONGEST, SHORTEST, Window
from siaga.web.findings import matrix

BUCKETS: Final = 72
BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(hours=1)
"""So much of the time around a case is on its chart."""


@dataclass(frozen=True, slots=True)
class OfCase:
    """What the chart of a case shows: a name, where, and the time around what happened."""

    platform: PlatformWatch
    person: Person
    surface: str | None
    window: Window
    onset: tuple[datetime, datetime] | None


class FoundCharts:
    """These charts of one room."""

    def __init__(self, room: WatchView) -> None:
        self._room = room

    def of_case(self, case: Case, now: datetime) -> OfCase | None:
        """The stretch of a case, as far as it had come by `now`; None for one that is not of a name, or not
        proven."""
        election = self._room.election
        platform = next((one for one in election.platforms if one.id == case.platform), None)
        person = next((one for one in election.people() if one.id == case.subject), None)
        if platform is None or person is None or case.proof is None:
            return None
        proof, began = verdict_from_json(case.proof), durations(case).began
        over = now if case.stage.is_open else max(case.reached.values())
        since = (began or case.opened_at) - BEFORE
        until = max(min(over + AFTER, now), since + SHORTEST)
        window = Window("", max(since, until - LONGEST), until, now)
        surface = proof.surface if proof.surface in {one.surface for one in platform.surfaces} else None
        return OfCase(platform, person, surface, window, proof.onset)

    async def case_chart(self, speech: Speech, case: Case, now: datetime) -> str | None:
        """The chart of a case as a file of its own has it."""
        shown = self.of_case(case, now)
        if shown is None:
            return None
        buckets = await self.buckets(shown.platform, shown.person, shown.surface, shown.window)
        return self.chart(
            speech, shown.platform, shown.person, shown.surface, shown.window, buckets, shown.onset
        )

    async def buckets(
        self, platform: PlatformWatch, person: Person, surface: str | None, window: Window
    ) -> Sequence[TimelineBucket]:
        """What came back in each span of the stretch; at one surface, or (None) at all together."""
        return await self._room.timeline(platform.id, person.id, surface, window.since, window.until, BUCKETS)

    def chart(
        self,
        speech: Speech,
        platform: PlatformWatch,
        person: Person,
        surface: str | None,
        window: Window,
        buckets: Sequence[TimelineBucket],
        onset: tuple[datetime, datetime] | None,
        width: int = charts.WIDE,
    ) -> str:
        """The drawing, with what happened to the name's cases and the planned events on its axis."""
        now, election = self._room.now(), self._room.election
        name = matrix.main_name(person)
        labels = charts.Labels(
            target=name,
            controls=speech.say("Controls"),
            evidence=speech.say("Evidence"),
            threshold=speech.say("proven from {odds} on", odds=speech.odds(self._room.threshold())),
            onset=speech.say(
                "It began between {first} and {last}.",
                first=speech.moment(onset[0], now),
                last=speech.moment(onset[1], now),
            )
            if onset
            else "",
            title=speech.say("{name} on {platform}", name=name, platform=platform.label)
            + f", {verdict_phrases.surface_words(speech, surface)}",
            description=speech.say(
                "Share of askings in which the name was found, above that of its controls; "
                "below, the evidence against equal treatment on a logarithmic scale."
            ),
            graded=speech.say("Results with the name, an answer (line: controls)"),
            found=speech.say("{found} of {asked} found", found="{found}", asked="{asked}"),
            not_measured=speech.say("not measured"),
        )
        return charts.found_chart(
            buckets,
            self._room.evidence(platform.id, person.id, window.since) if buckets else (),
            self._room.threshold(),
            onset,
            labels,
            lambda at: speech.moment(at, now),
            width,
            marks.marks_of(self._room, speech, platform.id, person.id),
            [charts.Band(one.starts, one.ends, one.label) for one in election.events],
            speech.odds,
        )
