"""The live site of one watch: which address leads to what."""

from typing import Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from siaga.notifying.channels.letter import FOLDER as LETTERS
from siaga.people.openid import BACK
from siaga.ports.site import SitePorts
from siaga.web.about.pages import ExplainedPages
from siaga.web.about.tour import TOUR
from siaga.web.accounts.pages import SigningIn
from siaga.web.api.routes import api_routes
from siaga.web.cases.actions import CaseActions
from siaga.web.cases.attachments import Attachments
from siaga.web.cases.liaison import LiaisonPages
from siaga.web.cases.pages import CasePages
from siaga.web.cases.requests import RequestPages
from siaga.web.checks.pages import MeasuringPages
from siaga.web.findings.equal_treatment import EqualPages
from siaga.web.findings.history import HistoryPages
from siaga.web.findings.overview import Pages
from siaga.web.findings.side_by_side import SideBySide
from siaga.web.findings.subject import SubjectPages
from siaga.web.html.rendering import HERE, Renderer
from siaga.web.http.page_cache import FRESH_S, Present
from siaga.web.http.protection import Protection
from siaga.web.http.session import NotSignedIn, Visitors
from siaga.web.reports.pages import ReportPages
from siaga.web.room.dashboard import RoomPage
from siaga.web.sharing.cards import Cards
from siaga.web.subscriptions.feeds import Feeds
from siaga.web.subscriptions.pages import FollowingPages

LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def create_site(ports: SitePorts, hosts: frozenset[str] = LOCAL_HOSTS, fresh_s: float = FRESH_S) -> ASGIApp:
    """The ASGI application over these ports; answers only to the given host names.

    A page is made at most once in `fresh_s` seconds, however many look at it (`web/http/page_cache.py`).
    """
    room, accounts, casework, links = ports.watch, ports.accounts, ports.cases, ports.links
    kept, reports, openid = ports.directory, ports.reports, ports.openid
    measuring, following = ports.checks, ports.subscriptions
    visitors = Visitors(accounts)
    present = Present(room, fresh_s, visitors)
    desk = None if casework is None else casework.room
    renderer = Renderer(
        room,
        visitors,
        can_report=reports is not None,
        can_measure=measuring is not None,
        address="" if desk is None else desk.address,
        tour=TOUR if ports.touring else (),
    )
    pages, subjects = Pages(room, renderer, present), SubjectPages(room, renderer, present)
    cases = CasePages(room, renderer, casework, links, reports)
    equal = EqualPages(room, renderer)
    feeds, cards = Feeds(room, renderer), Cards(room, renderer)
    explained, requests = ExplainedPages(room, renderer, desk), RequestPages(room, renderer, desk)
    history, follows = HistoryPages(room, renderer, desk), FollowingPages(following, renderer)
    routes = api_routes(ports, present)
    attachments = None if kept is None else Attachments(kept)
    if accounts is not None:
        desks = casework.room.platforms if casework is not None else ()
        contacts = {one.id: one.label for desk in desks for one in desk.contacts}
        routes += _people(SigningIn(accounts, visitors, renderer, contacts, openid))
    if accounts is not None and casework is not None:
        routes += _acts(
            CaseActions(
                room,
                casework,
                visitors,
                renderer,
                cases,
                None if kept is None else kept / LETTERS,
                attachments,
            )
        )
    if casework is not None and links is not None:
        liaisons = LiaisonPages(room, casework, links, renderer, cases, attachments)
        routes += [
            Route("/{language}/answer/{token}", liaisons.answer, name="answer"),
            Route("/{language}/answer/{token}/{act}", liaisons.act, methods=["POST"]),
        ]
    if accounts is not None and casework is not None:
        screen = RoomPage(room, casework, reports, visitors, renderer)
        routes += [
            Route("/{language}/room", screen.room, name="room"),
            Route("/{language}/room/commands", screen.commands),
        ]
    if reports is not None:
        routes += _reports(ReportPages(room, reports, visitors, renderer))
    if measuring is not None:
        checks = MeasuringPages(room, measuring, renderer)
        routes += [
            Route("/{language}/measure", checks.measure, methods=["GET"], name="measure"),
            Route("/{language}/measure", checks.ask, methods=["POST"]),
            Route("/{language}/measure/{check}", checks.measured),
            Route("/{language}/measure/{check}/data.jsonl", checks.data),
        ]
    return Protection(
        GZipMiddleware(
            Starlette(
                routes=[
                    Route("/", pages.choose_language),
                    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
                    Route("/{language}/", present.once(pages.overview), name="overview"),
                    Route("/{language}/states", present.once(explained.states), name="states"),
                    Route("/{language}/cases", present.once(cases.cases), name="cases"),
                    Route("/{language}/cases/{case}", present.once(cases.case), name="case"),
                    *routes,
                    Route("/{language}/cases.atom", present.once(feeds.atom), name="atom"),
                    Route("/{language}/events.ics", feeds.calendar, name="calendar"),
                    Route("/{language}/badge.svg", present.once(cards.badge), name="badge"),
                    Route("/{language}/card.svg", present.once(cards.svg), name="card"),
                    Route("/{language}/card.png", present.once(cards.png), name="picture"),
                    Route("/{language}/method", present.once(explained.method), name="method"),
                    Route("/{language}/words", present.once(explained.words), name="words"),
                    Route("/{language}/about", present.once(explained.about), name="about"),
                    Route("/{language}/embed", explained.embed, name="embed"),
                    Route("/{language}/follow", follows.follow, methods=["GET"], name="follow"),
                    Route("/{language}/follow", follows.ask, methods=["POST"]),
                    Route("/{language}/follow/{token}", follows.link, methods=["GET"]),
                    Route("/{language}/follow/{token}", follows.act, methods=["POST"]),
                    Route("/{language}/requests", present.once(requests.requests), name="requests"),
                    Route("/{language}/history", present.once(history.history), name="history"),
                    Route("/{language}/equal", present.once(equal.equal), name="equal"),
                    Route("/{language}/equal.csv", present.once(equal.equal_csv), name="equal-csv"),
                    Route("/{language}/health", pages.health, name="health"),
                    *_side_by_side(SideBySide(room, renderer, present), present),
                    Route("/{language}/events", pages.events, name="events"),
                    Route("/{language}/{platform}/{subject}", present.once(subjects.subject), name="subject"),
                    Route("/{language}/{platform}/{subject}/chart.svg", subjects.chart_svg, name="chart"),
                    Route("/{language}/{platform}/{subject}/chart.png", subjects.chart_png, name="png"),
                    Route("/{language}/{platform}/{subject}/rounds.csv", subjects.timeline_csv, name="csv"),
                ],
                exception_handlers={
                    HTTPException: pages.error,
                    NotSignedIn: _to_sign_in,
                    Exception: pages.error,
                },
            ),
            minimum_size=1000,
            compresslevel=4,
        ),
        hosts,
        "" if openid is None else openid.origin,
    )


