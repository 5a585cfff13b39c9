"""The live API: verdicts, measurements, the tail."""

from dataclasses import replace

import httpx
from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.domain.time import EPOCH
from siaga.domain.verdicts import State


async def test_the_api_gives_the_same_facts(alarmed: httpx.AsyncClient) -> None:
    verdicts = (await alarmed.get("/api/v1/verdicts")).json()
    assert verdicts[0]["state"] == "suppressed"
    assert verdicts[0]["since"] == "2024-01-25T00:02:00.000000Z"
    measurements = (await alarmed.get("/api/v1/measurements?platform=x&subject=mahfud")).json()
    assert measurements[0]["answer"] == "empty"
    assert (await alarmed.get("/api/v1/measurements")).status_code == 400


async def test_what_is_not_known_is_null_and_never_an_epoch() -> None:
    unjudged = sample.verdict("x", "ganjar", State.UNMEASURABLE, at=EPOCH, since=EPOCH)
    begun_before = replace(sample.SUPPRESSED, platform="bluesky", onset=(EPOCH, sample.NOW))
    async with asking(sample.SampleRoom(said=[unjudged, begun_before])) as browser:
        first, second = (await browser.get("/api/v1/verdicts")).json()
    assert (first["at"], first["since"], first["onset"]) == (None, None, None)
    assert second["onset"][0] is None


async def test_another_process_gets_the_live_tail_by_sequence_number(calm: httpx.AsyncClient) -> None:
    answer = await calm.get("/api/v1/tail?after=41")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert answer.content == b"after 41"
    for wrong in ("", "-1", "x", "9" * 40, "\u0664"):
        assert (await calm.get("/api/v1/tail", params={"after": wrong})).status_code == 400
