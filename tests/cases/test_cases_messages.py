"""What contacts are told besides notices."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.case_stories import ELECTION, NOW, ROOM, Book, command, said

from siaga.cases.commands import Command
from siaga.cases.deadlines import Deadline, Due
from siaga.cases.events import EVENTS
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.notices.messages import LINK, LONGEST_QUOTE, Text, message_text
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech, languages

FIELDS: dict[str, object] = {
    "text": "Since when?", "deadline": "explain", "rung": 1, "contact": "x-region",
    "verdict": said(State.IMPAIRED),
    "link": "L-1", "code": "L-1/1", "expires": "2024-01-25T00:15:00.000000Z",
}  # fmt: skip
TOLD = sorted(kind for kind, event in EVENTS.items() if event.message is not None)


def text_of(wanted: Command, language: str = "en", label: str = "The room") -> Text:
    case = Book().notified()
    message = wanted.event.message
    assert message is not None
    (notice,) = case.notices.values()
    speech, room = Speech(language, "Asia/Jakarta"), replace(ROOM, label=label)
    due = Due(Deadline.EXPLAIN, NOW + timedelta(hours=1), None)
    now = NOW + timedelta(hours=3 if wanted.event.kind == "case-escalated" else 0)
    return message_text(message, wanted, case, notice, speech, ELECTION, room, due, now)


def told(kind: str, why: str = "A control was gone.", **more: object) -> Command:
    fields = {**FIELDS, **more}
    names = EVENTS[kind].stored_fields
    return Command(EVENTS[kind].read({"case": "C-1", **{n: v for n, v in fields.items() if n in names}}), why)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", TOLD)
def test_each_says_about_whom_where_and_how_to_answer(kind: str, language: str) -> None:
    text = text_of(told(kind), language)
    for words in ("The room", "Mahfud MD", "x", "C-1"):
        assert words in text.subject
    assert LINK in text.body
    assert "{" not in text.subject + text.body


def test_a_subject_follows_the_state_in_the_receivers_language() -> None:
    assert text_of(told("case-reminded")).subject == (
        "The room: reminder: Mahfud MD is missing on x (case C-1)"
    )
    assert text_of(told("case-reminded"), "id").subject == (
        "The room: pengingat: Mahfud MD hilang di x (kasus C-1)"
    )


def test_each_says_its_own_fact() -> None:
    assert "Since when?" in text_of(told("case-asked")).body
    assert "A control was gone." in text_of(told("case-withdrawn")).body
    assert "Explanation due: 25 Jan 2024, 08:00:00 WIB. Please" in text_of(told("case-reminded")).body
    assert "due: 25 Jan 2024, 08:00:00 WIB, 2 hours ago. Please" in text_of(told("case-escalated")).body
    assert "missing" in text_of(told("case-relapsed")).body.lower()
    assert "[[code L-1/1]]" in text_of(told("device-code-sent")).body


def test_only_who_is_called_up_the_ladder_gets_the_notice_again() -> None:
    assert "Please restore it." in text_of(told("case-escalated")).body
    assert "Please restore it." not in text_of(told("case-reminded")).body


def test_quotes_and_subjects_are_bounded() -> None:
    assert text_of(told("case-asked", text="x" * 4_000)).body.count("x" * LONGEST_QUOTE) == 1
    assert "x" * (LONGEST_QUOTE + 1) not in text_of(told("case-asked", text="x" * 4_000)).body
    long = text_of(told("case-asked"), label="A\r\nBcc: all " + "x" * 300).subject
    assert len(long) <= LONGEST_SUBJECT
    assert "\n" not in long
    assert "\r" not in long


@pytest.mark.parametrize(
    ("kind", "who", "expected"),
    [
        ("case-asked", "person:ayu", ("x-oncall",)),
        ("case-asked", "liaison:x-oncall", ()),
        ("case-escalated", "watch", ("x-region",)),
        ("case-restored", "watch", ("x-oncall",)),
        ("case-measured", "watch", ()),
        ("device-code-sent", "liaison:x-region", ("x-region",)),
    ],
)
def test_it_goes_to_whom_it_concerns(kind: str, who: str, expected: tuple[str, ...]) -> None:
    assert tuple(told(kind).event.receivers(Book().notified(), who)) == expected


def test_a_notice_goes_to_the_contacts_of_its_deliveries() -> None:
    planned = [{"id": f"N-1.{contact}.0", "contact": contact, "channel": "email"} for contact in ("a", "b")]
    released = command("notice-released", "C-1", notice="N-1", text="0" * 64, deliveries=planned).event
    assert tuple(released.receivers(Book().proven(), "watch")) == ("a", "b")
