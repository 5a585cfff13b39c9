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
    draft,
    opening,
    said,
)

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.fold import after, fold, opened
from siaga.cases.guards import Act, Actor, NotAllowed, holds
from siaga.cases.rights import NEEDED
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind

ACTORS = (WATCH, AYU, BIMA, CITRA, LIAISON)
NOTICES = st.sampled_from(["N-1", "N-2"])
CASES = st.sampled_from(["C-1", "C-2", "C-3"])
STATES = st.sampled_from([State.SUPPRESSED, State.FINDABLE, State.IMPAIRED, State.UNMEASURABLE])
MEASURED = (
    Kind.CASE_MEASURED,
    Kind.CASE_VERIFIED,
    Kind.CASE_CLAIM_REFUSED,
    Kind.CASE_RESTORED,
    Kind.CASE_RELAPSED,
)
PLAIN: dict[Kind, dict[str, Any]] = {
    Kind.CASE_ACKNOWLEDGED: {},
    Kind.CASE_ASKED: {"text": "Which query?"},
    Kind.CASE_EXPLAINED: {"cause": "spam-cleanup", "text": ""},
    Kind.CASE_CLAIMED: {},
    Kind.CASE_CLOSED: {"reason": "not-confirmed"},
    Kind.CASE_WITHDRAWN: {},
    Kind.CASE_COMMENTED: {"text": "Seen."},
    Kind.CASE_ASSIGNED: {"to": "ayu"},
    Kind.CASE_GRADED: {"severity": "low"},
    Kind.ACCOUNT_DRAFTED: {"language": "en", "text": "What happened."},
    Kind.ACCOUNT_PUBLISHED: {"language": "en", "text": "0" * 64},
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

    def attempt(self, act: Act, actor: Actor) -> None:
        before = len(self.book.events)
        self.book.now += timedelta(minutes=7)
        try:
            self.book.do(act, actor)
        except NotAllowed:
            assert len(self.book.events) == before
        else:
            assert NEEDED[act.kind] & actor.rights

    @rule(case=CASES, actor=st.sampled_from(ACTORS), reports=st.booleans())
    def open(self, case: str, actor: Actor, reports: bool) -> None:
        act = opening(case, self.book.now)
        if reports:
            act = Act(act.kind, {**act.what, "reports": ["R-1"]})
        self.attempt(act, actor)

    @rule(case=CASES, kind=st.sampled_from(MEASURED), state=STATES, actor=st.sampled_from(ACTORS))
    def measure(self, case: str, kind: Kind, state: State, actor: Actor) -> None:
        self.attempt(Act(kind, {"case": case, "verdict": said(state, self.book.now)}), actor)

    @rule(
        case=CASES,
        kind=st.sampled_from(sorted(PLAIN)),
        actor=st.sampled_from(ACTORS),
        why=st.sampled_from(["", "Because."]),
    )
    def say(self, case: str, kind: Kind, actor: Actor, why: str) -> None:
        self.attempt(Act(kind, {"case": case, **PLAIN[kind]}, why), actor)

    @rule(case=CASES, other=CASES, kind=st.sampled_from(["into", "other"]), actor=st.sampled_from(ACTORS))
    def join(self, case: str, other: str, kind: str, actor: Actor) -> None:
        named = Kind.CASE_MERGED if kind == "into" else Kind.CASE_LINKED
        self.attempt(Act(named, {"case": case, kind: other}), actor)

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
            self.attempt(Act(Kind.NOTICE_APPROVED, {**what, "text": text}), actor)
        else:
            self.attempt(Act(Kind.NOTICE_REFUSED, what, "Too harsh."), actor)

    @rule(case=CASES, back=st.integers(0, 8), actor=st.sampled_from(ACTORS))
    def undo(self, case: str, back: int, actor: Actor) -> None:
        history = self.book.history(case)
        if back < len(history):
            event = history[-1 - back]
            also = event.what.get("into") if event.kind is Kind.CASE_MERGED else None
            what = {"case": case, "event": event.seq, "also": also if also != case else event.what["case"]}
            self.attempt(Act(Kind.EVENT_UNDONE, what, "A mistake."), actor)

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
            self.attempt(Act(Kind.CASE_CLAIMED, {"case": case}), LIAISON)
        elif way == "restore" and known.stage in PROVEN:
            assert self.book.restored(case).stage is Stage.CLOSED
        elif way == "relapse" and known.closed_because == "restored":
            what = {"case": case, "verdict": said(State.SUPPRESSED, self.book.now)}
            self.attempt(Act(Kind.CASE_RELAPSED, what), WATCH)
        elif way == "answer" and known.stage is Stage.CLAIMED:
            what = {"case": case, "verdict": said(State.IMPAIRED, self.book.now)}
            self.attempt(Act(Kind.CASE_CLAIM_REFUSED, what), WATCH)

    @invariant()
    def replay_equals_live(self) -> None:
        for event in self.book.events[self.seen :]:
            for id, case in self.book.cases().items():
                if event in self.book.history(id):
                    known = self.live.get(id)
                    self.live[id] = opened(event) if known is None else after(known, event)
                    if event.kind is Kind.EVENT_UNDONE:
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
            undone = {one.what["event"] for one in history if one.kind is Kind.EVENT_UNDONE}
            standing = [one for one in history if one.seq not in undone]
            if case.stage is Stage.RESTORED:
                raise AssertionError("a verified restoration closes the case at once")
            if case.stage is Stage.CLOSED and case.closed_because == "restored":
                proofs = [one for one in standing if one.kind is Kind.CASE_RESTORED]
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
            undone = {one.what["event"] for one in history if one.kind is Kind.EVENT_UNDONE}
            assert holds([one for one in history if one.seq not in undone])


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=40)
