"""Notices: what they say, and what none of them ever asks for."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import case_stories

from siaga.cases.case import EXPLAINED, Case, NoticeType, Stage
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.notices.compose import as_sent, compose, draft_text, mark_words
from siaga.cases.notices.marks import NoticeMark
from siaga.cases.notices.messages import LINK, Text
from siaga.detection.registry import KINDS
from siaga.domain.finding_evidence import FindingEvidence, evidence_of, strength_of
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    ControlKind,
    Event,
    EventKind,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.i18n.speech import Speech, languages
from siaga.i18n.verdict_phrases import SURFACES

NOW = datetime(2024, 1, 25, 0, 5, tzinfo=UTC)
ELECTION = replace(
    case_stories.ELECTION,
    controls=(Control("najwa", ControlKind.PUBLIC_FIGURE, (Name("Najwa Shihab", NameKind.FULL),)),),
    platforms=(
        PlatformWatch(
            "x",
            "x",
            "X",
            "https://api.x.example",
            (SurfaceWatch("search-latest", timedelta(minutes=1)),),
            (Budget(100, timedelta(minutes=15)),),
        ),
    ),
    vantages=(Vantage("jakarta", "ID", "DKI Jakarta", "AS7713"),),
    events=(
        Event(
            "debate-5",
            EventKind.DEBATE,
            "The fifth debate",
            datetime(2024, 2, 4, 12, tzinfo=UTC),
            datetime(2024, 2, 4, 15, tzinfo=UTC),
        ),
    ),
)
PROVEN = Verdict(
    NOW,
    "x",
    "search-latest",
    None,
    "mahfud",
    State.SUPPRESSED,
    NOW - timedelta(minutes=3),
    4.3e7,
    "round-bet@1",
    Counts(31, 30, 372, 1),
    (NOW - timedelta(minutes=4), NOW - timedelta(minutes=3)),
    {
        "kind": "missing",
        "names": "mahfud, mahfud md",
        "names_found": "mahfudmd",
        "surfaces": "search-latest",
        "surfaces_found": "profile, search-top",
        "vantages": "jakarta",
        "psi": "2",
    },
)
CASE = replace(case_stories.Book().proven(), id="C-7")
ENGLISH = Speech("en", "Asia/Jakarta")
FORBIDDEN = re.compile(
    r"\b(remov|delet|take[ns]? down|taking down|hid(e|ing)|block|ban(ned|ning|s)?\b|suspend|silenc|"
    r"slow(ed)? down|demot|censor|hapus|menghapus|turunkan|sembunyikan|menyembunyikan|blokir|memblokir|"
    r"bungkam|bekukan|tangguhkan)",
    re.IGNORECASE,
)
"""Words by which something would be asked to go away, in the languages of the texts."""


def text(type_: NoticeType, verdict: Verdict = PROVEN, language: str = "en") -> str:
    evidence, speech = evidence_of(verdict, verdict), Speech(language, "Asia/Jakarta")
    made = compose(type_, evidence, CASE, ELECTION, speech, NOW)
    return f"{made.subject}\n\n{made.body}"


def test_a_notice_says_what_where_since_when_how_sure_and_how_to_see_it() -> None:
    said = text(NoticeType.RESTORE)
    for part in (
        "Mahfud MD is missing from Latest search on X: please restore (case C-7)",
        "missing from the results",
        "Where: Latest search.",
        "Search terms affected: mahfud, mahfud md.",
        "Measured from: jakarta (DKI Jakarta, AS7713).",
        "25 Jan 2024, 07:01:00",
        "Working as usual: profile, Top search.",
        "Search terms found as usual: mahfudmd.",
        "Missing in 30 of 31 checks; comparison names missing in 1 of 372 checks.",
        "43 million to 1",
        "in Latest search, search for “mahfud”, then for “Najwa Shihab”",
        "can be found like other names",
    ):
        assert part in said, part


def test_a_notice_drafted_hours_later_has_the_figures_of_then_beside_those_of_the_proof() -> None:
    later = replace(
        PROVEN, at=NOW + timedelta(hours=20), evidence=1e12, counts=Counts(1_200, 1_100, 12_000, 3),
        detail={**PROVEN.detail, "surfaces_found": "profile", "surfaces_unmeasured": "people"},
    )  # fmt: skip
    evidence = evidence_of(later, PROVEN, strength_of(later))
    said = compose(NoticeType.RESTORE, evidence, CASE, ELECTION, ENGLISH, NOW).body
    assert "When proven (25 Jan 2024, 07:05:00 WIB): Missing in 30 of 31 checks" in said
    assert "Now (26 Jan 2024, 03:05:00 WIB): Missing in 1,100 of 1,200 checks" in said
    assert "Working as usual: profile. Not measured: people search." in said


def sent(type_: NoticeType, case: Case, evidence: FindingEvidence, now: datetime) -> Text:
    """A notice that was drafted at the proof, as it goes out now."""
    drafted = draft_text(type_, evidence_of(PROVEN, PROVEN), case, ELECTION, case_stories.ROOM, ENGLISH, NOW)
    return as_sent(drafted, mark_words(evidence, case, ELECTION, case_stories.ROOM, ENGLISH, now))


def test_a_notice_says_the_figures_and_the_deadlines_of_its_sending() -> None:
    now = NOW + timedelta(hours=20)
    later = replace(PROVEN, at=now, counts=Counts(1_200, 1_100, 12_000, 3))
    text = sent(NoticeType.RESTORE, CASE, evidence_of(later, PROVEN, strength_of(later)), now)
    assert "Now (26 Jan 2024, 03:05:00 WIB): Missing in 1,100 of 1,200 checks" in text.body
    room = case_stories.ROOM.deadlines[CASE.severity]
    for length, words in (
        (room.acknowledge, "Please send the confirmation by"),
        (room.restore, "Please restore it by"),
    ):
        assert f"{words} {ENGLISH.clock(now + length)} WIB." in text.body
    assert LINK in text.body
    assert not any(mark in text.subject + text.body for mark in NoticeMark)


def test_a_further_notice_grants_no_more_time_and_says_what_is_late() -> None:
    case = replace(CASE, reached={**CASE.reached, Stage.NOTIFIED: NOW})
    late = sent(NoticeType.EXPLAIN, case, evidence_of(PROVEN, PROVEN), NOW + timedelta(days=9))
    due = ENGLISH.clock(NOW + case_stories.ROOM.deadlines[CASE.severity].explain)
    assert f"Please tell us the cause now: it was due by {due} WIB." in late.body
    known = replace(case, reached={**case.reached, Stage.ACKNOWLEDGED: NOW, EXPLAINED: NOW})
    assert (
        "send the confirmation" not in sent(NoticeType.RESTORE, known, evidence_of(PROVEN, PROVEN), NOW).body
    )
    drafted_before = draft_text(
        NoticeType.RESTORE, evidence_of(PROVEN, PROVEN), case, ELECTION, case_stories.ROOM, ENGLISH, NOW
    )
    words = mark_words(evidence_of(PROVEN, PROVEN), known, ELECTION, case_stories.ROOM, ENGLISH, NOW)
    assert "send the confirmation (done, thank you)." in as_sent(drafted_before, words).body


def test_the_subject_follows_what_is_measured() -> None:
    def subject(case: Case, verdict: Verdict, type_: NoticeType = NoticeType.EXPLAIN) -> str:
        return sent(type_, case, evidence_of(verdict, PROVEN), NOW).subject

    reduced = replace(PROVEN, state=State.IMPAIRED, detail={**PROVEN.detail, "kind": "fewer"})
    closed = replace(CASE, stage=Stage.CLOSED)
    place = replace(PROVEN, subject=None, state=State.SURFACE_DOWN)
    end = ": please explain the cause (case C-7)"
    assert subject(CASE, reduced) == f"Latest search on X shows fewer results than usual for Mahfud MD{end}"
    again = f"Again: Mahfud MD is missing from Latest search on X{end}"
    assert subject(replace(CASE, episodes=2), PROVEN) == again
    assert subject(closed, PROVEN) == f"Mahfud MD can be found again in Latest search on X{end}"
    anywhere = replace(PROVEN, surface=None)
    assert subject(closed, anywhere) == f"Mahfud MD can be found again on X{end}"
    assert subject(closed, place) == f"Latest search on X works again{end}"
    for case in (CASE, closed):
        assert "by 25 Jan" not in sent(NoticeType.STRENGTHEN, case, evidence_of(PROVEN), NOW).body


def test_what_is_over_is_said_to_be_over() -> None:
    book = case_stories.Book()
    book.notified()
    book.now = case_stories.NOW + timedelta(hours=1)
    closed = book.restored()
    said = sent(NoticeType.EXPLAIN, closed, evidence_of(PROVEN, PROVEN), book.now).body
    assert "It was found again by 25 Jan 2024, 08:00:00 WIB" in said


def test_what_had_begun_before_the_watch_is_said_so() -> None:
    said = text(NoticeType.RESTORE, replace(PROVEN, onset=(EPOCH, NOW)))
    assert "It had already begun at our first check" in said
    assert "1970" not in said


def test_in_indonesian_it_is_indonesian_throughout() -> None:
    said = text(NoticeType.RESTORE, language="id")
    assert "mohon dipulihkan (kasus C-7)" in said
    assert "Hilang dalam 30 dari 31 pemeriksaan" in said
    assert not re.search(r"\b(the|found|asked|search)\b", said)


def test_the_others_ask_for_the_cause_and_for_the_next_event() -> None:
    assert "What we request: please tell us the cause" in text(NoticeType.EXPLAIN)
    assert "Next event: The fifth debate, 4 Feb 2024, 19:00:00 WIB." in text(NoticeType.STRENGTHEN)


def test_of_a_place_it_speaks_of_no_name() -> None:
    down = replace(
        PROVEN, subject=None, surface="search-latest", state=State.SURFACE_DOWN, detail={"kind": "down"}
    )
    said = text(NoticeType.RESTORE, down)
    assert "Mahfud" not in said
    assert "Latest search is failing for every name on X: please restore" in said


verdicts = st.builds(
    Verdict,
    at=st.just(NOW),
    platform=st.sampled_from(["x", "elsewhere"]),
    surface=st.none() | st.sampled_from(sorted(SURFACES)),
    vantage=st.none() | st.just("jakarta"),
    subject=st.none() | st.sampled_from(["mahfud", "gone"]),
    state=st.sampled_from([State.SUPPRESSED, State.IMPAIRED, State.SURFACE_DOWN, State.PLATFORM_DOWN]),
    since=st.just(NOW),
    evidence=st.floats(0, 1e30),
    rule=st.just("round-bet@1"),
    counts=st.builds(Counts, *[st.integers(0, 10_000)] * 4),
    onset=st.none() | st.just((datetime(1970, 1, 1, tzinfo=UTC), NOW)),
    detail=st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from(sorted(KINDS)),
            "names": st.sampled_from(["mahfud", "mahfud, md"]),
            "surfaces": st.sampled_from(["search-latest", "people, suggest"]),
            "psi": st.sampled_from(["2", "4.5", "x"]),
        },
    ),
)


@given(verdicts, st.sampled_from(list(NoticeType)), st.sampled_from(languages()))
def test_no_notice_ever_asks_for_anything_to_go_away(
    verdict: Verdict, type_: NoticeType, language: str
) -> None:
    said = text(type_, verdict, language)
    assert FORBIDDEN.search(said) is None, FORBIDDEN.search(said)


@given(st.text(max_size=300), st.sampled_from(list(NoticeType)))
def test_a_subject_is_one_bounded_line_whatever_a_name_holds(name: str, type_: NoticeType) -> None:
    strange = replace(
        ELECTION,
        contestants=(
            Contestant(
                "c",
                ContestantKind.PERSON,
                "C",
                1,
                (Person("mahfud", (Name(f"{name}\r\nBcc: a@b", NameKind.FULL),)),),
            ),
        ),
    )
    subject = compose(type_, evidence_of(PROVEN, PROVEN), CASE, strange, Speech("en", "UTC"), NOW).subject
    assert len(subject) <= LONGEST_SUBJECT
    assert len(subject.splitlines()) == 1


@pytest.mark.parametrize("word", ["please remove it", "delete the posts", "mohon hapus", "slow down"])
def test_the_words_that_are_looked_for_are_found(word: str) -> None:
    assert FORBIDDEN.search(word)
