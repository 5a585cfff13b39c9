"""Reads a room file, and says exactly what is wrong with a bad one: every fault, with its line."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Final, TypeVar
from urllib.parse import urlsplit

from siaga.cases.channels import ChannelForm
from siaga.cases.mail_address import MAIL_ADDRESS, mail_address_problem
from siaga.cases.room_file import (
    USUAL_DEADLINES,
    Contact,
    ContactChannel,
    Deadlines,
    Mail,
    OpenIdProvider,
    PlatformDesk,
    QuietHours,
    RoomFile,
    RotaTurn,
    Secret,
)
from siaga.cases.severity import Severity
from siaga.domain.errors import BadInput, Fault
from siaga.election.fields import Faults, Section, one_of, section_of, shown, text_of
from siaga.election.model import Election
from siaga.election.moments import Unreadable, parse_span, span_text
from siaga.election.references import LONGEST_ADDRESS, address_problem, is_loopback, reference
from siaga.election.tree import Scalar, read_tree
from siaga.i18n.speech import languages

FIELDS: Final = (
    "room",
    "label",
    "address",
    "languages",
    "approvals",
    "quiet-hours",
    "deadlines",
    "rota",
    "platforms",
    "mail",
    "openid",
    "about",
    "contact",
    "publish-requests-after",
)
REQUIRED: Final = ("room", "label", "address", "platforms")
MOST_APPROVALS: Final = 5
MOST_CONTACTS: Final = 20
MOST_CHANNELS: Final = 6
MOST_TURNS: Final = 100
LONGEST_ABOUT: Final = 2_000
LATEST_PUBLISHED: Final = timedelta(days=30)
SHORTEST_DEADLINE: Final = timedelta(minutes=5)
LONGEST_DEADLINE: Final = timedelta(days=30)
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OWED: Final = ("acknowledge", "explain", "restore")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
T = TypeVar("T")


def read_room(text: str, election: Election, channels: Mapping[str, ChannelForm], file: str = "") -> RoomFile:
    """The room that a file's text declares, for the platforms of `election`. `file` is named in faults.

    `channels` are the kinds of channel that a contact can have, by their word.

    Raises:
        BadInput: with every fault of the file, in the order of its lines.
    """
    tree, faults_of_form = read_tree(text, file)
    faults = Faults(file, list(faults_of_form))
    if tree is None or (isinstance(tree, Scalar) and not tree.text):
        raise BadInput(Fault("The file is empty.", "Begin with `siaga room new`.", file))
    top = section_of(faults, tree, "", FIELDS, REQUIRED)
    room = None if top is None else _room(top, election, channels)
    if room is None or faults.found:
        raise BadInput(*sorted(faults.found, key=lambda fault: fault.line))
    return room


def _room(top: Section, election: Election, forms: Mapping[str, ChannelForm]) -> RoomFile | None:
    id, label, address = top.id("room"), top.text("label"), _address(top, "address", election)
    approvals = top.integer("approvals", 1, MOST_APPROVALS)
    mail = _mail(top)
    desks = _desks(top, election, forms)
    if mail is None and "mail" not in top.fields:
        _refuse_mail_without_server(top, desks, forms)
    room = RoomFile(
        id=id or "",
        label=label or "",
        address=address or "",
        languages=_languages(top) or election.languages,
        approvals=approvals or 2,
        quiet_hours=_quiet_hours(top),
        deadlines=_deadlines(top),
        platforms=desks,
        mail=mail,
        rota=_rota(top),
        openid=_openid(top),
        about=top.text("about", LONGEST_ABOUT) or "",
        public_contact=_public_contact(top),
        publish_after=_publish_after(top),
    )
    return None if id is None or label is None or address is None else room


def _address(section: Section, name: str, election: Election) -> str | None:
    """Where the room's pages are reached: https, or http on this machine."""
    address = section.text(name, LONGEST_ADDRESS)
    if address is None:
        return None
    problem = address_problem(address, ("https", "http"))
    if problem is None and address.startswith("http:") and not is_loopback(address):
        problem = ("Links would travel unencrypted.", "Write https://.")
    if problem is None and urlsplit(address).path not in {"", "/"}:
        problem = ("A path stands in the address.", "Write the address of the site alone.")
    if problem is not None:
        section.wrong(name, *problem)
        return None
    return address.rstrip("/")


def _public_contact(top: Section) -> str:
    """A mail address, or an https one."""
    contact = top.text("contact", LONGEST_ADDRESS)
    if contact is None:
        return ""
    if MAIL_ADDRESS.fullmatch(contact) is None and address_problem(contact, ("https",)) is not None:
        top.wrong("contact", f"{shown(contact)} reaches nobody.", "Write a mail address, or https://...")
    return contact


