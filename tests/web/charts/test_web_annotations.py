"""Marks of what happened to cases: none, one, only what is public and holds, many in order of time."""

from dataclasses import replace

from tests.web import sample_room as sample

from siaga.i18n.speech import Speech
from siaga.web.charts.annotations import SHAPES, WORDS, MarkKind, marks_of

SPEECH = Speech("en", "Asia/Jakarta")


def test_without_cases_there_are_no_marks() -> None:
    assert marks_of(sample.calm(), SPEECH, None, None) == []


def test_a_case_that_was_only_proven_has_one_mark_with_its_time() -> None:
    room = sample.alarmed()
    room.histories = {"C-2": room.histories["C-2"][:2]}
    (mark,) = marks_of(room, SPEECH, "x", "mahfud")
    assert mark.kind is MarkKind.PROVEN
    assert mark.text.startswith("06:05: ")


def test_a_case_that_reports_alone_opened_has_none() -> None:
    room = sample.alarmed()
    opened = room.histories["C-2"][0]
    room.histories = {"C-2": [replace(opened, what={**opened.what, "verdict": None})]}
    assert marks_of(room, SPEECH, None, None) == []


def test_what_was_undone_or_is_the_rooms_alone_is_no_mark() -> None:
    marks = marks_of(sample.alarmed(), SPEECH, "x", "mahfud")
    assert [mark.kind for mark in marks] == [
        MarkKind.PROVEN, MarkKind.WORD, MarkKind.WORD, MarkKind.CLAIM, MarkKind.REFUSED,
    ]  # fmt: skip
    assert not any("Dewi" in mark.text or "attack" in mark.text for mark in marks)


def test_marks_are_of_the_platform_and_the_name_that_are_asked_for_and_oldest_first() -> None:
    room = sample.alarmed()
    assert marks_of(room, SPEECH, "bluesky", None) == []
    assert {mark.kind for mark in marks_of(room, SPEECH, None, "ganjar")} == {
        MarkKind.PROVEN, MarkKind.RESTORED,
    }  # fmt: skip
    everything = marks_of(room, SPEECH, None, None)
    assert len(everything) == 7
    assert everything == sorted(everything, key=lambda mark: mark.at)


def test_each_kind_has_a_shape_and_words_of_its_own() -> None:
    assert set(SHAPES) == set(WORDS) == set(MarkKind)
    assert len(set(SHAPES.values())) == len(set(WORDS.values())) == len(MarkKind)
