"""The live pages: what they say of a finding, of nothing yet, of a wrong address, and to whom."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NoReturn

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from tests.web import sample_room as sample

from siaga.domain.errors import Busy
from siaga.domain.verdicts import State
from siaga.ports.site import SitePorts
from siaga.web.api.clients import Programs
from siaga.web.api.live import LiveApi
from siaga.web.app import create_site
from siaga.web.html import rendering
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors


@pytest.fixture
async def calm() -> AsyncIterator[httpx.AsyncClient]:
    said = [sample.verdict("x", subject, State.FINDABLE) for subject in ("anies", "muhaimin", "ganjar")]
    async with client(sample.SampleRoom(said=said)) as asking:
        yield asking


@pytest.fixture
async def alarmed() -> AsyncIterator[httpx.AsyncClient]:
    said = [
        sample.SUPPRESSED,
        sample.verdict("bluesky", None, State.PLATFORM_DOWN),
        sample.verdict("bluesky", "mahfud", State.INSUFFICIENT),
    ]
    async with client(sample.SampleRoom(said=said)) as asking:
        yield asking


def client(room: object, host: str = "127.0.0.1") -> httpx.AsyncClient:
    app = create_site(SitePorts(room), fresh_s=0)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{host}:8000")


async def test_the_first_address_leads_to_the_browser_language(calm: httpx.AsyncClient) -> None:
    english = await calm.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (english.status_code, english.headers["location"]) == (302, "/en/")
    unknown = await calm.get("/", headers={"Accept-Language": "fr"})
    assert unknown.headers["location"] == "/id/"


async def test_a_finding_leads_the_overview_with_its_odds_in_both_languages(
    alarmed: httpx.AsyncClient,
) -> None:
    english = (await alarmed.get("/en/")).text
    assert "cannot be found as others can on X" in english
    assert "43 million to 1" in english
    indonesian = (await alarmed.get("/id/")).text
    assert "tidak dapat ditemukan seperti yang lain di X" in indonesian
    assert "43 juta banding 1" in indonesian


async def test_an_outage_is_shown_as_the_platform_s_and_never_as_a_name_s(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/")).text
    assert "Platform down" in page
    assert page.count('class="cell suppressed"') == 1
    assert page.count('class="cell platform_down"') == 0


async def test_without_findings_the_overview_says_so_and_claims_no_more(calm: httpx.AsyncClient) -> None:
    page = (await calm.get("/en/")).text
    assert "wherever it could be measured" in page
    assert page.count('class="cell insufficient"') == 5


async def test_before_the_first_round_nothing_is_called_fine() -> None:
    async with client(sample.SampleRoom(rounds=0)) as asking:
        assert "Nothing can be said yet" in (await asking.get("/en/")).text
        page = await asking.get("/en/names/x/mahfud")
        assert page.status_code == 200
        assert "No round has been finished here yet" in page.text


async def test_the_subject_page_gives_odds_counts_onset_chart_and_measurements(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/names/x/mahfud")).text
    assert "Asked 31 times, missing 30; controls asked 372 times, missing 1." in page
    assert "It began between 07:00 and 07:02" in page
    assert "at most once in 43 million watches of 30 days" in page
    assert "<svg" in page
    assert "nothing found" in page


async def test_names_are_escaped_wherever_they_stand(alarmed: httpx.AsyncClient) -> None:
    for address in ("/en/", "/en/names/x/mahfud", "/en/names/x/mahfud/chart.svg"):
        assert "<script>" not in (await alarmed.get(address)).text.replace("<script src", "")


async def test_the_chart_and_its_numbers_can_be_taken_along(alarmed: httpx.AsyncClient) -> None:
    svg = await alarmed.get("/id/names/x/mahfud/chart.svg?span=1h")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "<style>" in svg.text
    table = await alarmed.get("/id/names/x/mahfud/rounds.csv")
    header, first, *_ = table.text.splitlines()
    assert header.startswith("at,target_results")
    assert first.startswith("2024-01-24T18:05:00.000000Z,5,0")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/names/x/nobody", 404),
        ("/en/myspace/mahfud", 404),
        ("/xx/", 404),
        ("/en/names/x/mahfud?span=9y", 400),
        ("/en/names/x/mahfud?surface=trends", 400),
    ],
)
async def test_a_wrong_address_gets_a_helpful_page(
    alarmed: httpx.AsyncClient, address: str, status: int
) -> None:
    answer = await alarmed.get(address)
    assert answer.status_code == status
    assert 'href="/en/"' in answer.text or 'href="/id/"' in answer.text


async def test_the_api_gives_the_same_facts(alarmed: httpx.AsyncClient) -> None:
    verdicts = (await alarmed.get("/api/v1/verdicts")).json()
    assert verdicts[0]["state"] == "suppressed"
    assert verdicts[0]["since"] == "2024-01-25T00:02:00.000000Z"
    measurements = (await alarmed.get("/api/v1/measurements?platform=x&subject=mahfud")).json()
    assert measurements[0]["answer"] == "empty"
    assert (await alarmed.get("/api/v1/measurements")).status_code == 400


async def test_changes_are_told_as_server_sent_events(alarmed: httpx.AsyncClient) -> None:
    answer = await alarmed.get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: changed\ndata: 1 4\n\n" in answer.text


async def test_equal_treatment_shows_pairs_side_by_side_and_how_evenly_we_measured(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/equal")).text
    assert "Pairs treated unequally: 1." in page
    assert "Anies Baswedan / Ganjar Pranowo" in page
    assert page.count('class="uneven"') == 2, "once wide, once narrow"
    assert "there is nothing to compare" in page, "on Bluesky nobody was missing"
    assert "How evenly we measured" in page
    numbers = (await alarmed.get("/en/equal.csv")).text.splitlines()
    assert numbers[0] == "platform,first,second,first_only,second_only,low,high"
    assert numbers[2].startswith("x,anies,ganjar,4,40,")
    nothing_yet = (await client(sample.SampleRoom(rounds=0)).get("/en/equal")).text
    assert "No round has been finished here yet." in nothing_yet


async def test_cases_are_listed_open_ones_first_and_each_has_its_public_timeline(
    alarmed: httpx.AsyncClient,
) -> None:
    room = sample.alarmed()
    async with client(room) as asking:
        listed = (await asking.get("/en/cases")).text
        assert listed.index("C-2") < listed.index("C-1")
        assert "platform has it" in listed
        assert "closed: restored, verified" in listed
        page = (await asking.get("/en/cases/C-2")).text
        for said in (
            "The platform has said that it has it.",
            "(taken back)",
            "the cause: a clean-up of spam.",
            "A clean-up of spam took too much. &lt;script&gt;alert(1)&lt;/script&gt;",
            "Measured after that, and it is not restored: Suppressed.",
            "please restore it (case C-2)",
        ):
            assert said in page, said
        for private in ("ayu", "Dewi", "mistyped", "Mistyped"):
            assert private not in page
        assert "mohon dipulihkan (kasus C-2)" in (await asking.get("/en/cases/C-2?to=id")).text
        assert "please restore" not in (await asking.get("/en/cases/C-1")).text, "it is over"
        assert (await asking.get("/en/cases/C-9")).status_code == 404
        assert (await asking.get("/en/cases/C-2?to=xx")).status_code == 400
    assert "No case is open." in (await alarmed.get("/en/cases")).text


async def test_with_hundreds_of_contestants_the_page_of_equal_treatment_stays_light() -> None:
    async with client(sample.many()) as asking:
        page = await asking.get("/en/equal")
    assert len(page.content) < 300_000
    assert "570 more were measured at least as often." in page.text


async def test_the_watchs_page_says_how_its_controls_do(alarmed: httpx.AsyncClient) -> None:
    page = (await alarmed.get("/en/health")).text
    assert "control-7, control-9 left out at latest search: missing far more often" in page
    assert "control-3 raised an alarm" in page
    assert "All as usual." in page


async def test_too_many_event_streams_are_refused_for_a_while_and_one_that_ends_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siaga.web.api.live.MOST_STREAMS", 1)
    room = sample.LiveRoom()
    api = LiveApi(room, PageCache(room, 0, Visitors(None)), Programs(None))
    asked = Request({"type": "http", "method": "GET", "path": "/events", "headers": []})
    first = await api.events(asked)
    assert isinstance(first, StreamingResponse)
    body = aiter(first.body_iterator)
    assert await anext(body) == b"retry: 2000\n\n"
    with pytest.raises(HTTPException) as refused:
        await api.events(asked)
    assert refused.value.status_code == 503
    assert refused.value.headers == {"Retry-After": "30"}
    await body.aclose()  # type: ignore[attr-defined]
    again = await api.events(asked)
    assert again.status_code == 200


async def test_every_answer_forbids_inline_code_and_foreign_hosts(alarmed: httpx.AsyncClient) -> None:
    for address in ("/en/", "/en/states", "/static/siaga.css", "/api/v1/verdicts", "/nothing"):
        policy = (await alarmed.get(address)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert "style=" not in (await alarmed.get("/en/names/x/mahfud")).text


async def test_a_foreign_host_name_is_refused() -> None:
    async with client(sample.SampleRoom(), host="evil.example") as asking:
        assert (await asking.get("/en/")).status_code == 421


async def test_a_finding_placed_at_one_surface_and_vantage_is_still_the_name_s() -> None:
    found = sample.verdict(
        "x", "mahfud", State.SUPPRESSED, evidence=4.3e7, surface="search-latest", vantage="jakarta"
    )
    stream = sample.verdict(
        "x", "mahfud", State.FINDABLE, surface="profile", vantage="jakarta", detail={"session": "public"}
    )
    async with client(sample.SampleRoom(said=[found, stream])) as asking:
        overview = (await asking.get("/en/")).text
        assert "cannot be found as others can on X" in overview
        assert "latest search" in overview
        assert "profile" in (await asking.get("/en/names/x/mahfud")).text


async def test_another_process_gets_the_live_tail_by_sequence_number(calm: httpx.AsyncClient) -> None:
    answer = await calm.get("/api/v1/tail?after=41")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert answer.content == b"after 41"
    for wrong in ("", "-1", "x", "9" * 40, "\u0664"):
        assert (await calm.get("/api/v1/tail", params={"after": wrong})).status_code == 400


async def test_the_chart_is_of_the_surface_that_is_hit_and_others_can_be_chosen() -> None:
    found = sample.verdict("x", "mahfud", State.SUPPRESSED, evidence=99.0, surface="search-latest")
    async with client(sample.SampleRoom(said=[found])) as asking:
        page = (await asking.get("/en/names/x/mahfud")).text
        assert '<title id="found-wide-title">Mahfud MD &lt;script&gt; on X, latest search</title>' in page
        everything = (await asking.get("/en/names/x/mahfud?surface=all")).text
        assert "on X, all surfaces</title>" in everything


async def test_only_what_is_not_fine_can_be_asked_for() -> None:
    async with client(sample.many()) as asking:
        page = (await asking.get("/en/?show=open")).text
    assert page.count('<tr class="first">') == 3
    assert 'class="cell suppressed"' in page
    async with client(sample.calm()) as asking:
        assert "Every name is findable on every platform" in (await asking.get("/en/?show=open")).text


async def test_a_contestant_is_searched_for_by_any_of_their_names() -> None:
    async with client(sample.many()) as asking:
        page = (await asking.get("/en/", params={"name": "  SOSROKARTONO"})).text
        assert page.count('<tr class="first">') == 1
        assert "No contestant of that name" in (await asking.get("/en/?name=nobody")).text


async def test_the_overview_counts_all_names_and_says_of_when() -> None:
    async with client(sample.outage()) as asking:
        page = (await asking.get("/en/")).text
    assert "<strong>4</strong> Findable" in page
    assert "<strong>4</strong> Not enough yet" in page
    assert 'as of <time datetime="2024-01-25T00:05:00Z">07:05</time> WIB' in page
    assert "Trouble that meets all names alike" in page
    assert '<span class="whole">' in page


async def test_where_nothing_can_be_measured_nothing_is_called_fine() -> None:
    said = [sample.verdict("x", one, State.INSUFFICIENT) for one in ("anies", "mahfud")]
    async with client(sample.SampleRoom(said=said)) as asking:
        page = (await asking.get("/en/")).text
    assert "No name can be judged anywhere at present" in page
    assert "No contestant is found less" not in page


async def test_the_chart_shades_when_it_began_and_labels_the_threshold(alarmed: httpx.AsyncClient) -> None:
    svg = (await alarmed.get("/en/names/x/mahfud/chart.svg?span=1h")).text
    assert svg.count('class="onset"') == 1
    assert "It began between 07:00 and 07:02." in svg
    assert "proven from 43 million to 1 on" in svg
    calm = (await alarmed.get("/en/names/x/anies/chart.svg?span=1h")).text
    assert 'class="onset"' not in calm


async def test_pages_are_light(alarmed: httpx.AsyncClient) -> None:
    weight = 0
    for address in ("/en/names/x/mahfud", "/static/siaga.css", "/static/chart.css", "/static/live.js",
                    "/static/states.svg", "/static/icon.svg"):  # fmt: skip
        async with alarmed.stream("GET", address) as answer:
            weight += len(b"".join([part async for part in answer.aiter_raw()]))
    assert weight < 100_000


async def test_evidence_holds_until_the_next_round_says_otherwise(alarmed: httpx.AsyncClient) -> None:
    svg = (await alarmed.get("/en/names/x/mahfud/chart.svg?span=1h")).text
    path = svg.split('class="evidence" d="')[1].split('"')[0]
    assert path.startswith("M")
    assert path.count("H") == path.count("V") == 8


@pytest.mark.parametrize("address", ["/en/equal", "/api/v1/tail?after=0"])
async def test_what_is_too_busy_is_said_with_when_to_come_again(address: str) -> None:
    def busy(*_: object) -> NoReturn:
        raise Busy(timedelta(seconds=4.2))

    room = sample.calm()
    room.treatment = room.tail = busy  # type: ignore[method-assign,assignment]
    transport = httpx.ASGITransport(app=create_site(SitePorts(room), fresh_s=0))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get(address)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_mistake_of_ours_is_a_page_that_helps_and_tells_nothing_inside() -> None:
    room = sample.calm()
    room.treatment = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    app = create_site(SitePorts(room), fresh_s=0)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
        answer = await asking.get("/id/equal")
        assert (answer.status_code, answer.headers["cache-control"]) == (500, "no-store")
        assert "Ada yang salah di pihak kami" in answer.text
        assert "ZeroDivisionError" not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_who_asks_for_no_language_of_ours_reads_indonesian_whatever_catalogues_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "languages", lambda: ("de", "id", "en"))

    def preferred(accepted: str) -> str:
        headers = [(b"accept-language", accepted.encode())]
        return rendering.preferred_language(Request({"type": "http", "headers": headers}))

    assert [preferred(accepted) for accepted in ("", "fr", "fr, de;q=0.5", "en-GB,en")] == [
        "id",
        "id",
        "de",
        "en",
    ]
