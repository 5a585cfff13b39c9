"""Turns what an election file says of a platform into what a reader can be asked with, secrets included."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from siaga.composition.secrets import place_of, read_secret, what_to_do
from siaga.domain.answers import Session
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Credential, Election, PlatformWatch, Vantage
from siaga.platforms.conversation import Instance
from siaga.platforms.platform import CREDENTIAL_WORDS


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


def instances(
    election: Election, directory: Path, environment: Mapping[str, str] = MappingProxyType(os.environ)
) -> dict[tuple[str, Session], Instance]:
    """One instance for each platform and session that the election asks.

    Raises:
        BadInput: with a fault for each credential that is not there.
    """
    found: dict[tuple[str, Session], Instance] = {}
    faults: list[Fault] = []
    for platform in election.platforms:
        for session in sorted({surface.session for surface in platform.surfaces}):
            try:
                found[platform.id, session] = instance_for(platform, session, directory, environment)
            except BadInput as bad:
                faults.extend(bad.faults)
    if faults:
        raise BadInput(*faults)
    return found
