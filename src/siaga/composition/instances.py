"""Turns what an election file says of a platform into what a reader can be asked with, secrets included."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from siaga.composition.secrets import place_of, read_secret, what_to_do
from siaga.domain.answers import Session
from siaga.domain.credentials import MissingCredential
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Credential, Election, PlatformWatch, Vantage
from siaga.platforms.conversation import Instance
from siaga.platforms.platform import CREDENTIAL_WORDS
from siaga.platforms.registry import platforms


def instance_for(
    platform: PlatformWatch,
    session: Session,
    directory: Path,
    environment: Mapping[str, str] = MappingProxyType(os.environ),
) -> Instance:
    """The platform as it is asked in `session`. Files are looked up beside the election file, in `directory`.

    Raises:
        BadInput: a signed-in session's credential is not where the election file says.
    """
    signed_in = session is Session.SIGNED_IN and platform.credential is not None
    return Instance(
        address=platform.address.rstrip("/"),
        session=session,
        secret=credential_secret(platform.credential, platform.id, directory, environment)
        if signed_in and platform.credential is not None
        else None,
        account=platform.credential.account if signed_in and platform.credential else None,
        options=dict(platform.options),
    )


def credential_secret(
    credential: Credential, platform: str, directory: Path, environment: Mapping[str, str]
) -> str:
    """The secret that `credential` points at.

    Raises:
        BadInput: the variable or file is missing, empty or too long. The message never holds a secret.
    """
    secret = read_secret(credential.environment, credential.file, directory, environment)
    if not secret:
        place = place_of(credential.environment, credential.file)
        raise BadInput(
            Fault(
                what=f"{platform} needs {CREDENTIAL_WORDS[credential.kind]}, and {place} holds none.",
                do=what_to_do(credential.environment),
                field=f"platforms.{platform}.credential",
            )
        )
    return secret


def proxy_of(vantage: Vantage, environment: Mapping[str, str] = MappingProxyType(os.environ)) -> str | None:
    """The proxy that a vantage is asked through, if any.

    Raises:
        BadInput: the variable that should hold its address is not set.
    """
    if vantage.proxy_environment is None:
        return vantage.proxy
    proxy = environment.get(vantage.proxy_environment, "")
    if not proxy:
        raise BadInput(
            Fault(
                what=f"the environment variable {vantage.proxy_environment} holds no proxy's address.",
                do=f"Set {vantage.proxy_environment}, such as socks5://user:password@host:1080.",
                field=f"vantages.{vantage.id}.proxy",
            )
        )
    return proxy


@dataclass(frozen=True, slots=True)
class KnownInstances:
    """How the platforms of an election are asked, as far as their credentials are there."""

    instances: Mapping[tuple[str, Session], Instance]
    """By platform and session; a session whose credential is missing is left out."""
    missing: Sequence[MissingCredential]


def instances(
    election: Election, directory: Path, environment: Mapping[str, str] = MappingProxyType(os.environ)
) -> KnownInstances:
    """One instance for each platform and session that the election asks, and the credentials that are not
    there: the other platforms are measured all the same."""
    found: dict[tuple[str, Session], Instance] = {}
    missing: list[MissingCredential] = []
    for platform in election.platforms:
        sessions = {surface.session for surface in platform.surfaces}
        for session in sorted(sessions):
            try:
                found[platform.id, session] = instance_for(platform, session, directory, environment)
            except BadInput:
                missing.append(_missing(platform, is_all=sessions == {Session.SIGNED_IN}))
    return KnownInstances(found, missing)


def _missing(platform: PlatformWatch, is_all: bool) -> MissingCredential:
    credential = platform.credential
    assert credential is not None  # else none could be missing
    return MissingCredential(
        platform.id,
        credential.kind,
        platforms()[platform.reader].credential_page(platform.address),
        credential.environment,
        credential.file,
        is_all,
    )
