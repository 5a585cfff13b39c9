"""Updates for the public: proposed by one person, published by another, at once wherever the public reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.acting_room import ActingRoom, act

from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.publishing.news import mail_of, news_after

SENTENCE = "We have contacted the platform and are waiting for its reply."
IN_INDONESIAN = "Kami sudah menghubungi platform dan menunggu jawabannya."


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as opened:
        yield opened


async def test_who_proposes_does_not_publish_and_then_everybody_reads_it(room: ActingRoom) -> None:
    ayu, bima, anybody = await room.signed_in("ayu"), await room.signed_in("bima"), room.browser()
    assert (await act(ayu, "draft-update", template="contacted")).status_code == 303
    waiting = room.casework.cases["C-1"].draft_update
    assert waiting is not None
    published = {"update": str(waiting.seq), "template": "contacted"}
    assert 'publish-update"' not in (await ayu.get("/en/cases/C-1")).text
    assert (await act(ayu, "publish-update", **published)).status_code == 409
    assert SENTENCE not in (await anybody.get("/en/cases/C-1")).text
    assert (await act(bima, "publish-update", **published)).status_code == 303

    assert SENTENCE in (await anybody.get("/en/cases/C-1")).text
    assert IN_INDONESIAN in (await anybody.get("/id/cases/C-1")).text
    assert f"Update: {SENTENCE}" in (await anybody.get("/en/cases.atom")).text
    (incident,) = (await anybody.get("/api/v2/summary.json")).json()["incidents"]
    (update,) = incident["incident_updates"]
    assert (update["body"], update["incident_id"]) == (SENTENCE, "C-1")
    assert isinstance(room.election, Election)
    news = news_after(room.cases(), {"C-1": room.case_history("C-1")}, waiting.seq)
    mail = mail_of(news, room.election, Speech("id", "Asia/Jakarta"), "https://siaga.example", "stop")
    assert IN_INDONESIAN in mail.body


async def test_what_was_replaced_meanwhile_is_not_published(room: ActingRoom) -> None:
    citra, bima = await room.signed_in("citra"), await room.signed_in("bima")
    await act(citra, "draft-update", template="contacted")
    waiting = room.casework.cases["C-1"].draft_update
    assert waiting is not None
    await act(citra, "draft-update", template="no-reply")
    answer = await act(bima, "publish-update", update=str(waiting.seq), template="contacted")
    assert answer.status_code == 409
    assert "Read the one that is proposed now." in answer.text
    assert room.casework.cases["C-1"].updates == ()


async def test_a_sentence_that_is_not_on_the_list_is_refused(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    assert (await act(citra, "draft-update", template="remove-it")).status_code in {400, 409}
    assert room.casework.cases["C-1"].draft_update is None