def _side_by_side(pages: SideBySide, present: Present) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for path, find in (
        ("contestants/{contestant}", pages.contestant),
        ("platforms/{platform}", pages.platform),
        ("vantages/{vantage}", pages.vantage),
        ("events/{event}", pages.event),
        ("platforms/{platform}/{surface}", pages.surface),
    ):
        routes += [
            Route(f"/{{language}}/{path}/chart.svg", pages.svg(find)),
            Route(f"/{{language}}/{path}/chart.png", pages.png(find)),
            Route(f"/{{language}}/{path}/rounds.csv", pages.csv(find)),
            Route(f"/{{language}}/{path}", present.once(pages.page(find))),
        ]
    return routes


def _people(pages: SigningIn) -> list[BaseRoute]:
    return [
        Route("/{language}/sign-in", pages.sign_in, methods=["GET", "POST"], name="sign-in"),
        Route("/{language}/openid", pages.leave, methods=["POST"]),
        Route(BACK, pages.come_back),
        Route("/{language}/sign-out", pages.sign_out, methods=["POST"], name="sign-out"),
        Route("/{language}/me", pages.me, name="me"),
        Route("/{language}/me/{what}", pages.change_me, methods=["POST"]),
        Route("/{language}/people", pages.people, name="people"),
        Route("/{language}/people/{what}", pages.change_people, methods=["POST"]),
    ]


def _reports(pages: ReportPages) -> list[BaseRoute]:
    return [
        Route("/{language}/report", pages.report, methods=["GET"], name="report"),
        Route("/{language}/report", pages.send, methods=["POST"]),
        Route("/{language}/report/{token}", pages.told, name="told"),
        Route("/{language}/reports", pages.reports, name="reports"),
        Route("/{language}/reports/channel", pages.renew, methods=["POST"]),
        Route("/{language}/reports/{report}/put", pages.put, methods=["POST"]),
        Route("/{language}/reports/{report}/picture", pages.picture),
    ]


def _acts(acting: CaseActions) -> list[BaseRoute]:
    return [
        Route("/{language}/cases/{case}/notice", acting.draft, methods=["GET"], name="draft"),
        Route("/{language}/cases/{case}/notice", acting.send_draft, methods=["POST"]),
        Route("/{language}/cases/{case}/letters/{delivery}.pdf", acting.letter, name="letter"),
        Route("/{language}/cases/{case}/files/{seq}", acting.attachment, name="attachment"),
        Route("/{language}/cases/{case}/{act}", acting.act, methods=["POST"]),
    ]


async def _to_sign_in(request: Request, exception: Exception) -> Response:
    """To where people sign in, and from there on to the page that they wanted."""
    language = request.path_params.get("language", "id")
    following = request.url.path if request.method == "GET" else f"/{language}/"
    return RedirectResponse(f"/{language}/sign-in?next={quote(following)}", status_code=303)
