"""The live site of one watch: pages for people, an event stream, and the same facts as JSON."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from siaga.election.model import Person, PlatformWatch
from siaga.web import charts, matrix, sentences
from siaga.web.protection import Protection
from siaga.web.view import Bucket, Room
from siaga.web.words import Speech, languages
from siaga.words.answers import Answer
from siaga.words.time import rfc3339
from siaga.words.verdicts import State, Verdict

HERE = Path(__file__).parent
BUCKETS: Final = 72
SPANS: Final[dict[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
DEFAULT_SPAN: Final = "6h"
ALL: Final = "all"
LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
KEEP_ALIVE_S: Final = 15.0
LONGEST_NUMBER: Final = 18
"""Digits of a sequence number."""
LONGEST_NAME: Final = 100
"""Characters of a name that the matrix is searched for."""
FINDINGS_SHOWN: Final = 12
"""Findings that the head of the overview lists; the matrix has them all."""
SHOWN: Final = ("all", "open")


def create_site(room: Room, hosts: frozenset[str] = LOCAL_HOSTS) -> ASGIApp:
    """The ASGI application that shows `room`; answers only to the given host names."""
    site = Site(room)
    return Protection(
        GZipMiddleware(
            Starlette(
                routes=[
                    Route("/", site.choose_language),
                    Route("/events", site.events),
                    Route("/api/v1/verdicts", site.verdicts_json),
                    Route("/api/v1/measurements", site.measurements_json),
                    Route("/api/v1/tail", site.tail),
                    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
                    Route("/{language}/", site.overview, name="overview"),
                    Route("/{language}/states", site.states, name="states"),
                    Route("/{language}/health", site.health, name="health"),
                    Route("/{language}/{platform}/{subject}", site.subject, name="subject"),
                    Route("/{language}/{platform}/{subject}/chart.svg", site.chart_svg, name="chart"),
                    Route("/{language}/{platform}/{subject}/rounds.csv", site.timeline_csv, name="csv"),
                ],
                exception_handlers={HTTPException: site.error},
            ),
            minimum_size=1000,
            compresslevel=4,
        ),
        hosts,
    )


class Site:
    """The pages of one watch."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

        @pass_context
        def say(context: Context, message: str, /, **values: object) -> str:
            speech: Speech = context["speech"]
            return speech.say(message, **values)

        self._templates.globals.update(
            _=say,
            STATES=sentences.STATES,
            ANSWERS=sentences.ANSWERS,
            State=State,
            gravity=matrix.GRAVITY,
            main_name=matrix.main_name,
            surface_words=sentences.surface_words,
            counts_sentence=sentences.counts_sentence,
            odds_sentence=sentences.odds_sentence,
            has_odds=sentences.has_odds,
            kind_words=sentences.kind_words,
            place_words=sentences.place_words,
            vantage_words=sentences.vantage_words,
            facts=sentences.facts,
            languages=languages(),
            spans=SPANS,
        )

    def _speech(self, language: str) -> Speech:
        if language not in languages():
            raise HTTPException(404)
        return Speech(language, self._room.election.timezone)

    def _page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        language = request.path_params.get("language", "")
        speech = self._speech(language if language in languages() else preferred_language(request))
        html = self._templates.get_template(template).render(
            request=request,
            speech=speech,
            room=self._room,
            election=self._room.election,
            now=self._room.now(),
            path=request.url.path.split("/", 2)[2] if request.url.path.count("/") >= 2 else "",
            query=request.url.query,
            **values,
        )
        return HTMLResponse(
            html,
            status_code=status,
            headers={"Cache-Control": "no-store", "Content-Language": speech.language},
        )

    async def choose_language(self, request: Request) -> Response:
        """To the pages in the language that the browser asks for."""
        return RedirectResponse(
            f"/{preferred_language(request)}/", status_code=302, headers={"Vary": "Accept-Language"}
        )

    async def overview(self, request: Request) -> Response:
        """Contestants by platforms, and what is wrong."""
        self._speech(request.path_params["language"])
        show = request.query_params.get("show", SHOWN[0])
        name = request.query_params.get("name", "").strip()
        page = request.query_params.get("page", "1")
        if show not in SHOWN or len(name) > LONGEST_NAME or not _is_number(page):
            raise HTTPException(400)
        verdicts = self._room.verdicts()
        election = self._room.election
        rows = matrix.matrix(election, verdicts)
        findings = matrix.findings(election, verdicts)
        health = self._room.health()

        def address(**changed: object) -> str:
            values = {"show": show, "name": name, "page": 1, **changed}
            usual = {"show": SHOWN[0], "name": "", "page": 1}
            return "?" + urlencode({key: value for key, value in values.items() if value != usual[key]})

        return self._page(
            request,
            "overview.html",
            part=matrix.part(rows, show == "open", name, max(1, int(page))),
            rows=rows,
            tally=matrix.tally(rows),
            show=show,
            name=name,
            address=address,
            findings=findings[:FINDINGS_SHOWN],
            more_findings=max(0, len(findings) - FINDINGS_SHOWN),
            places=matrix.places(verdicts),
            troubled=matrix.troubled_platforms(verdicts),
            changes=self._room.changes(12),
            names={person.id: matrix.main_name(person) for person in election.people()},
            platform_labels={platform.id: platform.label for platform in election.platforms},
            health=health,
            newest=max((s.last_round for s in health.streams if s.last_round), default=None),
        )

    async def states(self, request: Request) -> Response:
        """What every state means and what to do."""
        self._speech(request.path_params["language"])
        return self._page(request, "states.html")

    async def health(self, request: Request) -> Response:
        """How the watch itself is."""
        self._speech(request.path_params["language"])
        labels = {platform.id: platform.label for platform in self._room.election.platforms}
        return self._page(request, "health.html", health=self._room.health(), platform_labels=labels)

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

    async def subject(self, request: Request) -> Response:
        """One subject on one platform: the verdict, the chart, the cells, the evidence under it."""
        speech = self._speech(request.path_params["language"])
        platform, person = self._place(request)
        span, since, until = self._span(request)
        verdicts = self._room.verdicts()
        verdict = matrix.subject_verdicts(verdicts).get((platform.id, person.id))
        surface = self._surface(request, platform, verdict)
        buckets = await self._room.timeline(platform.id, person.id, surface, since, until, BUCKETS)
        return self._page(
            request,
            "subject.html",
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
            measurements=await self._room.measurements(platform.id, person.id, 20),
        )

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

    async def chart_svg(self, request: Request) -> Response:
        """The subject's chart as a file of its own, its look inside."""
        speech = self._speech(request.path_params["language"])
        platform, person = self._place(request)
        _, since, until = self._span(request)
        surface = self._surface(request, platform, None)
        buckets = await self._room.timeline(platform.id, person.id, surface, since, until, BUCKETS)
        verdict = matrix.subject_verdicts(self._room.verdicts()).get((platform.id, person.id))
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
        self._speech(request.path_params["language"])
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

    async def events(self, request: Request) -> Response:
        """Server-sent events: one `changed` for each moment at which a page may look different."""
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers={"Cache-Control": "no-store"})

        async def stream() -> AsyncIterator[bytes]:
            yield b"retry: 2000\n\n"
            changes = self._room.subscribe()
            pending = asyncio.ensure_future(anext(changes))
            try:
                while True:
                    done, _ = await asyncio.wait({pending}, timeout=KEEP_ALIVE_S)
                    if not done:
                        yield b": still here\n\n"
                        continue
                    try:
                        number = pending.result()
                    except StopAsyncIteration:
                        return
                    yield b"event: changed\ndata: %d\n\n" % number
                    pending = asyncio.ensure_future(anext(changes))
            finally:
                pending.cancel()

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def verdicts_json(self, request: Request) -> Response:
        """All present verdicts."""
        return _json([as_json(verdict) for verdict in self._room.verdicts()])

    async def measurements_json(self, request: Request) -> Response:
        """The newest measurements of one subject on one platform, newest first."""
        platform = request.query_params.get("platform", "")
        subject = request.query_params.get("subject", "")
        if not platform or not subject:
            raise HTTPException(400)
        election = self._room.election
        subjects = {person.id for person in election.people()} | {c.id for c in election.controls}
        if subject not in subjects or platform not in {one.id for one in election.platforms}:
            raise HTTPException(404)
        found = await self._room.measurements(platform, subject, 500)
        return _json([{**asdict(m), "at": rfc3339(m.at)} for m in found])

    async def tail(self, request: Request) -> Response:
        """What is stored after `after`: for other processes, which cannot open the live store themselves."""
        after = request.query_params.get("after", "")
        if not _is_number(after):
            raise HTTPException(400)
        return Response(
            await self._room.tail(int(after)),
            media_type="application/vnd.apache.arrow.stream",
            headers={"Cache-Control": "no-store"},
        )

    async def error(self, request: Request, exception: Exception) -> Response:
        """A helpful page for what is not there."""
        status = exception.status_code if isinstance(exception, HTTPException) else 500
        if request.url.path.startswith("/api/"):
            problem = {"type": "about:blank", "status": status, "title": "not to be had"}
            answer = Response(
                orjson.dumps(problem), status_code=status, media_type="application/problem+json"
            )
        else:
            answer = self._page(request, "error.html", status=status, code=status)
        answer.headers.update(getattr(exception, "headers", None) or {})
        return answer


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def preferred_language(request: Request) -> str:
    """The first language that the browser accepts and that pages exist in; Indonesian if none."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in languages():
            return language
    return languages()[0]


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the API gives it: its own field names, times in RFC 3339."""
    return {
        **asdict(verdict),
        "at": rfc3339(verdict.at),
        "since": rfc3339(verdict.since),
        "onset": [rfc3339(at) for at in verdict.onset] if verdict.onset else None,
        "detail": dict(verdict.detail),
    }


def _json(value: Any) -> Response:
    return Response(
        orjson.dumps(value, default=str),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
