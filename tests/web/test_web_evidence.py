"""Kept answers: by digest for everybody, as text for the room, and never as a page of the platform's."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import SCRIPT, ActingRoom

from siaga.probing.evidence import EvidenceStore
from siaga.services.kept_answers import KeptAnswers
from siaga.web.evidence.pages import MOST_SHOWN, as_text

BODY = json.dumps({"posts": [], "note": SCRIPT, "turned": "\u202eolleh"}, ensure_ascii=False).encode()
HOSTILE = f"<!doctype html><p>{SCRIPT}</p>".encode()
PICTURE = b"\x89PNG a picture"


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as acting:
        folder = tmp_path / "evidence"
        kept = EvidenceStore(folder)
        bodies = {digest(body): body for body in (BODY, HOSTILE)}
        kept.keep_all("x", story.NOW, bodies, {digest(HOSTILE): PICTURE})
        kept.keep_all("x", story.NOW - timedelta(days=3), {digest(b"earlier"): b"earlier"})
        acting.more["evidence"] = KeptAnswers(folder, acting.casework.history)
        yield acting


async def test_everybody_sees_which_answers_are_kept_and_nobody_else_than_the_room_what_they_say(
    room: ActingRoom,
) -> None:
    stranger = room.browser()
    assert 'href="/en/cases/C-1/evidence"' in (await stranger.get("/en/cases/C-1")).text
    page = (await stranger.get("/en/cases/C-1/evidence")).text
    assert digest(BODY) in page
    assert digest(HOSTILE) in page
    assert digest(b"earlier") not in page, "it is not of the case's time"
    assert "alert" not in page
    kept = (await stranger.get("/api/v1/cases/C-1")).json()["kept"]
    assert {(each["sha256"], each["is_body"]) for each in kept} == {
        (digest(BODY), True),
        (digest(HOSTILE), True),
        (digest(HOSTILE), False),
    }
    assert "kept" not in (await stranger.get("/api/v1/cases")).json()["items"][0]
    for address in (digest(BODY), f"{digest(BODY)}.bin", f"{digest(HOSTILE)}.png"):
        answer = await stranger.get(f"/en/cases/C-1/evidence/{address}")
        assert answer.status_code == 303, address
        assert "/sign-in" in answer.headers["location"]


async def test_the_room_reads_an_answer_as_text_and_takes_it_as_it_came(room: ActingRoom) -> None:
    dewi = await room.signed_in("dewi")
    answer = await dewi.get(f"/en/cases/C-1/evidence/{digest(HOSTILE)}")
    assert answer.status_code == 200
    assert SCRIPT not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert f"{digest(HOSTILE)}.png" in answer.text
    file = await dewi.get(f"/en/cases/C-1/evidence/{digest(HOSTILE)}.bin")
    assert file.content == HOSTILE
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment")
    picture = await dewi.get(f"/en/cases/C-1/evidence/{digest(HOSTILE)}.png")
    assert (picture.content, picture.headers["content-type"]) == (PICTURE, "image/png")
    assert "dihapus setelah" in (await dewi.get("/id/about")).text
    assert "Jawaban yang disimpan" in (await dewi.get(f"/id/cases/C-1/evidence/{digest(BODY)}")).text


@pytest.mark.parametrize(
    "address", ["0" * 64, "..%2f..%2flinks.key", digest(b"earlier"), f"{digest(BODY)}.png", "x.bin"]
)
async def test_what_is_not_kept_for_the_case_is_not_there(room: ActingRoom, address: str) -> None:
    dewi = await room.signed_in("dewi")
    assert (await dewi.get(f"/en/cases/C-1/evidence/{address}")).status_code == 404


async def test_without_evidence_nothing_leads_to_it(room: ActingRoom) -> None:
    del room.more["evidence"]
    assert "/evidence" not in (await room.browser().get("/en/cases/C-1")).text
    assert (await room.browser().get("/en/cases/C-1/evidence")).status_code == 404


def test_json_gets_lines_and_what_nobody_sees_is_shown() -> None:
    text, is_laid_out = as_text(BODY)
    assert is_laid_out
    assert text.count("\n") > 2
    assert "\u202e" not in text
    assert as_text(b"\xff<p>") == ("\ufffd<p>", False)
    assert as_text(b"[" * 100_000)[1] is False


async def test_a_long_answer_is_cut_on_its_page_and_whole_in_its_file(room: ActingRoom) -> None:
    body = b"a" * (MOST_SHOWN + 1)
    EvidenceStore(room.directory / "evidence").keep_all("x", story.NOW, {digest(body): body})
    dewi = await room.signed_in("dewi")
    page = (await dewi.get(f"/en/cases/C-1/evidence/{digest(body)}")).text
    assert "Only the beginning is shown" in page
    assert len((await dewi.get(f"/en/cases/C-1/evidence/{digest(body)}.bin")).content) == len(body)
