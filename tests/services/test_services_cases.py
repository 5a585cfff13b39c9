"""Casework on a real journal: findings become cases, acts are written once, a kill leaves nothing half."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cases.case_stories import AYU, BIMA, CITRA, ELECTION, LIAISON, NOW, ROOM, draft, verdict

from siaga.cases.case import Stage
from siaga.cases.commands import Command
from siaga.cases.deadlines import Deadline, deadlines
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_merged import CaseMerged
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.delivery_queued import DeliveryQueued
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.guards import NotAllowed
from siaga.cases.notices.messages import LINK
from siaga.cases.once import AskedOtherwise, Once
from siaga.cases.room_file import RotaTurn
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import Counts, FindingKey, State
from siaga.i18n.speech import Speech
from siaga.journal.journal import Journal
from siaga.services.cases import CaseDesk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def journal(tmp_path: Path, clock: SimulatedClock) -> Iterator[Journal]:
    with Journal.open(f"sqlite:///{tmp_path}/journal.sqlite", clock) as opened:
        yield opened


@pytest.fixture
def casework(journal: Journal, clock: SimulatedClock) -> CaseDesk:
    return CaseDesk(ELECTION, ROOM, journal, clock)


def release(casework: CaseDesk, case: str = "C-1", notice: str = "N-1") -> None:
    text = casework.do(draft(case, notice), CITRA).notices[notice].text
    approval = Command(NoticeApproved(case=case, notice=notice, text=text))
    casework.do(approval, AYU)
    casework.do(approval, BIMA)


def stage(casework: CaseDesk, case: str = "C-1") -> Stage:
    return casework.cases[case].stage


def test_a_proven_finding_is_a_verified_case_and_a_suspicion_is_none(casework: CaseDesk) -> None:
    casework.measured(verdict(State.SUSPECTED))
    casework.measured(verdict(State.VANTAGE_BLOCKED, subject=None))
    assert not casework.cases
    casework.measured(verdict(State.SUPPRESSED))
    assert [(one.id, one.stage, one.severity) for one in casework.cases.values()] == [
        ("C-1", Stage.VERIFIED, "high")
    ]


def test_the_same_finding_again_says_nothing_and_another_state_of_it_stays_in_its_case(
    casework: CaseDesk, journal: Journal
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    before = len(journal.read())
    casework.measured(verdict(State.SUPPRESSED))
    casework.tick([verdict(State.SUPPRESSED)], {})
    assert len(journal.read()) == before
    casework.measured(verdict(State.IMPAIRED, NOW + MINUTE))
    assert len(casework.cases) == 1
    assert casework.cases["C-1"].verdict is not None
    assert casework.cases["C-1"].verdict["state"] == "impaired"


def test_measuring_closes_it_and_a_relapse_within_days_opens_the_same_case_again(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    clock.advance(60 * MINUTE)
    casework.measured(verdict(State.UNMEASURABLE, clock.now()))
    assert stage(casework) is Stage.VERIFIED
    casework.measured(verdict(State.FINDABLE, clock.now()))
    assert stage(casework) is Stage.CLOSED
    clock.advance(timedelta(days=2))
    casework.measured(verdict(State.SUPPRESSED, clock.now()))
    assert (casework.cases["C-1"].stage, casework.cases["C-1"].episodes) == (Stage.RELAPSED, 2)
    casework.measured(verdict(State.FINDABLE, clock.now() + MINUTE))
    clock.advance(timedelta(days=30))
    casework.measured(verdict(State.SUPPRESSED, clock.now()))
    assert list(casework.cases) == ["C-1", "C-2"]


def test_a_notice_goes_out_with_what_is_measured_at_its_sending(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    body = "[[finding]].\n[[evidence]]\nPlease restore it [[restore-by]]."
    casework.do(draft("C-1", body=body, subject="[[finding]]: please restore"), CITRA)
    drafted = casework.cases["C-1"].notices["N-1"]
    assert drafted.body == body
    clock.advance(60 * MINUTE)
    later = replace(verdict(State.IMPAIRED, clock.now()), counts=Counts(70, 65, 840, 2))
    casework.tick([verdict(State.SUPPRESSED)], {})
    casework.measured(later)
    for person in (AYU, BIMA):
        casework.do(Command(NoticeApproved("C-1", "N-1", drafted.text)), person)
    case = casework.cases["C-1"]
    (sent,) = case.notices.values()
    assert sent.subject == "Mahfud MD has reduced results on x: please restore"
    assert "Missing in 65 of 70 checks" in sent.body
    assert "When proven (25 Jan 2024, 07:00:00 WIB): Missing in 10 of 10 checks" in sent.body
    due = next(due for due in deadlines(case, casework.room) if due.deadline is Deadline.RESTORE)
    assert f"Please restore it by {Speech('en', 'Asia/Jakarta').clock(due.at)} WIB." in sent.body


def test_a_restoration_is_not_asked_for_once_it_has_come(casework: CaseDesk, clock: SimulatedClock) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    casework.do(draft("C-1"), CITRA)
    clock.advance(60 * MINUTE)
    casework.measured(verdict(State.FINDABLE, clock.now()))
    text = casework.cases["C-1"].notices["N-1"].text
    with pytest.raises(NotAllowed, match="restored meanwhile"):
        casework.do(Command(NoticeApproved("C-1", "N-1", text)), AYU)


def test_a_released_notice_gives_each_contact_a_link_of_their_own(casework: CaseDesk) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    release(casework)
    links = list(casework.cases["C-1"].links.values())
    assert [(link.contact, link.expires - NOW) for link in links] == [("x-oncall", timedelta(days=14))]


def test_a_claim_starts_a_denser_check_and_is_refused_by_measuring(
    journal: Journal, clock: SimulatedClock
) -> None:
    asked: list[tuple[str, list[str]]] = []
    casework = CaseDesk(ELECTION, ROOM, journal, clock, lambda p, s: asked.append((p, list(s))))
    casework.measured(verdict(State.SUPPRESSED))
    release(casework)
    casework.do(Command(CaseClaimed(case="C-1")), LIAISON)
    assert asked == [("x", ["search-latest"])]
    clock.advance(31 * MINUTE)
    casework.tick([verdict(State.UNMEASURABLE, clock.now())], {"x": clock.now()})
    assert stage(casework) is Stage.CLAIMED  # what cannot be measured refutes nothing
    before = verdict(State.IMPAIRED, NOW + MINUTE)
    casework.tick([before], {"x": NOW})
    assert stage(casework) is Stage.CLAIMED, "it was not measured since"
    casework.tick([before], {"x": clock.now()})
    case = casework.cases["C-1"]
    assert (case.stage, case.refused_claims) == (Stage.ACKNOWLEDGED, 1)
    told = [event for event in casework.history("C-1") if event.kind == DeliveryQueued.kind]
    assert [(event.what["contact"], event.what["channel"]) for event in told] == [("x-oncall", "email")]
    assert "not yet restored" in str(told[0].what["subject"])
    assert LINK in str(told[0].what["body"])


def test_time_reminds_and_then_calls_the_next_contact_with_the_notice(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    release(casework)
    for minutes in (45, 46, 60, 61):
        clock.advance_to(NOW + minutes * MINUTE)
        casework.tick([], {})
    told = [event.what for event in casework.history("C-1") if event.kind == DeliveryQueued.kind]
    assert [one["contact"] for one in told] == ["x-oncall", "x-region"]
    assert "Please restore it." in str(told[1]["body"])
    assert casework.cases["C-1"].rung == 1


def test_the_person_on_call_gets_a_new_case(journal: Journal, clock: SimulatedClock) -> None:
    turn = RotaTurn("bima", frozenset(range(7)), NOW.time(), NOW.time().replace(hour=23))
    casework = CaseDesk(ELECTION, replace(ROOM, rota=(turn,)), journal, clock)
    casework.measured(verdict(State.SUPPRESSED))
    assert casework.cases["C-1"].owner == "bima"


def test_an_act_that_is_sent_twice_is_done_once(
    casework: CaseDesk, journal: Journal, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    act = Command(CaseCommented(case="C-1", text="Seen."))
    once = Once.asked("form", "citra", "1", {"text": "Seen."})
    casework.do(act, CITRA, once)
    before = len(journal.read())
    casework.do(act, CITRA, once)
    assert len(journal.read()) == before
    otherwise = Once.asked("form", "citra", "1", {"text": "Not seen."})
    with pytest.raises(AskedOtherwise):
        casework.do(Command(CaseCommented(case="C-1", text="Not seen.")), CITRA, otherwise)
    assert len(journal.read()) == before
    again = CaseDesk(ELECTION, ROOM, journal, clock)
    with pytest.raises(AskedOtherwise):
        again.do(Command(CaseCommented(case="C-1", text="Not seen.")), CITRA, otherwise)


def test_two_rooms_on_one_journal_decide_on_what_the_other_wrote(
    journal: Journal, clock: SimulatedClock
) -> None:
    one, other = (CaseDesk(ELECTION, ROOM, journal, clock) for _ in range(2))
    one.measured(verdict(State.SUPPRESSED))
    other.measured(verdict(State.SUPPRESSED))
    assert list(other.cases) == ["C-1"]
    one.do(Command(CaseWithdrawn(case="C-1"), "A control was gone."), AYU)
    with pytest.raises(NotAllowed, match="withdrawn"):
        other.do(Command(CaseClaimed(case="C-1")), LIAISON)
    assert one.cases == other.cases


def test_cases_are_the_same_after_a_restart(
    casework: CaseDesk, journal: Journal, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    release(casework)
    casework.do(Command(CaseAcknowledged(case="C-1")), CITRA)
    seq = casework.history("C-1")[-1].seq
    casework.do(Command(EventUndone(case="C-1", event=seq), "Too early."), CITRA)
    again = CaseDesk(ELECTION, ROOM, journal, clock)
    assert again.cases == casework.cases


def test_a_finding_at_one_surface_alone_is_a_case_of_the_name(casework: CaseDesk) -> None:
    casework.measured(replace(verdict(State.SUPPRESSED), surface="search-latest"))
    assert casework.cases["C-1"].key == FindingKey("x", "mahfud")
    of_one_stream = replace(verdict(State.SUPPRESSED), detail={"session": "public"}, subject="ganjar")
    casework.measured(of_one_stream)
    assert len(casework.cases) == 1


def test_a_withdrawn_finding_opens_no_case_again_while_it_lasts(
    casework: CaseDesk, journal: Journal, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    clock.advance(5 * MINUTE)
    casework.do(Command(CaseWithdrawn(case="C-1"), "Another person of that name."), AYU)
    after_a_restart = CaseDesk(ELECTION, ROOM, journal, clock)
    after_a_restart.tick([verdict(State.SUPPRESSED)], {})
    clock.advance(60 * MINUTE)
    in_another_way = verdict(State.IMPAIRED, clock.now(), since=NOW + 2 * MINUTE)
    after_a_restart.measured(in_another_way)
    assert len(after_a_restart.cases) == 1
    after_a_restart.measured(verdict(State.SUPPRESSED, clock.now()))
    assert len(after_a_restart.cases) == 2, "what begins after it is another finding"


def test_what_is_followed_in_another_case_opens_none_of_its_own(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    casework.measured(verdict(State.SUPPRESSED, subject="muhaimin"))
    clock.advance(5 * MINUTE)
    casework.do(Command(CaseMerged(case="C-2", into="C-1")), AYU)
    casework.tick([verdict(State.SUPPRESSED, subject="muhaimin")], {})
    assert len(casework.cases) == 2


def test_what_people_take_back_is_followed_at_the_next_tick(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    casework.measured(verdict(State.SUPPRESSED))
    clock.advance(5 * MINUTE)
    casework.do(Command(CaseWithdrawn(case="C-1"), "Another person of that name."), AYU)
    clock.advance(60 * MINUTE)
    back = verdict(State.FINDABLE, clock.now())
    casework.tick([back], {})
    seq = casework.history("C-1")[-1].seq
    casework.do(Command(EventUndone(case="C-1", event=seq), "It was the right one."), AYU)
    assert stage(casework) is Stage.VERIFIED
    casework.tick([back], {})
    assert stage(casework) is Stage.CLOSED


def test_a_judgement_that_never_saw_it_missing_is_no_restoration(
    casework: CaseDesk, clock: SimulatedClock
) -> None:
    clock.advance(60 * MINUTE)
    casework.measured(verdict(State.SUPPRESSED, clock.now()))
    clock.advance(5 * MINUTE)
    casework.tick([verdict(State.FINDABLE, NOW)], {"x": clock.now()})
    assert stage(casework) is Stage.VERIFIED


def test_a_kill_after_any_event_leaves_one_case_that_the_next_tick_brings_to_where_it_belongs(
    casework: CaseDesk, journal: Journal, clock: SimulatedClock, tmp_path: Path
) -> None:
    gone = verdict(State.SUPPRESSED)
    casework.measured(gone)
    clock.advance(5 * MINUTE)
    casework.do(Command(CaseClaimed(case="C-1")), LIAISON)
    clock.advance(31 * MINUTE)
    casework.tick([gone], {"x": clock.now()})
    back = verdict(State.FINDABLE, clock.now() + MINUTE)
    clock.advance(2 * MINUTE)
    casework.tick([back], {"x": clock.now()})
    events = journal.read()
    kinds = [event.kind for event in events]
    assert kinds[-2:] == [CaseRestored.kind, CaseClosed.kind]
    assert CaseClaimRefused.kind in kinds
    together = {CaseOpened.kind, CaseRestored.kind}  # in one transaction with what follows from them
    for kept in range(1, len(events) + 1):
        if kinds[kept - 1] in together:
            continue
        with Journal.open(f"sqlite:///{tmp_path}/cut-{kept}.sqlite", clock) as cut:
            for event in events[:kept]:
                cut.append(event.kind, event.who, event.what, at=event.at)
            resumed = CaseDesk(ELECTION, ROOM, cut, clock)
            resumed.tick([back], {"x": clock.now()})
            resumed.tick([back], {"x": clock.now()})
            assert len(resumed.cases) == 1, kept
            assert stage(resumed) is Stage.CLOSED, kept
