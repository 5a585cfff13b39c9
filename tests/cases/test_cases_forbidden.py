"""No notice asks to remove, hide or slow anything: the corpus of the rule, and tricks with letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import case_stories as story
from tests.cases import forbidden_sentences as corpus

from siaga.cases.case import NoticeType, Stage
from siaga.cases.commands import Command
from siaga.cases.events import EVENTS
from siaga.cases.events.case_asked import CaseAsked
from siaga.cases.events.notice_drafted import MOST_BODY_BYTES
from siaga.cases.guards import NotAllowed
from siaga.cases.notices.compose import as_sent, draft_text, mark_words
from siaga.cases.notices.forbidden import LONGEST_CLAUSE, RULE, forbidden
from siaga.domain.finding_evidence import evidence_of
from siaga.domain.verdicts import NEEDS_A_PLATFORM
from siaga.i18n.speech import Speech

REFUSED = corpus.REFUSED_EN + corpus.REFUSED_ID
ALLOWED = corpus.ALLOWED_EN + corpus.ALLOWED_ID


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_asks_to_take_away_is_refused(sentence: str) -> None:
    found = forbidden(f"Dear colleagues,\n\nThe name cannot be found.\n{sentence}\nRegards")
    assert found is not None
    assert found.split()[0].strip(",") in sentence


@pytest.mark.parametrize("sentence", ALLOWED)
def test_what_asks_to_restore_or_tells_what_happened_passes(sentence: str) -> None:
    assert forbidden(sentence) is None


TRICKS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "set apart": lambda text: text.replace("remove", "r e m o v e").replace("hapus", "h a p u s"),
    "dots": lambda text: text.replace("remove", "r.e.m.o.v.e").replace("hapus", "h-a-p-u-s"),
    "a mark inside": lambda text: text.replace("remove", "re-move").replace("hapus", "ha*pus"),
    "cyrillic": lambda text: text.translate(str.maketrans("aeocpx", "аеосрх")),
    "digits": lambda text: text.replace("remove", "rem0v3").replace("hapus", "h4pu5"),
    "accents": lambda text: text.replace("remove", "rémövé").replace("hapus", "hápüs"),
    "zero width": lambda text: text.replace("remove", "rem\u200bove").replace("hapus", "ha\u2060pus"),
    "full width": lambda text: text.replace("remove", "ｒｅｍｏｖｅ").replace("hapus", "ｈａｐｕｓ"),
    "soft hyphen": lambda text: text.replace("remove", "re\u00admove").replace("hapus", "ha\u00adpus"),
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("sentence", ["Please remove this post.", "Mohon hapus unggahan ini."])
def test_letters_that_only_look_otherwise_change_nothing(sentence: str, trick: str) -> None:
    assert forbidden(TRICKS[trick](sentence)) is not None


@pytest.mark.parametrize("language", ["en", "id"])
def test_whatever_siaga_itself_writes_to_platforms_passes(language: str) -> None:
    speech = Speech(language, "Asia/Jakarta")
    for event in EVENTS.values():
        if event.message is not None:
            for message in (event.message.subject, event.message.body):
                assert forbidden(speech.gettext(message)) is None
    for type_ in NoticeType:
        for state in NEEDS_A_PLATFORM:
            verdict = story.verdict(state)
            evidence, case = evidence_of(verdict, verdict), story.Book().proven()
            for stage in (case.stage, Stage.CLOSED):
                at_stage = replace(case, stage=stage)
                drafted = draft_text(type_, evidence, at_stage, story.ELECTION, story.ROOM, speech, story.NOW)
                for hours in (0, 900):
                    words = mark_words(
                        evidence,
                        replace(at_stage, reached={**case.reached, Stage.NOTIFIED: story.NOW}),
                        story.ELECTION,
                        story.ROOM,
                        speech,
                        story.NOW + timedelta(hours=hours),
                    )
                    text = as_sent(drafted, words)
                    assert forbidden(f"{text.subject}\n{text.body}") is None


def test_a_notice_a_question_and_a_reason_are_refused_and_nothing_is_written() -> None:
    book = story.Book()
    book.proven()
    for refused in (
        story.draft("C-1", body="Please restore it.\nAnd remove the posts of his rival."),
        story.draft("C-1", subject="Please remove this account"),
        Command(CaseAsked(case="C-1", text="Mohon hapus unggahan itu.")),
    ):
        with pytest.raises(NotAllowed, match=RULE):
            book.do(refused, story.CITRA)
    assert not book.cases()["C-1"].notices


@given(st.text(max_size=400))
def test_any_text_is_read_and_what_is_quoted_is_short(text: str) -> None:
    found = forbidden(text)
    assert found is None or len(found) <= LONGEST_CLAUSE


@pytest.mark.parametrize(
    "part", ["a", "a1", "a b ", "a.", "di", "take x ", "not remove ", "make sure a a a "]
)
def test_the_longest_text_of_one_kind_is_read(part: str) -> None:
    """Each took seconds with one pattern or another."""
    assert forbidden(part * (MOST_BODY_BYTES // len(part))) is None
