"""What other programs subscribe to: cases as Atom, the election's events as iCalendar."""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.notices.messages import about
from siaga.cases.phrases import said
from siaga.cases.publication import is_public, timeline
from siaga.domain.time import rfc3339
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer

ATOM: Final = "http://www.w3.org/2005/Atom"
MOST_ENTRIES: Final = 50
FOLD: Final = 73
"""Octets of an iCalendar line before it is folded (RFC 5545 allows 75)."""


class Feeds:
    """The feeds of one room."""

    def __init__(self, room: WatchView, renderer: Renderer) -> None:
        self._room, self._renderer = room, renderer

    async def atom(self, request: Request) -> Response:
        """What happened to the public cases, newest first, as Atom (RFC 4287)."""
        speech, base = self._renderer.speech(request), self._renderer.outside(request)
        election = self._room.election
        happened = [
            (event, number, case)
            for case in self._room.cases()
            if is_public(case)
            for number, event in enumerate(timeline(self._room.case_history(case.id)), start=1)
            if not event.undone
        ]
        happened.sort(key=lambda one: one[0].at, reverse=True)
        here = f"{base}/{speech.language}"
        feed = Element("feed", {"xmlns": ATOM, "xml:lang": speech.language})
        _text(feed, "id", f"{here}/cases.atom")
        _text(feed, "title", f"Siaga: {election.label}")
        _text(feed, "updated", rfc3339(happened[0][0].at if happened else self._room.now()))
        SubElement(feed, "link", {"rel": "self", "href": f"{here}/cases.atom"})
        SubElement(feed, "link", {"rel": "alternate", "href": f"{here}/cases"})
        SubElement(SubElement(feed, "author"), "name").text = "Siaga"
        labels = {one.id: one.label for one in election.platforms}
        for event, number, case in happened[:MOST_ENTRIES]:
            entry = SubElement(feed, "entry")
            what = about(case, election, speech)
            _text(entry, "id", f"{here}/cases/{case.id}#{number}")
            _text(entry, "title", _clean(f"{what}, {labels.get(case.platform, case.platform)} ({case.id})"))
            _text(entry, "updated", rfc3339(event.at))
            SubElement(entry, "link", {"href": f"{here}/cases/{case.id}"})
            _text(entry, "summary", _clean(said(speech, event)))
        return _answer(b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed), "application/atom+xml")

    async def calendar(self, request: Request) -> Response:
        """The election's events, as iCalendar (RFC 5545)."""
        self._renderer.speech(request)
        election = self._room.election
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Siaga//EN",
            f"X-WR-CALNAME:{_ical(election.label)}",
        ]
        for event in election.events:
            lines += [
                "BEGIN:VEVENT",
                f"UID:{event.id}@{election.id}.siaga",
                f"DTSTAMP:{_utc(event.starts)}",
                f"DTSTART:{_utc(event.starts)}",
                f"DTEND:{_utc(event.ends)}",
                f"SUMMARY:{_ical(event.label)}",
                f"CATEGORIES:{event.kind.value.upper()}",
                "END:VEVENT",
            ]
        lines.append("END:VCALENDAR")
        return _answer("".join(_folded(line) for line in lines).encode(), "text/calendar")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _ical(text: str) -> str:
    """A text as iCalendar writes it."""
    for letter in ("\\", ";", ","):
        text = text.replace(letter, f"\\{letter}")
    return " ".join(_clean(text).split())


def _folded(line: str) -> str:
    """A line, folded between letters, with its end."""
    parts, part = list[str](), ""
    for letter in line:
        if len((part + letter).encode()) > FOLD:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join([*parts, part]) + "\r\n"


def _answer(body: bytes, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers={"Cache-Control": "public, max-age=60"})
