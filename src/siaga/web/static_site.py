"""The public pages as files, for a web server or a CDN to serve when the crowd comes.

They are made by the very site that serves the pages live, as anybody sees them. What a file cannot do (forms,
filters, stretches of time) is behind a query or another address, and goes to the live site.
"""

import asyncio
import gzip
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Message, Scope

from siaga.i18n.speech import DEFAULT_LANGUAGE, languages
from siaga.ports.watch import WatchView
from siaga.web.app import PAGES
from siaga.web.html.menu import Files
from siaga.web.html.rendering import STILL
from siaga.web.http.public_directory import make_public
from siaga.web.http.static_files import static_files

EVERY_S: Final = 20.0
"""The front pages are made anew so often, and a page that stands still looks again as often."""
SHARE: Final = 0.1
"""Of one core, that the pages behind the front may take."""
PACKED: Final = frozenset({".html", ".svg", ".atom", ".css", ".js", ".csv", ".ics"})
"""Files that are kept compressed as well, beside themselves."""

_log = logging.getLogger(__name__)


class StaticSite:
    """Keeps a directory of files like the public pages of a site."""

    def __init__(self, site: ASGIApp, watch: WatchView, directory: Path, host: str) -> None:
        """`host` is a name under which the site answers."""
        self._site, self._watch, self._directory, self._host = site, watch, directory, host
        self._kept: dict[Path, bytes] = {}
        """Of each file, the digest of what it holds."""
        self._failing: set[str] = set()
        """Pages whose failure was said already."""

    async def run(self) -> None:
        """Make them, and make them anew, until cancelled."""
        loop = asyncio.get_running_loop()
        again, behind = loop.time(), self.behind()
        while True:
            begun = loop.time()
            try:
                if begun >= again:
                    again = begun + EVERY_S
                    await self.front()
                elif (path := next(behind, None)) is None:
                    behind = self.behind()
                else:
                    await self._keep(path)
            except OSError as error:  # a full disk: the old files stay, and the watch goes on
                _log.error("writing public pages failed: %s", error.strerror)
                await asyncio.sleep(EVERY_S)
            await asyncio.sleep(max(0.01, (loop.time() - begun) * (1 / SHARE - 1)))

    async def front(self) -> None:
        """The pages that everybody comes for, the cases that are open or were lately, what all pages load."""
        for path in self._addresses(Files.FRONT):
            await self._keep(path)
        for file in static_files():
            await asyncio.to_thread(self._write, self._directory / "static" / file.name, file.read_bytes())
        await asyncio.to_thread(self._write, self._directory / "index.html", _choice())

    def behind(self) -> Iterator[str]:
        """The pages behind them: of each case, contestant, platform, surface, vantage, event and name."""
        yield from self._addresses(Files.BEHIND)

    def _addresses(self, files: Files) -> Iterator[str]:
        """The addresses, with the language, of all pages that are kept so."""
        for page in PAGES:
            if page.files is files:
                for address in page.addresses(self._watch):
                    for language in languages():
                        yield f"{language}/{address}"

    async def _keep(self, path: str) -> None:
        """Ask for one page, as anybody would, and keep what came; a failure keeps the old one."""
        status, media_type, body = await self._ask(f"/{path}")
        if status != 200:
            if path not in self._failing:
                self._failing.add(path)
                _log.warning("the public page %s could not be made: status %s", path, status)
            return
        self._failing.discard(path)
        if media_type == "text/html":
            file = self._directory / path / "index.html"
        else:
            file = self._directory / path
        await asyncio.to_thread(self._write, file, body)  # packed and written beside what the watch does

    async def _ask(self, path: str) -> tuple[int, str, bytes]:
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", self._host.encode())],
            "client": None,
            "server": (self._host, 80),
            STILL: int(EVERY_S),
        }
        status, media_type, body = 500, "", bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, media_type
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = dict(message["headers"])
                media_type = headers.get(b"content-type", b"").decode().partition(";")[0]
            else:
                body.extend(message.get("body", b""))

        try:
            await self._site(scope, receive, send)
        except Exception as error:  # a page that fails must not end the watch beside
            if path.removeprefix("/") not in self._failing:
                _log.error("the public page %s fails: %s", path, type(error).__name__)
            return 500, "", b""
        return status, media_type, bytes(body)

    def _write(self, file: Path, body: bytes) -> None:
        """Replace a file at once, so that a reader sees the old one or the new one whole."""
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if self._kept.get(file) == digest and file.exists():
            return
        make_public(file.parent)
        files = [(file, body)]
        if file.suffix in PACKED:
            packed = file.with_name(f"{file.name}.gz")
            files.insert(0, (packed, gzip.compress(body, 6, mtime=0)))
        for path, data in files:
            temporary = path.with_name(f".{path.name}.new")
            temporary.write_bytes(data)
            temporary.chmod(0o644)
            temporary.replace(path)
        self._kept[file] = digest


def _choice() -> bytes:
    """The first page of a site of files, which cannot ask the browser for its language."""
    links = "".join(
        f'<p><a href="/{language}/" lang="{language}">{language.upper()}</a></p>' for language in languages()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Siaga</title>'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'<meta http-equiv="refresh" content="0; url=/{DEFAULT_LANGUAGE}/">{links}</html>\n'
    ).encode()
