"""Makes a watch's outbox from its room file: a route for each channel, secrets read once, at the start."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from siaga.cases.case_evidence import case_evidence
from siaga.cases.publication import EVERYBODY
from siaga.cases.room_file import Contact, ContactChannel, PlatformDesk, RoomFile, Secret
from siaga.composition.secrets import place_of, read_secret, what_to_do
from siaga.composition.unset_secrets import NoSecretSender, lacking, mail_sender
from siaga.config.addresses import address_problem
from siaga.detection import verdict_details
from siaga.domain.errors import BadInput, Fault
from siaga.domain.label import label_in
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.i18n import evidence_phrases, verdict_phrases
from siaga.i18n.speech import Speech
from siaga.journal.journal import Journal
from siaga.notifying.channel import ChannelSetup
from siaga.notifying.heartbeat import Heartbeat
from siaga.notifying.outbox import DeliveryRoute, Outbox, PersonRoutes
from siaga.notifying.registry import CHANNELS
from siaga.people.links import Links
from siaga.people.openid import OpenId
from siaga.people.provider import Provider
from siaga.ports.cases import CaseService
from siaga.ports.watch import StreamHealth, WatchView
from siaga.services.subscriptions import NewsMailer
from siaga.web.charts.downloads import PNG_WIDTH, png, styled
from siaga.web.charts.name_chart import NameCharts

_log = logging.getLogger(__name__)

Environment = Mapping[str, str]


def room_secrets(
    room: RoomFile, directory: Path, environment: Environment = MappingProxyType(os.environ)
) -> Mapping[Secret, str]:
    """The secrets that a room file names and that are there; files are looked up beside it, in `directory`.
    Without its secret a channel or the mail server is out, and nothing else.

    Raises:
        BadInput: with a fault for each of the rest that is not there. No message holds a secret.
    """
    sending = [
        channel.secret
        for desk in room.platforms
        for contact in desk.contacts
        for channel in contact.channels
        if channel.secret is not None
    ]
    if room.mail is not None and room.mail.password is not None:
        sending.append(room.mail.password)
    named = [(secret, "") for secret in sending]
    if room.openid is not None:
        named.append((room.openid.secret, "openid.secret"))
    if (beat := room.alerts.heartbeat) is not None and beat.secret is not None:
        named.append((beat.secret, "alerts.heartbeat.secret"))
    found, faults = dict[Secret, str](), list[Fault]()
    for secret, field in named:
        text = read_secret(secret.environment, secret.file, directory, environment)
        if text:
            found[secret] = text
        elif field:
            what = f"{place_of(secret.environment, secret.file)} holds no secret."
            faults.append(Fault(what, what_to_do(secret.environment), field=field))
    if faults:
        raise BadInput(*faults)
    return found


def openid_of(room: RoomFile, secrets: Mapping[Secret, str], clock: Clock) -> OpenId | None:
    """The provider through which a room's people may sign in; None where the room file names none."""
    if room.openid is None:
        return None
    provider = room.openid
    secret = secrets[provider.secret]
    return OpenId(Provider(provider.issuer, provider.client, secret, provider.label), clock)


