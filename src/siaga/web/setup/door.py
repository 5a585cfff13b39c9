"""Who may set a watch up: whoever opens the link first that the terminal shows."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.time import Clock
from siaga.people.passwords import digest, new_token

LINK_HOLDS: Final = timedelta(hours=1)
"""The link leads nowhere after so long."""
SESSION_HOLDS: Final = timedelta(hours=8)


class SetupDoor:
    """A link that opens once. Of both secrets only digests are kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock, token = clock, new_token()
        self._link: str | None = digest(token)
        self._link_ends = clock.now() + LINK_HOLDS
        self._session, self._session_ends = "", clock.now()
        self._shown: str | None = token

    def link(self) -> str:
        """The link's token, for whoever prints it; it is told once.

        Raises:
            RuntimeError: it was told before.
        """
        token, self._shown = self._shown, None
        if token is None:
            message = "the link was told before"
            raise RuntimeError(message)
        return token

    def enter(self, token: str) -> str | None:
        """What the browser holds that opens the link; None where it is another one, used up or too old."""
        if self._link is None or not _same(self._link, token) or not self._is_before(self._link_ends):
            return None
        self._link, session = None, new_token()
        self._session, self._session_ends = digest(session), self._clock.now() + SESSION_HOLDS
        return session

    def is_open_to(self, session: str) -> bool:
        """Whether a browser that holds this may go on."""
        return _same(self._session, session) and self._is_before(self._session_ends)

    def _is_before(self, end: datetime) -> bool:
        return self._clock.now() < end


def _same(kept: str, token: str) -> bool:
    return bool(kept) and hmac.compare_digest(kept, digest(token))
