"""Signing in through an OpenID Connect provider: authorization code with PKCE, the ID token verified.

<https://openid.net/specs/openid-connect-core-1_0.html>, RFC 7636. The provider's address comes from the room
file; nothing that it redirects to is followed.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException as HttpError
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import certifi
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from siaga.domain.time import Clock
from siaga.election.references import is_loopback

LASTS: Final = timedelta(minutes=10)
"""From leaving for the provider to coming back."""
MOST_PENDING: Final = 10_000
KNOWN_FOR: Final = timedelta(hours=1)
LEEWAY: Final = timedelta(minutes=1)
LONGEST_S: Final = 10.0
MOST_BYTES: Final = 256 * 1024
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
BACK: Final = "/openid/back"


class ProviderFailed(Exception):
    """A sign-in through the provider that came to nothing; the text says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where people sign in, and as which client we ask."""

    issuer: str
    client: str
    secret: str
    label: str
    """Its name, for the button."""


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
        self._left: dict[str, PendingSignIn] = {}
        self._known: tuple[datetime, Mapping[str, Any], KeySet] | None = None
        self._opener = build_opener(
            ProxyHandler({}),
            _NoRedirect(),
            HTTPSHandler(context=ssl.create_default_context(cafile=certifi.where())),
        )

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
        configuration, _ = await self._configuration()
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        left = PendingSignIn(
            self._clock.now(), secrets.token_urlsafe(24), verifier, back, language, following, account
        )
        self._remember(state, left)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.provider.client,
            "redirect_uri": back,
            "scope": "openid",
            "state": state,
            "nonce": left.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        return f"{configuration['authorization_endpoint']}?{urlencode(asked)}", state

    async def come_back(self, state: str, code: str) -> tuple[str, PendingSignIn]:
        """Who came back, as the provider's subject, and what they left for. A state is good once.

        Raises:
            ProviderFailed: the state is none or too old, or the provider's word does not verify.
        """
        left = self._left.pop(state, None)
        if left is None or self._clock.now() - left.at > LASTS:
            message = "it took too long, or began elsewhere"
            raise ProviderFailed(message)
        configuration, _ = await self._configuration()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": left.back,
            "code_verifier": left.verifier,
        }
        said = await self._ask(configuration["token_endpoint"], form)
        return await self._verified(str(said.get("id_token", "")), left), left

    def _remember(self, state: str, left: PendingSignIn) -> None:
        now = self._clock.now()
        for old in [state for state, left in self._left.items() if now - left.at > LASTS]:
            del self._left[old]
        while len(self._left) >= MOST_PENDING:
            del self._left[next(iter(self._left))]
        self._left[state] = left

    async def _verified(self, token: str, left: PendingSignIn) -> str:
        claims: Mapping[str, Any] = {}
        for fresh in (False, True):
            _, keys = await self._configuration(fresh=fresh)
            try:
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
                break
            except (JoseError, ValueError) as error:
                if fresh:  # its keys may have been renewed since
                    message = f"its token does not verify ({type(error).__name__})"
                    raise ProviderFailed(message) from None
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        now = self._clock.now().timestamp()
        expires, subject = claims.get("exp"), claims.get("sub")
        right = (
            claims.get("iss") == self.provider.issuer
            and self.provider.client in audiences
            and (len(audiences) == 1 or claims.get("azp") == self.provider.client)
            and isinstance(expires, int | float)
            and expires > now - LEEWAY.total_seconds()
            and claims.get("nonce") == left.nonce
            and isinstance(subject, str)
            and 0 < len(subject) <= 255
        )
        if not right:
            message = "its token is for somebody or something else"
            raise ProviderFailed(message)
        return str(subject)

    async def _configuration(self, *, fresh: bool = False) -> tuple[Mapping[str, Any], KeySet]:
        now = self._clock.now()
        if self._known is not None and not fresh and now - self._known[0] < KNOWN_FOR:
            return self._known[1], self._known[2]
        issuer = self.provider.issuer
        said = await self._ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if said.get("issuer") != issuer or not all(_is_safe(said.get(end)) for end in ends):
            message = "its configuration is not that of the issuer in the room file"
            raise ProviderFailed(message)
        try:
            keys = KeySet.import_key_set(await self._ask(said["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            message = "its keys cannot be read"
            raise ProviderFailed(message) from None
        self._known = now, said, keys
        return said, keys

    async def _ask(self, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        headers, body = {"Accept": "application/json", "User-Agent": "siaga"}, None
        if form is not None:
            known = f"{quote(self.provider.client, safe='')}:{quote(self.provider.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(known.encode()).decode()}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        try:
            said = await asyncio.to_thread(self._fetch, Request(address, body, headers))  # noqa: S310
            document = json.loads(said)
        except (URLError, OSError, HttpError, ValueError) as error:
            message = f"it cannot be asked ({type(error).__name__})"
            raise ProviderFailed(message) from None
        if not isinstance(document, dict):
            message = "it answers something else"
            raise ProviderFailed(message)
        return document

    def _fetch(self, request: Request) -> bytes:
        with self._opener.open(request, timeout=LONGEST_S) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            message = "too long"
            raise ValueError(message)
        return data


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the answer is then an error."""


def _is_safe(address: object) -> bool:
    return isinstance(address, str) and (
        address.startswith("https://") or (address.startswith("http://") and is_loopback(address))
    )
