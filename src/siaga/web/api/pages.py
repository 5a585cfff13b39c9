"""The API explained for people, with requests that work as they stand."""

from starlette.requests import Request
from starlette.responses import Response

from siaga.ports.watch import WatchView
from siaga.web.api.live import MOST_MEASUREMENTS
from siaga.web.api.paging import MOST
from siaga.web.html.rendering import Renderer


class ApiPages:
    """The page of one watch's API."""

    def __init__(self, watch: WatchView, renderer: Renderer, with_keys: bool) -> None:
        """`with_keys` says whether there are people who can make keys."""
        self._watch, self._renderer, self._with_keys = watch, renderer, with_keys

    async def api(self, request: Request) -> Response:
        """What the API is, keys, limits, three examples, and where everything else is."""
        self._renderer.speech(request)
        election = self._watch.election
        return self._renderer.page(
            request,
            "api/api.html",
            platform=election.platforms[0].id,
            subject=next(iter(election.people())).id,
            most=MOST,
            newest=MOST_MEASUREMENTS,
            with_keys=self._with_keys,
        )
