"""What people and contacts are called, instead of their ids."""

from siaga.cases.room_file import RoomFile
from siaga.web.http.session import Visitors


def who_label(room: RoomFile | None, visitors: Visitors, who: str) -> str:
    """The name of whoever the journal writes as `person:ID` or `liaison:ID`; the id where nobody knows it."""
    kind, _, id = who.rpartition(":")
    if kind != "liaison":
        return visitors.label(who)
    contact = None if room is None else room.contact(id)
    return id if contact is None else contact.label
