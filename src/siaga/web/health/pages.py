"""The page of the watch itself: its streams, budgets, controls and runs."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.domain.answers import NOT_MEASURED
from siaga.i18n.speech import N_
from siaga.ports.supervision import WatchPart
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer

RUNS_SHOWN: Final = 10
PARTS: Final = {
    WatchPart.ROUNDS: N_("Rounds cannot be planned."),
    WatchPart.PLAN: N_("The plan cannot be written to disk."),
    WatchPart.BUDGETS: N_("What rounds use of the budgets cannot be counted."),
    WatchPart.SEED_KEYS: N_("The keys of past days cannot be published."),
    WatchPart.STORING: N_("Measurements cannot be stored; they are kept in memory and tried again."),
    WatchPart.JUDGING: N_("A round could not be judged. Its measurements are stored."),
    WatchPart.CHECKPOINT: N_("The state cannot be saved, so the next start takes longer."),
    WatchPart.EVIDENCE: N_("Answers cannot be kept as evidence."),
    WatchPart.CASES: N_("Cases cannot be followed."),
    WatchPart.OUTBOX: N_("Messages cannot be sent."),
    WatchPart.ALERTS: N_("Alerts to the control room cannot be sent."),
    WatchPart.HEARTBEAT: N_("The heartbeat to the outside monitor cannot be sent."),
    WatchPart.NEWS: N_("News by mail cannot be sent."),
    WatchPart.CHECKS: N_("Names that visitors ask for cannot be measured."),
    WatchPart.PAGES: N_("Pages cannot be served."),
    WatchPart.PUBLIC_FILES: N_("The public pages cannot be written as files."),
    WatchPart.PUBLIC_DATA: N_("The open data cannot be written as files."),
}
"""What is said of a part that fails."""


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
            PARTS=PARTS,
        )
