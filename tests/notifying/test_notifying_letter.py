"""Letters for people to print: complete, the same for the same input, whatever letters a name has."""

import asyncio
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web import sample_room as sample

from siaga.i18n.speech import Speech
from siaga.notifying.channels.letter import LetterSender
from siaga.notifying.letter import letter
from siaga.notifying.sending import Message
from siaga.web.charts.downloads import PNG_WIDTH, png, styled
from siaga.web.charts.name_chart import NameCharts

AT = datetime(2024, 1, 25, 0, 12, tzinfo=UTC)
SPEECH = Speech("id", "Asia/Jakarta")
ROWS = [("Ditemukan", "tidak ditemukan"), ("Peluang", "1 : 1.000.000")]


def message(body: str = "Yth. X,\n\nmohon dipulihkan.\n", id: str = "N-1.x.1") -> Message:
    return Message(id, "C-1", "Mahfud MD tidak dapat ditemukan", body, id, AT)


def test_the_same_letter_is_the_same_bytes_and_a_pdf() -> None:
    page = letter("Bawaslu", "X, Jakarta", message(), SPEECH, ROWS)
    assert page == letter("Bawaslu", "X, Jakarta", message(), SPEECH, ROWS)
    assert page.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", page)) == 2


def test_a_long_letter_goes_on_over_pages() -> None:
    page = letter("Bawaslu", "X", message("Satu baris lagi.\n" * 200), SPEECH, ROWS * 60)
    assert len(re.findall(rb"/Type /Page\b", page)) > 4


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_letter(text: str) -> None:
    assert io.BytesIO(letter(text, text, message(text), SPEECH, [(text, text)])).read(5) == b"%PDF-"


async def test_a_letter_is_laid_ready_and_written_again_it_is_the_same(tmp_path: Path) -> None:
    sender = LetterSender(tmp_path, "Bawaslu", "X", SPEECH, lambda case: ROWS)
    outcomes = [await sender.send("", message()) for _ in range(2)]
    assert [outcome.taken for outcome in outcomes] == [True, True]
    assert outcomes[0].answer == "Ready to print: letters/N-1.x.1.pdf"
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["N-1.x.1.pdf"]


async def test_a_letter_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    outcome = await LetterSender(tmp_path, "R", "X", SPEECH, lambda case: []).send("", message())
    assert (outcome.taken, outcome.for_good) == (False, False)


@pytest.mark.parametrize("id", ["../../etc/x", "a/b", "", "x\x00"])
def test_an_id_never_leads_out_of_the_folder(tmp_path: Path, id: str) -> None:
    sender = LetterSender(tmp_path, "R", "X", SPEECH, lambda case: [])
    outcome = asyncio.run(sender.send("", message(id=id)))
    assert outcome.for_good
    assert list(tmp_path.rglob("*")) == []


async def test_a_letter_about_a_case_has_its_chart_as_it_was_then(tmp_path: Path) -> None:
    room = sample.alarmed()
    (case,) = [one for one in room.cases() if one.id == "C-2"]
    asked: list[datetime] = []

    async def chart(id: str, at: datetime) -> bytes | None:
        assert id == "C-1"
        asked.append(at)
        svg = await NameCharts(room).case_chart(SPEECH, case, at)
        assert svg is not None
        return png(styled(svg), PNG_WIDTH)

    sender = LetterSender(tmp_path, "Bawaslu", "X", SPEECH, lambda case: ROWS, chart)
    pages = []
    for _ in range(2):
        assert (await sender.send("", message())).taken
        pages.append((tmp_path / "letters" / "N-1.x.1.pdf").read_bytes())
    assert asked == [AT, AT]
    assert pages[0] == pages[1]
    assert pages[0].count(b"/Subtype /Image") == 1


async def test_a_case_of_a_place_or_not_proven_has_no_chart() -> None:
    room = sample.alarmed()
    (case,) = [one for one in room.cases() if one.id == "C-2"]
    charts = NameCharts(room)
    assert await charts.case_chart(SPEECH, replace(case, subject=None), AT) is None
    assert await charts.case_chart(SPEECH, replace(case, proof=None), AT) is None
