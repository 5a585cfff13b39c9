"""Addresses: which belong together, what may be written down, and where a redirect leads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from siaga.platforms.conversation import Response

_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HARMLESS_HEADERS: Final = frozenset({"accept", "accept-language"})
"""What goes along to another origin; everything else may carry a secret."""
_SECRETS: Final = frozenset(
    {"access_token", "api_key", "apikey", "auth", "client_secret", "code", "id_token", "jwt", "key"}
    | {"password", "refresh_token", "secret", "session", "sid", "sig", "signature", "token"}
)
"""Query parameters whose values are never written down."""
_SPEAKS: Final = re.compile(rf"[@#]|[?&](?:{'|'.join(_SECRETS)})=", re.IGNORECASE)
"""Whether an address may hold what is never written down."""
_AS_THEY_ARE: Final = "!#$%&'()*+,-./:;=?@[]_~"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way to the final address."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what credentials are meant for.

    Raises:
        ValueError: the text is no address.
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def after(hop: Hop, response: Response) -> Hop | None:
    """The request that a redirect asks for; None for no redirect, or one that we do not follow.

    To another origin go neither credentials nor a body, and nothing but HTTP is followed.
    """
    location = response.headers.get("location")
    if location is None or response.status not in {301, 302, 303, 307, 308}:
        return None
    target = urljoin_safely(hop.url, location)
    if target is None:
        return None
    method, body = hop.method, hop.body
    if response.status == 303 or (response.status in {301, 302} and method == "POST"):
        method, body = ("HEAD" if method == "HEAD" else "GET"), None
    headers = hop.headers
    if origin(target) != origin(hop.url):
        if body is not None:
            return None
        headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS_HEADERS}
    return Hop(target, method, headers, body)


def urljoin_safely(base: str, location: str) -> str | None:
    """Where `location` leads from `base`, without user and password; None if that is no HTTP address."""
    try:
        parts = urlsplit(urljoin(base, quote(location.encode("latin-1", "replace"), safe=_AS_THEY_ARE)))
        target = urlunsplit(parts._replace(netloc=_host(parts), fragment=""))
        scheme, host, _ = origin(target)
    except ValueError:
        return None
    return target if scheme in {"http", "https"} and host else None


def shown(url: str) -> str:
    """`url`, fit for records: without user, password, fragment and secrets in its query."""
    if _SPEAKS.search(url) is None:
        return url
    try:
        parts = urlsplit(url)
        fields = (_without_secret(part) for part in parts.query.split("&"))
        return urlunsplit(parts._replace(netloc=_host(parts), query="&".join(fields), fragment=""))
    except ValueError:
        return ""


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _without_secret(field: str) -> str:
    name, equals, _ = field.partition("=")
    return f"{name}{equals}" if name.lower() in _SECRETS else field
