"""Signed-in sessions: where a reader turns its credential into a token, that is done once and kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.answers import Answer, Session
from siaga.domain.records import Measurement, Stream
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.platforms.tokens import expiry_of
from siaga.probing.rounds import Prober

AGAIN_AFTER: Final = timedelta(minutes=5)
"""After a sign-in, the next one is tried so much later at the earliest, whatever its end."""

BEFORE_ITS_END: Final = timedelta(minutes=5)
"""A token is renewed so much before it expires."""


class SignIns:
    """Instances to ask with, signed in where that is asked for."""

    def __init__(self, prober: Prober, instance_of: Callable[[Stream], Instance]) -> None:
        self._prober = prober
        self._instance_of = instance_of
        self._tokens: dict[tuple[str, str], str | None] = {}
        self._tried: dict[tuple[str, str], datetime] = {}

    async def instance(self, platform: PlatformReader, stream: Stream, now: datetime) -> tuple[Instance, int]:
        """The instance to ask a stream's round with, and how many requests it took to sign in for it.

        Where signing in failed, it carries no secret: the platform's answer to that is what gets measured.
        """
        instance, sent = self._instance_of(stream), 0
        if stream.session is not Session.SIGNED_IN:
            return instance, sent
        conversation = platform.sign_in(instance)
        if conversation is None:
            return instance, sent
        place = (stream.platform, stream.vantage)
        self._let_go_of_expiring(place, now)
        tried = self._tried.get(place)
        if place not in self._tokens and (tried is None or now - tried >= AGAIN_AFTER):
            self._tried[place] = now
            signed_in = await self._prober.sign_in(conversation, stream.vantage)
            self._tokens[place], sent = signed_in.token, signed_in.sent
        conversation.close()
        return replace(instance, secret=self._tokens.get(place)), sent

    def _let_go_of_expiring(self, place: tuple[str, str], now: datetime) -> None:
        """Forget a token that is about to expire, so that no round is lost to it."""
        ends = expiry_of(self._tokens.get(place) or "")
        if ends is not None and ends - now <= BEFORE_ITS_END:
            del self._tokens[place]

    def learn(self, stream: Stream, measurements: tuple[Measurement, ...]) -> None:
        """Forget a token with which every name met a sign-in wall: it has expired or was taken away."""
        if measurements and all(m.answer is Answer.WALLED for m in measurements):
            self._tokens.pop((stream.platform, stream.vantage), None)
