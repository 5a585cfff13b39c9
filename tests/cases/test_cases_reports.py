"""What people send is read within bounds; whose name they typed is found out; nothing says who they are."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.cases.reports import Report, Seen, Source, When, read_report, subject_of
from siaga.cli.election_files import read_election_file
from siaga.domain.errors import BadInput
from siaga.election.model import Name, NameKind
from siaga.simulation.scenario import shipped_files

ELECTION = read_election_file(shipped_files("january-2024")[1])
AT = datetime(2024, 1, 25, 11, 45, tzinfo=UTC)
FORM = {"platform": "x", "typed": "Mahfud MD", "seen": "nothing", "when": "now", "place": "Surabaya"}


def read(**more: str) -> Report:
    return read_report({**FORM, **more}, ELECTION, "r1", AT, Source.PUBLIC, None)


def test_a_report_says_what_where_and_when_and_not_who() -> None:
    report = read()
    assert report.unit == ("x", "mahfud")
    assert (report.seen, report.when, report.place) == (Seen.NOTHING, When.NOW, "Surabaya")
    assert {one.name for one in fields(Report)} == {
        "id", "at", "platform", "elsewhere", "typed", "subject", "seen", "when", "place", "source", "comment",
        "picture",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("mahfud", "mahfud"),
        ("  MAHFUD   md ", "mahfud"),
        ("Mahfúd MD debat", "mahfud"),
        ("#mahfud", "mahfud"),
        ("@mahfud", "mahfud"),
        ("mahfudin", None),
        ("cuaca hari ini", None),
        ("anies", "anies"),
    ],
)
def test_whose_name_was_typed_is_found_out(typed: str, subject: str | None) -> None:
    assert subject_of(typed, ELECTION) == subject


def test_another_platform_and_another_name_are_taken_and_gather_with_nothing() -> None:
    report = read(platform="elsewhere", elsewhere="Friendster", typed="somebody")
    assert (report.platform, report.elsewhere) == (None, "Friendster")
    assert (report.subject, report.unit) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"platform": "y"}, "platform"),
        ({"platform": "elsewhere"}, "elsewhere"),
        ({"typed": " "}, "typed"),
        ({"typed": "x" * 101}, "typed"),
        ({"typed": "a\x00b"}, "typed"),
        ({"seen": ""}, "seen"),
        ({"seen": "all"}, "seen"),
        ({"when": "never"}, "when"),
        ({"place": "x" * 61}, "place"),
        ({"comment": "x" * 1_001}, "comment"),
        ({"comment": "\x1b[2J"}, "comment"),
    ],
)
def test_each_wrong_field_is_named(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(**wrong)
    assert [fault.field for fault in refused.value.faults] == [field]


@given(st.dictionaries(st.sampled_from([*FORM, "comment", "elsewhere", "more"]), st.text(max_size=200)))
def test_any_form_is_read_or_refused_by_field(form: dict[str, str]) -> None:
    try:
        report = read_report(form, ELECTION, "r1", AT, Source.PUBLIC, None)
    except BadInput as refused:
        wrong = [fault.field for fault in refused.faults]
    else:
        wrong = ["typed"] if not 0 < len(report.typed) <= 100 else []
        assert not wrong
    assert None not in wrong


def test_a_report_about_maruf_is_his_whichever_apostrophe_was_typed() -> None:
    (first, *others) = ELECTION.contestants
    person = replace(first.people[0], names=(Name("Ma'ruf Amin", NameKind.FULL),))
    election = replace(ELECTION, contestants=(replace(first, people=(person,)), *others))
    for typed in ("maruf amin", "Ma’ruf Amin", "kenapa MA`RUF AMIN hilang?"):
        assert subject_of(typed, election) == person.id
