"""What the public sees of a case, and what it never sees."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.cases.case_stories import said

from siaga.cases.durations import durations
from siaga.cases.fold import KINDS, fold
from siaga.cases.publication import PUBLIC, timeline
from siaga.domain.verdicts import State
from siaga.journal.events import Event
from siaga.journal.kinds import Kind

NOW = datetime(2024, 1, 25, tzinfo=UTC)
SECRET = "telephone of Dewi"


def event(seq: int, kind: Kind, who: str = "watch", why: str = "", **what: Any) -> Event:
    at = NOW + timedelta(minutes=seq)
    return Event(seq, str(seq), at, who, kind, {"case": "C-1", **what}, why, None, "", "")


def opened() -> Event:
    return event(
        1, Kind.CASE_OPENED, platform="x", subject="mahfud", surface=None, severity="high",
        verdict=said(State.SUPPRESSED),
    )  # fmt: skip


private = st.builds(
    lambda seq, kind, who: event(
        seq, kind, who, SECRET, text=SECRET, to=SECRET, name=SECRET, body=SECRET, subject=SECRET,
        contact=SECRET, event=1, also=None, other=SECRET, link=SECRET, notice=SECRET,
        answer=SECRET, report=SECRET,
    ),
    st.integers(2, 50),
    st.sampled_from(sorted(KINDS - set(PUBLIC))),
    st.sampled_from(["person:dewi", "liaison:x-oncall", "watch", "outbox"]),
)  # fmt: skip


@given(st.lists(private, max_size=20))
def test_nothing_of_what_stays_in_the_room_is_in_the_timeline(events: list[Event]) -> None:
    shown = timeline([opened(), *events])
    assert [one.kind for one in shown] == [Kind.CASE_OPENED]
    assert SECRET not in repr(shown)
    assert "dewi" not in repr(shown)


def test_people_and_liaisons_are_the_room_and_the_platform() -> None:
    shown = timeline(
        [
            opened(),
            event(2, Kind.CASE_ACKNOWLEDGED, "person:ayu"),
            event(3, Kind.CASE_CLAIMED, "liaison:x-oncall"),
        ]
    )
    assert [one.by for one in shown] == ["watch", "room", "platform"]


def test_what_was_taken_back_is_shown_as_taken_back() -> None:
    shown = timeline(
        [
            opened(),
            event(2, Kind.CASE_ACKNOWLEDGED, "person:ayu"),
            event(3, Kind.EVENT_UNDONE, "person:ayu", "Mistyped.", event=2, also=None),
        ]
    )
    assert [(one.kind, one.undone) for one in shown] == [
        (Kind.CASE_OPENED, False),
        (Kind.CASE_ACKNOWLEDGED, True),
    ]


def test_free_words_of_what_was_taken_back_are_not_shown() -> None:
    private = "her telephone number"
    shown = timeline(
        [
            opened(),
            event(2, Kind.CASE_EXPLAINED, "person:ayu", cause="other", text=private),
            event(3, Kind.EVENT_UNDONE, "person:ayu", "Mistyped.", event=2, also=None),
            event(4, Kind.CASE_WITHDRAWN, "person:ayu", private),
            event(5, Kind.EVENT_UNDONE, "person:ayu", "Mistyped.", event=4, also=None),
        ]
    )
    assert private not in repr(shown)
    assert [one.facts for one in shown[1:]] == [{"cause": "other", "text": ""}, {"why": ""}]


def test_every_public_fact_is_one_of_words_numbers_or_what_was_said_to_be_public() -> None:
    facts = {name for names in PUBLIC.values() for name in names}
    assert facts == {"severity", "state", "cause", "text", "why", "into"}


def test_durations_run_from_the_beginning_to_the_verified_restoration() -> None:
    proof, fine = said(State.SUPPRESSED, NOW), said(State.FINDABLE, NOW + timedelta(minutes=40))
    case = fold(
        [
            opened(),
            event(2, Kind.CASE_VERIFIED, verdict=proof),
            event(12, Kind.CASE_ACKNOWLEDGED, "person:ayu"),
            event(40, Kind.CASE_RESTORED, verdict=fine),
            event(40, Kind.CASE_CLOSED, reason="restored"),
        ]
    )
    assert case is not None
    took = durations(case)
    assert took.began == NOW
    assert took.undetected == timedelta(minutes=2)
    assert took.unacknowledged == timedelta(minutes=10)
    assert took.affected == timedelta(minutes=40)
