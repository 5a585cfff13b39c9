"""The site on which a watch is set up, behind the link that opens once."""

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from siaga.ports.setup import SetupService
from siaga.web.http.protection import Protection
from siaga.web.http.static_files import SliceFiles
from siaga.web.http.uploads import Uploads
from siaga.web.setup.door import SetupDoor
from siaga.web.setup.pages import SetupPages
from siaga.web.setup.rendering import SetupRenderer

POST: Final = ["POST"]


def create_setup_site(service: SetupService, door: SetupDoor, hosts: frozenset[str]) -> ASGIApp:
    """The ASGI application; answers only to the given host names."""
    pages = SetupPages(service, door, SetupRenderer())
    routes = [
        Mount("/static", SliceFiles()),
        Route("/", pages.home),
        Route("/setup/{token}", pages.enter),
        Route("/{language}/setup", pages.step),
        Route("/{language}/setup/election", pages.take_election, methods=POST),
        Route("/{language}/setup/people", pages.add_person, methods=POST),
        Route("/{language}/setup/second-factor", pages.second_factor, methods=POST),
        Route("/{language}/setup/platforms", pages.try_platform, methods=POST),
        Route("/{language}/setup/room", pages.write_room, methods=POST),
        Route("/{language}/setup/start", pages.start, methods=POST),
        Route("/{language}/setup/{step}", pages.step),
    ]
    starlette = Starlette(
        routes=routes, exception_handlers={HTTPException: pages.shut, Exception: pages.shut}
    )
    return Protection(Uploads(starlette), hosts)
