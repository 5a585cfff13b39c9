"""The pages of one subject on one platform: the verdict, the chart, the evidence under it."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.election.model import Person, PlatformWatch
from siaga.speech import sentences
from siaga.speech.speech import Speech
from siaga.web import charts, matrix
from siaga.web.present import Present
from siaga.web.rendering import HERE, Renderer
from siaga.web.view import Bucket, Room
from siaga.words.answers import Answer
from siaga.words.time import rfc3339
from siaga.words.verdicts import Verdict

BUCKETS: Final = 72
MEASUREMENTS_SHOWN: Final = 20
SPANS: Final[dict[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
DEFAULT_SPAN: Final = "6h"
ALL: Final = "all"


class SubjectPages:
    """The pages of one room's subjects."""

    def __init__(self, room: Room, renderer: Renderer, present: Present) -> None:
        self._room = room
        self._renderer = renderer
        self._present = present

    async def subject(self, request: Request) -> Response:
        """One subject on one platform: the verdict, the chart, the cells, the evidence under it."""
        speech = self._renderer.speech(request)
        platform, person = self._place(request)
        span, since, until = self._span(request)
        verdicts = self._present.moment().verdicts
        verdict = matrix.subject_verdicts(verdicts).get((platform.id, person.id))
        surface = self._surface(request, platform, verdict)
        buckets = await self._room.timeline(platform.id, person.id, surface, since, until, BUCKETS)
        evidence = self._room.evidence(platform.id, person.id, since)
        return self._renderer.page(
            request,
            "subject.html",
            evidence_now=evidence[-1].evidence if evidence else 0.0,
            spans=SPANS,
            platform=platform,
            person=person,
            contestant=self._room.election.contestant_of(person.id),
            verdict=verdict,
            surface=surface,
            cells=matrix.cells_of(verdicts, platform.id, person.id),
            span=span,
            wide=self._chart(speech, platform, person, surface, buckets, verdict),
            narrow=self._chart(speech, platform, person, surface, buckets, verdict, charts.NARROW),
            buckets=[
                (
                    b,
                    charts.share(b.target, b.target_unmatched),
                    charts.share(b.controls, b.controls_unmatched),
                )
                for b in buckets
            ],
            measurements=await self._room.measurements(platform.id, person.id, MEASUREMENTS_SHOWN),
        )

    async def chart_svg(self, request: Request) -> Response:
        """The subject's chart as a file of its own, its look inside."""
        speech = self._renderer.speech(request)
        platform, person = self._place(request)
        _, since, until = self._span(request)
        surface = self._surface(request, platform, None)
        buckets = await self._room.timeline(platform.id, person.id, surface, since, until, BUCKETS)
        verdict = matrix.subject_verdicts(self._present.moment().verdicts).get((platform.id, person.id))
        svg = self._chart(speech, platform, person, surface, buckets, verdict)
        look = (HERE / "static" / "chart.css").read_text(encoding="utf-8")
        svg = svg.replace("</desc>", f"</desc><style>{look}</style>", 1)
        return Response(
            svg,
            media_type="image/svg+xml",
            headers={
                "Content-Disposition": f'attachment; filename="siaga-{platform.id}-{person.id}.svg"',
                "Cache-Control": "no-store",
            },
        )

    async def timeline_csv(self, request: Request) -> Response:
        """The chart's exact numbers."""
        self._renderer.speech(request)
        platform, person = self._place(request)
        _, since, until = self._span(request)
        out = io.StringIO()
        writer = csv.writer(out)
        columns = [answer.value for answer in Answer]
        writer.writerow(
            [
                "at",
                *(f"target_{c}" for c in columns),
                "target_unmatched",
                *(f"controls_{c}" for c in columns),
                "controls_unmatched",
            ]
        )
        surface = self._surface(request, platform, None)
        for b in await self._room.timeline(platform.id, person.id, surface, since, until, BUCKETS):
            writer.writerow(
                [
                    rfc3339(b.at),
                    *(b.target.get(a, 0) for a in Answer),
                    b.target_unmatched,
                    *(b.controls.get(a, 0) for a in Answer),
                    b.controls_unmatched,
                ]
            )
        return Response(
            out.getvalue(),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="siaga-{platform.id}-{person.id}.csv"',
                "Cache-Control": "no-store",
            },
        )

    def _place(self, request: Request) -> tuple[PlatformWatch, Person]:
        platform = next(
            (p for p in self._room.election.platforms if p.id == request.path_params["platform"]), None
        )
        person = next(
            (p for p in self._room.election.people() if p.id == request.path_params["subject"]), None
        )
        if platform is None or person is None:
            raise HTTPException(404)
        return platform, person

    def _span(self, request: Request) -> tuple[str, datetime, datetime]:
        span = request.query_params.get("span", DEFAULT_SPAN)
        if span not in SPANS:
            raise HTTPException(400)
        until = self._room.now()
        return span, until - SPANS[span], until

    def _surface(self, request: Request, platform: PlatformWatch, verdict: Verdict | None) -> str | None:
        """The surface asked for, else the one that the verdict names; `all` and None are all together."""
        asked = request.query_params.get("surface")
        if asked is None:
            return verdict.surface if verdict else None
        if asked != ALL and asked not in {watch.surface for watch in platform.surfaces}:
            raise HTTPException(400)
        return None if asked == ALL else asked

    def _chart(
        self,
        speech: Speech,
        platform: PlatformWatch,
        person: Person,
        surface: str | None,
        buckets: Sequence[Bucket],
        verdict: Verdict | None,
        width: int = charts.WIDE,
    ) -> str:
        now = self._room.now()
        name = matrix.main_name(person)
        onset = verdict.onset if verdict and verdict.state.is_finding else None
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
            found=speech.say("{found} of {asked} found", found="{found}", asked="{asked}"),
            not_measured=speech.say("not measured"),
        )
        return charts.found_chart(
            buckets,
            self._room.evidence(platform.id, person.id, buckets[0].at) if buckets else (),
            self._room.threshold(),
            onset,
            labels,
            lambda at: speech.moment(at, now),
            width,
        )
