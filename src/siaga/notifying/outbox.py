"""The outbox: sends what the journal has queued and not yet recorded as delivered.

Nothing waits anywhere but in the journal, so no kill loses a message. One that was taken in the moment of a
kill, before that was written down, is sent again under the same id, by which receivers tell the copy. Each
receiver has a lane of its own: one that hangs or refuses holds up nobody else.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from siaga.cases.case import digest_of
from siaga.cases.channels import ChannelForm
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.events.delivery_queued import DeliveryQueued
from siaga.cases.events.link_issued import LinkIssued
from siaga.cases.events.link_revoked import LinkRevoked
from siaga.cases.events.notice_drafted import NoticeDrafted
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.events.person_alerted import PersonAlerted
from siaga.cases.notices.messages import DEVICE_CODE, LINK
from siaga.cases.undelivered import Trouble
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.journal.events import JournalEvent
from siaga.journal.journal import PAGE, Journal, KeyReused
from siaga.notifying.sending import Message, Sender, SendOutcome

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
GIVES_UP_AFTER: Final = timedelta(days=1)
"""From the first attempt on."""
AT_ONCE: Final = 64
"""Receivers that are written to at the same time."""
LONGEST_SEND_S: Final = 300.0
"""No attempt takes longer, whatever a receiver does."""
MENDED_WAIT: Final = timedelta(minutes=5)
"""Least wait where people have to mend something first."""
POLL_S: Final = 0.5
"""So often the journal is read for what is to be sent."""
KINDS: Final = frozenset(
    {
        NoticeDrafted.kind,
        NoticeReleased.kind,
        DeliveryQueued.kind,
        DeliveryMade.kind,
        DeliveryFailed.kind,
        LinkIssued.kind,
        LinkRevoked.kind,
        PersonAlerted.kind,
    }
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryRoute:
    """How one channel of a contact is reached."""

    form: ChannelForm
    sender: Sender
    address: str
    """Where the room file names it; empty where the sender knows it, such as a secret one."""


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that is to be sent."""

    id: str
    case: str
    contact: str
    channel: str
    subject: str
    body: str
    at: datetime
    """When it was queued."""
    thread: str
    due: datetime
    attempt: int = 1
    first: datetime | None = None
    """The first attempt."""
    alert: str = ""
    """The alert that it is, for messages to the room's own people."""

    @property
    def line(self) -> tuple[str, str, str]:
        """Messages about one case to one channel are sent one after another."""
        return self.case, *self.lane

    @property
    def lane(self) -> tuple[str, str]:
        """The receiver: a channel of a contact."""
        return self.contact, self.id.rpartition(".")[2]


_CODE: Final = re.compile(re.escape(DEVICE_CODE).replace(r"\{\}", r"([\w/-]{1,80})"), re.ASCII)
AnswerAt = Callable[[str, str, str | None], str]
"""Where a contact answers about a case, by their link; without one, where anybody reads of it."""


class PersonRoutes(Protocol):
    """How the room's people are reached: by channels that they change while the watch runs."""

    def route(self, person: str, channel: str) -> DeliveryRoute | None:
        """The way to a person's channel, by its id; None where there is no such channel any more."""
        ...

    def acknowledge_at(self, person: str, channel: str, alert: str) -> str:
        """Where they acknowledge an alert."""
        ...


