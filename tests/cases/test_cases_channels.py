"""The room file takes for each channel what the channel's form says, and nothing else."""

from pathlib import Path

import pytest

from siaga.cases.channels import AddressForm, ChannelForm
from siaga.cases.room_file import ContactChannel, Secret
from siaga.cases.room_reading import read_room
from siaga.domain.errors import BadInput
from siaga.election.reading import read_election
from siaga.platforms.registry import platforms

FILE = Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml"
ELECTION = read_election(FILE.read_text(encoding="utf-8"), platforms())
PLATFORM = ELECTION.platforms[0].id
PIGEON = ChannelForm(
    "pigeon",
    "a slip of paper",
    address=AddressForm(
        missing=("The loft is missing.", "Add `address:`."),
        problem=lambda address: None if address.startswith("loft-") else ("No loft.", "Write loft-1."),
        schema={"type": "string"},
    ),
    secret="The ring's number is needed.",
)
DRUM = ChannelForm("drum", "a beat")
BOTTLE = ChannelForm("bottle", "a letter that floats", needs_mail_server=True)
FORMS = {form.kind: form for form in (PIGEON, DRUM, BOTTLE)}


def channel(written: str) -> ContactChannel:
    text = f"""room: small
label: A room
address: https://siaga.example
platforms:
  - id: {PLATFORM}
    language: en
    contacts:
      - {{id: on-call, label: On call, channels: [{written}]}}
"""
    return read_room(text, ELECTION, FORMS).platforms[0].contacts[0].channels[0]


def test_a_channel_that_has_what_its_form_says_is_taken() -> None:
    read = channel("{kind: pigeon, address: loft-7, secret: {environment: RING}}")
    assert read == ContactChannel("pigeon", "loft-7", Secret(environment="RING"))


@pytest.mark.parametrize(
    ("written", "field", "fault"),
    [
        ("{kind: smoke}", "channels[0].kind", "not known here"),
        ("{kind: pigeon, secret: {environment: RING}}", "channels[0].address", "The loft is missing"),
        ("{kind: pigeon, address: roof, secret: {environment: RING}}", "channels[0].address", "No loft"),
        ("{kind: pigeon, address: loft-7}", "channels[0].secret", "The ring's number"),
        ("{kind: drum, address: loft-7}", "channels[0].address", "uses no `address`"),
        ("{kind: drum, secret: {environment: RING}}", "channels[0].secret", "uses no `secret`"),
        ("{kind: bottle}", "mail", "no mail server"),
    ],
)
def test_a_channel_that_has_not_is_refused_with_the_field(written: str, field: str, fault: str) -> None:
    with pytest.raises(BadInput) as refused:
        channel(written)
    (found,) = refused.value.faults
    assert found.field.endswith(field)
    assert fault in found.what
    assert found.do
