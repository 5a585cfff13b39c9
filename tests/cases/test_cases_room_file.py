"""A room's values answer who is written to, who is on call, and when nobody is disturbed."""

from datetime import UTC, datetime, time

from siaga.cases.room_file import Contact, PlatformDesk, QuietHours, RoomFile, RotaTurn

LEAD = Contact("lead", "Lead", ())
ROOM = RoomFile(
    "room",
    "Room",
    "https://siaga.example",
    platforms=(PlatformDesk("x", "en", (LEAD,), ("lead",)),),
    rota=(RotaTurn("person:ayu", frozenset({0}), time(22), time(6)),),
)


def test_quiet_hours_may_span_midnight_and_end_before_their_end() -> None:
    night, noon = QuietHours(time(22), time(6)), QuietHours(time(12), time(13))
    assert [night.covers(time(hour)) for hour in (21, 22, 0, 5, 6)] == [False, True, True, True, False]
    assert [noon.covers(time(hour)) for hour in (11, 12, 13)] == [False, True, False]


def test_the_rota_names_who_is_on_call() -> None:
    assert ROOM.on_call(datetime(2024, 1, 22, 23, tzinfo=UTC)) == "person:ayu"  # a Monday
    assert ROOM.on_call(datetime(2024, 1, 22, 12, tzinfo=UTC)) is None
    assert ROOM.on_call(datetime(2024, 1, 23, 23, tzinfo=UTC)) is None


def test_desks_and_contacts_are_found_by_id() -> None:
    desk = ROOM.desk("x")
    assert desk is not None
    assert desk.contacts == (LEAD,)
    assert ROOM.contact("lead") is LEAD
    assert ROOM.desk("nostr") is None
    assert ROOM.contact("nobody") is None
