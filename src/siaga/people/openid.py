"""Signing in through an OpenID Connect provider: who left for it, with which secrets, and who came back.

Authorization code with PKCE: <https://openid.net/specs/openid-connect-core-1_0.html>, RFC 7636.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from siaga.domain.time import Clock
from siaga.people.provider import Provider, ProviderClient, ProviderFailed

LASTS: Final = timedelta(minutes=10)
"""From leaving for the provider to coming back."""
MOST_PENDING: Final = 10_000
BACK: Final = "/openid/back"


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Somebody who left for the provider."""

    at: datetime
    nonce: str
    verifier: str
    back: str
    language: str
    following: str
    """Where they wanted to go."""
    account: str | None
    """Whose account is to be linked; None for signing in."""


class OpenId:
    """Signs people in through one provider."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self.provider, self._clock = provider, clock
        self._client = ProviderClient(provider, clock)
        self._pending: dict[str, PendingSignIn] = {}

    @property
    def origin(self) -> str:
        """The provider's origin, to which the pages' forms may lead on."""
        parts = urlsplit(self.provider.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    async def leave(
        self, back: str, language: str, following: str, account: str | None = None
    ) -> tuple[str, str]:
        """The provider's address to send somebody to, and the state that their browser has to keep.

        Raises:
            ProviderFailed: the provider cannot be asked.
        """
        endpoint = await self._client.authorization_endpoint()
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
        now = self._clock.now()
        self._remember(state, PendingSignIn(now, nonce, verifier, back, language, following, account))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "client_id": self.provider.client,
            "redirect_uri": back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}?{urlencode(query)}", state

    async def come_back(self, state: str, code: str) -> tuple[str, PendingSignIn]:
        """Who came back, as the provider's subject, and what they left for. A state is good once.

        Raises:
            ProviderFailed: the state is unknown or too old, or the provider's word does not verify.
        """
        pending = self._pending.pop(state, None)
        if pending is None or self._clock.now() - pending.at > LASTS:
            message = "it took too long, or began elsewhere"
            raise ProviderFailed(message)
        subject = await self._client.subject(code, pending.verifier, pending.back, pending.nonce)
        return subject, pending

    def _remember(self, state: str, pending: PendingSignIn) -> None:
        now = self._clock.now()
        for old in [key for key, known in self._pending.items() if now - known.at > LASTS]:
            del self._pending[old]
        while len(self._pending) >= MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[state] = pending
