"""The public pages as files: whole, as anybody sees them, served by any web server."""

import asyncio
import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom
from tests.web.all_pages import kept_as
from tests.web.sample_data import SampleData
from tests.web.sample_room import room_with_events
from tests.web.served import chromium

from siaga.domain.verdicts import State
from siaga.i18n.speech import languages
from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.html.menu import Files
from siaga.web.static_site import EVERY_S, StaticSite

HOST = "127.0.0.1"


def snapshots(room: sample.SampleRoom, directory: Path) -> StaticSite:
    ports = SitePorts(room, open_data=SampleData(directory))
    return StaticSite(create_site(ports, fresh_s=0), room, directory, HOST)


def files_in(directory: Path) -> list[str]:
    return [str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()]


async def all_of(made: StaticSite) -> None:
    await made.front()
    for path in made.behind():
        await made._keep(path)


async def test_every_public_page_is_a_file_also_compressed(tmp_path: Path) -> None:
    room = room_with_events()
    await all_of(snapshots(room, tmp_path))
    for language in languages():
        for name in kept_as(Files.FRONT, room):
            file = tmp_path / language / name
            assert (file if file.suffix else file / "index.html").is_file(), name
        for path in kept_as(Files.BEHIND, room):
            page = tmp_path / language / path / "index.html"
            text = page.read_text(encoding="utf-8")
            assert f'data-still="{int(EVERY_S)}"' in text
            assert gzip.decompress(page.with_name("index.html.gz").read_bytes()).decode() == text
    assert (tmp_path / "static" / "siaga.css").is_file()
    assert "/id/" in (tmp_path / "index.html").read_text()


async def test_a_year_of_cases_does_not_hold_the_front_up(tmp_path: Path) -> None:
    room = room_with_events()
    made = snapshots(room, tmp_path)
    await made.front()
    # C-1 is over for longer than an hour, C-2 is open.
    assert (tmp_path / "en" / "cases" / "C-2" / "index.html").exists()
    assert not (tmp_path / "en" / "cases" / "C-1").exists()
    assert "en/cases/C-1" in list(made.behind())


async def test_what_only_the_room_may_see_is_in_no_file(tmp_path: Path) -> None:
    files = tmp_path / "public"
    with ActingRoom(tmp_path) as room:
        room.said = [sample.verdict("x", "ganjar", State.SUSPECTED, evidence=12.0)]
        made = StaticSite(room.site(), room, files, HOST)
        await all_of(made)
    texts = [(files / one).read_text(encoding="utf-8") for one in files_in(files) if one.endswith(".html")]
    assert len(texts) > 30
    for text in texts:
        assert "cell suspected" not in text
        assert "may be missing" not in text
        assert "citra" not in text
        assert 'name="csrf"' not in text


async def test_a_page_that_cannot_be_made_leaves_the_old_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = room_with_events()
    made = snapshots(room, tmp_path)
    await all_of(made)
    before = (tmp_path / "en" / "cases" / "C-1" / "index.html").read_bytes()
    await made._keep("en/cases/C-9")
    assert "could not be made: status 404" in caplog.text
    assert not (tmp_path / "en" / "cases" / "C-9").exists()
    assert (tmp_path / "en" / "cases" / "C-1" / "index.html").read_bytes() == before
    assert not [one for one in files_in(tmp_path) if one.endswith(".new")]


async def test_neither_a_page_that_breaks_nor_a_full_disk_ends_what_runs_beside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = room_with_events()
    room.missing_counts = lambda *_: 1 / 0  # type: ignore[method-assign,assignment]
    (tmp_path / "static").write_text("a file where a directory must be")
    made = snapshots(room, tmp_path)
    running = asyncio.create_task(made.run())
    async with asyncio.timeout(30):
        while "writing public pages failed" not in caplog.text:
            await asyncio.sleep(0.01)
    assert caplog.text.count("the public page /en/equal fails: ZeroDivisionError") == 1
    assert "writing public pages failed" in caplog.text
    assert not running.done()
    assert (tmp_path / "en" / "index.html").exists()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@contextmanager
def file_server(directory: Path) -> Iterator[str]:
    """A web server that knows nothing but files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), partial(Quiet, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.mark.browser
def test_from_files_alone_the_pages_work_and_ask_for_no_stream(tmp_path: Path) -> None:

    asyncio.run(all_of(snapshots(room_with_events(), tmp_path)))
    with file_server(tmp_path) as address, chromium() as browser:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url.removeprefix(address))

        page.on("request", note)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.wait_for_url("**/id/")
        page.goto(address + "/en/")
        page.locator(".finding").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("on X")
        page.get_by_role("link", name="C-2").click()
        expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
        assert "/events" not in asked
        assert complaints == []
        context.close()