def _publish_after(top: Section) -> timedelta:
    span = top.parsed("publish-requests-after", parse_span)
    if span is not None and not timedelta() <= span <= LATEST_PUBLISHED:
        do = f"Write a span of {span_text(LATEST_PUBLISHED)} at most; every request is published."
        top.wrong("publish-requests-after", f"{span_text(span)} is out of range.", do)
    return span or timedelta()


def _languages(top: Section) -> tuple[str, ...]:
    found: list[str] = []
    for tree, path in top.items("languages", 10):
        code = text_of(top.faults, tree, path)
        if code is None:
            continue
        if code not in languages():
            top.faults.wrong(tree.line, path, f"There are no texts in {shown(code)}.", _known_languages())
        elif code in found:
            top.faults.wrong(tree.line, path, f"{shown(code)} stands here twice.", "Remove one.")
        found.append(code)
    return tuple(found)


def _known_languages() -> str:
    return f"Write {' or '.join(languages())}."


# When


def _time(section: Section, name: str) -> time | None:
    return section.parsed(name, _time_of_day)


def _time_of_day(text: str) -> time:
    if _TIME.fullmatch(text) is None:
        raise Unreadable("This is no time of day.", 'Write it as "22:00", in quotes.')
    return time.fromisoformat(text)


def _quiet_hours(top: Section) -> QuietHours | None:
    section = top.section("quiet-hours", ("begins", "ends"), ("begins", "ends"))
    if section is None:
        return None
    begins, ends = _time(section, "begins"), _time(section, "ends")
    if begins is None or ends is None:
        return None
    if begins == ends:
        section.wrong("ends", "The quiet hours are empty.", "Write another time, or remove `quiet-hours`.")
    return QuietHours(begins, ends)


def _deadlines(top: Section) -> dict[Severity, Deadlines]:
    found = dict(USUAL_DEADLINES)
    section = top.section("deadlines", tuple(Severity))
    for severity in Severity if section else ():
        assert section is not None
        part = section.section(severity, OWED)
        if part is None:
            continue
        usual = USUAL_DEADLINES[severity]
        spans = {name: _span(part, name) or getattr(usual, name) for name in OWED}
        found[severity] = Deadlines(**spans)
    return found


def _span(section: Section, name: str) -> timedelta | None:
    span = section.parsed(name, parse_span)
    if span is not None and not SHORTEST_DEADLINE <= span <= LONGEST_DEADLINE:
        do = f"Write a span from {span_text(SHORTEST_DEADLINE)} to {span_text(LONGEST_DEADLINE)}."
        section.wrong(name, f"A deadline of {span_text(span)} is out of range.", do)
    return span


def _rota(top: Section) -> tuple[RotaTurn, ...]:
    turns = []
    known = ("person", "days", "begins", "ends")
    for section in top.sections("rota", known, known, MOST_TURNS):
        person = section.id("person")
        days: set[int] = set()
        for tree, path in section.items("days", len(DAYS)):
            day = text_of(top.faults, tree, path)
            if day is not None and day not in DAYS:
                top.faults.wrong(tree.line, path, f"{shown(day)} is no day.", one_of(day, DAYS))
            elif day is not None:
                days.add(DAYS.index(day))
        begins, ends = _time(section, "begins"), _time(section, "ends")
        if person is not None and begins is not None and ends is not None:
            turns.append(RotaTurn(f"person:{person}", frozenset(days), begins, ends))
    return tuple(turns)


# Whom


def _desks(top: Section, election: Election, forms: Mapping[str, ChannelForm]) -> tuple[PlatformDesk, ...]:
    known = {platform.id for platform in election.platforms}
    desks: list[PlatformDesk] = []
    seen: dict[str, int] = {}
    fields = ("id", "language", "contacts", "ladder")
    for section in top.sections("platforms", fields, fields[:3], len(known) or 1):
        id = section.choice("id", sorted(known))
        if id is not None and any(desk.id == id for desk in desks):
            section.wrong("id", f"{id} stands here twice.", "Put its contacts together.")
        language = section.choice("language", languages())
        contacts = tuple(_contacts(section, seen, forms))
        ladder = _ladder(section, [contact.id for contact in contacts])
        if id is not None:
            desks.append(PlatformDesk(id, language or languages()[0], contacts, ladder))
    return tuple(desks)


def _contacts(desk: Section, seen: dict[str, int], forms: Mapping[str, ChannelForm]) -> list[Contact]:
    contacts = []
    for section in desk.sections(
        "contacts", ("id", "label", "channels"), ("id", "label", "channels"), MOST_CONTACTS
    ):
        id, label = section.id("id"), section.text("label")
        if id is not None and id in seen:
            section.wrong("id", f"The contact {id} stands in line {seen[id]} already.", "Give it another id.")
        channels = tuple(_channels(section, forms))
        if id is not None:
            seen.setdefault(id, section.line)
            contacts.append(Contact(id, label or id, channels))
    return contacts


