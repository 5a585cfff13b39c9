"""What a room file must fulfil beyond its form: the election's platforms, contacts, ladders and channels."""

from collections.abc import Mapping

from siaga.cases.channels import ChannelForm
from siaga.config.lookup import items_of, read_text, text_of
from siaga.config.reading import FileReading
from siaga.config.scalars import parse_id
from siaga.config.tree import Fields, Tree
from siaga.config.wording import quoted, use_one_of
from siaga.election.model import Election


def check_room(reading: FileReading, election: Election, channels: Mapping[str, ChannelForm]) -> None:
    """Add every fault against the election file and against the kinds of `channels`."""
    desks = list(items_of(reading.root, "platforms"))
    contacts = [contact for desk in desks for contact in items_of(desk, "contacts")]
    _check_platforms(reading, desks, sorted(platform.id for platform in election.platforms))
    _check_contacts(reading, contacts)
    for desk in desks:
        _check_ladder(reading, desk)
    for contact in contacts:
        for channel in items_of(contact, "channels"):
            _check_channel(reading, channel, channels)
    _check_mail_server(reading, contacts, channels)


def _check_platforms(reading: FileReading, desks: list[Tree], known: list[str]) -> None:
    seen: set[str] = set()
    for desk in desks:
        id = text_of(desk, "id", str)
        if id is None or not isinstance(desk, Fields):
            continue
        if id not in known:
            what = f"{quoted(id)} is not known here."
            reading.wrong(desk.position_of("id"), what, use_one_of(id, known))
        elif id in seen:
            reading.wrong(desk.position_of("id"), f"{id} stands here twice.", "Put its contacts together.")
        seen.add(id)


def _check_contacts(reading: FileReading, contacts: list[Tree]) -> None:
    seen: dict[str, int] = {}
    for contact in contacts:
        id = text_of(contact, "id", parse_id)
        if id is None or not isinstance(contact, Fields):
            continue
        if id in seen:
            what = f"The contact {id} stands in line {seen[id]} already."
            reading.wrong(contact.position_of("id"), what, "Give it another id.")
        seen.setdefault(id, contact.position.line)


def _check_ladder(reading: FileReading, desk: Tree) -> None:
    known = [id for contact in items_of(desk, "contacts") if (id := text_of(contact, "id", parse_id))]
    for rung in items_of(desk, "ladder"):
        id = read_text(rung, str)
        if id is not None and id not in known:
            do = use_one_of(id, known) if known else "Write its `contacts` first."
            reading.wrong(rung.position, f"{quoted(id)} is no contact of this platform.", do)


def _check_channel(reading: FileReading, channel: Tree, channels: Mapping[str, ChannelForm]) -> None:
    kind = text_of(channel, "kind", str)
    if kind is None or not isinstance(channel, Fields):
        return
    if kind not in channels:
        what = f"{quoted(kind)} is not known here."
        reading.wrong(channel.position_of("kind"), what, use_one_of(kind, channels))
        return
    form = channels[kind]
    for name, is_taken in (("address", form.address is not None), ("secret", form.secret is not None)):
        if name in channel.fields and not is_taken:
            what = f"A channel of kind {kind} uses no `{name}`."
            reading.wrong(channel.position_of(name), what, "Remove it.")
    if form.secret is not None and "secret" not in channel.fields:
        do = "Add `secret: {environment: NAME}` or `{file: PATH}`."
        reading.wrong(channel.position_of("secret"), form.secret, do)
    if form.address is None:
        return
    address = text_of(channel, "address", str)
    if "address" not in channel.fields:
        reading.wrong(channel.position_of("address"), *form.address.missing)
    elif address is not None and (problem := form.address.problem(address)) is not None:
        reading.wrong(channel.position_of("address"), *problem)


def _check_mail_server(
    reading: FileReading, contacts: list[Tree], channels: Mapping[str, ChannelForm]
) -> None:
    if "mail" in reading.root.fields:
        return
    for contact in contacts:
        kinds = {text_of(channel, "kind", str) for channel in items_of(contact, "channels")}
        if any(form.needs_mail_server for kind, form in channels.items() if kind in kinds):
            name = text_of(contact, "id", parse_id) or "A contact"
            what = f"{name} is written to by e-mail, and there is no mail server."
            reading.wrong(reading.root.position_of("mail"), what, "Add `mail: {host: ..., sender: ...}`.")
            return
