"""The pages of kept answers. What a platform sent is shown as text, never as a page of its own."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case
from siaga.cases.publication import EVERYBODY, ROOM, is_visible
from siaga.people.roles import Permission
from siaga.ports.evidence import EvidenceService
from siaga.ports.watch import WatchView
from siaga.probing.evidence import KeptAnswer
from siaga.web.html.rendering import Renderer

MOST_LISTED: Final = 200
"""Answers on one page: the first ones, which prove most."""
MOST_SHOWN: Final = 200_000
"""Characters of one answer on its page; all of it is in the file."""


@dataclass(frozen=True, slots=True)
class ListedAnswer:
    """One kept answer of the list."""

    sha256: str
    at: datetime
    has_picture: bool


class EvidencePages:
    """The kept answers of one watch's cases."""

    def __init__(self, watch: WatchView, evidence: EvidenceService, renderer: Renderer) -> None:
        self._watch, self._evidence, self._renderer = watch, evidence, renderer

    async def evidence(self, request: Request) -> Response:
        """What is kept for a case, by digest; the room reads each."""
        self._renderer.speech(request)
        case = self._case(request)
        listed = _listed(await asyncio.to_thread(self._evidence.of_case, case))
        return self._renderer.page(
            request, "evidence/evidence.html", case=case, kept=listed[:MOST_LISTED], all_kept=len(listed)
        )

    async def answer(self, request: Request) -> Response:
        """One answer as text, for the room."""
        case, kept = await self._kept(request, is_body=True)
        content = await asyncio.to_thread(kept.content)
        text, is_laid_out = as_text(content)
        pictured = [other.sha256 for other in await self._of(case) if not other.is_body]
        return self._renderer.page(
            request,
            "evidence/answer.html",
            case=case,
            kept=kept,
            size=len(content),
            text=text[:MOST_SHOWN],
            is_cut=len(text) > MOST_SHOWN,
            is_laid_out=is_laid_out,
            has_picture=kept.sha256 in pictured,
        )

    async def file(self, request: Request) -> Response:
        """One answer as it was received, to keep; never to be shown here."""
        _, kept = await self._kept(request, is_body=True)
        content = await asyncio.to_thread(kept.content)
        headers = {
            "Content-Disposition": f'attachment; filename="{kept.sha256}.bin"',
            "Cache-Control": "no-store",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def picture(self, request: Request) -> Response:
        """The picture of a page, as the watch's own browser took it."""
        _, kept = await self._kept(request, is_body=False)
        content = await asyncio.to_thread(kept.content)
        return Response(content, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def _kept(self, request: Request, is_body: bool) -> tuple[Case, KeptAnswer]:
        self._renderer.speech(request)
        self._renderer.visitors.require(request, Permission.VIEW)
        case, wanted = self._case(request), request.path_params["sha256"]
        for kept in await self._of(case):
            if kept.sha256 == wanted and kept.is_body is is_body:
                return case, kept
        raise HTTPException(404)

    async def _of(self, case: Case) -> Sequence[KeptAnswer]:
        return await asyncio.to_thread(self._evidence.of_case, case)

    def _case(self, request: Request) -> Case:
        viewer = EVERYBODY if self._renderer.visitors.of(request) is None else ROOM
        for case in self._watch.cases():
            if case.id == request.path_params["case"] and is_visible(case, viewer):
                return case
        raise HTTPException(404)


def _listed(kept: Sequence[KeptAnswer]) -> list[ListedAnswer]:
    pictured = {answer.sha256 for answer in kept if not answer.is_body}
    return [
        ListedAnswer(answer.sha256, answer.at, answer.sha256 in pictured) for answer in kept if answer.is_body
    ]


def as_text(content: bytes) -> tuple[str, bool]:
    """An answer as text that shows all that it holds, and whether it was laid out anew: JSON gets lines.
    Characters that nobody sees, such as those that turn the direction of writing, become U+FFFD."""
    text, is_laid_out = content.decode("utf-8", "replace"), False
    with suppress(ValueError, RecursionError):
        text, is_laid_out = json.dumps(json.loads(text), ensure_ascii=False, indent=2), True
    shown = (
        letter if letter.isprintable() or letter in "\n\t" else "\ufffd"
        for letter in text.replace("\r\n", "\n")
    )
    return "".join(shown), is_laid_out
