"""Hostile texts, addresses and methods: shown as text, refused plainly, never obeyed."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.domain.verdicts import State
from siaga.election.model import Contestant, ContestantKind, Name, NameKind, Person, Vantage
from siaga.ports.site import SitePorts
from siaga.web.app import create_site

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}=cmd|/c calc"
ADDRESSES = (
    "/en/",
    "/id/?show=open",
    "/en/names/x/mahfud",
    "/id/names/x/mahfud?span=30d&surface=all",
    "/en/health",
    "/en/states",
)


class Tags(HTMLParser):
    """Counts elements, and attributes that run code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.images = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.images += tag == "img"
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "inline")
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def hostile_room(text: str) -> sample.SampleRoom:
    """Every text that an election file or a platform chooses is `text`."""
    mahfud = Person("mahfud", (Name(text, NameKind.FULL),))
    election = replace(
        sample.ELECTION,
        label=text,
        contestants=(Contestant("c", ContestantKind.PERSON, text, 1, (mahfud,)),),
        platforms=tuple(replace(one, label=text) for one in sample.ELECTION.platforms),
        vantages=(Vantage("jakarta", province=text, network=text),),
    )
    detail = dict.fromkeys(
        ("kind", "names", "names_found", "surfaces", "surfaces_found", "vantages", "answers", "psi"), text
    )
    said = [
        sample.verdict(
            "x",
            "mahfud",
            State.SUPPRESSED,
            evidence=99.0,
            surface=text,
            vantage=text,
            rule=text,
            detail=detail,
        ),
        sample.verdict("bluesky", None, State.PLATFORM_DOWN, detail={"kind": "down", "failure": text}),
        sample.verdict(
            "x",
            "mahfud",
            State.SUPPRESSED,
            surface="profile",
            vantage="jakarta",
            detail={"session": "public"},
        ),
    ]
    return sample.SampleRoom(election=election, said=said, text=text)


OURS = {"/static/live.js", "/static/words.js", "/static/chart.js"}


def client(room: sample.SampleRoom) -> httpx.AsyncClient:
    app = create_site(SitePorts(room), fresh_s=0)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_hostile_text_is_shown_and_does_nothing(address: str) -> None:
    async with client(hostile_room(HOSTILE)) as asking:
        answer = await asking.get(address)
    assert answer.status_code == 200
    tags = Tags(answer.text)
    assert set(tags.scripts) <= OURS
    assert tags.handlers == []
    assert tags.images == 0
    assert "49" not in answer.text.split("<main")[1].replace(HOSTILE, "").split("cmd")[0]


@given(text=st.text(min_size=1, max_size=60))
@example(text="1" + 25 * "0")
@example(text="nan")
@example(text="inf")
@settings(max_examples=25, deadline=None)
async def test_no_text_breaks_out_of_the_pages_or_the_chart(text: str) -> None:
    async with client(hostile_room(text)) as asking:
        page = await asking.get("/en/names/x/mahfud")
        assert set(Tags(page.text).scripts) <= OURS
        chart = await asking.get("/en/names/x/mahfud/chart.svg")
        drawn = ET.fromstring(chart.text)
        assert {one.tag.rpartition("}")[2] for one in drawn.iter()} <= {
            "svg", "title", "desc", "style", "g", "rect", "text", "line", "path", "circle",
        }  # fmt: skip


async def test_no_cell_of_the_table_of_numbers_is_a_formula() -> None:
    async with client(hostile_room(HOSTILE)) as asking:
        answer = await asking.get("/en/names/x/mahfud/rounds.csv")
    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
    assert cells
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    assert "\r" not in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "address",
    [
        "/en/?show=everything",
        "/en/?page=-1",
        "/en/?page=" + "9" * 30,
        "/en/?page=%D9%A1",
        "/en/?name=" + "x" * 101,
        "/en/names/x/mahfud?span=1000y",
        "/en/names/x/mahfud/chart.svg?span=",
        "/en/names/x/mahfud/rounds.csv?surface=..%2F..",
        "/api/v1/measurements?platform=x",
        "/api/v1/tail?after=1e9",
    ],
)
async def test_what_stands_in_no_list_is_refused(address: str) -> None:
    async with client(sample.calm()) as asking:
        assert (await asking.get(address)).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/en/" + "x" * 20_000,
        "/en/names/x/" + "y" * 20_000,
        "/en/names/x/mahfud/../../../etc/passwd",
        "/static/../site.py",
        "/static/%2e%2e/site.py",
        "/en/%00/%0d%0aSet-Cookie:%20a=b",
        "//evil.example/en/",
        "/api/v1/measurements?platform=x&subject=nobody",
    ],
)
async def test_what_is_not_there_is_not_found(address: str) -> None:
    async with client(sample.calm()) as asking:
        answer = await asking.get("http://127.0.0.1" + address, follow_redirects=True)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert 'href="//' not in answer.text


@pytest.mark.parametrize(
    "address", ["/en/", "/en/names/x/mahfud", "/en/names/x/mahfud/chart.svg", "/events", "/api/v1/verdicts"]
)
async def test_head_gives_the_headers_alone(address: str) -> None:
    async with client(sample.calm()) as asking:
        answer = await asking.head(address)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
async def test_pages_are_read_only(method: str) -> None:
    async with client(sample.calm()) as asking:
        for address in ("/en/", "/api/v1/verdicts", "/events"):
            answer = await asking.request(method, address)
            assert answer.status_code == 405
            assert "GET" in answer.headers["allow"]


async def test_a_page_beyond_the_last_is_the_last() -> None:
    async with client(sample.many(contestants=130, platforms=1)) as asking:
        last = await asking.get("/en/?show=all&page=999999")
        assert last.text.count('<tr class="first">') == 30
        assert "Calon Legislatif Nomor 101" in last.text
        assert 'href="?page=1"' not in last.text
        assert 'href="?"' in last.text


async def test_many_viewers_of_one_moment_cost_one_page() -> None:
    room = sample.calm()
    app = create_site(SitePorts(room), fresh_s=timedelta(hours=1).total_seconds())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
    ) as asking:
        pages = {(await asking.get("/en/")).text for _ in range(20)}
        assert len(pages) == 1
        assert room.asked_for_verdicts == 1
        assert (await asking.get("/id/")).text not in pages
        assert room.asked_for_verdicts == 1


async def test_every_answer_forbids_inline_code_and_foreign_hosts(alarmed: httpx.AsyncClient) -> None:
    for address in ("/en/", "/en/states", "/static/siaga.css", "/api/v1/verdicts", "/nothing"):
        policy = (await alarmed.get(address)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert "style=" not in (await alarmed.get("/en/names/x/mahfud")).text


async def test_a_foreign_host_name_is_refused() -> None:
    async with asking(sample.SampleRoom(), host="evil.example") as browser:
        assert (await browser.get("/en/")).status_code == 421
