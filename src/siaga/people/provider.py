"""One OpenID Connect provider as a program sees it: its documents, its answer to a code, its signed word.

Its address comes from the room file. Whatever it answers is bounded in size and time, and nothing that it
redirects to is followed.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException as HttpError
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import certifi
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from siaga.config.addresses import is_loopback
from siaga.domain.time import Clock

KNOWN_FOR: Final = timedelta(hours=1)
"""How long its configuration and keys are used before they are read again."""
LEEWAY_S: Final = 60
"""Seconds by which its clock and ours may differ."""
LONGEST_S: Final = 10.0
MOST_BYTES: Final = 256 * 1024
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_SUBJECT: Final = 255


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


class ProviderClient:
    """Asks one provider. Its documents are remembered for an hour."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider, self._clock = provider, clock
        self._known: tuple[datetime, Mapping[str, Any], KeySet] | None = None
        self._opener = build_opener(
            ProxyHandler({}),
            _NoRedirect(),
            HTTPSHandler(context=ssl.create_default_context(cafile=certifi.where())),
        )

    async def authorization_endpoint(self) -> str:
        """Where the provider lets people sign in.

        Raises:
            ProviderFailed: it cannot be asked.
        """
        configuration, _ = await self._documents()
        return str(configuration["authorization_endpoint"])

    async def subject(self, code: str, verifier: str, back: str, nonce: str) -> str:
        """Whom the provider vouches for, in exchange for the code that somebody came back with.

        `verifier` is the PKCE secret, `back` the address that they came back to, `nonce` what their token has
        to repeat.

        Raises:
            ProviderFailed: it cannot be asked, or its token does not verify.
        """
        configuration, _ = await self._documents()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        answer = await self._ask(configuration["token_endpoint"], form)
        return self._subject_of(await self._claims(str(answer.get("id_token", ""))), nonce)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """What a token says, once its signature is verified; with fresh keys if need be."""
        for fresh in (False, True):
            _, keys = await self._documents(fresh=fresh)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                reason = type(error).__name__
        message = f"its token does not verify ({reason})"
        raise ProviderFailed(message)

    def _subject_of(self, claims: Mapping[str, Any], nonce: str) -> str:
        client, audience = self._provider.client, claims.get("aud")
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": client},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        has_several = isinstance(audience, list) and len(audience) > 1
        try:
            registry.validate(dict(claims))
            subject = str(claims["sub"])
            right = claims.get("azp", None if has_several else client) == client
        except JoseError:
            right, subject = False, ""
        if not right or len(subject) > LONGEST_SUBJECT:
            message = "its token is for somebody or something else"
            raise ProviderFailed(message)
        return subject

    async def _documents(self, *, fresh: bool = False) -> tuple[Mapping[str, Any], KeySet]:
        """The provider's configuration and keys; read again where `fresh`, or when they are old."""
        now = self._clock.now()
        if self._known is not None and not fresh and now - self._known[0] < KNOWN_FOR:
            return self._known[1], self._known[2]
        issuer = self._provider.issuer
        configuration = await self._ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        is_safe = all(_is_safe(configuration.get(endpoint)) for endpoint in ENDPOINTS)
        if configuration.get("issuer") != issuer or not is_safe:
            message = "its configuration is not that of the issuer in the room file"
            raise ProviderFailed(message)
        try:
            keys = KeySet.import_key_set(await self._ask(configuration["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            message = "its keys cannot be read"
            raise ProviderFailed(message) from None
        self._known = now, configuration, keys
        return configuration, keys

    async def _ask(self, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """The JSON object at an address; with a form, what it answers to us as its client."""
        headers, body = {"Accept": "application/json", "User-Agent": "siaga"}, None
        if form is not None:
            known = f"{quote(self._provider.client, safe='')}:{quote(self._provider.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(known.encode()).decode()}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        try:
            answer = await asyncio.to_thread(self._fetch, Request(address, body, headers))  # noqa: S310
            document = json.loads(answer)
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
