"""Sets a directory up: writes the files that a person would write by hand, and never over one."""

import os
import secrets
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

from siaga import __version__
from siaga.cases.channels import ChannelForm
from siaga.cases.room_file import ContactChannel, RoomFile
from siaga.cases.room_reading import read_room
from siaga.composition.accounts import FILE, accounts_in
from siaga.composition.example_election import example_election
from siaga.composition.instances import credential_secret, proxy_of
from siaga.composition.readers import page, readers_of
from siaga.composition.room_writing import MAIL_VARIABLE, contact_variable, room_text
from siaga.composition.secrets import SECRETS_FILE, keep_secret, keep_secret_file, kept_secrets
from siaga.config.text_files import text_of_bytes
from siaga.config.tree import MOST_BYTES_WITH_ITEM_LINES
from siaga.domain.answers import NOT_MEASURED, Answer, Role, Session
from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Round, Stream
from siaga.domain.time import Clock
from siaga.election.model import Election, PlatformWatch
from siaga.election.readers import PAGE
from siaga.election.reading import read_election
from siaga.i18n.speech import N_, Speech
from siaga.journal.address import journal_of
from siaga.journal.journal import Journal
from siaga.journal.watched_election import check_journal_is_of
from siaga.notifying.channel import ChannelSetup
from siaga.notifying.registry import CHANNELS, FORMS
from siaga.notifying.sending import Message
from siaga.people.accounts import Accounts
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.platforms.registry import platforms
from siaga.ports.setup import MAIL, ContactDraft, PlatformSetup, RoomDraft, TrialResult, WrittenFile
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport
from siaga.services.single_check import NOT_ASKED, Somebody

ELECTION_FILE: Final = "election.yaml"
ROOM_FILE: Final = "room.yaml"
DATA: Final = "siaga-data"
RESULTS: Final[Mapping[Answer, TrialResult]] = {
    Answer.WALLED: TrialResult.REFUSED,
    Answer.LIMITED: TrialResult.LIMITED,
    Answer.UNREACHABLE: TrialResult.UNREACHABLE,
}
"""What answers that measured nothing say of a credential."""


