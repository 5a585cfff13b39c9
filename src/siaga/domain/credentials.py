"""Credentials that a watch was to be given and was not: what is not asked for want of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from siaga.domain.answers import Session


@dataclass(frozen=True, slots=True)
class MissingCredential:
    """A credential that is not where the election file says; its platform is not asked signed in."""

    platform: str
    """The platform's id."""
    kind: str
    """`bearer`, `password` or `key`."""
    get_at: str
    """Where the platform gives one out."""
    environment: str | None
    """The environment variable that is to hold it; None where a file is."""
    file: str | None
    is_all: bool
    """Whether nothing at all is asked at the platform without it."""


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """A secret that is not where the room file says; what needs it sends nothing."""

    contact: str | None
    """The label of the contact whose channel it is of; None where it is the mail server's password."""
    environment: str | None
    """The environment variable that is to hold it; None where a file is."""
    file: str | None


def is_unasked(missing: Sequence[MissingCredential], platform: str, session: Session) -> bool:
    """Whether a platform is not asked in a session because its credential is missing."""
    return session is Session.SIGNED_IN and any(credential.platform == platform for credential in missing)
