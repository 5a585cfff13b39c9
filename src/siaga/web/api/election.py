"""What is watched, and the description of the API."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from siaga.ports.watch import WatchView
from siaga.web.api.answers import ContestantAnswer, ElectionAnswer, PersonAnswer, PlatformAnswer
from siaga.web.api.clients import answer
from siaga.web.api.openapi import document


class ElectionApi:
    """What programs may ask about the election itself."""

    def __init__(self, watch: WatchView) -> None:
        self._watch = watch

    async def openapi(self, request: Request) -> Response:
        """The description of the API."""
        return answer(request, self._document)

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        """Made once: it takes a hundredth of a second."""
        return document(self._watch.election)

    async def election(self, request: Request) -> Response:
        """Whom and what the watch asks for."""
        election = self._watch.election
        contestants = [
            ContestantAnswer(
                id=contestant.id,
                label=contestant.label,
                number=contestant.number,
                people=[
                    PersonAnswer(id=person.id, names=[name.text for name in person.names])
                    for person in contestant.people
                ],
            )
            for contestant in election.contestants
        ]
        platforms = [
            PlatformAnswer(
                id=platform.id,
                label=platform.label,
                surfaces=[asked.surface for asked in platform.surfaces],
            )
            for platform in election.platforms
        ]
        return answer(
            request,
            ElectionAnswer(
                id=election.id,
                label=election.label,
                country=election.country,
                timezone=election.timezone,
                votes=election.votes,
                contestants=contestants,
                platforms=platforms,
            ),
        )
