"""The next step and what is owed, as people say it."""

from datetime import timedelta

import pytest
from tests.cases.case_stories import NOW

from siaga.cases.deadlines import Deadline, Due
from siaga.cases.next_step import NextStep, Step
from siaga.cases.step_phrases import due_sentence, step_sentence
from siaga.i18n.speech import Speech

ENGLISH, INDONESIAN = Speech("en", "Asia/Jakarta"), Speech("id", "Asia/Jakarta")


@pytest.mark.parametrize("step", Step)
def test_every_step_is_said_in_both_languages(step: Step) -> None:
    texts = {
        step_sentence(speech, NextStep(step, can_act=True, language="id"), "X", 2)
        for speech in (ENGLISH, INDONESIAN)
    }
    assert len(texts) == 2
    assert not any("{" in text for text in texts)


@pytest.mark.parametrize(
    ("deadline", "english", "indonesian"),
    [
        (Deadline.ACKNOWLEDGE, "No reply from X", "X belum menjawab"),
        (Deadline.EXPLAIN, "No explanation from X", "X belum memberi penjelasan"),
        (Deadline.RESTORE, "Not restored by X", "X belum memulihkan"),
    ],
)
def test_what_is_late_says_by_how_much_to_the_minute(
    deadline: Deadline, english: str, indonesian: str
) -> None:
    due, now = Due(deadline, NOW, None), NOW + timedelta(hours=28, minutes=43)
    assert due_sentence(ENGLISH, due, "X", now) == f"{english}, 28 hours 43 minutes overdue"
    assert due_sentence(INDONESIAN, due, "X", now) == f"{indonesian}, terlambat 28 jam 43 menit"


def test_what_is_owed_says_by_when_and_in_how_long() -> None:
    due = Due(Deadline.ACKNOWLEDGE, NOW + timedelta(minutes=50), None)
    assert due_sentence(ENGLISH, due, "X", NOW) == "First reply due: 07:50 (in 50 minutes)"
