"""The page of the watch itself: its streams, budgets, controls and runs."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.domain.answers import NOT_MEASURED
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer

RUNS_SHOWN: Final = 10


class HealthPage:
    """This page of one watch."""

    def __init__(self, watch: WatchView, renderer: Renderer) -> None:
        self._watch, self._renderer = watch, renderer

    async def health(self, request: Request) -> Response:
        """How the watch is now."""
        self._renderer.speech(request)
        labels = {platform.id: platform.label for platform in self._watch.election.platforms}
        health = self._watch.health()
        return self._renderer.page(
            request,
            "health/health.html",
            health=health,
            reached={
                stream.stream.platform for stream in health.streams if set(stream.answers) - NOT_MEASURED
            },
            runs=self._watch.runs(RUNS_SHOWN),
            platform_labels=labels,
        )
