"""A site with all that it can have, asked by requests that nobody's browser would make."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote

from starlette.routing import Route
from starlette.types import ASGIApp, Message
from tests.web.all_pages import pages_of
from tests.web.busy_room import BusyRoom

from siaga.people.roles import StaffRole
from siaga.services.checks import CheckDesk
from siaga.services.subscriptions import NewsMailer
from siaga.web.app import create_site
from siaga.web.html.menu import Audience

ROLES: Mapping[str, str] = {"watcher": "dewi", "operator": "citra", "approver": "ayu", "administrator": "eka"}
"""Of each role, somebody."""
HOST = "127.0.0.1:8000"
FormFields = tuple[str, list[tuple[str, str]]]
"""Where a form is sent, and its fields."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What an application sent for one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    closed: bool
    """Whether its end was sent."""

    @property
    def text(self) -> str:
        return self.body.decode()


async def asked(
    app: ASGIApp,
    method: str,
    path: str,
    query: str = "",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> RawAnswer:
    """One request, as the server of pages hands it to the application; whoever asked stays to the end.

    Raises:
        Exception: what the application raised.
    """
    sent: list[Message] = []
    come: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    given = [*headers] if "host" in dict(headers) else [("host", HOST), *headers]

    async def receive() -> Message:
        if not come:
            await asyncio.Event().wait()
        return come.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    raw = quote(path, safe="/:@!$&'()*+,;=~").encode()
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw.decode()),
        "raw_path": raw,
        "root_path": "",
        "query_string": quote(query, safe="/:@!$&'()*+,;=~?%").encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in given],
        "client": ("203.0.113.9", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    await app(scope, receive, send)
    start, *parts = sent
    return RawAnswer(
        start["status"],
        {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(part.get("body", b"") for part in parts),
        bool(parts) and not parts[-1].get("more_body", False),
    )


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, html: str, address: str) -> None:
        super().__init__()
        self.found: list[FormFields] = []
        self._address, self._is_inside = address, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("method", "").lower() == "post"
            if self._is_inside:
                self.found.append((given.get("action") or self._address, []))
        elif self._is_inside and given.get("name") and tag in {"input", "textarea", "select", "button"}:
            self.found[-1][1].append((given["name"], given.get("value", "")))
        elif self._is_inside and tag == "option" and self.found[-1][1]:
            name = self.found[-1][1][-1][0]
            self.found[-1][1][-1] = (name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"


class AskedSite(BusyRoom):
    """The busy room with checks and news too; `run` does something in its event loop."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._loop = asyncio.Runner()
        self._tokens: dict[str, str] = {}
        self._forms: dict[str | None, Sequence[FormFields]] = {}

    def __enter__(self) -> Self:
        super().__enter__()
        nothing: Any = None

        async def announce() -> None:
            return

        self.run(self.begin().__aenter__())
        self.more["checks"] = CheckDesk(
            self.election, self.directory, nothing, nothing, announce, b"k" * 32, self.clock, nothing
        )
        self.more["subscriptions"] = NewsMailer(
            self, self.directory, nothing, b"k" * 32, self.outside, self.clock
        )
        self.more["touring"] = True
        self.run(self.happen())
        self.pages = create_site(self.ports())
        return self

    def __exit__(self, *given: object) -> None:
        self.run(self.reports.__aexit__(None, None, None))
        self._loop.close()
        self.more["subscriptions"].close()
        super().__exit__(*given)

    def run(self, work: Any) -> Any:
        return self._loop.run(work)

    def ask(self, method: str, path: str, **more: Any) -> RawAnswer:
        """One request."""
        answer: RawAnswer = self.run(asyncio.wait_for(asked(self.pages, method, path, **more), 20))
        return answer

    def token_of(self, role: str) -> str:
        """The session of somebody of a role, who signs in again where it has ended."""
        token, id = self._tokens.get(role, ""), ROLES[role]
        found = self.accounts.sessions.holder(token)
        if found is None or found[0].role is not StaffRole(role):
            self.accounts.change(id, "command-line", role=StaffRole(role), disabled=False)
            self._tokens[role] = token = self.accounts.sessions.begin(id)
        return token

    def forms_of(self, role: str | None) -> Sequence[FormFields]:
        """The forms of all pages that somebody can open: where each is sent, and what its fields hold."""
        if role not in self._forms:
            self._forms[role] = self._forms_now(role)
        return self._forms[role]

    def _forms_now(self, role: str | None) -> Sequence[FormFields]:
        offered = pages_of(self.ports(), *Audience)
        cases = [f"cases/C-{number}{more}" for number in (1, 2, 3) for more in ("", "/notice", "/approve")]
        cookies = [] if role is None else [("cookie", f"siaga-session={self.token_of(role)}")]
        found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
        for path in (
            *offered,
            *cases,
            *self.visited,
            "me",
            "people",
            "reports",
            "sign-in",
            "measure",
            "follow",
        ):
            address, _, query = path.partition("?")
            page = self.ask("GET", f"/en/{address}", query=query, headers=cookies)
            for form in Forms(page.body.decode(errors="replace"), f"/en/{address}").found:
                found.setdefault((form[0], tuple(name for name, _ in form[1])), form[1])
        return [(action, pairs) for (action, _), pairs in found.items()]

    def routes(self) -> Iterator[Route]:
        """All that it answers to, but the event stream, which never ends."""
        site: Any = self.pages
        while not hasattr(site, "routes"):
            site = site.app if hasattr(site, "app") else site._app
        return (route for route in site.routes if isinstance(route, Route) and route.path != "/events")