class SetupDesk:
    """What `ports/setup.py` describes, for one directory. Use as a context manager."""

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        on_start: Callable[[], None],
        environment: Mapping[str, str] = MappingProxyType(os.environ),
    ) -> None:
        """Take up what is there; `on_start` is called when the watch is to start.

        Raises:
            BadInput: a file that is there has faults.
        """
        self.directory, self._clock, self._on_start = directory, clock, on_start
        self._environment = environment
        self.election: Election | None = None
        self.accounts: Accounts | None = None
        self._trials: dict[str, TrialResult] = {}
        self._opened = ExitStack()
        path = directory / ELECTION_FILE
        if path.exists():
            self._take_up(self._read(path.read_bytes()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    # The election file

    def take_example(self) -> None:
        """Write a commented election file to begin with."""
        self.take_election(example_election().encode())

    def take_election(self, data: bytes) -> None:
        """Write an election file, as it came."""
        election = self._read(data)
        self._write_new(ELECTION_FILE, data)
        self._take_up(election)

    def _read(self, data: bytes) -> Election:
        text = text_of_bytes(data, ELECTION_FILE, MOST_BYTES_WITH_ITEM_LINES)
        return read_election(text, platforms(), ELECTION_FILE, lambda recipe: page(self.directory, recipe))

    def _take_up(self, election: Election) -> None:
        where = self.directory / DATA / election.id
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = self._opened.enter_context(Journal.open(journal_of(where, None), self._clock))
        check_journal_is_of(journal, election.id, str(where))
        accounts = accounts_in(where, journal, self._clock)
        self._opened.callback(accounts.close)
        self.election, self.accounts = election, accounts

    def _write_new(self, name: str, data: bytes) -> None:
        try:
            opened = os.open(self.directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise _is_there(name) from None
        with os.fdopen(opened, "wb") as file:
            file.write(data)

    def _known(self) -> Election:
        if self.election is None:
            raise BadInput(Fault(N_("There is no election file yet."), N_("Choose one first.")))
        return self.election

    # What is there

    @property
    def data(self) -> Path:
        """The watch's own directory."""
        return self.directory / DATA / self._known().id

    @property
    def has_room(self) -> bool:
        """Whether there is a room file."""
        return (self.directory / ROOM_FILE).exists()

    @property
    def channels(self) -> Mapping[str, ChannelForm]:
        """The kinds of channels by which contacts are reached."""
        return FORMS

    def files(self) -> Sequence[WrittenFile]:
        """The files of the set-up that are there."""
        names = [ELECTION_FILE, ROOM_FILE, SECRETS_FILE]
        if self.election is not None:
            credentials = [platform.credential for platform in self.election.platforms]
            names += [credential.file for credential in credentials if credential and credential.file]
            names.append(str((self.data / FILE).relative_to(self.directory)))
        return [
            WrittenFile(name, f"{stat.S_IMODE((self.directory / name).stat().st_mode):04o}")
            for name in names
            if (self.directory / name).exists()
        ]

    def command(self) -> str:
        """What starts the watch from these files by hand."""
        room = f" --room {ROOM_FILE}" if self.has_room else ""
        return f"siaga watch {ELECTION_FILE}{room} --directory {DATA}/{self._known().id}"

    # Platforms

    def platforms(self) -> Sequence[PlatformSetup]:
        """The platforms of the election file."""
        return [self._setup_of(platform) for platform in self._known().platforms]

    def _setup_of(self, platform: PlatformWatch) -> PlatformSetup:
        credential, trial = platform.credential, self._trials.get(platform.id)
        can_be_tried = platform.reader != PAGE
        if credential is None:
            return PlatformSetup(platform.id, platform.label, None, None, "", "", True, can_be_tried, trial)
        return PlatformSetup(
            platform.id,
            platform.label,
            credential.kind,
            credential.account,
            credential.environment or credential.file or "",
            platforms()[platform.reader].credential_page(platform.address),
            bool(self._secret_of(platform)),
            can_be_tried,
            trial,
        )

    def _secret_of(self, platform: PlatformWatch) -> str:
        if platform.credential is None:
            return ""
        try:
            return credential_secret(platform.credential, platform.id, self.directory, self._environment)
        except BadInput:
            return ""

    def _platform(self, id: str) -> PlatformWatch:
        found = next((platform for platform in self._known().platforms if platform.id == id), None)
        if found is None or found.reader == PAGE:
            raise BadInput(Fault(N_("There is no such platform to be tried."), N_("Look at the list.")))
        return found

    async def try_platform(self, id: str, secret: str) -> TrialResult:
        """Ask a platform for one comparison name; with `secret`, or without one with what is there."""
        election, platform = self._known(), self._platform(id)
        secret = secret or self._secret_of(platform)
        session = Session.PUBLIC if platform.credential is None else Session.SIGNED_IN
        account = None if platform.credential is None else platform.credential.account
        address, options = platform.address.rstrip("/"), dict(platform.options)
        instance = Instance(address, session, secret or None, account, options)
        vantage = election.vantages_of(platform)[0]
        transport = Transport(
            proxy=proxy_of(vantage, self._environment), family=vantage.family, agent=f"siaga/{__version__}"
        )
        try:
            reader = readers_of(election, self.directory)[id]
            asked = _one_name(election, platform, session, self._clock)
            result = await _asked(Prober(lambda _: transport), reader, instance, asked, self._clock)
        finally:
            transport.close()
        self._trials[id] = result
        return result

    def keep_credential(self, id: str, secret: str) -> None:
        """Write a platform's credential where the election file says that it is."""
        credential = self._platform(id).credential
        if credential is None:
            raise BadInput(Fault(N_("This platform needs no credential."), N_("Look at the list.")))
        if credential.environment is not None:
            keep_secret(self.directory, credential.environment, secret)
            return
        path = (self.directory / (credential.file or "")).resolve()
        if not path.is_relative_to(self.directory.resolve()):
            what = N_("The election file names a file outside of this directory.")
            raise BadInput(Fault(what, N_("Write the credential there by hand."), field="secret"))
        keep_secret_file(path, secret)

    # The room

    async def send_test(self, draft: RoomDraft, given: Mapping[str, str], to: str) -> tuple[bool, str]:
        """Send a test message to a platform's contact, by its id, or to a mail address."""
        election = self._known()
        contacts = [contact for contact in draft.contacts if contact.platform == to]
        if not contacts:
            contacts = [ContactDraft(election.platforms[0].id, to, "email", to)]
        room = self._room(replace(draft, contacts=contacts))
        contact = room.platforms[0].contacts[0]
        channel = contact.channels[0]
        speech = Speech(room.platforms[0].language, election.timezone)
        setup = ChannelSetup(
            room=room.label,
            contact=contact.label,
            speech=speech,
            clock=self._clock,
            directory=self.data,
            annex=lambda case: [],
            picture=_no_picture,
            secret=self._given(given, contacts[0].platform, channel),
            mail=room.mail,
            mail_password=(given.get(MAIL) or self._kept(MAIL_VARIABLE)) if draft.mail_user else None,
        )
        id = f"setup-test-{secrets.token_hex(6)}"
        subject = speech.say("{room}: test message", room=room.label)
        body = speech.say("This is a test of how Siaga reaches you. Nothing needs to be done.")
        message = Message(id, "setup-test", subject, f"{body}\n", id, self._clock.now())
        sent = await CHANNELS[channel.kind].sender(setup).send(channel.address or "", message)
        return sent.taken, sent.answer

    def _given(self, given: Mapping[str, str], platform: str, channel: ContactChannel) -> str:
        if channel.secret is None:
            return ""
        return given.get(platform) or self._kept(contact_variable(platform))

    def _kept(self, variable: str) -> str:
        return self._environment.get(variable, "") or kept_secrets(self.directory).get(variable, "")

    def _room(self, draft: RoomDraft) -> RoomFile:
        return read_room(self._room_text(draft), self._known(), FORMS, ROOM_FILE)

    def _room_text(self, draft: RoomDraft) -> str:
        election = self._known()
        return room_text(draft, election.id, election.languages[-1])

    def write_room(self, draft: RoomDraft, given: Mapping[str, str]) -> None:
        """Write the room file, and its secrets into the file of secrets."""
        room = self._room(draft)
        wanted: dict[str, str] = {}
        if room.mail is not None and room.mail.password is not None:
            wanted[MAIL_VARIABLE] = given.get(MAIL, "")
        for desk in room.platforms:
            if desk.contacts[0].channels[0].secret is not None:
                wanted[contact_variable(desk.id)] = given.get(desk.id, "")
        missing = [name for name in wanted if not wanted[name] and not self._kept(name)]
        if missing:
            what = Sentence("A secret is missing: {names}.", names=", ".join(missing))
            raise BadInput(Fault(what, N_("Enter it on this page.")))
        if self.has_room:
            raise _is_there(ROOM_FILE)
        for name, secret in wanted.items():
            if secret and not self._kept(name):
                keep_secret(self.directory, name, secret)
        self._write_new(ROOM_FILE, self._room_text(draft).encode())

    def start(self) -> None:
        """End the set-up and start the watch."""
        self._known()
        self._on_start()


def _is_there(name: str) -> BadInput:
    what = Sentence("{file} is there already; nothing was written.", file=name)
    return BadInput(Fault(what, N_("Change it by hand, then reload this page.")))


async def _no_picture(case: str, at: object) -> None:
    return None


def _one_name(election: Election, platform: PlatformWatch, session: Session, clock: Clock) -> Round:
    """A round of one comparison name, where asking costs least.

    Raises:
        BadInput: no comparison name is asked for at any of the platform's surfaces.
    """
    reader, now = platforms()[platform.reader], clock.now()
    surfaces = [watch.surface for watch in platform.surfaces if watch.session is session]
    for surface in sorted(surfaces, key=lambda surface: (surface in NOT_ASKED, reader.cost.get(surface, 1))):
        for control in election.controls:
            somebody = Somebody(control.id, Role.CONTROL, control.names, control.kind)
            if names := somebody.names_on(surface, platform.id):
                stream = Stream(platform.id, surface, election.vantages_of(platform)[0].id, session)
                asking = Asking(0, control.id, Role.CONTROL, names[0].text)
                id = uuid7(now, secrets.randbits(74))
                return Round(id, now, stream, secrets.token_bytes(32), (asking,), "check")
    what = N_("No comparison name can be asked for there.")
    raise BadInput(Fault(what, N_("Add names to the election file.")))


async def _asked(
    prober: Prober, reader: PlatformReader, instance: Instance, round_: Round, clock: Clock
) -> TrialResult:
    """What asking a round of one name came to, signed in first where the platform asks for that."""
    refused = False
    conversation = reader.sign_in(instance) if instance.session is Session.SIGNED_IN else None
    if conversation is not None:
        signed_in = await prober.sign_in(conversation, round_.stream.vantage)
        instance, refused = replace(instance, secret=signed_in.token), signed_in.token is None
    result = await prober.ask_round(round_, reader, instance, election="setup", clock=clock)
    answers = {measurement.answer for measurement in result.measurements}
    if answers - NOT_MEASURED:
        return TrialResult.REFUSED if refused else TrialResult.ANSWERED
    return next((RESULTS[answer] for answer in answers if answer in RESULTS), TrialResult.UNKNOWN)
