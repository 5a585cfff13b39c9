"""Passwords, second factors and random secrets: what is kept of them, and how they are checked."""

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cache
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.i18n.speech import N_

SHORTEST: Final = 12
LONGEST: Final = 200
STEP_S: Final = 30
"""Of a TOTP code (RFC 6238)."""
RECOVERY_CODES: Final = 10
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
"""RFC 9106's second recommended set: 64 MiB, three passes."""


def hashed(password: str) -> str:
    """What is kept of a password: argon2id.

    Raises:
        BadInput: it is too short, too long, or one character over and over.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        do = Sentence(
            "Choose {least} to {most} characters: four random words make a good one.",
            least=SHORTEST,
            most=LONGEST,
        )
        what = Sentence("The password has {n} characters.", n=len(password))
        raise BadInput(Fault(what, do, field="password"))
    if len(set(password)) < 5:
        same = N_("The password repeats the same few characters.")
        raise BadInput(Fault(same, N_("Choose four random words."), field="password"))
    return _HASHER.hash(password)


@cache
def _nobodys() -> str:
    """What an unknown account's password is checked against, so that it costs the same."""
    return _HASHER.hash(secrets.token_urlsafe(24))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept. `kept` is None for an account that is not there: checking
    it costs the same."""
    try:
        _HASHER.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a code is of: the present one or a neighbour, later than `after`; else None."""
    totp, found = pyotp.TOTP(secret), None
    present = int(now.timestamp()) // STEP_S
    for step in range(present - 1, present + 2):
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), code.encode()) and step > after:
            found = step
    return found


def new_secret() -> str:
    """A secret for a second factor, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, account: str, room: str) -> str:
    """The `otpauth:` address that an authenticator reads, as a picture or as text."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=room)


def new_recovery_codes() -> tuple[str, ...]:
    """Codes for when the second factor is lost: 10 of 50 bits each."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return tuple(
        "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    )


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a random secret: SHA-256, hexadecimal. It needs no slow hash: nobody can guess it."""
    return hashlib.sha256(token.encode()).hexdigest()
