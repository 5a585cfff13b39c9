"""Sends a message to a machine, signed as the Standard Webhooks specification says.

<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import io
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import certifi
import orjson
import pycurl

from siaga.cases.channels import AddressForm, ChannelForm
from siaga.config.addresses import LONGEST_ADDRESS, address_problem, is_loopback, is_public
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock, rfc3339
from siaga.notifying.channel import ChannelSetup, NoticeChannel
from siaga.notifying.sending import Message, SendOutcome, cleaned

LONGEST_S: Final = 30
MOST_ANSWER_BYTES: Final = 64 * 1024
LONGEST_WAIT_S: Final = 86_400.0
AGAIN: Final = frozenset({408, 409, 425, 429})
"""Client errors that may pass; the others are for good."""
_PREFIX: Final = "whsec_"


class PointsInside(Exception):
    """A receiver's name leads to an address that is not a public one."""


class WebhookSender:
    """Sends to receivers that hold one secret."""

    def __init__(
        self, secret: str, clock: Clock, trust: Path | None = None, longest_s: int = LONGEST_S
    ) -> None:
        """`trust` is a file of certificates in place of those that ship with Siaga.

        Raises:
            BadInput: the secret is malformed.
        """
        self._key, self._secret, self._clock = key_of(secret), secret, clock
        self._trust, self._longest_s = trust or Path(certifi.where()), longest_s

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Post it once. No redirect is followed, and no address inside unless it is this machine's own."""
        body = orjson.dumps(
            {
                "type": "case.message",
                "timestamp": rfc3339(message.at),
                "data": {
                    "id": message.id,
                    "case": message.case,
                    "subject": message.subject,
                    "text": message.body,
                    "thread": message.thread,
                },
            }
        )
        headers = signed(message.id, self._clock.now(), body, self._key)
        try:
            status, fields, answer = await asyncio.to_thread(self._post, address, headers, body)
        except PointsInside as inside:
            return SendOutcome(False, f"Its address leads inside, to {inside}: refused.", for_good=True)
        except pycurl.error as error:
            return SendOutcome(False, cleaned(f"It could not be reached: {error.args[1]}", [self._secret]))
        said = cleaned(f"{status} {answer.decode('utf-8', 'replace')}", [self._secret])
        if 200 <= status < 300:
            return SendOutcome(True, said)
        for_good = 300 <= status < 500 and status not in AGAIN
        return SendOutcome(False, said, for_good, wait_of(fields.get("retry-after"), self._clock.now()))

    def _post(
        self, address: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        answer, fields = io.BytesIO(), dict[str, str]()

        def take(chunk: bytes) -> None:
            if answer.tell() < MOST_ANSWER_BYTES:
                answer.write(chunk[: MOST_ANSWER_BYTES - answer.tell()])

        def note(line: bytes) -> None:
            name, _, value = line.decode("latin-1").partition(":")
            if len(fields) < 100:
                fields[name.strip().lower()] = value.strip()

        inside, opened = list[str](), list[socket.socket]()
        own = is_loopback(address)

        def connect(purpose: int, to: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
            """The address that is really connected to, whatever its name resolved to before."""
            family, kind, protocol, (host, *_) = to
            if not is_public(host) and not (own and ip_address(host).is_loopback):
                inside.append(host)
                return int(pycurl.SOCKET_BAD)
            opened.append(socket.socket(family, kind, protocol))
            return opened[-1]  # curl works on a copy

        curl = pycurl.Curl()
        try:
            curl.setopt(pycurl.URL, address)
            curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
            curl.setopt(pycurl.CAINFO, str(self._trust))
            curl.setopt(pycurl.PROXY, "")
            curl.setopt(pycurl.NOSIGNAL, 1)
            curl.setopt(pycurl.TIMEOUT, self._longest_s)
            curl.setopt(pycurl.POSTFIELDS, body)
            curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()])
            curl.setopt(pycurl.WRITEFUNCTION, take)
            curl.setopt(pycurl.HEADERFUNCTION, note)
            curl.setopt(pycurl.OPENSOCKETFUNCTION, connect)
            try:
                curl.perform()
            except pycurl.error:
                if inside:
                    raise PointsInside(inside[0]) from None
                raise
            return curl.getinfo(pycurl.RESPONSE_CODE), fields, answer.getvalue()
        finally:
            curl.close()
            for connection in opened:
                connection.close()


def key_of(secret: str) -> bytes:
    """The key in a secret such as `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`.

    Raises:
        BadInput: it is no such secret; the message does not repeat it.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        what = "A webhook's secret is none."
        raise BadInput(Fault(what, f"Write {_PREFIX} and 24 to 64 random bytes in base64."))
    return key


def signed(id: str, at: datetime, body: bytes, key: bytes) -> Mapping[str, str]:
    """The headers that identify and sign a message."""
    timestamp = str(int(at.timestamp()))
    signature = hmac.digest(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "siaga",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def wait_of(text: str | None, now: datetime) -> float | None:
    """Seconds that `Retry-After` asks for, a day at most; None where it is missing or malformed."""
    if not text:
        return None
    try:
        if text.isascii() and text.isdigit():
            seconds = float(text)
        else:
            at = parsedate_to_datetime(text)
            seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT_S)


def _address_problem(address: str) -> tuple[str, str] | None:
    problem = address_problem(address, ("https", "http"))
    if problem is None and address.startswith("http:") and not is_loopback(address):
        return "Notices would travel unencrypted.", "Write https://."
    return problem


def _sender(setup: ChannelSetup) -> WebhookSender:
    return WebhookSender(setup.secret, setup.clock)


CHANNEL: Final = NoticeChannel(
    ChannelForm(
        "webhook",
        "JSON, signed as Standard Webhooks says",
        address=AddressForm(
            missing=("The webhook's address is missing.", "Add `address: https://...`."),
            problem=_address_problem,
            schema={"type": "string", "pattern": "^https?://[^?#@]+$", "maxLength": LONGEST_ADDRESS},
        ),
        secret="The signing secret, `whsec_...`, is needed.",  # noqa: S106 - what to say, not a secret
    ),
    _sender,
)
