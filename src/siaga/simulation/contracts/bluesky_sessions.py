"""Bluesky's sessions: two signed tokens, which say for whom they stand and when they expire."""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Final

import orjson

DOMAIN: Final = "bsky.social"
ACCESS: Final = "com.atproto.appPass"
REFRESH: Final = "com.atproto.refresh"
"""The scopes of a session's two tokens."""
ACCESS_LASTS: Final = timedelta(hours=2)
REFRESH_LASTS: Final = timedelta(days=90)


class ExpiredToken(Exception):
    """A token of ours whose time is over."""


class BlueskySessions:
    """Everybody who has signed in at one simulated platform."""

    def __init__(self, key: str | None) -> None:
        """`key` signs the tokens; without one, any token is good: a real server behind a proxy judges it."""
        self._key = key
        self._handles: dict[str, str] = {}

    def begin(self, did: str, handle: str, at: datetime) -> dict[str, object]:
        """A new session, as `createSession` answers it."""
        self._handles[did] = handle
        return self.renewed(did, at)

    def renewed(self, did: str, at: datetime) -> dict[str, object]:
        """New tokens for somebody who has signed in, as `refreshSession` answers them."""
        return {
            **self.account(did),
            "accessJwt": self._token(did, ACCESS, at, ACCESS_LASTS),
            "refreshJwt": self._token(did, REFRESH, at, REFRESH_LASTS),
        }

    def account(self, did: str) -> dict[str, object]:
        """Who a session belongs to, as `getSession` answers it."""
        return {"did": did, "handle": self._handles.get(did, f"nobody.{DOMAIN}"), "active": True}

    def who(self, token: str, scope: str, at: datetime) -> str | None:
        """The DID that a token stands for; None where it is none of ours or has another scope.

        Raises:
            ExpiredToken: it stood for somebody once.
        """
        if self._key is None:
            return ""
        text, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(text).encode()):
            return None
        claims = orjson.loads(base64.urlsafe_b64decode(f"{text.partition('.')[2]}=="))
        if claims["scope"] != scope:
            return None
        if claims["exp"] <= at.timestamp():
            raise ExpiredToken
        return str(claims["sub"])

    def _token(self, did: str, scope: str, at: datetime, lasts: timedelta) -> str:
        claims = {
            "scope": scope,
            "sub": did,
            "aud": f"did:web:{DOMAIN}",
            "iat": int(at.timestamp()),
            "exp": int((at + lasts).timestamp()),
        }
        if scope == REFRESH:
            claims["jti"] = _base64(f"{did} {at.timestamp()}".encode())
        head = _base64(b'{"typ":"at+jwt","alg":"HS256"}')
        text = f"{head}.{_base64(orjson.dumps(claims))}"
        return f"{text}.{self._signature(text)}"

    def _signature(self, text: str) -> str:
        return _base64(hmac.digest((self._key or "").encode(), text.encode(), "sha256"))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