class Outbox:
    """All messages of one watch that are still to be sent."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        routes: Mapping[tuple[str, int], DeliveryRoute],
        answer_at: AnswerAt,
        people: PersonRoutes | None = None,
        code_of: Callable[[str], str] | None = None,
    ) -> None:
        """`routes` leads to each channel, by contact and by the channel's number in the room file; `people`
        to those of the room. `code_of` makes codes from what the record has of them."""
        self._code_of = code_of
        self._journal, self._clock, self._routes, self._answer_at = journal, clock, routes, answer_at
        self._people = people
        self._drafts: dict[str, tuple[str, str]] = {}
        """By their digests: what goes out is what was approved, whatever was drafted since."""
        self._waiting: dict[str, QueuedMessage] = {}
        self._threads: dict[tuple[str, str, str], str] = {}
        self._links_of: dict[tuple[str, str], str] = {}
        self._head = 0
        self._lanes: dict[tuple[str, str], asyncio.Task[None]] = {}
        """What is in flight, by receiver."""
        self._held: dict[tuple[str, str], datetime] = {}
        """Receivers that wait, since what came of their last message could not be written down."""
        self._unwritten: dict[str, SendOutcome] = {}
        """What came of messages, until it is written down."""

    def waiting(self) -> tuple[QueuedMessage, ...]:
        """What is to be sent, oldest first."""
        self._catch_up()
        return tuple(self._waiting.values())

    async def run(self) -> None:
        """Send until cancelled; what is in flight then is sent again by the next outbox."""
        try:
            while True:
                self._begin()
                await asyncio.sleep(POLL_S)
        finally:
            for task in self._lanes.values():
                task.cancel()

    async def step(self) -> int:
        """Try what is due, one message of each receiver, and wait; how many were tried."""
        tasks = self._begin()
        await asyncio.gather(*tasks)
        return len(tasks)

    def _begin(self) -> list[asyncio.Task[None]]:
        """Begin what is due: each receiver's messages go one after another, and wait for no other's."""
        self._catch_up()
        now, begun = self._clock.now(), list[asyncio.Task[None]]()
        lines = set[tuple[str, str, str]]()
        for queued in list(self._waiting.values()):
            is_next = queued.line not in lines
            lines.add(queued.line)
            if not is_next or queued.due > now or queued.lane in self._lanes:
                continue
            if self._held.get(queued.lane, now) > now or len(self._lanes) >= AT_ONCE:
                continue
            task = asyncio.create_task(self._try(queued))
            self._lanes[queued.lane] = task
            begun.append(task)
        return begun

    async def _try(self, queued: QueuedMessage) -> None:
        try:
            if queued.id not in self._unwritten:
                self._unwritten[queued.id] = await self._outcome(queued)
            self._write(queued, self._unwritten[queued.id])
            del self._unwritten[queued.id]
            self._catch_up()
        except Exception as error:  # a full disk: what came of it is kept here, and written before all else
            self._held[queued.lane] = self._clock.now() + FIRST_WAIT
            _log.error("what came of a message could not be written down: %s", type(error).__name__)
        finally:
            del self._lanes[queued.lane]

    def _write(self, queued: QueuedMessage, outcome: SendOutcome) -> None:
        what: dict[str, Any] = {"delivery": queued.id, "attempt": queued.attempt, "answer": outcome.answer}
        kind = DeliveryMade.kind
        if outcome.trouble is not None:
            kind = DeliveryFailed.kind
            again = again_at(queued, outcome, self._clock.now())
            what["again_at"] = rfc3339(again) if again is not None else None
            what["trouble"] = outcome.trouble.value
        with suppress(KeyReused):  # another outbox over this journal was faster
            self._journal.append(kind, "watch", what, key=f"delivery/{queued.id}/{queued.attempt}")

    async def _outcome(self, queued: QueuedMessage) -> SendOutcome:
        route = self._route(queued)
        if route is None or route.form.kind != queued.channel:
            return SendOutcome("The room has this channel no more.", Trouble.ADDRESS)
        case = queued.case
        body = self._with_code(queued.body.replace(LINK, self._link(queued, route)))
        message = Message(queued.id, case, queued.subject, body, queued.thread, queued.at)
        try:
            async with asyncio.timeout(LONGEST_SEND_S):
                return await route.sender.send(route.address, message)
        except TimeoutError:
            return SendOutcome("It took too long.", Trouble.LATER)
        except Exception as error:  # a mistake of ours must not stop the others
            name = type(error).__name__
            _log.error("message not sent (channel %s): %s", queued.channel, name)
            return SendOutcome(f"A mistake of Siaga's own ({name}).", Trouble.SETUP)

    def _with_code(self, body: str) -> str:
        code_of = self._code_of
        return body if code_of is None else _CODE.sub(lambda mark: code_of(mark[1]), body)

    def _route(self, queued: QueuedMessage) -> DeliveryRoute | None:
        contact, channel = queued.lane
        if queued.alert:
            return None if self._people is None else self._people.route(contact, channel)
        return self._routes.get((contact, int(channel) if channel.isdigit() else -1))

    def _link(self, queued: QueuedMessage, route: DeliveryRoute) -> str:
        """Where the receiver's own link leads."""
        contact, channel = queued.lane
        if queued.alert:
            return "" if self._people is None else self._people.acknowledge_at(contact, channel, queued.alert)
        link = None if route.form.printed else self._links_of.get((queued.case, contact))
        return self._answer_at(queued.case, contact, link)

    # The journal

    def _catch_up(self) -> None:
        while events := self._journal.read(self._head, limit=PAGE):
            for event in events:
                self._head = event.seq
                if event.kind in KINDS:
                    self._take(event)

    def _take(self, event: JournalEvent) -> None:
        what: Mapping[str, Any] = event.what
        match event.kind:
            case NoticeDrafted.kind:
                text = what["subject"], what["body"]
                self._drafts[digest_of(*text)] = text
            case NoticeReleased.kind:
                approved = self._drafts[what["text"]]
                subject, body = what.get("subject", approved[0]), what.get("body", approved[1])
                for delivery in what["deliveries"]:
                    id, contact, channel = delivery["id"], delivery["contact"], delivery["channel"]
                    self._queue(event, id, contact, channel, subject, body)
            case DeliveryQueued.kind:
                subject, body = what["subject"], what["body"]
                self._queue(event, what["delivery"], what["contact"], what["channel"], subject, body)
            case PersonAlerted.kind:
                subject, body = what["subject"], what["body"]
                for delivery in what["deliveries"]:
                    id, contact, channel = delivery["id"], delivery["contact"], delivery["channel"]
                    self._queue(event, id, contact, channel, subject, body, what["alert"])
            case DeliveryMade.kind:
                self._waiting.pop(what["delivery"], None)
            case DeliveryFailed.kind:
                self._failed(event)
            case LinkIssued.kind:
                self._links_of[what["case"], what["contact"]] = what["link"]
            case LinkRevoked.kind:
                self._links_of = {at: link for at, link in self._links_of.items() if link != what["link"]}

    def _queue(
        self,
        event: JournalEvent,
        id: str,
        contact: str,
        channel: str,
        subject: str,
        body: str,
        alert: str = "",
    ) -> None:
        case = str(event.what.get("case", ""))
        queued = QueuedMessage(id, case, contact, channel, subject, body, event.at, id, event.at, alert=alert)
        self._waiting[id] = replace(queued, thread=self._threads.setdefault(queued.line, id))

    def _failed(self, event: JournalEvent) -> None:
        again_at, queued = event.what["again_at"], self._waiting.get(str(event.what["delivery"]))
        if queued is None:
            return
        if again_at is None:
            del self._waiting[queued.id]
            return
        first, due = queued.first or event.at, parse_rfc3339(str(again_at))
        self._waiting[queued.id] = replace(queued, due=due, attempt=queued.attempt + 1, first=first)


def again_at(queued: QueuedMessage, outcome: SendOutcome, now: datetime) -> datetime | None:
    """When to try again: each wait twice the last, or as long as the receiver asks; None to give up."""
    doubled: int = 2 ** min(queued.attempt - 1, 12)
    least = FIRST_WAIT if outcome.trouble is Trouble.LATER else MENDED_WAIT
    wait = min(least * doubled, LONGEST_WAIT)
    if outcome.wait_s is not None:
        wait = max(wait, timedelta(seconds=outcome.wait_s))
    if outcome.for_good or now + wait > (queued.first or now) + GIVES_UP_AFTER:
        return None
    return now + wait
