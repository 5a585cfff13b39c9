"""How the outbox reaches the room's people: by the channels that each keeps on their own page."""

from collections.abc import Mapping

from siaga.cases.room_file import RoomFile, Secret
from siaga.composition.unset_secrets import mail_sender
from siaga.domain.errors import BadInput
from siaga.i18n.speech import DEFAULT_LANGUAGE
from siaga.notifying.channels.apprise import CHANNEL as CHAT_CHANNEL
from siaga.notifying.channels.apprise import ChatSender
from siaga.notifying.channels.email import CHANNEL as MAIL_CHANNEL
from siaga.notifying.outbox import DeliveryRoute
from siaga.people.accounts import Accounts
from siaga.people.channels import EMAIL, PersonChannel
from siaga.people.links import Links
from siaga.services.alerts import LINK_PREFIX


class PeopleRoutes:
    """What `PersonRoutes` describes, read anew for each message: people change their channels at any time."""

    def __init__(
        self, accounts: Accounts, room: RoomFile, secrets: Mapping[Secret, str], links: Links
    ) -> None:
        self._accounts, self._links, self._address = accounts, links, room.address
        self._mail = None if room.mail is None else mail_sender(room.mail, secrets)
        self._chats: dict[str, ChatSender] = {}
        """By channel: each tells whether its last message is still on its way."""

    def route(self, person: str, channel: str) -> DeliveryRoute | None:
        """The way to a person's channel, by its id; None where there is no such channel any more, they are
        disabled, or nothing can be sent that way."""
        found = self._channel(person, channel)
        member = self._accounts.member(person.removeprefix("person:"))
        if found is None or member is None or member.disabled:
            return None
        if found.kind == EMAIL:
            return None if self._mail is None else DeliveryRoute(MAIL_CHANNEL.form, self._mail, found.address)
        try:
            sender = self._chats.setdefault(found.id, ChatSender(found.address))
        except BadInput:  # Apprise is not installed, or reads the address no more
            return None
        return DeliveryRoute(CHAT_CHANNEL.form, sender, "")

    def acknowledge_at(self, person: str, channel: str, alert: str) -> str:
        """Where they acknowledge an alert, in the channel's language."""
        found = self._channel(person, channel)
        language = DEFAULT_LANGUAGE if found is None else found.language
        return f"{self._address}/{language}/alert/{self._links.token(LINK_PREFIX + alert)}"

    def _channel(self, person: str, id: str) -> PersonChannel | None:
        own = self._accounts.channels.of(person.removeprefix("person:"))
        return next((channel for channel in own if channel.id == id), None)
