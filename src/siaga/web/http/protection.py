"""What every answer of the web carries for its reader's protection, as plain ASGI."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


class Protection:
    """Adds the security headers; refuses a `Host` that is not ours (DNS rebinding), and what another site's
    page sends to change something."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], sign_in_at: str = "") -> None:
        """`sign_in_at` is the origin that a form may lead on to, where people sign in elsewhere."""
        self._app = app
        self._hosts = hosts
        self._policy = POLICY.replace("form-action 'self'", f"form-action 'self' {sign_in_at}".rstrip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = protected(send, self._policy)
        headers = Headers(scope=scope)
        host = headers.get("host", "").rsplit(":", 1)[0].strip("[]")
        if host not in self._hosts:
            refusal = PlainTextResponse("This host name is not served here.\n", status_code=421)
            await refusal(scope, receive, send)
            return
        if scope["method"] not in SAFE and _is_from_elsewhere(headers):
            refusal = PlainTextResponse("This form comes from another site.\n", status_code=403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def protected(send: Send, policy: str = POLICY) -> Send:
    """Sends on, with the headers that protect whoever reads."""

    async def send_protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = policy
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        await send(message)

    return send_protected


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site's page sends this. Programs say neither and are let through:
    they hold no cookies."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
