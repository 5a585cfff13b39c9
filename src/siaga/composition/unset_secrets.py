"""What of a room file is out for want of a secret: it alone, while everything else goes on."""

from collections.abc import Mapping, Sequence

from siaga.cases.room_file import ContactChannel, Mail, RoomFile, Secret
from siaga.cases.undelivered import Trouble
from siaga.composition.secrets import place_of
from siaga.domain.credentials import MissingSecret
from siaga.notifying.channels.email import MailSender
from siaga.notifying.registry import CHANNELS
from siaga.notifying.sending import Message, Sender, SendOutcome


class NoSecretSender:
    """Sends nothing and says why; a message waits in the outbox as with any access that is refused."""

    def __init__(self, secret: Secret) -> None:
        self._answer = f"Not sent: {place_of(secret.environment, secret.file)} holds no secret."

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Nothing leaves."""
        return SendOutcome(self._answer, Trouble.SETUP)


def mail_sender(mail: Mail, secrets: Mapping[Secret, str]) -> Sender:
    """How a room sends mail; nothing leaves while its password is not there."""
    if mail.password is None:
        return MailSender(mail, None)
    password = secrets.get(mail.password)
    return NoSecretSender(mail.password) if password is None else MailSender(mail, password)


def lacking(room: RoomFile, channel: ContactChannel, secrets: Mapping[Secret, str]) -> Secret | None:
    """The secret without which a contact's channel is out; None where it can be used."""
    if channel.secret is not None and channel.secret not in secrets:
        return channel.secret
    password = None if room.mail is None else room.mail.password
    needs_mail = CHANNELS[channel.kind].form.needs_mail_server
    return password if needs_mail and password is not None and password not in secrets else None


def unset_secrets(room: RoomFile, secrets: Mapping[Secret, str]) -> Sequence[MissingSecret]:
    """What a room is told to mend: the mail server's password, then each contact's channel of its own."""
    missing = []
    if room.mail is not None and (password := room.mail.password) is not None and password not in secrets:
        missing.append(MissingSecret(None, password.environment, password.file))
    missing += [
        MissingSecret(contact.label, channel.secret.environment, channel.secret.file)
        for desk in room.platforms
        for contact in desk.contacts
        for channel in contact.channels
        if channel.secret is not None and channel.secret not in secrets
    ]
    return missing