class DeliveryRoutes:
    """Makes the routes by which one room's messages go out."""

    def __init__(
        self,
        election: Election,
        room: RoomFile,
        secrets: Mapping[Secret, str],
        directory: Path,
        cases: CaseService,
        clock: Clock,
        watch: WatchView | None = None,
    ) -> None:
        self._election, self._room, self._secrets = election, room, secrets
        self._directory, self._cases, self._clock = directory, cases, clock
        self._charts = None if watch is None else NameCharts(watch)

    def all(self) -> Mapping[tuple[str, int], DeliveryRoute]:
        """A route for each channel, by contact and by the channel's number in the room file; one whose secret
        is not there leads nowhere.

        Raises:
            BadInput: a channel cannot be used.
        """
        return {
            (contact.id, number): self._route(desk, contact, channel)
            for desk in self._room.platforms
            for contact in desk.contacts
            for number, channel in enumerate(contact.channels)
        }

    def _route(self, desk: PlatformDesk, contact: Contact, channel: ContactChannel) -> DeliveryRoute:
        kind = CHANNELS[channel.kind]
        if (secret := lacking(self._room, channel, self._secrets)) is not None:
            return DeliveryRoute(kind.form, NoSecretSender(secret), channel.address or "")
        mail, speech = self._room.mail, Speech(desk.language, self._election.timezone)
        setup = ChannelSetup(
            room=self._room.label,
            contact=contact.label,
            speech=speech,
            clock=self._clock,
            directory=self._directory,
            annex=lambda case: self._annex(speech, case),
            picture=lambda case, at: self._chart(speech, case, at),
            secret=self._secrets[channel.secret] if channel.secret is not None else "",
            mail=mail,
            mail_password=self._secrets.get(mail.password) if mail and mail.password else None,
        )
        try:
            return DeliveryRoute(kind.form, kind.sender(setup), channel.address or "")
        except BadInput as bad:
            field = f"platforms.{desk.id}.contacts.{contact.id}"
            raise BadInput(*(replace(fault, field=field) for fault in bad.faults)) from None

    async def _chart(self, speech: Speech, id: str, at: datetime) -> bytes | None:
        """The case's chart, as its page shows it; a letter goes without it rather than not at all."""
        case = self._cases.cases.get(id)
        if self._charts is None or case is None:
            return None
        try:
            svg = await self._charts.case_chart(speech, case, at)
            return None if svg is None else await asyncio.to_thread(png, styled(svg), PNG_WIDTH)
        except Exception as error:
            _log.error("the chart of a letter could not be drawn: %s", type(error).__name__)
            return None

    def _annex(self, speech: Speech, id: str) -> list[tuple[str, str]]:
        """What measuring has shown, as a table."""
        case = self._cases.cases.get(id)
        evidence = None if case is None else case_evidence(case, EVERYBODY)
        if case is None or evidence is None or evidence.proven is None:
            return []
        proven, election = evidence.proven, self._election
        rows = [
            (speech.say("Case"), f"{case.id}, {label_in(speech.language, election.label)}"),
            (speech.say("Found"), speech.say(verdict_phrases.STATES[evidence.state].label)),
            (speech.say("Counts"), evidence_phrases.counts_sentence(speech, proven)),
        ]
        if meaning := evidence_phrases.meaning_sentence(speech, evidence, election.promise.span):
            odds = speech.odds(proven.evidence if evidence.strength is None else evidence.strength.evidence)
            rows.append((speech.say("Strength of evidence"), f"{odds}. {meaning}"))
        rows.extend((fact.label, fact.text) for fact in verdict_details.facts(speech, evidence, election))
        rows.append((speech.say("Last round"), f"{speech.clock(proven.at)} {speech.zone_name(proven.at)}"))
        if self._room.address:
            rows.append((speech.say("Full text"), f"{self._room.address}/{speech.language}/cases/{case.id}"))
        return rows


def outbox_of(
    election: Election,
    room: RoomFile,
    secrets: Mapping[Secret, str],
    directory: Path,
    cases: CaseService,
    journal: Journal,
    links: Links,
    clock: Clock,
    watch: WatchView | None = None,
    people: PersonRoutes | None = None,
) -> Outbox:
    """The outbox of a watch that keeps its files in `directory`. Letters have the charts of `watch`, `people`
    leads to those of the room.

    Raises:
        BadInput: a channel of the room file cannot be used.
    """

    def answer_at(case: str, contact: str, link: str | None) -> str:
        desk = next((desk for desk in room.platforms if any(c.id == contact for c in desk.contacts)), None)
        language = desk.language if desk else room.languages[0]
        place = f"answer/{links.token(link)}" if link is not None else f"cases/{case}"
        return f"{room.address}/{language}/{place}"

    routes = DeliveryRoutes(election, room, secrets, directory, cases, clock, watch).all()
    return Outbox(journal, clock, routes, answer_at, people, links.device_code)


def mailer_of(
    watch: WatchView,
    room: RoomFile,
    secrets: Mapping[Secret, str],
    directory: Path,
    key: bytes,
    clock: Clock,
) -> NewsMailer | None:
    """The news by mail of a watch; None where the room file names no mail server."""
    if room.mail is None:
        return None
    return NewsMailer(watch, directory, mail_sender(room.mail, secrets), key, room.address, clock)


def heartbeat_of(
    room: RoomFile,
    secrets: Mapping[Secret, str],
    streams: Callable[[], Sequence[StreamHealth]],
    clock: Clock,
) -> Heartbeat | None:
    """The heartbeat of a watch whose streams are these; None where the room file names no monitor.

    Raises:
        BadInput: the address that is kept as a secret is none; it is not repeated.
    """
    beat = room.alerts.heartbeat
    if beat is None:
        return None
    address = beat.address or (secrets[beat.secret] if beat.secret is not None else "")
    problem = address_problem(address, ("https", "http"))
    if problem is not None:
        raise BadInput(Fault(*problem, field="alerts.heartbeat"))

    def is_measuring(now: datetime) -> bool:
        """Whether something was measured so lately that it is no silence."""
        measured = [health.last_measured for health in streams() if health.last_measured is not None]
        return bool(measured) and now - max(measured) < room.alerts.silence_after

    return Heartbeat(address, beat.every, beat.posts, is_measuring, clock)
