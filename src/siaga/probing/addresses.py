"""Addresses: which belong together, what may be written down, and where a redirect leads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from siaga.config.addresses import is_inside
from siaga.platforms.conversation import Response
from siaga.platforms.http_status import is_redirect

_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HARMLESS_HEADERS: Final = frozenset({"accept", "accept-language"})
"""What goes along from HTTP to HTTPS; everything else may carry a secret."""
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

    A platform does not choose whom we ask: only its own origin is followed, and the same host from HTTP to
    HTTPS, without credentials or a body then.
    """
    target = redirected_to(hop.url, response)
    if target is None or not (origin(target) == origin(hop.url) or _is_secured(hop.url, target)):
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


def redirected_to(url: str, response: Response) -> str | None:
    """Where the answer to `url` sends us, followed or not; None if it is no redirect to an HTTP address."""
    location = response.headers.get("location")
    if location is None or not is_redirect(response):
        return None
    return urljoin_safely(url, location)


def is_captive_portal(url: str, response: Response) -> bool:
    """Whether the vantage's own network answered in the platform's place: it says so (RFC 6585), or it leads
    from a plain-text address of the public internet to one inside."""
    if response.status == 511:
        return True
    target = redirected_to(url, response)
    if target is None or not url.startswith("http:"):
        return False
    return is_inside(origin(target)[1]) and not is_inside(origin(url)[1])


def _is_secured(url: str, target: str) -> bool:
    """Whether `target` is the same host, over TLS where `url` was not."""
    _, host, port = origin(url)
    return origin(target) == ("https", host, 443) and url.startswith("http:") and port == 80


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
