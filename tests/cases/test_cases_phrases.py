"""What happened to a case, as everybody reads it and as the control room does."""

from datetime import timedelta

import pytest
from tests.cases.case_stories import AYU, BIMA, CITRA, LIAISON, NOW, WATCH, Book, command, said

from siaga.cases.case import STAGES, Stage
from siaga.cases.deadlines import Deadline
from siaga.cases.phrases import (
    DEADLINES,
    SEVERITIES,
    RoomLine,
    public_author,
    public_sentence,
    room_timeline,
)
from siaga.cases.publication import timeline
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech, languages

EN = Speech("en", "Asia/Jakarta")


def history() -> Book:
    book = Book()
    book.notified()
    book.do(command("case-explained", "C-1", cause="spam-cleanup", text="A clean-up."), LIAISON)
    book.do(command("case-graded", "C-1", "A rare surface.", severity="low"), CITRA)
    book.do(command("case-assigned", "C-1", to="person:ayu"), AYU)
    book.do(command("case-assigned", "C-1", "She sleeps.", to=None), AYU)
    expires = "2024-02-08T00:00:00.000000Z"
    book.do(command("link-issued", "C-1", link="L-1", contact="x-oncall", expires=expires), WATCH)
    attached = command(
        "case-attached", "C-1", name="log.txt", media_type="text/plain", bytes=3, sha256="a" * 64
    )
    book.do(attached, CITRA)
    return book


def lines(book: Book, language: str = "en") -> list[RoomLine]:
    return room_timeline(Speech(language, "Asia/Jakarta"), book.history("C-1"))


def test_the_room_reads_who_did_what_and_why() -> None:
    told = {line.text: line for line in lines(history())}
    assert told["Cause stated by the platform: spam clean-up."].quote == "A clean-up."
    assert told["Severity changed to low."].quote == "A rare surface."
    assert told["Assigned to ayu."].by == "ayu"
    assert told["Assigned to –."].quote == "She sleeps."
    assert "Reply link for x-oncall created, valid until 8 Feb 2024, 07:00:00." in told
    assert told["Notice drafted."].by == "citra"
    assert [text for text, line in told.items() if line.is_file] == ["File attached: log.txt."]


def test_people_and_contacts_are_called_by_their_labels() -> None:
    labels = {"person:ayu": "Ayu Lestari", "liaison:x-oncall": "X on call"}
    book = history()
    book.do(command("case-acknowledged", "C-1"), LIAISON)
    told = room_timeline(Speech("en", "Asia/Jakarta"), book.history("C-1"), lambda who: labels.get(who, who))
    texts = {line.text: line.by for line in told}
    assert texts["Assigned to Ayu Lestari."] == "Ayu Lestari"
    assert "Reply link for X on call created, valid until 8 Feb 2024, 07:00:00." in texts
    assert told[-1].by == "X on call"
    assert lines(book)[-1].by == "x-oncall"


def test_the_room_reads_causes_and_severities_in_its_language() -> None:
    told = [line.text for line in lines(history(), "id")]
    assert "Penyebab menurut platform: pembersihan spam." in told
    assert "Keparahan diubah menjadi tingkat rendah." in told


def test_digests_are_not_quoted() -> None:
    approvals = [line for line in lines(history()) if line.text == "Notice approved."]
    assert [(line.by, line.quote) for line in approvals] == [("ayu", ""), ("bima", "")]


def test_people_undo_what_people_did_as_long_as_nothing_was_sent() -> None:
    book = history()
    assert {line.text for line in lines(book) if line.can_undo} == {
        "Severity changed to low.", "Assigned to ayu.", "Assigned to –.", "File attached: log.txt.",
    }  # fmt: skip
    graded = next(line.seq for line in lines(book) if line.text == "Severity changed to low.")
    book.do(command("event-undone", "C-1", "It is not rare.", event=graded, also=None), BIMA)
    (line,) = [line for line in lines(book) if line.seq == graded]
    assert (line.undone, line.can_undo) == (True, False)
    assert lines(book)[-1].text == f"Entry {graded} undone."


def test_everybody_reads_states_severities_and_causes_in_words() -> None:
    told = [public_sentence(EN, event) for event in timeline(history().history("C-1"))]
    assert "Case opened, high severity." in told
    assert "Cause stated by the platform: spam clean-up." in told
    assert "Severity changed to low." in told
    assert not any("suppressed" in sentence for sentence in told)


def test_everybody_reads_whether_the_watch_the_room_or_the_platform_did_it() -> None:
    assert {public_author(EN, event) for event in timeline(history().history("C-1"))} == {
        "Siaga", "control room", "platform",
    }  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_every_stage_severity_and_deadline_has_its_words(language: str) -> None:
    speech = Speech(language, "Asia/Jakarta")
    for words, every in ((STAGES, Stage), (SEVERITIES, Severity), (DEADLINES, Deadline)):
        assert {speech.gettext(words[each]) for each in every}  # type: ignore[index]


def test_what_was_measured_while_it_was_open_is_told() -> None:
    book = Book()
    book.proven()
    book.now = NOW + timedelta(hours=1)
    book.do(command("case-measured", "C-1", verdict=said(State.IMPAIRED, book.now)), WATCH)
    assert lines(book)[-1].text.startswith("Measured: ")
