"""News by mail: asked for, confirmed, sent as the public timelines grow, ended by one click."""

import asyncio
import hashlib
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from siaga.cases.mail_address import MAIL_ADDRESS
from siaga.cases.notices.messages import Text
from siaga.cases.undelivered import Trouble
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.i18n.speech import Speech, languages
from siaga.notifying.sending import Message, Sender, SendOutcome
from siaga.people.links import Links
from siaga.ports.watch import WatchView
from siaga.publishing.followers import Follower, Followers
from siaga.publishing.news import News, confirmation, mail_of, news_after
from siaga.reporting.intake_limits import IntakeLimits

OF_AN_ADDRESS: Final = 10
"""Requests an hour."""
OF_ALL: Final = 3_000
CONFIRM_AGAIN: Final = timedelta(hours=1)
"""A second confirmation to the same address goes out so much later, so that nobody is flooded."""
BETWEEN: Final = timedelta(minutes=10)
"""Two mails to one address; what happens meanwhile is in the second."""
LONGEST_WAIT: Final = timedelta(hours=6)
GIVES_UP: Final = 8
"""After so many failures in a row the address is erased."""
AT_ONCE: Final = 5
MOST: Final = 500
"""Mails of each kind in one step."""
EVERY_S: Final = 30.0
LONGEST_ADDRESS: Final = 254
CONFIRM, STOP = "confirm", "stop"

_log = logging.getLogger(__name__)


class NewsMailer:
    """The mail to those who follow one watch."""

    def __init__(
        self,
        room: WatchView,
        directory: Path,
        sender: Sender,
        key: bytes,
        pages: str,
        clock: Clock,
    ) -> None:
        """Take up what a directory holds. `pages` is where the pages are reached from outside.

        Raises:
            BadInput: the followers cannot be opened.
        """
        self._room, self._sender, self._pages, self._clock = room, sender, pages, clock
        self._key = hashlib.sha256(b"follow" + key).digest()
        self._links, self._intake = Links(self._key), IntakeLimits(self._key, OF_AN_ADDRESS, OF_ALL)
        self._followers = Followers.open(directory)
        self._asked = asyncio.Event()

    def close(self) -> None:
        """Let go of the file."""
        self._followers.close()

    @property
    def election(self) -> Election:
        """What is followed."""
        return self._room.election

    # What people ask

    def form(self) -> str:
        """What a new form carries."""
        return self._intake.form(self._clock.now())

    def ask(self, address: str, language: str, form: str, network: str) -> None:
        """Somebody asks for news at an address: a mail there asks whether they want them.

        Whoever asks is told the same whether the address is known or not.

        Raises:
            BadInput: it is no mail address, or the form is not ours.
            TooMany: too many asked from there, or at all.
        """
        now = self._clock.now()
        if (
            len(address) > LONGEST_ADDRESS
            or MAIL_ADDRESS.fullmatch(address) is None
            or language not in languages()
        ):
            do = "Write one such as name@example.com."
            raise BadInput(Fault("This is not an email address.", do, field="address"))
        self._intake.check(form, now)
        self._intake.enter(network, now)
        id = self._id(address)
        known = self._followers.find(id)
        if known is not None and now - known.asked_at < CONFIRM_AGAIN:
            return
        if self._followers.ask(id, address, language, now, self._last()):
            self._asked.set()

    def wants(self, token: str) -> tuple[str, str] | None:
        """What a link of ours is for: `confirm` or `stop`, and whom; None for any other text."""
        said = self._links.link(token)
        if said is None:
            return None
        act, _, id = said.partition(":")
        return (act, id) if act in {CONFIRM, STOP} else None

    def act(self, token: str) -> bool:
        """Do what a link is for; False where it is none of ours, or there is nobody to confirm any more."""
        wanted = self.wants(token)
        if wanted is None:
            return False
        act, id = wanted
        if act == STOP:
            self._followers.forget(id)
            return True
        return self._followers.confirm(id, self._clock.now(), self._last())

    # What is sent

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._asked.clear()
            try:
                await self.step()
            except (OSError, SQLAlchemyError) as error:  # a full disk: later, and the watch goes on
                _log.error("news by mail could not be sent: %s", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), EVERY_S)

    async def step(self) -> int:
        """Send what is due now; returns how many mails were tried."""
        now = self._clock.now()
        self._followers.forget_unconfirmed(now)
        news = self._news(0)
        limit = asyncio.Semaphore(AT_ONCE)

        async def limited(sending: Coroutine[object, object, None]) -> None:
            async with limit:
                await sending

        mails = [self._ask_to_confirm(follower, now) for follower in self._followers.unasked(now, MOST)]
        if news:
            mails += [
                self._tell(follower, [item for item in news if item.seq > follower.told], now)
                for follower in self._followers.due(news[-1].seq, now, MOST)
            ]
        await asyncio.gather(*(limited(mail) for mail in mails))
        return len(mails)

    async def _ask_to_confirm(self, follower: Follower, now: datetime) -> None:
        speech = Speech(follower.language, self.election.timezone)
        link = self._address(follower.language, f"{CONFIRM}:{follower.id}")
        text = confirmation(self.election, speech, link)
        id = f"{follower.id[:12]}-confirm-{int(follower.asked_at.timestamp())}"
        outcome = await self._send(id, follower.address, text, now, "")
        if outcome.taken:
            self._followers.was_asked(follower.id)
        else:
            self._failed(follower, outcome, now)

    async def _tell(self, follower: Follower, news: Sequence[News], now: datetime) -> None:
        speech = Speech(follower.language, self.election.timezone)
        stop = self._address(follower.language, f"{STOP}:{follower.id}")
        text = mail_of(news, self.election, speech, self._pages, stop)
        outcome = await self._send(f"{follower.id[:12]}-{news[-1].seq}", follower.address, text, now, stop)
        if outcome.taken:
            self._followers.was_told(follower.id, news[-1].seq, now + BETWEEN, 0)
        else:
            self._failed(follower, outcome, now)

    def _failed(self, follower: Follower, outcome: SendOutcome, now: datetime) -> None:
        """Later again; an address that takes no mail is erased. What our own server is to blame for does not
        count against it."""
        is_ours = outcome.trouble in {Trouble.SETUP, Trouble.SECURITY}
        failures = follower.failures if is_ours else follower.failures + 1
        if failures >= GIVES_UP or (outcome.for_good and failures > 1):
            self._followers.forget(follower.id)
            _log.warning("subscriber's address rejected by its mail server; erased")
            return
        wait = LONGEST_WAIT if is_ours else min(BETWEEN * 2**failures, LONGEST_WAIT)
        self._followers.was_told(follower.id, follower.told, now + wait, failures)

    async def _send(self, id: str, address: str, text: Text, now: datetime, stop: str) -> SendOutcome:
        message = Message(f"news-{id}", "", text.subject, text.body, f"news-{id}", now, stop)
        return await self._sender.send(address, message)

    def _address(self, language: str, said: str) -> str:
        return f"{self._pages}/{language}/follow/{self._links.token(said)}"

    def _news(self, after: int) -> list[News]:
        cases = self._room.cases()
        return news_after(cases, {case.id: self._room.case_history(case.id) for case in cases}, after)

    def _last(self) -> int:
        news = self._news(0)
        return news[-1].seq if news else 0

    def _id(self, address: str) -> str:
        """By the address alone, however its letters are cased; it does not tell the address."""
        return hashlib.blake2b(address.lower().encode(), key=self._key[:32], digest_size=16).hexdigest()
