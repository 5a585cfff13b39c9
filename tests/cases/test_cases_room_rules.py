"""A room file agrees with its election, with itself, and with the kinds of channels that there are."""

import pytest
from tests.cases.room_samples import ELECTION, PLATFORM, SMALL, changed, faults

from siaga.cases.room_reading import read_room
from siaga.notifying.registry import FORMS


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "what"),
    [
        (f"id: {PLATFORM}", "id: orkut", 12, "platforms[0].id", "not known here"),
        (
            "on-call@host.example",
            "on call",
            18,
            "platforms[0].contacts[0].channels[0].address",
            "not an email address",
        ),
        (", secret: {environment: HOOK}", "", 19, "platforms[0].contacts[0].channels[1].secret", "is needed"),
        (
            "https://host.example/hook",
            "http://host.example/hook",
            19,
            "platforms[0].contacts[0].channels[1].address",
            "unencrypted",
        ),
        ("id: lead", "id: on-call", 20, "platforms[0].contacts[1].id", "already"),
        ("ladder: [on-call, lead]", "ladder: [on-call, boss]", 25, "platforms[0].ladder[1]", "no contact"),
    ],
)
def test_what_does_not_agree_is_told_with_its_line_and_field(
    old: str, new: str, line: int, field: str, what: str
) -> None:
    found = faults(changed(old, new))
    assert any((fault.line, fault.field) == (line, field) and what in fault.what for fault in found), found
    assert all(fault.do for fault in found)


def test_mail_without_a_server_is_said() -> None:
    found = faults(SMALL[: SMALL.index("mail:")])
    assert [fault.field for fault in found] == ["mail"]


def test_a_platform_or_a_rung_twice_is_said() -> None:
    desk = SMALL[SMALL.index(f"  - id: {PLATFORM}") : SMALL.index("mail:")]
    twice = SMALL.replace(desk, desk + desk.replace("on-call", "other").replace("lead", "boss"))
    assert [(fault.field, "twice" in fault.what) for fault in faults(twice)] == [("platforms[1].id", True)]
    rungs = faults(changed("ladder: [on-call, lead]", "ladder: [on-call, on-call]"))
    assert [(fault.field, "twice" in fault.what) for fault in rungs] == [("platforms[0].ladder[1]", True)]


def test_a_room_that_writes_no_mail_needs_no_server() -> None:
    text = changed("{kind: email, address: on-call@host.example}", "{kind: letter}")
    without = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("mail:"))
    assert read_room(without, ELECTION, FORMS).mail is None
