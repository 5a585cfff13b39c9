"""How people are woken: channels and quiet hours of their own, whose addresses nobody sees again."""

from datetime import timedelta

import pytest
from tests.people.house import House

from siaga.cases.room_file import QuietHours
from siaga.domain.errors import BadInput
from siaga.people.channels import CHAT, EMAIL, MOST_CHANNELS, channel_problem

SECRET = "tgram://123456:AAsecret/4711"


def test_a_channel_is_kept_and_its_address_stands_neither_in_the_journal_nor_in_its_label(
    house: House,
) -> None:
    channels = house.accounts.channels
    channels.add("ayu", EMAIL, "ayu.private@host.example", "id")
    house.clock.advance(timedelta(seconds=1))
    channels.add("ayu", CHAT, SECRET, "id")
    assert [channel.address for channel in channels.of("ayu")] == ["ayu.private@host.example", SECRET]
    assert [channel.label for channel in channels.of("ayu")] == ["a…@host.example", "Telegram"]
    journalled = repr([(event.who, event.what) for event in house.journal.read()])
    assert "ayu.private" not in journalled
    assert "AAsecret" not in journalled
    assert house.kinds()[-2:] == ["person-changed"] * 2


def test_a_channel_is_removed_by_its_owner_alone_and_once(house: House) -> None:
    channels = house.accounts.channels
    added = channels.add("ayu", EMAIL, "ayu@host.example", "en")
    channels.remove("bima", added.id)
    assert channels.of("ayu") == (added,)
    channels.remove("ayu", added.id)
    channels.remove("ayu", added.id)
    assert channels.of("ayu") == ()
    assert [event.what.get("added") for event in house.journal.read()][-2:] == [True, False]


def test_a_person_has_so_many_channels_and_no_more(house: House) -> None:
    for number in range(MOST_CHANNELS):
        house.accounts.channels.add("ayu", EMAIL, f"ayu{number}@host.example", "en")
    with pytest.raises(BadInput, match="as many channels"):
        house.accounts.channels.add("ayu", EMAIL, "more@host.example", "en")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (EMAIL, "no address"),
        (EMAIL, ""),
        ("letter", "anything"),
        (CHAT, "json://10.0.0.1/inside"),
        (CHAT, "file:///etc/passwd"),
        (CHAT, "tgram://token/1,json://10.0.0.1/inside"),
        (CHAT, "tgram://token/1;json://10.0.0.1/inside"),
        (CHAT, "tgram://token/1 json://10.0.0.1/inside"),
        (CHAT, "tgram://json://10.0.0.1/inside"),
        (CHAT, "slack://a/b/c?template=/etc/passwd"),
        (CHAT, "workflows://inside.example/a/b"),
        (CHAT, "tgram://" + "x" * 500),
    ],
)
def test_an_address_that_could_lead_anywhere_else_is_refused_and_never_repeated(
    house: House, kind: str, address: str
) -> None:
    problem = channel_problem(kind, address)
    assert problem is not None
    assert not address or address not in repr(problem)
    with pytest.raises(BadInput):
        house.accounts.channels.add("ayu", kind, address, "en")
    assert house.accounts.channels.of("ayu") == ()


def test_quiet_hours_are_set_changed_and_taken_away(house: House) -> None:
    channels = house.accounts.channels
    channels.set_quiet_hours("ayu", "22:00", "06:00")
    channels.set_quiet_hours("ayu", "23:00", "05:30")
    hours = channels.quiet_hours()["ayu"]
    assert hours == QuietHours(hours.begins, hours.ends)
    assert (hours.begins.hour, hours.ends.minute) == (23, 30)
    channels.set_quiet_hours("ayu", "", "")
    assert channels.quiet_hours() == {}


@pytest.mark.parametrize(
    ("begins", "ends"), [("22:00", ""), ("", "6:00"), ("25:00", "06:00"), ("22:00", "22:00")]
)
def test_what_are_no_hours_is_refused(house: House, begins: str, ends: str) -> None:
    with pytest.raises(BadInput, match="no quiet hours"):
        house.accounts.channels.set_quiet_hours("ayu", begins, ends)
