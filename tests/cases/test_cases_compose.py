"""Notices: what they say, and what none of them ever asks for."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import case_stories

from siaga.cases.case import NoticeType
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.notices.compose import compose
from siaga.detection.registry import KINDS
from siaga.domain.finding_evidence import evidence_of, strength_of
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
FORBIDDEN = re.compile(
    r"\b(remov|delet|take[ns]? down|taking down|hid(e|ing)|block|ban(ned|ning|s)?\b|suspend|silenc|"
    r"slow(ed)? down|demot|censor|hapus|menghapus|turunkan|sembunyikan|menyembunyikan|blokir|memblokir|"
    r"bungkam|bekukan|tangguhkan)",
    re.IGNORECASE,
)
"""Words by which something would be asked to go away, in the languages of the texts."""


def text(type_: NoticeType, verdict: Verdict = PROVEN, language: str = "en") -> str:
    made = compose(
        type_, evidence_of(verdict, verdict), "C-7", ELECTION, Speech(language, "Asia/Jakarta"), NOW
    )
    return f"{made.subject}\n\n{made.body}"


def test_a_notice_says_what_where_since_when_how_sure_and_how_to_see_it() -> None:
    said = text(NoticeType.RESTORE)
    for part in (
        "Search problem for Mahfud MD on X: please restore (case C-7)",
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
    said = compose(NoticeType.RESTORE, evidence, "C-7", ELECTION, Speech("en", "Asia/Jakarta"), NOW).body
    assert "When proven (25 Jan 2024, 07:05:00 WIB): Missing in 30 of 31 checks" in said
    assert "Now (26 Jan 2024, 03:05:00 WIB): Missing in 1,100 of 1,200 checks" in said
    assert "Working as usual: profile. Not measured: people search." in said


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
    assert "Search problem for Latest search on X" in said


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
    subject = compose(type_, evidence_of(PROVEN, PROVEN), "C-1", strange, Speech("en", "UTC"), NOW).subject
    assert len(subject) <= LONGEST_SUBJECT
    assert len(subject.splitlines()) == 1


@pytest.mark.parametrize("word", ["please remove it", "delete the posts", "mohon hapus", "slow down"])
def test_the_words_that_are_looked_for_are_found(word: str) -> None:
    assert FORBIDDEN.search(word)
