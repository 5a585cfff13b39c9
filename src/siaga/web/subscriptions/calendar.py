"""The election's events as a calendar that people subscribe to (iCalendar, RFC 5545)."""

from datetime import UTC

from icalendar import Calendar, vText
from icalendar import Event as CalendarEntry

from siaga.domain.label import label_in
from siaga.election.model import Election
from siaga.web.subscriptions.plain_text import without_control_characters


def calendar_of(election: Election, language: str) -> bytes:
    """The calendar, with labels in a language. An entry's id stays the same however often it is fetched."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Siaga//EN")
    calendar.add("x-wr-calname", vText(_line(label_in(language, election.label))))
    for event in election.events:
        entry = CalendarEntry()
        entry.add("uid", f"{event.id}@{election.id}.siaga")
        entry.add("dtstamp", event.starts.astimezone(UTC))
        entry.add("dtstart", event.starts.astimezone(UTC))
        entry.add("dtend", event.ends.astimezone(UTC))
        entry.add("summary", _line(label_in(language, event.label)))
        entry.add("categories", [event.kind.value.upper()])
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _line(text: str) -> str:
    return " ".join(without_control_characters(text).split())
