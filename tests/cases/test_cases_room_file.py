"""A room file is read whole or refused with every fault, its line and what to write instead."""

import io
import json
from collections.abc import Callable
from datetime import time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from siaga.cases.room_file import RoomFile, Secret
from siaga.cases.room_reading import FIELDS, read_room
from siaga.cases.severity import Severity
from siaga.domain.errors import BadInput, Fault
from siaga.election.reading import read_election
from siaga.notifying.registry import FORMS
from siaga.platforms.registry import platforms

ROOT = Path(__file__).parents[2]
ELECTION = read_election(
    (ROOT / "elections" / "indonesia-2024.yaml").read_text(encoding="utf-8"), platforms()
)
PLATFORM = ELECTION.platforms[0].id
SCHEMA: dict[str, Any] = json.loads(files("siaga.cases").joinpath("room.schema.json").read_text())
SHIPPED = files("siaga.cases").joinpath("room.yaml").read_text(encoding="utf-8").replace("PLATFORM", PLATFORM)
SMALL = f"""room: small
label: A room
address: https://siaga.example
languages: [id, en]
approvals: 2
quiet-hours: {{begins: "22:00", ends: "06:00"}}
deadlines:
  critical: {{acknowledge: 30m}}
rota:
  - {{person: ayu, days: [monday, sunday], begins: "07:00", ends: "19:00"}}
platforms:
  - id: {PLATFORM}
    language: en
    contacts:
      - id: on-call
        label: On call
        channels:
          - {{kind: email, address: on-call@host.example}}
          - {{kind: webhook, address: "https://host.example/hook", secret: {{environment: HOOK}}}}
      - id: lead
        label: Lead
        channels:
          - {{kind: apprise, secret: {{file: chat.txt}}}}
          - {{kind: letter}}
    ladder: [on-call, lead]
mail: {{host: mail.example, sender: room@host.example, user: room, password: {{environment: MAIL}}}}
openid: {{issuer: "https://id.example", client: siaga, secret: {{environment: ID}}, label: Our id}}
"""


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        read_room(text, ELECTION, FORMS, "room.yaml")
    return caught.value.faults


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def refused_by_schema(text: str) -> bool:
    value = json.loads(json.dumps(YAML(typ="safe", pure=True).load(io.StringIO(text)), default=str))
    return not Draft202012Validator(SCHEMA).is_valid(value)


def test_the_shipped_file_is_in_order_and_passes_the_schema() -> None:
    room = read_room(SHIPPED, ELECTION, FORMS)
    assert room.approvals == 2
    assert [contact.id for contact in room.platforms[0].contacts] == ["on-call-liaison", "regional-lead"]
    assert not refused_by_schema(SHIPPED)


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


def test_the_schema_and_the_reader_know_the_same_fields() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert tuple(SCHEMA["properties"]) == FIELDS
    assert not refused_by_schema(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
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
        (f"id: {PLATFORM}", "id: orkut", 12, "platforms[0].id", "not known here"),
        ("language: en", "language: fr", 13, "platforms[0].language", "not known here"),
        (
            "on-call@host.example",
            "on call",
            18,
            "platforms[0].contacts[0].channels[0].address",
            "no mail address",
        ),
        (
            ", secret: {environment: HOOK}",
            "",
            19,
            "platforms[0].contacts[0].channels[1].secret",
            "is needed",
        ),
        (
            "https://host.example/hook",
            "http://host.example/hook",
            19,
            "platforms[0].contacts[0].channels[1].address",
            "unencrypted",
        ),
        ("id: lead", "id: on-call", 20, "platforms[0].contacts[1].id", "already"),
        ("ladder: [on-call, lead]", "ladder: [on-call, boss]", 25, "platforms[0].ladder[1]", "no contact"),
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
def test_a_fault_is_told_with_its_line_and_field(
    old: str, new: str, line: int, field: str, said: str
) -> None:
    found = faults(changed(old, new))
    assert any((fault.line, fault.field) == (line, field) and said in fault.what for fault in found), found
    assert all(fault.do for fault in found)


def test_mail_without_a_server_is_said() -> None:
    found = faults(SMALL[: SMALL.index("mail:")])
    assert [fault.field for fault in found] == ["mail"]


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
