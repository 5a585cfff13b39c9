"""Reads a room file, and says exactly what is wrong with a bad one: every fault, with its line."""

from collections.abc import Mapping

from siaga.cases.channels import ChannelForm
from siaga.cases.room_file import (
    USUAL_DEADLINES,
    Alerting,
    Contact,
    ContactChannel,
    Deadlines,
    HeartbeatTarget,
    Mail,
    OpenIdProvider,
    PlatformDesk,
    QuietHours,
    RoomFile,
    RotaTurn,
    Secret,
)
from siaga.cases.room_rules import check_room
from siaga.cases.room_sections import (
    AlertsSection,
    ContactSection,
    DeadlinesSection,
    DeskSection,
    MailSection,
    OpenIdSection,
    RoomFileSection,
    RotaSection,
)
from siaga.config.kinds import ROOM_FILE
from siaga.config.secrets import SecretSource
from siaga.config.sections import read_sections
from siaga.election.model import Election


def read_room(text: str, election: Election, channels: Mapping[str, ChannelForm], file: str = "") -> RoomFile:
    """The room that a file's text declares, for the platforms of `election`. `file` is named in faults.

    `channels` are the kinds of channel that a contact can have, by their word.

    Raises:
        BadInput: with every fault of the file, in the order of its lines.
    """
    reading, declared = read_sections(RoomFileSection, ROOM_FILE, text, file)
    check_room(reading, election, channels)
    if declared is None or reading.faults:
        reading.refuse()
    return _room_of(declared, election)


def _room_of(file: RoomFileSection, election: Election) -> RoomFile:
    hours = file.quiet_hours
    return RoomFile(
        id=file.room,
        label=file.label,
        address=file.address.rstrip("/"),
        languages=file.languages or election.languages,
        approvals=file.approvals,
        quiet_hours=None if hours is None else QuietHours(hours.begins, hours.ends),
        deadlines={
            severity: _deadlines_of(file.deadlines.get(severity), usual)
            for severity, usual in USUAL_DEADLINES.items()
        },
        platforms=tuple(map(_desk_of, file.platforms)),
        mail=None if file.mail is None else _mail_of(file.mail),
        rota=tuple(map(_turn_of, file.rota)),
        openid=None if file.openid is None else _openid_of(file.openid),
        about=file.about,
        public_contact=file.contact,
        publish_after=file.publish_requests_after,
        keep_reports=file.keep_reports,
        keep_evidence=file.keep_evidence,
        keep_measurements=file.keep_measurements,
        alerts=_alerts_of(file.alerts),
    )


def _deadlines_of(section: DeadlinesSection | None, usual: Deadlines) -> Deadlines:
    if section is None:
        return usual
    return Deadlines(
        section.acknowledge or usual.acknowledge,
        section.explain or usual.explain,
        section.restore or usual.restore,
    )


def _turn_of(section: RotaSection) -> RotaTurn:
    return RotaTurn(f"person:{section.person}", frozenset(section.days), section.begins, section.ends)


def _desk_of(section: DeskSection) -> PlatformDesk:
    contacts = tuple(map(_contact_of, section.contacts))
    ladder = section.ladder or tuple(contact.id for contact in contacts)
    return PlatformDesk(section.id, section.language, contacts, ladder)


def _contact_of(section: ContactSection) -> Contact:
    channels = tuple(
        ContactChannel(
            channel.kind, channel.address, None if channel.secret is None else _secret_of(channel.secret)
        )
        for channel in section.channels
    )
    return Contact(section.id, section.label, channels)


def _secret_of(source: SecretSource) -> Secret:
    return Secret(source.environment, source.file)


def _mail_of(section: MailSection) -> Mail:
    password = None if section.password is None else _secret_of(section.password)
    is_encrypted = section.starttls == "required"
    return Mail(section.host, section.port, section.sender, is_encrypted, section.user, password)


def _openid_of(section: OpenIdSection) -> OpenIdProvider:
    return OpenIdProvider(section.issuer, section.client, _secret_of(section.secret), section.label)


def _alerts_of(section: AlertsSection | None) -> Alerting:
    if section is None:
        return Alerting()
    beat = section.heartbeat
    if beat is None:
        return Alerting(section.acknowledge_within, section.silence_after)
    secret = None if beat.secret is None else _secret_of(beat.secret)
    target = HeartbeatTarget(beat.address, secret, beat.every, beat.method == "post")
    return Alerting(section.acknowledge_within, section.silence_after, target)
