"""What the public sees of a case, and what it never sees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.case_stories import said, verdict

from siaga.cases.case import Case, Delivery, Link, Notice, NoticeType, Stage
from siaga.cases.events import EVENTS
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.events.case_measured import CaseMeasured
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.fold import fold
from siaga.cases.publication import (
    EVERYBODY,
    PUBLIC,
    ROOM,
    SuspicionTracker,
    Viewer,
    is_public_event,
    is_visible,
    measured_until,
    timeline,
    visible_changes,
    visible_evidence,
    visible_verdict,
    visible_verdicts,
    withheld_from,
)
from siaga.detection.names import FIRST_CHANNEL
from siaga.detection.registry import CHANNELS
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.journal.events import JournalEvent

NOW = datetime(2024, 1, 25, tzinfo=UTC)
SECRET = "telephone of Dewi"


def event(seq: int, kind: str, who: str = "watch", why: str = "", **what: Any) -> JournalEvent:
    at = NOW + timedelta(minutes=seq)
    return JournalEvent(seq, str(seq), at, who, kind, {"case": "C-1", **what}, why, None, "", "")


def opened() -> JournalEvent:
    return event(
        1, CaseOpened.kind, platform="x", subject="mahfud", surface=None, severity="high",
        verdict=said(State.SUPPRESSED),
    )  # fmt: skip


EVERYTHING: dict[str, Any] = {
    "severity": "high", "verdict": said(State.SUPPRESSED), "cause": "other", "text": "In public.",
    "into": "C-2", "to": SECRET, "name": SECRET, "body": SECRET, "subject": SECRET, "contact": SECRET,
    "event": 1000, "also": None, "other": SECRET, "link": SECRET, "notice": SECRET, "answer": SECRET,
    "report": SECRET, "platform": "x", "deliveries": [], "contacts": [SECRET], "language": SECRET,
    "template": "contacted",
}  # fmt: skip
"""The fields of any kind of event, with what must never be public."""

private = st.builds(
    lambda seq, kind, who: event(
        seq, kind, who, SECRET, text=SECRET, to=SECRET, name=SECRET, body=SECRET, subject=SECRET,
        contact=SECRET, event=1, also=None, other=SECRET, link=SECRET, notice=SECRET,
        answer=SECRET, report=SECRET,
    ),
    st.integers(2, 50),
    st.sampled_from(sorted(set(EVENTS) - set(PUBLIC))),
    st.sampled_from(["person:dewi", "liaison:x-oncall", "watch", "outbox"]),
)  # fmt: skip


@given(st.lists(private, max_size=20))
def test_nothing_of_what_stays_in_the_room_is_in_the_timeline(events: list[JournalEvent]) -> None:
    shown = timeline([opened(), *events])
    assert [one.kind for one in shown] == [CaseOpened.kind]
    assert SECRET not in repr(shown)
    assert "dewi" not in repr(shown)


def test_people_and_liaisons_are_the_room_and_the_platform() -> None:
    shown = timeline(
        [
            opened(),
            event(2, CaseAcknowledged.kind, "person:ayu"),
            event(3, CaseClaimed.kind, "liaison:x-oncall"),
        ]
    )
    assert [one.by for one in shown] == ["watch", "room", "platform"]


def test_what_was_taken_back_is_shown_as_taken_back() -> None:
    shown = timeline(
        [
            opened(),
            event(2, CaseAcknowledged.kind, "person:ayu"),
            event(3, EventUndone.kind, "person:ayu", "Mistyped.", event=2, also=None),
        ]
    )
    assert [(one.kind, one.undone) for one in shown] == [
        (CaseOpened.kind, False),
        (CaseAcknowledged.kind, True),
    ]


def test_free_words_of_what_was_taken_back_are_not_shown() -> None:
    private = "her telephone number"
    shown = timeline(
        [
            opened(),
            event(2, CaseExplained.kind, "person:ayu", cause="other", text=private),
            event(3, EventUndone.kind, "person:ayu", "Mistyped.", event=2, also=None),
            event(4, CaseWithdrawn.kind, "person:ayu", private),
            event(5, EventUndone.kind, "person:ayu", "Mistyped.", event=4, also=None),
        ]
    )
    assert private not in repr(shown)
    assert [one.facts for one in shown[1:]] == [{"cause": "other", "text": ""}, {"why": ""}]


def test_every_public_fact_is_one_of_words_numbers_or_what_was_said_to_be_public() -> None:
    facts = {name for part in PUBLIC.values() for name in part.facts}
    assert facts == {"severity", "state", "cause", "text", "why", "into", "template"}


FINDINGS = [state for state in State if state.is_finding]
CONTACT = Viewer(contact="x-oncall")
VIEWERS = (EVERYBODY, CONTACT, Viewer(contact="x-region"), ROOM)
OUTSIDE = VIEWERS[:-1]
PLACED = {"session": "public"}
EVIDENT = {**PLACED, "kind": "missing", "names": "mahfud", "surfaces": "search-latest", "psi": "0.1"}


def evident(state: State, subject: str | None) -> Verdict:
    return replace(verdict(state, subject=subject), surface="search-latest", detail=EVIDENT)


@pytest.mark.parametrize("subject", ["mahfud", None])
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_verdict_but_a_suspicion_is_shown_to_everybody_as_it_is(
    viewer: Viewer, state: State, subject: str | None
) -> None:
    held = evident(state, subject)
    (shown,) = visible_verdicts([held], viewer)
    if state is State.SUSPECTED and not viewer.is_room:
        assert shown.state is State.INSUFFICIENT
    elif state is not State.INSUFFICIENT or subject is None or viewer.is_room:
        assert shown == held


@pytest.mark.parametrize("detail", [{}, PLACED])
@pytest.mark.parametrize("viewer", OUTSIDE)
def test_a_suspicion_and_too_little_evidence_read_alike_outside_the_room(
    viewer: Viewer, detail: dict[str, str]
) -> None:
    other = verdict(State.FINDABLE, NOW + timedelta(minutes=2), subject="ganjar")
    too_little = replace(verdict(State.INSUFFICIENT), detail={**detail, "psi": "1"}, evidence=0.0, onset=None)
    suspected = replace(verdict(State.SUSPECTED), detail={**detail, "kind": "missing"}, evidence=40.0)
    shown = [visible_verdicts([other, held], viewer)[1] for held in (too_little, suspected)]
    assert shown[0] == shown[1]
    assert visible_verdicts([too_little], ROOM) == [too_little]


@pytest.mark.parametrize("viewer", OUTSIDE)
def test_nothing_that_a_suspicion_rests_on_is_shown_outside_the_room(viewer: Viewer) -> None:
    held = evident(State.SUSPECTED, "mahfud")
    (shown,) = visible_verdicts([held], viewer)
    assert held.evidence > 1
    assert (shown.evidence, shown.onset, shown.detail, shown.counts) == (1.0, None, PLACED, Counts())
    assert (shown.platform, shown.surface, shown.subject) == (held.platform, held.surface, held.subject)


@pytest.mark.parametrize("viewer", OUTSIDE)
def test_neither_where_nor_since_when_something_is_suspected_is_shown_outside_the_room(
    viewer: Viewer,
) -> None:
    held = replace(
        verdict(State.SUSPECTED, NOW - timedelta(hours=1)), surface="search-latest", vantage="jakarta"
    )
    other = verdict(State.FINDABLE, NOW, subject="ganjar")
    shown, _ = visible_verdicts([held, other], viewer)
    assert (shown.surface, shown.vantage, shown.at, shown.since) == (None, None, NOW, NOW)
    assert shown.rule == CHANNELS[FIRST_CHANNEL].id


def test_what_a_suspicion_rests_on_is_withheld_from_the_last_round_before_it() -> None:
    held = verdict(State.SUSPECTED, NOW)
    verdicts = [held, verdict(State.SUPPRESSED, NOW - timedelta(hours=9), subject="ganjar")]
    assert held.onset is not None
    assert withheld_from(verdicts, EVERYBODY) == held.onset[0]
    assert withheld_from(verdicts, EVERYBODY, "x", "mahfud") == held.onset[0]
    assert withheld_from(verdicts, EVERYBODY, "x", "ganjar") is None
    assert withheld_from(verdicts, EVERYBODY, "bluesky") is None
    assert withheld_from(verdicts, ROOM) is None
    from_the_start = replace(held, onset=(EPOCH, NOW))
    assert withheld_from([from_the_start], EVERYBODY) == held.since


def test_a_suspicion_ends_what_is_given_of_every_platform_so_that_none_is_named_by_it() -> None:
    held = verdict(State.SUSPECTED, NOW)
    elsewhere = replace(verdict(State.FINDABLE, NOW), platform="bluesky")
    assert held.onset is not None
    assert measured_until([held, elsewhere]) == held.onset[0]
    assert measured_until([verdict(State.FINDABLE, NOW)]) is None


def test_where_a_public_finding_is_still_suspected_elsewhere_on_its_platform_nothing_is_held_back() -> None:
    proven = verdict(State.SUPPRESSED, NOW)
    of_one_stream = replace(verdict(State.SUSPECTED, NOW), detail={"session": "public"})
    assert measured_until([proven, of_one_stream]) is None
    assert measured_until([of_one_stream]) is not None, "before it is proven it is a suspicion"
    proven_of_one_stream = replace(proven, detail={"session": "public"})
    assert measured_until([proven_of_one_stream, of_one_stream]) is not None


def by_stream(name: Verdict) -> Verdict:
    return replace(name, surface="search-top", vantage="jakarta", detail={"session": "public"})


def test_where_only_findings_are_said_by_stream_a_suspicion_is_not_among_them() -> None:
    held, proven = verdict(State.SUSPECTED, NOW), verdict(State.SUPPRESSED, NOW, subject="ganjar")
    fine = verdict(State.FINDABLE, NOW, subject="anies")
    shown = visible_verdicts([held, proven, fine, by_stream(held), by_stream(proven)], EVERYBODY)
    assert [said.subject for said in shown] == ["mahfud", "ganjar", "anies", "ganjar"]


def test_where_every_name_is_said_by_stream_one_that_is_suspected_is_not_left_out() -> None:
    held, fine = verdict(State.SUSPECTED, NOW), verdict(State.FINDABLE, NOW, subject="anies")
    shown = visible_verdicts([held, fine, by_stream(held), by_stream(fine)], EVERYBODY)
    assert [said.subject for said in shown] == ["mahfud", "anies", "mahfud", "anies"]
    assert State.SUSPECTED not in {said.state for said in shown}


def test_evidence_is_public_only_within_a_public_case() -> None:
    proof = said(State.SUPPRESSED, NOW)
    case = Case(
        "C-1", "x", "mahfud", None, NOW, proof=proof, reached={Stage.RESTORED: NOW + timedelta(hours=1)}
    )
    points = [verdict(State.FINDABLE, NOW + timedelta(minutes=minutes)) for minutes in (-30, 0, 60, 61)]
    assert visible_evidence(points, [case], EVERYBODY) == points[1:3]
    assert visible_evidence(points, [replace(case, reached={})], EVERYBODY) == points[1:]
    assert visible_evidence(points, [replace(case, proof=None)], EVERYBODY) == []
    assert visible_evidence(points, [], ROOM) == points


def test_a_proven_case_does_not_read_as_being_verified_once_only_a_suspicion_is_left() -> None:
    proof, later = said(State.SUPPRESSED), said(State.SUSPECTED, NOW + timedelta(hours=1))
    history = [
        opened(),
        event(2, CaseVerified.kind, verdict=proof),
        event(3, CaseMeasured.kind, verdict=later),
    ]
    case = fold(history)
    assert case is not None
    assert visible_verdict(case, EVERYBODY) == proof
    assert visible_verdict(case, ROOM) == later
    assert [line.kind for line in timeline(history)] == [CaseOpened.kind, CaseVerified.kind]
    refused = event(4, CaseClaimRefused.kind, verdict=later)
    assert timeline([*history, refused])[-1].facts == {"state": State.INSUFFICIENT}


@pytest.mark.parametrize("viewer", OUTSIDE)
def test_a_suspicion_of_the_whole_platform_does_not_become_one_of_a_stream(viewer: Viewer) -> None:
    held = replace(evident(State.SUSPECTED, None), detail={"kind": "missing"})
    (shown,) = visible_verdicts([held], viewer)
    assert shown.detail == {}
    assert not shown.is_of_one_stream


@given(st.lists(st.sampled_from(State)), st.sampled_from(VIEWERS))
def test_changes_are_shown_in_order_without_suspicions_and_their_ends(
    states: list[State], viewer: Viewer
) -> None:
    changes = [replace(evident(state, "mahfud"), evidence=number) for number, state in enumerate(states, 2)]
    shown = list(visible_changes(changes[::-1], viewer))[::-1]
    if viewer.is_room:
        assert shown == changes
        return
    assert [one for one in changes if one in shown] == shown
    for before, change in zip([None, *changes], changes, strict=False):
        if change.state is State.SUSPECTED:
            assert change not in shown
        elif change.state.is_finding:
            assert change in shown
        elif before is None:
            assert (change in shown) is not change.state.is_fine
        elif before.state.is_finding:
            assert (change in shown) is (before.state is not State.SUSPECTED)


@pytest.mark.parametrize("last", [None, *FINDINGS])
@pytest.mark.parametrize("first", FINDINGS)
def test_the_end_of_a_finding_is_public_unless_it_was_only_suspected(
    first: State, last: State | None
) -> None:
    tracker = SuspicionTracker()
    assert tracker.is_suspicion("mahfud", first, False) is (first is State.SUSPECTED)
    if last is not None:
        assert tracker.is_suspicion("mahfud", last, False) is (last is State.SUSPECTED)
    ended = tracker.is_suspicion("mahfud", State.FINDABLE, True)
    assert ended is ((last or first) is State.SUSPECTED)
    assert tracker.is_suspicion("mahfud", State.FINDABLE, True) is False


def test_a_suspicion_of_one_name_hides_nothing_of_another() -> None:
    tracker = SuspicionTracker()
    tracker.is_suspicion("mahfud", State.SUSPECTED, False)
    assert not tracker.is_suspicion("ganjar", State.SUPPRESSED, False)
    assert not tracker.is_suspicion("ganjar", State.FINDABLE, True)
    assert tracker.is_suspicion("mahfud", State.FINDABLE, True)


def case_at(stage: Stage, proven: bool, **more: Any) -> Case:
    proof = said(State.SUPPRESSED) if proven else None
    return Case("C-1", "x", "mahfud", None, NOW, stage=stage, proof=proof, **more)


def link(contact: str, revoked: bool = False) -> Link:
    return Link("L-1", contact, NOW, revoked)


def notice(released: bool) -> Notice:
    deliveries = (Delivery("D-1", "x-oncall", "email"),)
    return Notice(
        "N-1", NoticeType.RESTORE, "en", "Subject", "Body", ("x-oncall",), "person:ayu", NOW,
        released_at=NOW if released else None, deliveries=deliveries,
    )  # fmt: skip


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize("stage", list(Stage))
def test_everybody_sees_a_case_at_any_stage_only_once_measuring_has_proven_it(
    stage: Stage, proven: bool
) -> None:
    case = case_at(stage, proven)
    assert is_visible(case, EVERYBODY) is proven
    assert is_visible(case, ROOM)
    assert not is_visible(case, CONTACT)


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize(
    ("more", "sees"),
    [
        ({"links": {"L-1": link("x-oncall")}}, True),
        ({"links": {"L-1": link("x-oncall", revoked=True)}}, False),
        ({"links": {"L-1": link("x-region")}}, False),
        ({"notices": {"N-1": notice(released=True)}}, True),
        ({"notices": {"N-1": notice(released=False)}}, False),
        ({"messages": (Delivery("D-2", "x-oncall", "email"),)}, True),
        ({"messages": (Delivery("D-2", "x-region", "email"),)}, False),
    ],
)
def test_a_contact_sees_the_cases_that_it_was_written_to_about_or_has_a_link_for(
    more: dict[str, Any], sees: bool, proven: bool
) -> None:
    assert is_visible(case_at(Stage.VERIFIED, proven, **more), CONTACT) is sees


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_the_timeline_holds_exactly_the_public_kinds(kind: str) -> None:
    happened = event(2, kind, **EVERYTHING)
    shown = timeline([opened(), happened])
    assert is_public_event(happened) is (kind in PUBLIC)
    assert [line.seq for line in shown] == ([1, 2] if kind in PUBLIC else [1])


@pytest.mark.parametrize("who", ["person:dewi", "liaison:x-oncall", "watch", "outbox"])
@pytest.mark.parametrize("kind", sorted(PUBLIC))
def test_no_public_event_says_who_it_was_or_more_than_its_public_facts(kind: str, who: str) -> None:
    shown = timeline([opened(), event(2, kind, who, "Because.", **EVERYTHING)])[-1]
    assert set(shown.facts) == set(PUBLIC[kind].facts)
    assert "dewi" not in repr(shown)
    assert "x-oncall" not in repr(shown)
    assert SECRET not in repr(shown)
    if PUBLIC[kind].by_room or who.startswith("person:"):
        assert shown.by == "room"
    else:
        assert shown.by == ("platform" if who.startswith("liaison:") else "watch")


@pytest.mark.parametrize("kind", sorted(PUBLIC))
def test_a_public_fact_is_what_the_event_says(kind: str) -> None:
    public = {
        "severity": "high", "state": "suppressed", "cause": "other", "text": "In public.", "why": "Because.",
        "into": "C-2", "template": "contacted",
    }  # fmt: skip
    shown = timeline([opened(), event(2, kind, why="Because.", **EVERYTHING)])[-1]
    assert shown.facts == {name: public[name] for name in PUBLIC[kind].facts}


@pytest.mark.parametrize("verdict", [None, {}])
def test_a_case_that_reports_opened_has_no_state_to_show(verdict: dict[str, str] | None) -> None:
    (shown,) = timeline([event(1, CaseOpened.kind, verdict=verdict)])
    assert shown.facts == {"severity": "", "state": ""}


def test_a_contact_whose_name_has_a_colon_is_the_platform() -> None:
    (shown,) = timeline([event(2, CaseClaimed.kind, "liaison:x:oncall")])
    assert shown.by == "platform"
