"""How each of the room's people is woken: by which channels, and when not. Where one leads is a secret."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Final

from sqlalchemy import Engine, delete, func, insert, select

from siaga.cases.mail_address import mail_address_problem
from siaga.cases.room_file import QuietHours
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock, rfc3339
from siaga.i18n.speech import N_
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people.tables import CHANNELS, QUIET_HOURS

MOST_CHANNELS: Final = 6
"""Of one person."""
LONGEST_ADDRESS: Final = 500
EMAIL: Final = "email"
CHAT: Final = "apprise"
SERVICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "discord": "Discord",
        "pover": "Pushover",
        "pushed": "Pushed",
        "signl4": "SIGNL4",
        "slack": "Slack",
        "sns": "SMS (Amazon SNS)",
        "tgram": "Telegram",
        "twilio": "SMS (Twilio)",
        "vonage": "SMS (Vonage)",
        "whatsapp": "WhatsApp",
    }
)
"""Chat and SMS, by Apprise's schemes. Only services whose host nobody chooses: an address of Apprise's could
otherwise have this machine send requests anywhere inside."""
_ADDRESS: Final = re.compile(r"([a-z0-9]{2,20})://[^\s,;?]+", re.ASCII)
"""One address alone, without a query: Apprise reads several at once, and queries that name files."""
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonChannel:
    """One way to reach a person."""

    id: str
    account: str
    kind: str
    """`email` or `apprise`."""
    address: str
    """A secret: never shown whole, never journalled, never logged."""
    language: str
    """In which they are written to."""

    @property
    def label(self) -> str:
        """What tells it from the person's others without giving it away: `a…@host.example`, `Telegram`."""
        if self.kind == EMAIL:
            name, _, host = self.address.rpartition("@")
            return f"{name[:1]}…@{host}"
        return SERVICES.get(self.address.partition("://")[0], "Apprise")


class PersonChannels:
    """The channels and quiet hours of one room's people. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine, self._journal, self._clock = engine, journal, clock

    def of(self, account: str) -> tuple[PersonChannel, ...]:
        """Somebody's channels, in the order in which they were added."""
        return self.all().get(account, ())

    def all(self) -> Mapping[str, tuple[PersonChannel, ...]]:
        """Everybody's channels by account, each in the order in which they were added."""
        found: dict[str, tuple[PersonChannel, ...]] = {}
        with self._engine.connect().execution_options(reading=True) as connection:
            for row in connection.execute(select(CHANNELS).order_by(CHANNELS.c.added, CHANNELS.c.id)):
                channel = PersonChannel(row.id, row.account, row.kind, row.address, row.language)
                found[row.account] = (*found.get(row.account, ()), channel)
        return found

    def add(self, account: str, kind: str, address: str, language: str) -> PersonChannel:
        """Let somebody be reached by one more channel.

        Raises:
            BadInput: nothing can be reached there, or they have enough. No message repeats the address.
        """
        if (problem := channel_problem(kind, address)) is not None:
            raise BadInput(problem)
        channel = PersonChannel(secrets.token_hex(8), account, kind, address, language)
        with self._engine.begin() as connection:
            count = select(func.count()).select_from(CHANNELS).where(CHANNELS.c.account == account)
            if connection.execute(count).scalar_one() >= MOST_CHANNELS:
                what = N_("You have as many channels as one person can have.")
                raise BadInput(Fault(what, N_("Remove one that you no longer use."), field="address"))
            connection.execute(
                insert(CHANNELS).values(
                    id=channel.id,
                    account=account,
                    kind=kind,
                    address=address,
                    language=language,
                    added=rfc3339(self._clock.now()),
                )
            )
            self._note(account, {"channel": channel.id, "added": True})
        return channel

    def remove(self, account: str, id: str) -> None:
        """Reach somebody by one of their channels no more; one that is removed already stays so."""
        with self._engine.begin() as connection:
            gone = connection.execute(
                delete(CHANNELS).where(CHANNELS.c.id == id, CHANNELS.c.account == account)
            )
            if gone.rowcount:
                self._note(account, {"channel": id, "added": False})

    def quiet_hours(self) -> Mapping[str, QuietHours]:
        """Everybody's quiet hours by account; who has none is left out."""
        with self._engine.connect().execution_options(reading=True) as connection:
            return {
                row.account: QuietHours(time.fromisoformat(row.begins), time.fromisoformat(row.ends))
                for row in connection.execute(select(QUIET_HOURS))
            }

    def set_quiet_hours(self, account: str, begins: str, ends: str) -> None:
        """Let only what is grave wake somebody between two times of day; both empty for none.

        Raises:
            BadInput: they are no times of day, or the same.
        """
        is_set = bool(begins or ends)
        if is_set and (_TIME.fullmatch(begins) is None or _TIME.fullmatch(ends) is None or begins == ends):
            do = N_("Write two different times such as 22:00 and 06:00, or leave both empty.")
            raise BadInput(Fault(N_("These are no quiet hours."), do, field="begins"))
        with self._engine.begin() as connection:
            connection.execute(delete(QUIET_HOURS).where(QUIET_HOURS.c.account == account))
            if is_set:
                connection.execute(insert(QUIET_HOURS).values(account=account, begins=begins, ends=ends))
            self._note(account, {"quiet_hours": is_set})

    def _note(self, account: str, what: Mapping[str, object]) -> None:
        self._journal.append(Kind.PERSON_CHANGED, f"person:{account}", {"person": account, **what})


def channel_problem(kind: str, address: str) -> Fault | None:
    """What is wrong with a channel and what to write; None where it is good. The address is not repeated."""
    if kind == EMAIL:
        if len(address) > LONGEST_ADDRESS or mail_address_problem(address) is not None:
            do = N_("Write an address such as name@host.example.")
            return Fault(N_("This is no email address."), do, field="address")
        return None
    if kind != CHAT:
        return Fault(N_("There is no such kind of channel."), N_("Choose one of the list."), field="kind")
    found = _ADDRESS.fullmatch(address) if len(address) <= LONGEST_ADDRESS else None
    if found is None or found[1] not in SERVICES or address.count("://") > 1:
        do = N_("Write the address as Apprise's documentation says for one of the services listed here.")
        return Fault(N_("Siaga can't send to this address."), do, field="address")
    return None
