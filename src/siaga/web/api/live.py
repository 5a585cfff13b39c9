"""The same facts for programs: JSON, the live tail."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.domain.time import rfc3339
from siaga.domain.verdicts import Verdict
from siaga.people.roles import Permission
from siaga.ports.watch import WatchView
from siaga.web.api.answers import VerdictAnswer
from siaga.web.api.clients import Programs
from siaga.web.http.page_cache import PageCache
from siaga.web.http.parameters import number_of

MOST_MEASUREMENTS: Final = 500


class LiveApi:
    """What programs may ask of one room."""

    def __init__(self, watch: WatchView, page_cache: PageCache, programs: Programs) -> None:
        self._watch, self._page_cache, self._programs = watch, page_cache, programs

    async def verdicts_json(self, request: Request) -> Response:
        """All present verdicts; suspicions only to the room, by a session or a key of its program."""
        if self._is_room(request):
            return _verdicts(self._page_cache.moment().verdicts)
        return _verdicts(self._page_cache.verdicts(request))

    def _is_room(self, request: Request) -> bool:
        """Whether a program of the control room asks."""
        program = self._programs.of(request)
        return program is not None and program.contact is None and Permission.VIEW in program.permissions

    async def measurements_json(self, request: Request) -> Response:
        """The newest measurements of one subject on one platform, newest first."""
        platform = request.query_params.get("platform", "")
        subject = request.query_params.get("subject", "")
        if not platform or not subject:
            raise HTTPException(400)
        election = self._watch.election
        subjects = {person.id for person in election.people()} | {control.id for control in election.controls}
        if subject not in subjects or platform not in {known.id for known in election.platforms}:
            raise HTTPException(404)
        found = await self._watch.measurements(platform, subject, MOST_MEASUREMENTS)
        since = None if self._is_room(request) else self._page_cache.withheld_from(request, platform, subject)
        return _json(
            [
                {**asdict(measurement), "at": rfc3339(measurement.at)}
                for measurement in found
                if since is None or measurement.at < since
            ]
        )

    async def tail(self, request: Request) -> Response:
        """What is stored after `after`: for other processes, which cannot open the live store themselves."""
        after = request.query_params.get("after", "")
        return Response(
            await self._watch.tail(number_of(after)),
            media_type="application/vnd.apache.arrow.stream",
            headers={"Cache-Control": "no-store"},
        )


def _verdicts(verdicts: Sequence[Verdict]) -> Response:
    return _json([VerdictAnswer.model_validate(verdict).model_dump(mode="json") for verdict in verdicts])


def _json(value: Any) -> Response:
    return Response(
        orjson.dumps(value, default=str),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
