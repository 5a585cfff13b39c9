"""A small room file that is in order, and the election that it belongs to."""

from pathlib import Path

import pytest

from siaga.cases.room_reading import read_room
from siaga.domain.errors import BadInput, Fault
from siaga.election.reading import read_election
from siaga.notifying.registry import FORMS
from siaga.platforms.registry import platforms

ROOT = Path(__file__).parents[2]
ELECTION = read_election(
    (ROOT / "elections" / "indonesia-2024.yaml").read_text(encoding="utf-8"), platforms()
)
PLATFORM = ELECTION.platforms[0].id
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
    """The faults of a room file."""
    with pytest.raises(BadInput) as caught:
        read_room(text, ELECTION, FORMS, "room.yaml")
    return caught.value.faults


def changed(old: str, new: str) -> str:
    """The small room file with one thing changed."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)
