"""Charts of one name on one platform: how often it was found beside its controls, and the evidence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from siaga.election.model import Person, PlatformWatch
from siaga.speech import sentences
from siaga.speech.speech import Speech
from siaga.web import charts, marks, matrix
from siaga.web.spans import Window
from siaga.web.view import Bucket, Room

BUCKETS: Final = 72


class FoundCharts:
    """These charts of one room."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def buckets(
        self, platform: PlatformWatch, person: Person, surface: str | None, window: Window
    ) -> Sequence[Bucket]:
        """What came back in each span of the stretch; at one surface, or (None) at all together."""
        return await self._room.timeline(platform.id, person.id, surface, window.since, window.until, BUCKETS)

    def chart(
        self,
        speech: Speech,
        platform: PlatformWatch,
        person: Person,
        surface: str | None,
        window: Window,
        buckets: Sequence[Bucket],
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
            + f", {sentences.surface_words(speech, surface)}",
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
