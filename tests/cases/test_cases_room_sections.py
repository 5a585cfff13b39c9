"""Each field of a room file has its form; another is said with its line and field."""

import pytest
from tests.cases.room_samples import ELECTION, changed, faults

from siaga.cases.room_reading import read_room
from siaga.notifying.registry import FORMS


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "what"),
    [
        ("room: small", "room: Small Room", 1, "room", "is no id"),
        ("https://siaga.example\n", "http://siaga.example\n", 3, "address", "unencrypted"),
        ("https://siaga.example\n", "https://siaga.example/room\n", 3, "address", "A path stands"),
        ("[id, en]", "[id, xx]", 4, "languages[1]", "There are no texts"),
        ('issuer: "https://id.example"', 'issuer: "http://id.example"', 27, "openid.issuer", "not secure"),
        ("approvals: 2", "approvals: 0", 5, "approvals", "out of range"),
        ("approvals: 2", "approvals: 1", 5, "approvals", "nobody else has read"),
        (
            "approvals: 2",
            "approvals: 1\nrisk-of-a-single-approver: perhaps",
            6,
            "risk-of-a-single-approver",
            "not known here",
        ),
        ('begins: "22:00"', 'begins: "25:00"', 6, "quiet-hours.begins", "Invalid time of day"),
        ("acknowledge: 30m", "acknowledge: 1s", 8, "deadlines.critical.acknowledge", "out of range"),
        ("monday", "mondays", 10, "rota[0].days[0]", "is no day"),
        ("language: en", "language: fr", 13, "platforms[0].language", "not known here"),
        ("host: mail.example", "host: mail.example, starttls: none", 26, "mail.starttls", "unencrypted"),
        (", user: room", "", 26, "mail.user", "belong together"),
        ("room: small", "room: small\ncontact: the desk", 2, "contact", "reaches nobody"),
        ("room: small", "room: small\nkeep-reports: 1h", 2, "keep-reports", "out of range"),
        ("room: small", "room: small\nkeep-measurements: 3d", 2, "keep-measurements", "out of range"),
        (
            "room: small",
            "room: small\npublish-requests-after: 40d",
            2,
            "publish-requests-after",
            "out of range",
        ),
    ],
)
def test_a_fault_of_form_is_told_with_its_line_and_field(
    old: str, new: str, line: int, field: str, what: str
) -> None:
    found = faults(changed(old, new))
    assert any((fault.line, fault.field) == (line, field) and what in fault.what for fault in found), found
    assert all(fault.do for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ('ends: "06:00"', 'ends: "22:00"', "quiet-hours.ends", "empty"),
        ("sender: room@host.example", "sender: the room", "mail.sender", "not an email address"),
        ("host: mail.example", "host: mail example", "mail.host", "no host"),
        ("host: mail.example", "host: mail.example, port: 0", "mail.port", "out of range"),
        ("critical: {", "grave: {", "deadlines.grave", "no field"),
        ("label: Our id", "label: [Our id]", "openid.label", "A text is expected"),
    ],
)
def test_what_a_part_of_the_room_cannot_be_is_told(old: str, new: str, field: str, what: str) -> None:
    (fault,) = faults(changed(old, new))
    assert fault.field == field
    assert what in fault.what
    assert fault.do


def test_a_mail_server_on_this_machine_needs_no_encryption() -> None:
    text = changed("host: mail.example", "host: 127.0.0.1, starttls: none")
    room = read_room(text, ELECTION, FORMS)
    assert room.mail is not None
    assert not room.mail.starttls


def test_one_approver_is_enough_where_the_file_accepts_the_risk() -> None:
    text = changed("approvals: 2", "approvals: 1\nrisk-of-a-single-approver: accepted")
    assert read_room(text, ELECTION, FORMS).approvals == 1
