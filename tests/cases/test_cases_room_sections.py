"""Each field of a room file has its form; another is said with its line and field."""

import pytest
from tests.cases.room_samples import changed, faults


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "what"),
    [
        ("room: small", "room: Small Room", 1, "room", "is no id"),
        ("https://siaga.example\n", "http://siaga.example\n", 3, "address", "unencrypted"),
        ("https://siaga.example\n", "https://siaga.example/room\n", 3, "address", "A path stands"),
        ("[id, en]", "[id, xx]", 4, "languages[1]", "There are no texts"),
        ('issuer: "https://id.example"', 'issuer: "http://id.example"', 27, "openid.issuer", "not secure"),
        ("approvals: 2", "approvals: 0", 5, "approvals", "out of range"),
        ('begins: "22:00"', 'begins: "25:00"', 6, "quiet-hours.begins", "no time of day"),
        ("acknowledge: 30m", "acknowledge: 1s", 8, "deadlines.critical.acknowledge", "out of range"),
        ("monday", "mondays", 10, "rota[0].days[0]", "is no day"),
        ("language: en", "language: fr", 13, "platforms[0].language", "not known here"),
        ("host: mail.example", "host: mail.example, starttls: none", 26, "mail.starttls", "unencrypted"),
        (", user: room", "", 26, "mail.user", "belong together"),
        ("room: small", "room: small\ncontact: the desk", 2, "contact", "reaches nobody"),
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
