"""Thousands of random histories: no case ever reaches an impossible state, and replay equals live."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.cases.case_stories import (
    AYU,
    BIMA,
    CITRA,
    LIAISON,
    NOW,
    ROOM,
    WATCH,
    Book,
    command,
    draft,
    opening,
    said,
)

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.commands import Command, could_happen
from siaga.cases.events.account_drafted import AccountDrafted
from siaga.cases.events.account_published import AccountPublished
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_asked import CaseAsked
from siaga.cases.events.case_assigned import CaseAssigned
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.events.case_graded import CaseGraded
from siaga.cases.events.case_linked import CaseLinked
from siaga.cases.events.case_measured import CaseMeasured
from siaga.cases.events.case_merged import CaseMerged
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_refused import NoticeRefused
from siaga.cases.fold import after, fold, opened
from siaga.cases.guards import Actor, NotAllowed
from siaga.domain.verdicts import State

ACTORS = (WATCH, AYU, BIMA, CITRA, LIAISON)
NOTICES = st.sampled_from(["N-1", "N-2"])
CASES = st.sampled_from(["C-1", "C-2", "C-3"])
STATES = st.sampled_from([State.SUPPRESSED, State.FINDABLE, State.IMPAIRED, State.UNMEASURABLE])
MEASURED = (
    CaseMeasured.kind,
    CaseVerified.kind,
    CaseClaimRefused.kind,
    CaseRestored.kind,
    CaseRelapsed.kind,
)
PLAIN: dict[str, dict[str, Any]] = {
    CaseAcknowledged.kind: {},
    CaseAsked.kind: {"text": "Which query?"},
    CaseExplained.kind: {"cause": "spam-cleanup", "text": ""},
    CaseClaimed.kind: {},
    CaseClosed.kind: {"reason": "not-confirmed"},
    CaseWithdrawn.kind: {},
    CaseCommented.kind: {"text": "Seen."},
    CaseAssigned.kind: {"to": "ayu"},
    CaseGraded.kind: {"severity": "low"},
    AccountDrafted.kind: {"language": "en", "text": "What happened."},
    AccountPublished.kind: {"language": "en", "text": "0" * 64},
}


class Histories(RuleBasedStateMachine):
    """People, liaisons and the watch doing whatever they like to three cases."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.live: dict[str, Case] = {}
        self.seen = 0

    @initialize()
    def begin(self) -> None:
        self.book.notified("C-1")

    def attempt(self, wanted: Command, actor: Actor) -> None:
        before = len(self.book.events)
        self.book.now += timedelta(minutes=7)
        try:
            self.book.do(wanted, actor)
        except NotAllowed:
            assert len(self.book.events) == before
        else:
            assert wanted.event.rights & actor.rights

    @rule(case=CASES, actor=st.sampled_from(ACTORS), reports=st.booleans())
    def open(self, case: str, actor: Actor, reports: bool) -> None:
        more = {"reports": ["R-1"]} if reports else {}
        self.attempt(opening(case, self.book.now, **more), actor)

    @rule(case=CASES, kind=st.sampled_from(MEASURED), state=STATES, actor=st.sampled_from(ACTORS))
    def measure(self, case: str, kind: str, state: State, actor: Actor) -> None:
        self.attempt(command(kind, case, verdict=said(state, self.book.now)), actor)

    @rule(
        case=CASES,
        kind=st.sampled_from(sorted(PLAIN)),
        actor=st.sampled_from(ACTORS),
        why=st.sampled_from(["", "Because."]),
    )
    def say(self, case: str, kind: str, actor: Actor, why: str) -> None:
        self.attempt(command(kind, case, why, **PLAIN[kind]), actor)

    @rule(case=CASES, other=CASES, kind=st.sampled_from(["into", "other"]), actor=st.sampled_from(ACTORS))
    def join(self, case: str, other: str, kind: str, actor: Actor) -> None:
        named = CaseMerged.kind if kind == "into" else CaseLinked.kind
        self.attempt(command(named, case, **{kind: other}), actor)

    @rule(case=CASES, notice=NOTICES, actor=st.sampled_from(ACTORS))
    def draft_notice(self, case: str, notice: str, actor: Actor) -> None:
        self.attempt(draft(case, notice, body=f"At {self.book.now}."), actor)

    @rule(
        case=CASES, notice=st.sampled_from(["N-1", "N-2"]), actor=st.sampled_from(ACTORS), yes=st.booleans()
    )
    def answer_notice(self, case: str, notice: str, actor: Actor, yes: bool) -> None:
        known = self.book.case(case)
        drafted = known.notices.get(notice) if known else None
        what = {"case": case, "notice": notice}
        if yes:
            text = drafted.text if drafted else ""
            self.attempt(Command(NoticeApproved(**what, text=text)), actor)
        else:
            self.attempt(Command(NoticeRefused(**what), "Too harsh."), actor)

    @rule(case=CASES, back=st.integers(0, 8), actor=st.sampled_from(ACTORS))
    def undo(self, case: str, back: int, actor: Actor) -> None:
        history = self.book.history(case)
        if back < len(history):
            event = history[-1 - back]
            also = event.what.get("into") if event.kind == CaseMerged.kind else None
            also = also if also != case else event.what["case"]
            wanted = command(EventUndone.kind, case, "A mistake.", event=event.seq, also=also)
            self.attempt(wanted, actor)

    @rule(case=CASES, way=st.sampled_from(["release", "claim", "restore", "relapse", "answer"]))
    def go_on(self, case: str, way: str) -> None:
        """A step that the right person takes at the right time: without it few histories come far."""
        known = self.book.case(case)
        if known is None:
            return
        notice = next(id for number in range(1, 100) if (id := f"N-{number}") not in known.notices)
        if way == "release" and known.stage in {Stage.VERIFIED, Stage.RELAPSED, Stage.NOTIFIED}:
            released = self.book.release(case, notice).notices[notice]
            assert released.released_at is not None
        elif way == "claim" and known.stage in {Stage.NOTIFIED, Stage.ACKNOWLEDGED}:
            self.attempt(Command(CaseClaimed(case=case)), LIAISON)
        elif way == "restore" and known.stage in PROVEN:
            assert self.book.restored(case).stage is Stage.CLOSED
        elif way == "relapse" and known.closed_because == "restored":
            verdict = said(State.SUPPRESSED, self.book.now)
            self.attempt(Command(CaseRelapsed(case, verdict)), WATCH)
        elif way == "answer" and known.stage is Stage.CLAIMED:
            verdict = said(State.IMPAIRED, self.book.now)
            self.attempt(Command(CaseClaimRefused(case, verdict)), WATCH)

    @invariant()
    def replay_equals_live(self) -> None:
        for event in self.book.events[self.seen :]:
            for id, case in self.book.cases().items():
                if event in self.book.history(id):
                    known = self.live.get(id)
                    self.live[id] = opened(event) if known is None else after(known, event)
                    if event.kind == EventUndone.kind:
                        self.live[id] = case
        self.seen = len(self.book.events)
        for id in self.live:
            assert fold(self.book.history(id)) == self.book.case(id)

    @invariant()
    def no_impossible_state(self) -> None:
        cases = self.book.cases()
        assert sum(one.stage.is_open and one.split_from is None for one in cases.values()) <= 1
        for id, case in cases.items():
            history = self.book.history(id)
            undone = {one.what["event"] for one in history if one.kind == EventUndone.kind}
            standing = [one for one in history if one.seq not in undone]
            if case.stage is Stage.RESTORED:
                raise AssertionError("a verified restoration closes the case at once")
            if case.stage is Stage.CLOSED and case.closed_because == "restored":
                proofs = [one for one in standing if one.kind == CaseRestored.kind]
                assert proofs
                assert proofs[-1].who == "watch"
                assert proofs[-1].what["verdict"]["state"] == "findable"  # type: ignore[index]
            for notice in case.notices.values():
                assert len(set(notice.approvals)) == len(notice.approvals)
                if notice.released_at is not None:
                    assert len(notice.approvals) >= ROOM.approvals
                    assert case.proof is not None
            if case.stage is Stage.MERGED:
                assert case.merged_into in cases
            assert case.opened_at >= NOW

    @invariant()
    def every_history_could_have_come_about(self) -> None:
        for id in self.book.cases():
            history = self.book.history(id)
            undone = {one.what["event"] for one in history if one.kind == EventUndone.kind}
            assert could_happen([one for one in history if one.seq not in undone])


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=30, stateful_step_count=40)
