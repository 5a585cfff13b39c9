"""Sends a message to a machine, signed as the Standard Webhooks specification says.

<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
"""

import base64
import binascii
import hashlib
import hmac
import io
import socket
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Final

import certifi
import orjson
import pycurl

from siaga.cases.channels import AddressForm, ChannelForm
from siaga.cases.undelivered import Trouble
from siaga.config.addresses import LONGEST_ADDRESS, address_problem, is_loopback, is_public
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock, rfc3339
from siaga.notifying.channel import ChannelSetup, NoticeChannel
from siaga.notifying.own_thread import in_own_thread
from siaga.notifying.sending import Message, SendOutcome, cleaned

LONGEST_S: Final = 30
MOST_ANSWER_BYTES: Final = 64 * 1024
LONGEST_WAIT_S: Final = 86_400.0
_MEANINGS: Final[Mapping[int, Trouble]] = MappingProxyType(
    {
        **dict.fromkeys((401, 403, 407, 511), Trouble.SETUP),
        **dict.fromkeys((404, 405, 410, 501, 505), Trouble.ADDRESS),
        **dict.fromkeys((304, 402, 408, 409, 421, 423, 425, 426, 429), Trouble.LATER),
    }
)
"""Statuses that mean something else than most of their class."""
_OF_OTHERS: Final = (Trouble.ADDRESS, Trouble.LATER)
"""Redirects, which are not followed: the address is another now. And failures of the receiver's own."""
UNTRUSTED: Final = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CACERT,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_ISSUER_ERROR,
    }
)
"""libcurl's codes for a connection that cannot be made secure."""
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
            status, fields, answer = await in_own_thread(lambda: self._post(address, headers, body))
        except PointsInside as inside:
            return SendOutcome(f"Its address leads inside, to {inside}: refused.", Trouble.ADDRESS)
        except pycurl.error as error:
            code, what = error.args[0], error.args[1]
            trouble = Trouble.SECURITY if code in UNTRUSTED else Trouble.LATER
            return SendOutcome(cleaned(f"It could not be reached: {what}", [self._secret]), trouble)
        said = cleaned(f"{status} {answer.decode('utf-8', 'replace')}", [self._secret])
        return SendOutcome(said, trouble_of(status), wait_of(fields.get("retry-after"), self._clock.now()))

    def _post(
        self, address: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        answer, fields, heads = io.BytesIO(), dict[str, str](), deque[bool](maxlen=1)

        def take(chunk: bytes) -> int | None:
            """Enough of an answer is enough: any other number than the chunk's length ends it."""
            answer.write(chunk[: MOST_ANSWER_BYTES - answer.tell()])
            return None if answer.tell() < MOST_ANSWER_BYTES else -1

        def note(line: bytes) -> None:
            name, _, value = line.decode("latin-1").partition(":")
            heads.append(not line.strip())
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
                if not _is_answered(curl, heads):
                    raise
            if not _is_answered(curl, heads):
                raise pycurl.error(pycurl.E_GOT_NOTHING, "Its answer broke off")
            return curl.getinfo(pycurl.RESPONSE_CODE), fields, answer.getvalue()
        finally:
            curl.close()
            for connection in opened:
                connection.close()


def _is_answered(curl: pycurl.Curl, heads: Sequence[bool]) -> bool:
    """Whether the receiver's whole head came: it has answered, though the rest breaks off or never ends."""
    return curl.getinfo(pycurl.RESPONSE_CODE) >= 200 and bool(heads) and heads[-1]


def trouble_of(status: int) -> Trouble | None:
    """What an answer's status means; None where the message is taken (Standard Webhooks, RFC 9110)."""
    if 200 <= status < 300:
        return None
    return _MEANINGS.get(status, Trouble.MESSAGE if 400 <= status < 500 else _OF_OTHERS[status >= 500])


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
        do = f"It must be {_PREFIX} followed by 24 to 64 random bytes in base64."
        raise BadInput(Fault("Malformed webhook secret.", do))
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
