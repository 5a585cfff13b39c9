"""A room file is read whole or refused with every fault, its line and what to write instead."""

from collections.abc import Callable
from datetime import time, timedelta
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.cases.room_samples import ELECTION, PLATFORM, SMALL, faults

from siaga.cases.room_file import RoomFile, Secret
from siaga.cases.room_reading import read_room
from siaga.cases.severity import Severity
from siaga.domain.errors import BadInput
from siaga.notifying.registry import FORMS

SHIPPED = files("siaga.cases").joinpath("room.yaml").read_text(encoding="utf-8").replace("PLATFORM", PLATFORM)


def test_the_shipped_file_is_in_order() -> None:
    room = read_room(SHIPPED, ELECTION, FORMS)
    assert room.approvals == 2
    assert [contact.id for contact in room.platforms[0].contacts] == ["on-call-liaison", "regional-lead"]


def test_every_field_comes_to_its_value() -> None:
    room = read_room(SMALL, ELECTION, FORMS)
    assert room.quiet_hours is not None
    assert room.quiet_hours.covers(time(23))
    assert room.deadlines[Severity.CRITICAL].acknowledge == timedelta(minutes=30)
    assert room.deadlines[Severity.CRITICAL].restore == timedelta(hours=2)
    contact = room.contact("on-call")
    assert contact is not None
    assert [channel.kind for channel in contact.channels] == ["email", "webhook"]
    assert contact.channels[1].secret == Secret(environment="HOOK")
    assert room.rota[0].person == "person:ayu"
    assert room.rota[0].days == {0, 6}
    assert room.mail is not None
    assert room.mail.starttls
    assert room.mail.port == 587


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("password: {environment: MAIL}", "password: hunter2-hunter2"),
        lambda text: text.replace("{environment: HOOK}", "{environment: hunter2-hunter2}"),
        lambda text: text.replace("{environment: HOOK}", "whsec_hunter2-hunter2"),
        lambda text: text.replace("https://host.example/hook", "https://me:hunter2-hunter2@host.example/"),
        lambda text: text.replace("label: A room", "label: A room\napi-key: hunter2-hunter2"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(change: Callable[[str], str]) -> None:
    assert "hunter2" not in repr(faults(change(SMALL)))


LINES = SMALL.splitlines()
ODD = ["", "~", "[]", "{}", "- ", "? a", "&a b", "*a", "'", "\x00", "\ud800", "0", "on", "mail: []"]


@example("")
@example("platforms: [{}]")
@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from(ODD)).map(
            lambda one: "\n".join([*LINES[: one[0]], one[1], *LINES[one[0] + 1 :]])
        ),
        st.lists(st.sampled_from(LINES), max_size=30).map("\n".join),
    )
)
def test_whatever_stands_there_is_a_room_or_bad_input(text: str) -> None:
    try:
        assert isinstance(read_room(text, ELECTION, FORMS, "room.yaml"), RoomFile)
    except BadInput as bad:
        assert all(fault.what and fault.do for fault in bad.faults)  # noqa: PT017


def test_how_long_reports_and_measurements_are_kept() -> None:
    usual = read_room(SMALL, ELECTION, FORMS)
    assert (usual.keep_reports, usual.keep_measurements) == (timedelta(days=30), None)
    assert usual.keep_evidence == timedelta(days=365)
    text = SMALL.replace(
        "room: small", "room: small\nkeep-reports: 7d\nkeep-measurements: 90d\nkeep-evidence: 60d"
    )
    room = read_room(text, ELECTION, FORMS)
    assert (room.keep_reports, room.keep_measurements) == (timedelta(days=7), timedelta(days=90))
    assert room.keep_evidence == timedelta(days=60)