def _ladder(desk: Section, contacts: list[str]) -> tuple[str, ...]:
    if "ladder" not in desk.fields:
        return tuple(contacts)
    ladder: list[str] = []
    for tree, path in desk.items("ladder", MOST_CONTACTS):
        id = text_of(desk.faults, tree, path)
        if id is None:
            continue
        if id not in contacts:
            do = one_of(id, contacts) if contacts else "Write its `contacts` first."
            desk.faults.wrong(tree.line, path, f"{shown(id)} is no contact of this platform.", do)
        elif id in ladder:
            desk.faults.wrong(tree.line, path, f"{id} stands on the ladder twice.", "Remove one.")
        ladder.append(id)
    return tuple(ladder)


def _channels(contact: Section, forms: Mapping[str, ChannelForm]) -> list[ContactChannel]:
    channels = []
    for section in contact.sections("channels", ("kind", "address", "secret"), ("kind",), MOST_CHANNELS):
        kind = section.choice("kind", tuple(forms))
        if kind is None:
            continue
        form, secret = forms[kind], _secret(section, "secret")
        address = _channel_address(section, form)
        if form.secret is None:
            _unused(section, "secret", kind)
        else:
            _needed(section, "secret", form.secret)
        channels.append(ContactChannel(kind, address, secret))
    return channels


def _channel_address(section: Section, form: ChannelForm) -> str | None:
    address = section.text("address", LONGEST_ADDRESS)
    if form.address is None:
        _unused(section, "address", form.kind)
    elif address is None:
        section.wrong("address", *form.address.missing)
    elif (problem := form.address.problem(address)) is not None:
        section.wrong("address", *problem)
    return address


def _secret(section: Section, name: str) -> Secret | None:
    part = section.section(name, ("environment", "file"))
    if part is None:
        return None
    if len(part.fields) != 1:
        do = "Write exactly one: `environment: NAME` of a variable, or `file: PATH` beside this file."
        section.wrong(name, "It must be said in one place where the secret is found.", do)
        return None
    environment, file = reference(part)
    return None if environment is None and file is None else Secret(environment, file)


def _needed(section: Section, name: str, what: str) -> None:
    if name not in section.fields:
        section.wrong(name, what, f"Add `{name}: {{environment: NAME}}` or `{{file: PATH}}`.")


def _unused(section: Section, name: str, kind: str) -> None:
    if name in section.fields:
        section.wrong(name, f"A channel of kind {kind} uses no `{name}`.", "Remove it.")


# How


def _mail(top: Section) -> Mail | None:
    known = ("host", "port", "sender", "starttls", "user", "password")
    section = top.section("mail", known, ("host", "sender"))
    if section is None:
        return None
    host, sender = section.text("host"), section.text("sender")
    port = section.integer("port", 1, 65535)
    if host is not None and re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host) is None:
        section.wrong("host", f"{shown(host)} is no host.", "Write such as mail.example.")
    if sender is not None:
        problem = mail_address_problem(sender)
        if problem is not None:
            section.wrong("sender", *problem)
    starttls = section.choice("starttls", ("required", "none")) or "required"
    if starttls == "none" and host is not None and not is_loopback(f"//{host}"):
        do = "Write `starttls: required`; none is for a server on this machine."
        section.wrong("starttls", "Notices and the password would travel unencrypted.", do)
    user, password = section.text("user"), _secret(section, "password")
    if ("user" in section.fields) != ("password" in section.fields):
        section.wrong("user", "A user and a password belong together.", "Write both, or neither.")
    if host is None or sender is None:
        return None
    return Mail(host, port or 587, sender, starttls == "required", user, password)


def _openid(top: Section) -> OpenIdProvider | None:
    section = top.section("openid", ("issuer", "client", "secret", "label"), ("issuer", "client", "secret"))
    if section is None:
        return None
    issuer, client = section.text("issuer", LONGEST_ADDRESS), section.text("client")
    label, secret = section.text("label"), _secret(section, "secret")
    if issuer is not None:
        problem = address_problem(issuer, ("https", "http"))
        if problem is None and issuer.startswith("http:") and not is_loopback(issuer):
            problem = "It is not secure.", "Write https."
        if problem is not None:
            section.wrong("issuer", *problem)
            return None
    if issuer is None or client is None or secret is None:
        return None
    return OpenIdProvider(issuer, client, secret, label or "OpenID")


def _refuse_mail_without_server(
    top: Section, desks: tuple[PlatformDesk, ...], forms: Mapping[str, ChannelForm]
) -> None:
    for desk in desks:
        for contact in desk.contacts:
            if any(forms[channel.kind].needs_mail_server for channel in contact.channels):
                what = f"{contact.id} is written to by e-mail, and there is no mail server."
                top.wrong("mail", what, "Add `mail: {host: ..., sender: ...}`.")
                return
