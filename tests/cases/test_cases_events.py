"""What holds for every kind of event, and what each kind refuses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.cases.case_stories import (
    AYU,
    CITRA,
    LIAISON,
    NOW,
    ROOM,
    WATCH,
    Book,
    command,
    draft,
    journalled,
    opening,
    said,
)

from siaga.cases.case import STAGES, Case, Stage
from siaga.cases.commands import Command, decide
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.events import EVENTS
from siaga.cases.events.case_attached import MOST_ATTACHED
from siaga.cases.events.device_added import MOST_DEVICES
from siaga.cases.events.device_code_sent import CODE_AGAIN, CODE_HOLDS, MOST_CODES
from siaga.cases.fold import read
from siaga.cases.guards import MOST_TRIES, Actor, NotAllowed, Situation
from siaga.cases.rights import Right
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_, Speech, languages

FIELDS: dict[str, Any] = {
    "platform": "x", "subject": "mahfud", "surface": None, "severity": "low", "text": "Words.",
    "cause": "other", "update": 7, "template": "checking",
    "reason": "by hand", "into": "C-2", "other": "C-2", "to": "person:ayu", "name": "log.txt", "bytes": 3,
    "media_type": "text/plain", "sha256": "a" * 64, "deadline": "explain", "rung": 1, "contact": "x-oncall",
    "begun": "2024-01-25T00:00:00.000000Z",
    "event": 1, "also": None, "notice": "N-1", "type": "restore", "language": "en", "body": "Please.",
    "contacts": ["x-oncall"], "due": "2024-01-25T04:00:00.000000Z", "delivery": "N-1.x-oncall.0",
    "attempt": 1,
    "answer": "250 OK", "again_at": None, "channel": "email", "link": "L-1",
    "browser": "b" * 64,
    "expires": "2024-02-08T00:00:00.000000Z", "report": "R-1", "state": "put",
    "deliveries": [{"id": "N-1.x-oncall.0", "contact": "x-oncall", "channel": "email"}],
}  # fmt: skip
"""A value for each field that is more than a text, and for some texts, as the journal holds it."""


def stored(kind: str) -> dict[str, Any]:
    verdict = {"verdict": said(State.SUPPRESSED)}
    return {
        name: {"case": "C-1", **FIELDS, **verdict}.get(name, "A text.")
        for name, (_, is_optional) in EVENTS[kind].stored_fields.items()
        if not is_optional
    }


def situation(stage: Stage, rights: frozenset[Right], why: str = "Because.") -> Situation:
    case = Case("C-1", "x", "mahfud", None, NOW, stage=stage)
    return Situation(case, (), Actor("person:ayu", rights), why, NOW, {}, frozenset(), lambda history: True)


@pytest.mark.parametrize("kind", EVENTS)
def test_what_the_journal_holds_comes_back_as_it_was(kind: str) -> None:
    event = EVENTS[kind].read(stored(kind))
    assert event.stored() == stored(kind)
    assert read(journalled(1, event)) == event


@pytest.mark.parametrize("kind", EVENTS)
def test_a_field_that_is_missing_is_an_error(kind: str) -> None:
    for name in stored(kind):
        with pytest.raises(KeyError):
            EVENTS[kind].read({field: value for field, value in stored(kind).items() if field != name})


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("kind", sorted(set(EVENTS) - {"case-opened", "case-closed"}))
def test_an_event_is_refused_in_every_stage_but_its_own(kind: str, stage: Stage) -> None:
    event = EVENTS[kind].read(stored(kind))
    if stage not in event.stages:
        with pytest.raises(NotAllowed, match=f"C-1 is now: {STAGES[stage]}"):
            event.check(situation(stage, frozenset(Right)))


@pytest.mark.parametrize("kind", sorted(set(EVENTS) - {"case-opened"}))
def test_nothing_happens_to_a_case_that_is_not_there(kind: str) -> None:
    nowhere = Situation(None, (), AYU, "Because.", NOW, {}, frozenset(), lambda history: True)
    with pytest.raises(NotAllowed, match="There is no such case"):
        EVENTS[kind].read(stored(kind)).check(nowhere)


@pytest.mark.parametrize(
    ("why", "says"),
    [("", "The reason is missing"), ("  ", "The reason is missing"), ("x" * 4_001, "has 4001 characters")],
)
@pytest.mark.parametrize("kind", sorted(kind for kind, event in EVENTS.items() if event.needs_reason))
def test_what_needs_a_reason_is_refused_without_one_or_with_a_flood(kind: str, why: str, says: str) -> None:
    stage = min(EVENTS[kind].stages)
    with pytest.raises(NotAllowed, match=says):
        EVENTS[kind].read(stored(kind)).check(situation(stage, frozenset({Right.WORK}), why))


@pytest.mark.parametrize("kind", EVENTS)
def test_an_actor_without_any_of_its_rights_is_refused_whatever_the_case_is(kind: str) -> None:
    wanted = Command(EVENTS[kind].read(stored(kind)), "Because.")
    nobody = Actor("person:dewi", frozenset(Right) - EVENTS[kind].rights)
    for case in (None, *(Case("C-1", "x", "mahfud", None, NOW, stage=stage) for stage in Stage)):
        with pytest.raises(NotAllowed, match="may not do this"):
            decide(case, (), wanted, nobody, ROOM, NOW)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_told_in_every_language_with_fields_that_it_has(kind: str, language: str) -> None:
    declared, speech = EVENTS[kind], Speech(language, "Asia/Jakarta")
    facts = {**stored(kind), "state": "missing"}
    assert speech.say(declared.phrase, **facts)
    if declared.public is not None:
        public = {name: str(facts.get(name, "")) for name in declared.public.facts}
        assert speech.say(declared.public.phrase, **public)
    if language != "en":
        assert speech.gettext(declared.phrase) != declared.phrase


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):

        @case_event("case-asked", rights=frozenset({Right.WORK}), phrase=N_("Question sent to the platform."))
        class Second(CaseEvent):
            case: str


@pytest.mark.parametrize("field", ["cause", "severity", "language"])
def test_what_is_not_on_the_list_is_refused(field: str) -> None:
    kind, stage = {
        "cause": ("case-explained", Stage.NOTIFIED),
        "severity": ("case-graded", Stage.NOTIFIED),
        "language": ("account-drafted", Stage.CLOSED),
    }[field]
    event = EVENTS[kind].read(stored(kind))
    object.__setattr__(event, field, "none")
    with pytest.raises(NotAllowed, match=f"`{field}` is not on the list"):
        event.check(situation(stage, frozenset(Right)))


def test_a_person_reassigns_a_case_only_with_a_reason_and_the_watch_without() -> None:
    book = Book()
    book.proven()
    book.do(command("case-assigned", "C-1", to="person:citra"), CITRA)
    with pytest.raises(NotAllowed, match="The reason is missing"):
        book.do(command("case-assigned", "C-1", to="person:ayu"), AYU)
    assert (
        book.do(command("case-assigned", "C-1", "She is asleep.", to="person:ayu"), AYU).owner == "person:ayu"
    )
    assert book.do(command("case-assigned", "C-1", to="person:bima"), WATCH).owner == "person:bima"
    assert book.do(command("case-assigned", "C-1", "Nobody is awake.", to=None), AYU).owner is None
    with pytest.raises(NotAllowed, match="the assignee already"):
        book.do(command("case-assigned", "C-1", "Again.", to=None), AYU)


def test_a_link_opens_on_another_device_by_the_code_that_is_out_within_bounds() -> None:
    book, link = Book(), {"link": "L-1"}
    book.proven()
    expires = _rfc(NOW + timedelta(days=14))
    book.do(command("link-issued", "C-1", link="L-1", contact="x-oncall", expires=expires), WATCH)

    def send(number: int) -> Case:
        until = _rfc(book.now + CODE_HOLDS)
        words = {"contact": "x-oncall", "code": f"L-1/{number}", "expires": until}
        return book.do(command("device-code-sent", "C-1", **link, **words), LIAISON)

    def add(number: int) -> Case:
        words = {"code": f"L-1/{number}", "browser": "c" * 64}
        return book.do(command("device-added", "C-1", **link, **words), LIAISON)

    with pytest.raises(NotAllowed, match="was not opened yet"):
        send(1)
    book.do(command("link-opened", "C-1", browser="b" * 64, **link), LIAISON)
    with pytest.raises(NotAllowed, match="No code holds"):
        add(1)
    assert send(1).links["L-1"].codes == 1
    with pytest.raises(NotAllowed, match="a moment ago"):
        send(2)
    for _ in range(MOST_TRIES):
        book.do(command("device-code-refused", "C-1", **link), LIAISON)
    with pytest.raises(NotAllowed, match="No code holds"):
        add(1)
    with pytest.raises(NotAllowed, match="No code holds"):
        book.do(command("device-code-refused", "C-1", **link), LIAISON)
    for number in range(2, MOST_DEVICES + 1):
        book.now += CODE_AGAIN
        send(number)
        with pytest.raises(NotAllowed, match="No code holds"):
            add(number - 1)
        assert len(add(number).links["L-1"].others) == number - 1
        with pytest.raises(NotAllowed, match="No code holds"):
            add(number)
    book.now += CODE_AGAIN
    send(7)
    with pytest.raises(NotAllowed, match="as many devices"):
        add(7)
    book.now += CODE_HOLDS
    with pytest.raises(NotAllowed, match="No code holds"):
        add(7)
    for number in range(8, MOST_CODES + 1):
        book.now += CODE_AGAIN
        send(number)
    book.now += CODE_AGAIN
    with pytest.raises(NotAllowed, match="Too many codes"):
        send(MOST_CODES + 1)


def test_a_link_is_opened_by_one_browser_until_the_moment_it_expires() -> None:
    book = Book()
    book.proven()
    expires = NOW + timedelta(days=14)
    for link in ("L-1", "L-2", "L-3"):
        book.do(command("link-issued", "C-1", link=link, contact="x-oncall", expires=_rfc(expires)), WATCH)
    book.do(command("link-revoked", "C-1", link="L-3"), CITRA)
    opening = command("link-opened", "C-1", link="L-1", browser="b" * 64)
    assert book.do(opening, LIAISON).links["L-1"].browser == "b" * 64
    for used in (opening, command("link-opened", "C-1", link="L-3", browser="b" * 64)):
        with pytest.raises(NotAllowed, match="has expired or was revoked"):
            book.do(used, LIAISON)
    with pytest.raises(NotAllowed, match="no longer in use"):
        book.do(command("link-revoked", "C-1", link="L-3"), CITRA)
    book.now = expires
    with pytest.raises(NotAllowed, match="has expired or was revoked"):
        book.do(command("link-opened", "C-1", link="L-2", browser="b" * 64), LIAISON)
    book.now = expires - timedelta(seconds=1)
    assert book.do(command("link-opened", "C-1", link="L-2", browser="b" * 64), LIAISON).links["L-2"].browser


@pytest.mark.parametrize(
    ("kind", "stage", "fields", "problem"),
    [
        ("case-verified", Stage.OPENED, {"verdict": said(State.UNMEASURABLE)}, "proves nothing"),
        ("case-restored", Stage.NOTIFIED, {"verdict": said(State.IMPAIRED)}, "is no restoration"),
        ("case-claim-refused", Stage.CLAIMED, {"verdict": said(State.FINDABLE)}, "the claim holds"),
        ("case-relapsed", Stage.CLOSED, {}, "Only what was restored"),
        ("case-merged", Stage.NOTIFIED, {"into": "C-1"}, "another open case"),
        ("case-linked", Stage.NOTIFIED, {"other": "C-9"}, "another case, and only once"),
        ("case-graded", Stage.NOTIFIED, {"severity": "medium"}, "has that severity already"),
        ("event-undone", Stage.NOTIFIED, {"event": 9}, "cannot be undone"),
        ("notice-drafted", Stage.NOTIFIED, {"contacts": []}, "Nobody would receive it"),
        ("notice-drafted", Stage.NOTIFIED, {"subject": "A\u2028B"}, "one line"),
        ("notice-drafted", Stage.NOTIFIED, {"subject": "  "}, "one line"),
        ("notice-drafted", Stage.NOTIFIED, {"body": "a\x00b"}, "cannot be sent"),
        ("notice-drafted", Stage.NOTIFIED, {"body": "é" * (10 * 1024 + 1)}, "cannot be sent"),
        ("notice-drafted", Stage.CLOSED, {"type": "restore"}, "The case has changed"),
        ("notice-refused", Stage.NOTIFIED, {}, "no longer waiting"),
        ("account-drafted", Stage.CLOSED, {"text": " \n"}, "case summary is empty"),
        ("account-published", Stage.CLOSED, {}, "no case summary in that language"),
        ("update-drafted", Stage.NOTIFIED, {}, "not public"),
        ("update-published", Stage.NOTIFIED, {}, "No such update is waiting"),
    ],
)
def test_what_a_kind_refuses_besides(kind: str, stage: Stage, fields: dict[str, Any], problem: str) -> None:
    event = EVENTS[kind].read({**stored(kind), **fields})
    with pytest.raises(NotAllowed, match=problem):
        event.check(situation(stage, frozenset(Right)))


def test_a_notice_of_the_greatest_length_with_tabs_and_lines_is_taken() -> None:
    body = "é\t\n" + "é" * ((20 * 1024 - 4) // 2)
    event = EVENTS["notice-drafted"].read({**stored("notice-drafted"), "body": body})
    event.check(situation(Stage.NOTIFIED, frozenset(Right)))


def test_a_case_takes_so_many_files_and_no_more() -> None:
    attached = EVENTS["case-attached"].read(stored("case-attached"))
    whole = [journalled(seq, attached) for seq in range(1, MOST_ATTACHED + 1)]
    attached.check(replace(situation(Stage.NOTIFIED, frozenset(Right)), history=whole[:-1]))
    with pytest.raises(NotAllowed, match="already has 50 files"):
        attached.check(replace(situation(Stage.NOTIFIED, frozenset(Right)), history=whole))


def test_a_case_is_opened_once_and_split_off_one_that_is_there() -> None:
    book = Book()
    book.proven()
    with pytest.raises(NotAllowed, match="C-1 is there already"):
        book.do(opening("C-1"), WATCH)
    with pytest.raises(NotAllowed, match="split from does not exist"):
        book.do(opening("C-2", split_from="C-9"), WATCH)
    with pytest.raises(NotAllowed, match="verdict is the watch's"):
        book.do(opening("C-2", subject="ganjar"), CITRA)


def test_a_notice_that_went_out_is_not_drafted_again() -> None:
    book = Book()
    book.notified()
    with pytest.raises(NotAllowed, match="It has been sent"):
        book.do(draft("C-1"), CITRA)


def _rfc(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))
