"""Lends others what the watch's own rounds leave of the platforms' budgets."""

from collections.abc import Mapping
from typing import Final

from siaga.domain.answers import Session
from siaga.domain.records import Stream
from siaga.domain.time import Clock
from siaga.election.model import Election, PlatformWatch
from siaga.platforms.conversation import PlatformReader
from siaga.ports.spare_rounds import PlatformAccess
from siaga.watch.round_schedule import RoundSchedule
from siaga.watch.sign_ins import SignIns

SIGN_IN: Final = 4
"""Requests that signing in takes at most, retries included; lent whether it has to be done or was."""


class RoundLender:
    """What `ports/spare_rounds.py` describes, by the watch's own schedule and sign-ins."""

    def __init__(
        self,
        election: Election,
        readers: Mapping[str, PlatformReader],
        schedule: RoundSchedule,
        sign_ins: SignIns,
        clock: Clock,
    ) -> None:
        self._election, self._readers, self._schedule = election, readers, schedule
        self._sign_ins, self._clock = sign_ins, clock

    async def access(self, platform: PlatformWatch, session: Session) -> PlatformAccess | None:
        """How a platform is asked in a session, from its first vantage; None where it may be asked nothing
        now, not even to sign in, or its credential is missing."""
        if not self._schedule.is_asked(platform.id, session):
            return None
        vantage = self._election.vantages_of(platform)[0].id
        if session is Session.SIGNED_IN and not self._schedule.lend(platform.id, vantage, SIGN_IN):
            return None
        reader = self._readers[platform.id]
        stream = Stream(platform.id, platform.surfaces[0].surface, vantage, session)
        instance, _ = await self._sign_ins.instance(reader, stream, self._clock.now())
        return PlatformAccess(platform.id, platform.label, reader, instance, vantage, signed_in=True)

    def lend(self, access: PlatformAccess, surface: str, names: int) -> bool:
        """Whether a round of so many names may be asked now; then it is counted."""
        return self._schedule.lend_round(access.id, access.vantage, surface, names)
