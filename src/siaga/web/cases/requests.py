"""Every request to a platform, in public: its text, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, Notice, NoticeType
from siaga.cases.labels import about
from siaga.cases.room_file import RoomFile
from siaga.i18n.speech import N_
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        NoticeType.RESTORE: N_("Requests to restore"),
        NoticeType.EXPLAIN: N_("Requests to explain"),
        NoticeType.STRENGTHEN: N_("Requests to strengthen"),
    }
)


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request that was sent."""

    notice: Notice
    case: Case
    about: str
    platform: str
    at: datetime
    public_at: datetime
    """When its text is public."""
    text_public: bool

    @property
    def id(self) -> str:
        """Its place on the page."""
        return f"{self.case.id}-{self.notice.id}"


class RequestPages:
    """The requests of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, room_file: RoomFile | None) -> None:
        self._watch, self._renderer = watch, renderer
        self._delay = (room_file or RoomFile("", "", "")).publish_after

    async def requests(self, request: Request) -> Response:
        """All of them, the newest first."""
        speech, now = self._renderer.speech(request), self._watch.now()
        election = self._watch.election
        labels = {platform.id: platform.label for platform in election.platforms}
        sent = [
            SentRequest(
                notice,
                case,
                about(case, election, speech),
                labels.get(case.platform, case.platform),
                notice.released_at,
                notice.released_at + self._delay,
                now >= notice.released_at + self._delay,
            )
            for case in self._watch.cases()
            for notice in case.notices.values()
            if notice.released_at is not None
        ]
        sent.sort(key=lambda request: request.at, reverse=True)
        return self._renderer.page(request, "cases/requests.html", requests=sent, TYPES=TYPES)
