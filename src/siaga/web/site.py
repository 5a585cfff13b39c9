"""The live site of one watch: which address leads to what."""

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from siaga.web.api import Api
from siaga.web.cases import CasePages
from siaga.web.equal import EqualPages
from siaga.web.pages import Pages
from siaga.web.present import FRESH_S, Present
from siaga.web.protection import Protection
from siaga.web.rendering import HERE, Renderer
from siaga.web.subject import SubjectPages
from siaga.web.view import Room

LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def create_site(room: Room, hosts: frozenset[str] = LOCAL_HOSTS, fresh_s: float = FRESH_S) -> ASGIApp:
    """The ASGI application that shows `room`; answers only to the given host names.

    A page is made at most once in `fresh_s` seconds, however many look at it (see `web/present.py`).
    """
    present, renderer = Present(room, fresh_s), Renderer(room)
    pages, subjects = Pages(room, renderer, present), SubjectPages(room, renderer, present)
    cases = CasePages(room, renderer)
    equal, api = EqualPages(room, renderer), Api(room, present)
    return Protection(
        GZipMiddleware(
            Starlette(
                routes=[
                    Route("/", pages.choose_language),
                    Route("/events", api.events),
                    Route("/api/v1/verdicts", api.verdicts_json),
                    Route("/api/v1/measurements", api.measurements_json),
                    Route("/api/v1/tail", api.tail),
                    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
                    Route("/{language}/", present.once(pages.overview), name="overview"),
                    Route("/{language}/states", pages.states, name="states"),
                    Route("/{language}/cases", present.once(cases.cases), name="cases"),
                    Route("/{language}/cases/{case}", present.once(cases.case), name="case"),
                    Route("/{language}/equal", present.once(equal.equal), name="equal"),
                    Route("/{language}/equal.csv", present.once(equal.equal_csv), name="equal-csv"),
                    Route("/{language}/health", pages.health, name="health"),
                    Route("/{language}/{platform}/{subject}", present.once(subjects.subject), name="subject"),
                    Route("/{language}/{platform}/{subject}/chart.svg", subjects.chart_svg, name="chart"),
                    Route("/{language}/{platform}/{subject}/rounds.csv", subjects.timeline_csv, name="csv"),
                ],
                exception_handlers={HTTPException: pages.error},
            ),
            minimum_size=1000,
            compresslevel=4,
        ),
        hosts,
    )
