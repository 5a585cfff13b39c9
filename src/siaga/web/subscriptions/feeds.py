"""What other programs subscribe to: cases as Atom, the election's events as iCalendar."""

from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, Stage
from siaga.cases.case_evidence import case_evidence
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.labels import about
from siaga.cases.phrases import public_sentence
from siaga.cases.publication import EVERYBODY, PublicEvent, is_public, timeline
from siaga.domain.label import label_in
from siaga.domain.time import rfc3339
from siaga.i18n.evidence_phrases import began_sentence, strength_lines
from siaga.i18n.speech import Speech
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer
from siaga.web.subscriptions.calendar import calendar_of
from siaga.web.subscriptions.plain_text import without_control_characters

ATOM: Final = "http://www.w3.org/2005/Atom"
MOST_ENTRIES: Final = 50
PROOFS: Final[Mapping[str, Stage]] = {
    CaseVerified.kind: Stage.VERIFIED,
    CaseRelapsed.kind: Stage.RELAPSED,
}
"""Events that prove something, and the stage that a case then reaches."""


class Feeds:
    """The feeds of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer) -> None:
        self._watch, self._renderer = watch, renderer

    async def atom(self, request: Request) -> Response:
        """What happened to the public cases, newest first, as Atom (RFC 4287)."""
        speech, base = self._renderer.speech(request), self._renderer.outside(request)
        election = self._watch.election
        happened = [
            (event, number, case)
            for case in self._watch.cases()
            if is_public(case)
            for number, event in enumerate(timeline(self._watch.case_history(case.id)), start=1)
            if not event.undone
        ]
        happened.sort(key=lambda entry: entry[0].at, reverse=True)
        here = f"{base}/{speech.language}"
        feed = Element("feed", {"xmlns": ATOM, "xml:lang": speech.language})
        _text(feed, "id", f"{here}/cases.atom")
        _text(feed, "title", f"Siaga: {label_in(speech.language, election.label)}")
        _text(feed, "updated", rfc3339(happened[0][0].at if happened else self._watch.now()))
        SubElement(feed, "link", {"rel": "self", "href": f"{here}/cases.atom"})
        SubElement(feed, "link", {"rel": "alternate", "href": f"{here}/cases"})
        SubElement(SubElement(feed, "author"), "name").text = "Siaga"
        labels = {platform.id: platform.label for platform in election.platforms}
        for event, number, case in happened[:MOST_ENTRIES]:
            entry = SubElement(feed, "entry")
            what = about(case, election, speech)
            _text(entry, "id", f"{here}/cases/{case.id}#{number}")
            _text(
                entry,
                "title",
                without_control_characters(f"{what}, {labels.get(case.platform, case.platform)} ({case.id})"),
            )
            _text(entry, "updated", rfc3339(event.at))
            SubElement(entry, "link", {"href": f"{here}/cases/{case.id}"})
            told = f"{public_sentence(speech, event)} {_proof(speech, case, event)}".rstrip()
            _text(entry, "summary", without_control_characters(told))
        return _answer(b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed), "application/atom+xml")

    async def calendar(self, request: Request) -> Response:
        """The election's events, as iCalendar (RFC 5545)."""
        language = self._renderer.speech(request).language
        return _answer(calendar_of(self._watch.election, language), "text/calendar")


def _proof(speech: Speech, case: Case, event: PublicEvent) -> str:
    """Since when, and how strong the evidence was: beside the news that it is proven, of the newest proof."""
    evidence = case_evidence(case, EVERYBODY)
    if event.kind not in PROOFS or evidence is None or case.reached.get(PROOFS[event.kind]) != event.at:
        return ""
    return " ".join([began_sentence(speech, evidence), *strength_lines(speech, evidence)[:1]])


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _answer(body: bytes, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers={"Cache-Control": "public, max-age=60"})
